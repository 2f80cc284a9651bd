"""Formal documents on paper: typefaces, spaces, dates in words, PDF/A with the exact text attached."""
