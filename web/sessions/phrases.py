"""What meetings are called on pages."""

from typing import Final

from odr.sessions.plan import LONGEST, SHORTEST
from odr.sessions.queries import MeetingState
from odr.sessions.reading import MinutesReply
from odr.words import _, ngettext, phrase

STATES: Final = {
    MeetingState.PLANNED: (phrase("Planned"), "accent"),
    MeetingState.CANCELLED: (phrase("Called off"), "plain"),
    MeetingState.HELD: (phrase("Took place"), "good"),
    MeetingState.MISSED: (phrase("Did not take place"), "plain"),
}
REPLIES: Final = {
    MinutesReply.APPROVED: (phrase("Approved"), "good"),
    MinutesReply.CONTESTED: (phrase("Contested"), "bad"),
}
SENTENCES: Final = {
    "nothing_changed": phrase("This is the version that is published already: change it first."),
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "bad_moment": phrase("Give a day and an hour that exist, such as 24/11/2026 and 14:30."),
    "in_the_past": phrase("This moment is past: choose a later one."),
    "too_far": phrase("Choose a day within a year."),
    "bad_length": phrase("Choose one of these lengths."),
}
_LENGTHS: Final = (30, 60, 90, 120, 180, 240, 360, 480)


def lengths(chosen: int = 0) -> list[tuple[str, str]]:
    """Return the lengths to choose from, and the one that is chosen if it is another."""
    known = sorted({*_LENGTHS, chosen} if SHORTEST <= chosen <= LONGEST else _LENGTHS)
    return [(str(minutes), length(minutes)) for minutes in known]


def length(minutes: int) -> str:
    """Return a length in words: `1 h 30 min` (in French `1 h 30`), `45 minutes`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes)
    if not rest:
        return ngettext("%(n)s hour", "%(n)s hours", hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=f"{rest:02d}")
