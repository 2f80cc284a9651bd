"""Exhibits, their placements, consents and openings."""
