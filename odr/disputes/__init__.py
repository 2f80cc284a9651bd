"""The life of a dispute, from filing to its end."""
