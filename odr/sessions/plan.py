"""What is said when a meeting is called or moved: checked here, without I/O."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from odr.typed import Typed
from odr.words import known_zone

PLACE_LIMIT: Final = 500
AGENDA_LIMIT: Final = 4000
SHORTEST: Final = 15
LONGEST: Final = 600
AHEAD: Final = timedelta(days=366)


class Details(msgspec.Struct, frozen=True):
    """What of a meeting is sealed: where it takes place (an address, a room, a link), and what it is about."""

    place: str
    agenda: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a meeting starts (``None``: what was typed is no moment), its length in minutes, where, what about."""

    starts_at: datetime | None
    minutes: int
    place: str
    agenda: str = ""


def moment_in(day: str, hour: str, zone: str) -> datetime | None:
    """Return the instant of a day and an hour (ISO 8601) on the clocks of a zone; ``None`` where there is none.

    An hour that summer time skips is none; of one that it repeats, the first is meant.
    """
    try:
        typed = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour))
    except ValueError:
        return None
    if typed.tzinfo is not None:
        return None
    there = typed.replace(tzinfo=known_zone(zone))
    found = there.astimezone(UTC)
    return found if found.astimezone(known_zone(zone)).replace(tzinfo=None) == typed else None


def checked(plan: Plan, now: datetime) -> tuple[datetime, int, Details]:
    """Return start, length and what is sealed, or raise InvalidInputError.

    Codes: ``day`` bad_moment, in_the_past, too_far; ``minutes`` bad_length; ``place`` required, too_long; ``agenda``
    too_long.
    """
    typed = Typed()
    starts_at = plan.starts_at
    if starts_at is None or starts_at.tzinfo is None:
        typed.wrong("day", "bad_moment")
        starts_at = now
    elif starts_at <= now:
        typed.wrong("day", "in_the_past")
    elif starts_at > now + AHEAD:
        typed.wrong("day", "too_far")
    if not SHORTEST <= plan.minutes <= LONGEST:
        typed.wrong("minutes", "bad_length")
    details = Details(
        typed.line("place", plan.place, limit=PLACE_LIMIT),
        typed.text("agenda", plan.agenda, limit=AGENDA_LIMIT, required=False),
    )
    typed.check()
    return starts_at.astimezone(UTC), plan.minutes, details
