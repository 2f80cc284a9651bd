"""Sealed records, access to them, and reopening."""
