"""The rows of what was kept: leaves that wait for the next batch, and those that have their place in one."""

import time
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.ledger import rows, tables
from vault.ledger.batch import Kept


async def note(session: AsyncSession, tenant: UUID, source: UUID, subject: UUID, leaf: bytes) -> None:
    """Have a leaf enter one of the next batches; a second one of the same subject changes nothing.

    ``source``: with whose leaves it takes its turn.
    """
    noted_at = time.time_ns() // 1_000_000
    values = {"subject": subject, "tenant": tenant, "source": source, "leaf": leaf, "noted_at": noted_at}
    await rows.insert_missing(session, tables.waiting, values)


async def waiting(session: AsyncSession, tenant: UUID, limit: int) -> list[tuple[UUID, bytes]]:
    """Read up to ``limit`` leaves (subject, leaf) that wait: the first of each source, then the second of each.

    In the order of their coming alone, whoever lodges a file now and then would learn from when it enters how many
    others were lodged before it, in a room that is none of theirs.
    """
    table = tables.waiting.c
    turn = func.row_number().over(partition_by=table.source, order_by=(table.noted_at, table.subject))
    query = (
        select(table.subject, table.leaf)
        .where(table.tenant == tenant)
        .order_by(turn, table.noted_at, table.subject)
        .limit(limit)
    )
    return [(row.subject, row.leaf) for row in (await session.execute(query)).all()]


async def enter(session: AsyncSession, tenant: UUID, number: int, kept: Sequence[Kept]) -> None:
    """Keep the places of these leaves in batch ``number``; they wait no more."""
    if not kept:
        return
    values = [
        {"tenant": tenant, "number": number, "position": each.position, "subject": each.subject, "leaf": each.leaf}
        for each in kept
    ]
    await session.execute(insert(tables.kept), values)
    entered = select(tables.kept.c.subject).where(tables.kept.c.tenant == tenant, tables.kept.c.number == number)
    await session.execute(delete(tables.waiting).where(tables.waiting.c.subject.in_(entered)))


async def find(session: AsyncSession, subject: UUID) -> tuple[int, Kept] | None:
    """Return the batch and the place of a subject's leaf, or None while it has none."""
    table = tables.kept
    row = (await session.execute(select(table).where(table.c.subject == subject))).one_or_none()
    return None if row is None else (row.number, Kept(row.position, row.subject, row.leaf))


async def leaf_of(session: AsyncSession, subject: UUID) -> bytes | None:
    """Return a subject's leaf, in a batch or waiting for one, or None where it never had any."""
    for table in (tables.kept, tables.waiting):
        query = select(table.c.leaf).where(table.c.subject == subject)
        leaf: bytes | None = (await session.execute(query)).scalar_one_or_none()
        if leaf is not None:
            return leaf
    return None


async def of_batches(session: AsyncSession, tenant: UUID, start: int, stop: int) -> dict[int, list[Kept]]:
    """Return the leaves of batches ``start`` up to, not including, ``stop``, by their batch."""
    table = tables.kept
    query = select(table).where(table.c.tenant == tenant, table.c.number >= start, table.c.number < stop)
    found: dict[int, list[Kept]] = {}
    for row in (await session.execute(query)).all():
        found.setdefault(row.number, []).append(Kept(row.position, row.subject, row.leaf))
    return found
