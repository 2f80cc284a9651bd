"""The copies of a kept object: the first in the store, the second in the replica. Verbatim, so neither needs a key."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import CopyDamagedError, StoreError
from vault.keeping_tables import replicas
from vault.pipeline import StoredSegment
from vault.refs import ItemRef
from vault.stores.base import ObjectStore, Piece
from vault.tables import items, segments


class Copy(StrEnum):
    """Which of an object's two copies."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> "Copy":
        """The other one."""
        return Copy.SECOND if self is Copy.FIRST else Copy.FIRST


@dataclass(frozen=True, slots=True)
class Source:
    """One copy of an item version: where it lies (key and version), and the sealed segments that it consists of."""

    item: ItemRef
    place: tuple[str, str]
    segments: tuple[StoredSegment, ...]

    @property
    def sealed_size(self) -> int:
        """The whole object's length in bytes."""
        return sum(segment.sealed_size for segment in self.segments)


def is_item(columns: Any, item: ItemRef) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 -- any table's columns
    """The condition that a row is an item version's."""
    return columns.collection == item.collection, columns.item == item.item, columns.version == item.version


def same_item(one: Any, other: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- any two tables' columns
    """The condition that two rows are of the same item version."""
    return and_(one.collection == other.collection, one.item == other.item, one.version == other.version)


async def load_sources(session: AsyncSession, copy: Copy, wanted: list[ItemRef]) -> list[Source]:
    """These living items' copies, in the order asked; what has no such copy (any more) is left out."""
    if not wanted:
        return []
    table = items if copy is Copy.FIRST else replicas
    keys = [(item.collection, item.item, item.version) for item in wanted]
    found = await session.execute(
        select(items.c.collection, items.c.item, items.c.version, table.c.object_key, table.c.object_version)
        .select_from(items if copy is Copy.FIRST else items.join(replicas, same_item(replicas.c, items.c)))
        .where(items.c.destroyed_at.is_(None), tuple_(items.c.collection, items.c.item, items.c.version).in_(keys))
    )
    places = {ItemRef(*row[:3]): (row.object_key, row.object_version) for row in found}
    pieces: dict[ItemRef, list[StoredSegment]] = {}
    columns = segments.c
    for row in await session.execute(
        select(segments)
        .where(tuple_(columns.collection, columns.item, columns.version).in_(keys))
        .order_by(columns.collection, columns.item, columns.version, columns.number)
    ):
        segment = StoredSegment(row.number, row.size, row.sealed_size, row.sealed_sha256)
        pieces.setdefault(ItemRef(row.collection, row.item, row.version), []).append(segment)
    return [Source(item, places[item], tuple(pieces[item])) for item in wanted if item in places and item in pieces]


async def place_of(session: AsyncSession, copy: Copy, item: ItemRef) -> tuple[str, str] | None:
    """Where a living item's copy lies by its row; ``None`` where it has none (any more)."""
    table = items if copy is Copy.FIRST else replicas
    row = (
        await session.execute(
            select(table.c.object_key, table.c.object_version)
            .select_from(items if copy is Copy.FIRST else items.join(replicas, same_item(replicas.c, items.c)))
            .where(items.c.destroyed_at.is_(None), *is_item(items.c, item))
        )
    ).one_or_none()
    return None if row is None else (row.object_key, row.object_version)


def write_copy(origin: ObjectStore, source: Source, target: ObjectStore) -> str:
    """Copy an object to another store under the same key (blocks); its new version there, read back and found right.

    Raises CopyDamagedError when the bytes read are not those once sealed, ObjectMissingError, StoreError; nothing is
    left at the target then, unless it does not answer any more.
    """
    key = source.place[0]
    upload = target.begin(key)
    try:
        pieces = list(_put_all(origin, source, target, upload))
        version = target.complete(key, upload, pieces)
    except StoreError:
        with suppress(StoreError):
            target.abort(key, upload)
        raise
    offset = 0
    for segment in source.segments:
        written = target.read(key, version, offset, segment.sealed_size)
        if hashlib.sha256(written).digest() != segment.sealed_sha256:
            with suppress(StoreError):
                target.delete(key, version)
            raise StoreError("the other store does not give back what was written to it")
        offset += segment.sealed_size
    return version


def _put_all(origin: ObjectStore, source: Source, target: ObjectStore, upload: str) -> list[Piece]:
    key, version = source.place
    pieces: list[Piece] = []
    offset = 0
    for segment in source.segments:
        sealed = origin.read(key, version, offset, segment.sealed_size)
        if hashlib.sha256(sealed).digest() != segment.sealed_sha256:
            raise CopyDamagedError("the copy to be read from is damaged itself")
        pieces.append(target.put_part(key, upload, segment.number + 1, offset, sealed, segment.sealed_sha256))
        offset += segment.sealed_size
    return pieces


async def point_to(session: AsyncSession, copy: Copy, item: ItemRef, place: tuple[str, str], *, now: datetime) -> None:
    """Write down where a copy lies from now on."""
    if copy is Copy.FIRST:
        await session.execute(
            update(items).where(*is_item(items.c, item)).values(object_key=place[0], object_version=place[1])
        )
        return
    await session.execute(delete(replicas).where(*is_item(replicas.c, item)))
    await session.execute(
        insert(replicas).values(
            collection=item.collection,
            item=item.item,
            version=item.version,
            object_key=place[0],
            object_version=place[1],
            copied_at=round(now.timestamp() * 1000),
        )
    )
