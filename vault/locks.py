"""The store's own locks on kept objects: what they should be is written down, so that drift can be found and mended.

GOVERNANCE while a matter runs, extended before it lapses; COMPLIANCE to the end for what is sealed for good; a legal
hold for each version besides. Where the store has no locks, only the rows speak.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.keeping_tables import locks
from vault.refs import ItemRef
from vault.stores.base import LockMode, ObjectStore, Protection
from vault.tables import items

DRIFT: Final = timedelta(seconds=2)
"""Stores keep the end of a lock to the second."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How one recorded object should be protected."""

    mode: LockMode | None
    until: datetime | None
    held: bool

    def is_locked_by(self, found: Protection, now: datetime) -> bool:
        """Whether a store locks at least as much; a lock that has ended by right is wanted no more."""
        if self.until is None or self.until <= now:
            return True
        return found.mode is self.mode and found.until is not None and found.until >= self.until - DRIFT


async def want_lock(session: AsyncSession, item: ItemRef, mode: LockMode, until: datetime, *, applied: bool) -> None:
    """Write down how an item's object is to be locked, and whether the store has done it already."""
    await session.execute(delete(locks).where(*_is(item)))
    await session.execute(
        insert(locks).values(
            collection=item.collection,
            item=item.item,
            version=item.version,
            mode=mode.value,
            until=_milliseconds(until),
            applied=applied,
        )
    )


async def wanted_protection(session: AsyncSession, item: ItemRef) -> Wanted:
    """How the rows say that an item's object should be protected."""
    held = await session.scalar(
        select(items.c.held).where(
            items.c.collection == item.collection, items.c.item == item.item, items.c.version == item.version
        )
    )
    row = (await session.execute(select(locks.c.mode, locks.c.until).where(*_is(item)))).one_or_none()
    if row is None:
        return Wanted(None, None, held=bool(held))
    return Wanted(LockMode(row.mode), datetime.fromtimestamp(row.until / 1000, UTC), held=bool(held))


def protect(store: ObjectStore, place: tuple[str, str], wanted: Wanted, now: datetime) -> None:
    """Put on an object what is wanted and still runs (blocks); nothing where the store has no locks.

    Raises StoreError.
    """
    if not store.locks:
        return
    if wanted.mode is not None and wanted.until is not None and wanted.until > now:
        store.lock(*place, wanted.mode, wanted.until)
    if store.protection(*place).held is not wanted.held:
        store.hold(*place, on=wanted.held)


async def locks_due(session: AsyncSession, running: Iterable[UUID], *, before: datetime, limit: int) -> list[ItemRef]:
    """Living items whose lock the store has not been given yet, or whose GOVERNANCE lock ends before then.

    Only the locks of ``running`` collections are prolonged; the earliest to end come first.
    """
    lapses = (
        locks.c.collection.in_(list(running))
        & (locks.c.mode == LockMode.GOVERNANCE.value)
        & (locks.c.until < _milliseconds(before))
    )
    rows = await session.execute(
        select(locks.c.collection, locks.c.item, locks.c.version)
        .join(
            items,
            (items.c.collection == locks.c.collection)
            & (items.c.item == locks.c.item)
            & (items.c.version == locks.c.version),
        )
        .where(items.c.destroyed_at.is_(None), locks.c.applied.is_(False) | lapses)
        .order_by(locks.c.until)
        .limit(limit)
    )
    return [ItemRef(*row) for row in rows]


def _is(item: ItemRef) -> tuple[ColumnElement[bool], ...]:
    columns = locks.c
    return columns.collection == item.collection, columns.item == item.item, columns.version == item.version


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
