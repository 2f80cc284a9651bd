"""What happened to a dispute as such: in its procedure space."""

from datetime import date, datetime
from typing import ClassVar

from odr.disputes.lifecycle import Stage, Step
from odr.disputes.models import Errand
from odr.event import Event
from odr.ids import ExhibitId, InvitationId, PartyId


class StageChanged(Event, frozen=True, kw_only=True):
    """The dispute went from one stage to another; ``rule`` is the line of the life-cycle table."""

    step: Step
    before: Stage
    after: Stage


class DisputeFiled(Event, frozen=True, kw_only=True):
    """The claimant referred the dispute to the centre."""


class DisputeQualified(Event, frozen=True, kw_only=True):
    """The centre can mediate it."""


class DisputeRejected(Event, frozen=True, kw_only=True):
    """The centre cannot mediate it."""


class DirectNegotiationBegun(Event, frozen=True, kw_only=True):
    """The parties first try between themselves."""


class PartyInvited(Event, frozen=True, kw_only=True):
    """The other party was invited."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId


class PartyAccepted(Event, frozen=True, kw_only=True):
    """The invited party comes to the table."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId


class PartyDeclined(Event, frozen=True, kw_only=True):
    """The invited party does not come."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId


class InvitationLapsed(Event, frozen=True, kw_only=True):
    """No reply came by the deadline."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId


class ReplyReminded(Event, frozen=True, kw_only=True):
    """The invited party was reminded of the deadline."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId


class InvitationMailed(Event, frozen=True, kw_only=True):
    """A mail of an invitation was handed to a mail server, or refused by it for good (``accepted``).

    ``sha256`` (hexadecimal) is that of the mail as it was handed over; it is empty for a refusal before that.
    """

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    invitation_id: InvitationId
    errand: Errand
    accepted: bool
    answer: str
    sha256: str


class InvitationOpened(Event, frozen=True, kw_only=True):
    """Somebody pressed the button that shows the invitation, for the first time."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    invitation_id: InvitationId


class InvitationPassedOn(Event, frozen=True, kw_only=True):
    """The person invited, having proved the address, named a colleague to be invited instead."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId


class AttemptRecorded(Event, frozen=True, kw_only=True):
    """The record of an attempt is there: its item, its size in bytes and its SHA-256 (hexadecimal)."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    document_id: ExhibitId
    size: int
    sha256: str


class MediationSuspended(Event, frozen=True, kw_only=True):
    """The mediator paused the work; ``until``: to the end of which day, where one was set."""

    until: datetime | None = None


class PauseMoved(Event, frozen=True, kw_only=True):
    """The mediator gave a pause another last day, or none."""

    until: datetime | None


class PauseNear(Event, frozen=True, kw_only=True):
    """A pause ends soon: the work goes on by itself."""


class MediationResumed(Event, frozen=True, kw_only=True):
    """The work goes on."""


class TermExtended(Event, frozen=True, kw_only=True):
    """The term of the agreement to mediate was extended, once."""


class TermNear(Event, frozen=True, kw_only=True):
    """The term of the agreement to mediate ends soon."""


class LimitationSuspended(Event, frozen=True, kw_only=True):
    """The limitation period stands still (Civil Code, art. 2238).

    ``since`` the written agreement to mediate, or the first meeting of everyone where it came before.
    """

    since: datetime


class LimitationResumed(Event, frozen=True, kw_only=True):
    """The mediation is over: the limitation period runs again, and cannot have run out before ``open_until``."""

    since: datetime
    open_until: date


class TargetNear(Event, frozen=True, kw_only=True):
    """An answer of the centre is due soon."""

    deadline: str


class TargetMissed(Event, frozen=True, kw_only=True):
    """An answer of the centre is late."""

    deadline: str


class MediationEnded(Event, frozen=True, kw_only=True):
    """The mediation ended without an agreement: a party withdrew, the mediator ended it, or the term ran out."""

    step: Step
