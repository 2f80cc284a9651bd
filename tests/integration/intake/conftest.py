"""A dispute on its way, and hashes as cheap as argon2 allows."""

from tests.integration.disputes.conftest import cheap_hashes, journey

__all__ = ["cheap_hashes", "journey"]
