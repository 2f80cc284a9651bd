"""THE table of deadlines: what runs, how long, who is reminded, and what follows when it has passed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from odr.words import home_zone


class Deadline(StrEnum):
    """What may run out."""

    REPLY = "reply"
    DIRECT_NEGOTIATION = "direct_negotiation"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``months`` and ``days`` from its start; a reminder ``remind_before`` its end, or at half-time."""

    deadline: Deadline
    months: int
    days: int
    remind_before: timedelta | None
    because: str


TABLE: Final[dict[Deadline, Line]] = {
    line.deadline: line
    for line in (
        Line(
            Deadline.REPLY,
            0,
            15,
            None,
            "The invited party has 15 days to answer; without an answer, the centre notes it.",
        ),
        Line(
            Deadline.DIRECT_NEGOTIATION,
            0,
            30,
            None,
            "Parties who try between themselves have 30 days before the invitation leaves.",
        ),
        Line(
            Deadline.TERM,
            3,
            0,
            timedelta(days=14),
            "The agreement to mediate runs for three months; one extension of as long.",
        ),
    )
}

EXTENSIONS: Final = 1
"""How many times the term may be extended."""


def due_at(deadline: Deadline, start: datetime) -> datetime:
    """Return when a deadline that starts at ``start`` ends: the last instant of its last day, in the centre's zone."""
    line = TABLE[deadline]
    day = start.astimezone(home_zone)
    month = day.month - 1 + line.months
    year, month = day.year + month // 12, month % 12 + 1
    shifted = day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
    shifted += timedelta(days=line.days)
    return shifted.replace(hour=23, minute=59, second=59, microsecond=0)


def remind_at(deadline: Deadline, start: datetime, due: datetime) -> datetime:
    """Return when to remind: ``remind_before`` the end, else half-way."""
    before = TABLE[deadline].remind_before
    return due - before if before is not None else start + (due - start) / 2
