"""The vault's only door: holds bytes and proofs, knows no dispute and no HTTP."""

from vault.refs import ItemRef, SpaceRef
from vault.tables import metadata

__all__ = ["ItemRef", "SpaceRef", "metadata"]
