"""What happened to meetings and their minutes: in the joint space, or in the caucus of the party that is met apart."""

from datetime import datetime
from typing import ClassVar

from odr.event import Event
from odr.ids import MeetingId, PartyId


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


class OfMinutes(Event, frozen=True, kw_only=True):
    """Something about a version of a meeting's minutes."""

    subject: ClassVar[str | None] = "meeting_id"

    meeting_id: MeetingId
    number: int


class MinutesPublished(OfMinutes, frozen=True, kw_only=True):
    """The mediator gave the table a version of a meeting's minutes; ``sha256`` (hexadecimal) is of its text."""

    sha256: str


class MinutesPublishedApart(OfMinutes, frozen=True, kw_only=True):
    """The mediator gave a party a version of the minutes of a meeting apart."""

    sha256: str


class MinutesApproved(OfMinutes, frozen=True, kw_only=True):
    """A party approved a version of the minutes."""

    party_id: PartyId


class MinutesContested(OfMinutes, frozen=True, kw_only=True):
    """A party contested a version of the minutes; ``sha256`` (hexadecimal) is of what it said."""

    party_id: PartyId
    sha256: str


class MinutesContestedApart(OfMinutes, frozen=True, kw_only=True):
    """A party contested the minutes of its meeting apart."""

    party_id: PartyId
    sha256: str


class MinutesNear(OfMinutes, frozen=True, kw_only=True):
    """The day by which the parties are asked to answer about minutes is near, and one has not."""


class MinutesUnanswered(OfMinutes, frozen=True, kw_only=True):
    """The day by which the parties were asked to answer about minutes has passed, and one has not."""
