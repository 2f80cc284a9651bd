"""Names by which callers point at a space or an item of the vault."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SpaceRef:
    """A space: one key, one ledger tree.

    ``collection`` groups spaces (for the platform, a dispute); both are 16-byte UUIDs and enter every encryption
    context.
    """

    collection: UUID
    space: UUID


@dataclass(frozen=True, slots=True)
class ItemRef:
    """One version of one item: sealed bytes under one data key. ``version`` counts from 1 (unsigned 32 bits)."""

    collection: UUID
    item: UUID
    version: int = 1
