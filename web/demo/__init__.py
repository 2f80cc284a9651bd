"""The demo cases: invented people, a story told in dates, and evidence written on the spot."""
