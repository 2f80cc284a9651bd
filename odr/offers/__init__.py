"""Offers: terms that a party proposes to every other party, until a day; accepted, refused, withdrawn or lapsed."""
