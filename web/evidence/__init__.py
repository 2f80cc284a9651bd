"""Lodging, reading, moving and disclosing exhibits."""
