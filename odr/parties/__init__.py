"""Parties, their seats and mandates, and who stands where toward what."""
