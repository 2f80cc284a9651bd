"""The ledger: what happened, in an order nobody can change unseen."""
