"""Drafting, freezing and signing agreements."""
