"""The list of events beside the ledger: each event has its row, and the row says what the ledger says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from odr.event import Event, EventRow
from vault import Event as Entry
from vault import Problem, SpaceRef

MOST: Final = 500
"""How many rows beyond a room's end are named."""


async def compare_rows(
    session: AsyncSession, space: SpaceRef, start: int, stop: int, events: Sequence[Entry]
) -> list[Problem]:
    """Compare a page of a room's events with their rows: each has one, and it says the same."""
    query = select(EventRow).where(EventRow.space_id == space.space, EventRow.index >= start, EventRow.index < stop)
    rows = {row.index: row for row in await session.scalars(query)}
    problems = [Problem("row_missing", f"{index}") for index in range(start, stop) if index not in rows]
    for entry in events:
        row = rows.get(entry.index)
        if row is not None and entry.event and not _same(row, entry.event):
            problems.append(Problem("row_altered", f"{entry.index}"))
    return problems


def _same(row: EventRow, event: dict[str, Any]) -> bool:
    kind = _kinds().get(row.name)
    subject = event.get(kind.subject) if kind is not None and kind.subject else None
    said = (row.name, row.at.isoformat(timespec="milliseconds"), row.dispute_id, row.space_id, row.actor_id)
    told = (event.get("event"), event.get("at"), event.get("dispute_id"), event.get("space_id"), event.get("actor_id"))
    return [_written(each) for each in said] == list(told) and _written(row.subject_id) == subject


def _written(value: object) -> str | None:
    return None if value is None else str(value)


def _kinds() -> dict[str, type[Event]]:
    """Every kind of event by its name."""
    found: dict[str, type[Event]] = {}
    waiting = [Event]
    while waiting:
        children = waiting.pop().__subclasses__()
        found |= {child.__name__: child for child in children}
        waiting += children
    return found


async def rows_beyond(session: AsyncSession, space: SpaceRef, size: int, begun: datetime) -> list[Problem]:
    """Rows that name an event beyond the room's last; those recorded since the audit began are none."""
    query = select(EventRow.index).where(EventRow.space_id == space.space, EventRow.index >= size, EventRow.at <= begun)
    return [Problem("row_added", f"{index}") for index in await session.scalars(query.limit(MOST))]
