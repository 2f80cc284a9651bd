"""Sealed records, access and reopening."""
