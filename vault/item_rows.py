"""The rows of kept items: what they say of an item version, and how they are asked for."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.deposit import Received
from vault.pipeline import StoredSegment
from vault.refs import ItemRef
from vault.tables import items


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is recorded of an item version: sizes in bytes, the SHA-256 of its plaintext, its number of segments."""

    item: ItemRef
    size: int
    sha256: bytes
    sealed_size: int
    segments: int
    held: bool
    destroyed: bool


ITEM: Final = select(items).where(
    items.c.collection == bindparam("collection"),
    items.c.item == bindparam("item"),
    items.c.version == bindparam("version"),
)
"""One item version's row."""


async def destroyed_among(session: AsyncSession, wanted: Collection[ItemRef]) -> set[ItemRef]:
    """Return which of these item versions were destroyed: a query for each collection, however many they are."""
    columns = items.c
    found: set[ItemRef] = set()
    for collection in {item.collection for item in wanted}:
        rows = await session.execute(
            select(columns.collection, columns.item, columns.version).where(
                columns.collection == collection, columns.destroyed_at.is_not(None)
            )
        )
        found |= {ItemRef(*row) for row in rows.all()}
    return found.intersection(wanted)


def item_row(received: Received) -> dict[str, object]:
    """The row of what was received."""
    return {
        "collection": received.item.collection,
        "item": received.item.item,
        "version": received.item.version,
        "size": received.size,
        "sha256": received.sha256,
        "sealed_size": received.sealed_size,
        "segments": len(received.segments),
        "object_key": received.object_key,
        "object_version": received.object_version,
        "kept_at": now(),
        "held": False,
    }


def segment_row(item: ItemRef, segment: StoredSegment) -> dict[str, object]:
    """The row of one of its sealed segments."""
    return {
        "collection": item.collection,
        "item": item.item,
        "version": item.version,
        "number": segment.number,
        "size": segment.size,
        "sealed_size": segment.sealed_size,
        "sealed_sha256": segment.sealed_sha256,
    }


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
