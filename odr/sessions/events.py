"""What happened to meetings: in the joint space, or in the caucus of the party that is met apart."""

from datetime import datetime
from typing import ClassVar

from odr.event import Event
from odr.ids import MeetingId


class OfMeeting(Event, frozen=True, kw_only=True):
    """Something about a meeting that starts, or was to start, at ``starts_at``."""

    subject: ClassVar[str | None] = "meeting_id"

    meeting_id: MeetingId
    starts_at: datetime


class MeetingCalled(OfMeeting, frozen=True, kw_only=True):
    """The mediator called everyone to a meeting."""


class MeetingCalledApart(OfMeeting, frozen=True, kw_only=True):
    """The mediator called one party to a meeting apart."""


class MeetingMoved(OfMeeting, frozen=True, kw_only=True):
    """A meeting of everyone has another time, place or agenda."""


class MeetingMovedApart(OfMeeting, frozen=True, kw_only=True):
    """A meeting apart has another time, place or agenda."""


class MeetingCancelled(OfMeeting, frozen=True, kw_only=True):
    """A meeting of everyone was called off."""


class MeetingCancelledApart(OfMeeting, frozen=True, kw_only=True):
    """A meeting apart was called off."""


class MeetingNear(OfMeeting, frozen=True, kw_only=True):
    """A meeting of everyone is near."""


class MeetingNearApart(OfMeeting, frozen=True, kw_only=True):
    """A meeting apart is near."""


class MeetingPast(OfMeeting, frozen=True, kw_only=True):
    """The time of a meeting of everyone has come: the mediator is to say whether it took place."""


class MeetingPastApart(OfMeeting, frozen=True, kw_only=True):
    """The time of a meeting apart has come: the mediator is to say whether it took place."""


class MeetingNoted(OfMeeting, frozen=True, kw_only=True):
    """The mediator noted whether a meeting of everyone took place."""

    held: bool


class MeetingNotedApart(OfMeeting, frozen=True, kw_only=True):
    """The mediator noted whether a meeting apart took place."""

    held: bool
