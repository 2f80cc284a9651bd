"""THE table of reactions: event → what follows. Every notice and every job starts here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from odr.event import Event
from odr.evidence.events import (
    ConsentGiven,
    ConsentRefused,
    ConsentWithdrawn,
    DisclosureAsked,
    ExhibitLodged,
    ExhibitLodgedApart,
)
from odr.notices.terms import Audience, NoticeKind
from odr.spaces.events import SpokenApart, SpokenTogether


@dataclass(frozen=True, slots=True)
class Tell:
    """A notice to an audience, all at the same moment."""

    whom: Audience
    what: NoticeKind


@dataclass(frozen=True, slots=True)
class Do:
    """A job of the worker, by its kind (see odr/worker.py)."""

    job: str


REACTIONS: Final[Mapping[type[Event], tuple[Tell | Do, ...]]] = {
    # rooms and exhibits: what is private is told to nobody, what is said apart to its own two sides
    SpokenApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    SpokenTogether: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    ExhibitLodgedApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    ExhibitLodged: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    DisclosureAsked: (Tell(Audience.OWN_PARTY, NoticeKind.DISCLOSURE_ASKED),),
    ConsentGiven: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    ConsentRefused: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    ConsentWithdrawn: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
}


def follow(event: Event) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return the jobs that an event queues: kind and payload of each."""
    return tuple(
        ("tell", {"whom": reaction.whom.value, "what": reaction.what.value})
        if isinstance(reaction, Tell)
        else (reaction.job, {})
        for reaction in REACTIONS.get(type(event), ())
    )
