"""A room's page: its messages and its exhibits."""
