"""The front page, the language switch, how proofs work, health."""
