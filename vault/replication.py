"""The second store: what is not in it yet, and how far behind it is.

An item's row without a replica's row is the queue: written in the transaction that kept the item, so nothing is ever
forgotten, and taken up again wherever a copy broke off.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.copies import Copy, Source, load_sources, same_item
from vault.keeping_tables import replicas
from vault.refs import ItemRef
from vault.tables import items


@dataclass(frozen=True, slots=True)
class Lag:
    """How many living items have no second copy yet, and since when the oldest of them was kept."""

    waiting: int
    oldest: datetime | None


async def uncopied(session: AsyncSession, *, limit: int, but: frozenset[ItemRef] = frozenset()) -> list[Source]:
    """Living items without a second copy, the oldest first, at most ``limit`` of them; ``but`` are left out."""
    rows = await session.execute(
        select(items.c.collection, items.c.item, items.c.version)
        .select_from(items.outerjoin(replicas, same_item(replicas.c, items.c)))
        .where(items.c.destroyed_at.is_(None), replicas.c.item.is_(None))
        .order_by(items.c.kept_at, items.c.item)
        .limit(limit + len(but))
    )
    waiting = [each for row in rows if (each := ItemRef(*row)) not in but]
    return await load_sources(session, Copy.FIRST, waiting[:limit])


async def replica_lag(session: AsyncSession) -> Lag:
    """How far the second store is behind."""
    count, oldest = (
        await session.execute(
            select(func.count(), func.min(items.c.kept_at))
            .select_from(items.outerjoin(replicas, same_item(replicas.c, items.c)))
            .where(items.c.destroyed_at.is_(None), replicas.c.item.is_(None))
        )
    ).one()
    return Lag(count, datetime.fromtimestamp(oldest / 1000, UTC) if oldest else None)
