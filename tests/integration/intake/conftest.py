"""Hashes as cheap as argon2 allows."""

from tests.integration.disputes.conftest import cheap_hashes

__all__ = ["cheap_hashes"]
