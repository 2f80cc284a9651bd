"""The rules of mediation, and what may be done under them."""
