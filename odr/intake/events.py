"""What happened on the way to the centre: complaints in the procedure's space, proposals in the room of both."""

from typing import ClassVar

from odr.event import Event
from odr.ids import AccountId, CompletionId, ProposalId


class ComplaintMade(Event, frozen=True, kw_only=True):
    """A company complained to another; the centre is not told."""


class ComplaintReminded(Event, frozen=True, kw_only=True):
    """Whoever has not answered a complaint was reminded."""


class ComplaintReferred(Event, frozen=True, kw_only=True):
    """A complaint went to the centre: contested, unanswered, or by choice."""


class ComplaintSettled(Event, frozen=True, kw_only=True):
    """The companies settled a complaint between themselves."""


class ProposalMade(Event, frozen=True, kw_only=True):
    """A company proposed how to settle a complaint; ``sha256`` of its text, in hexadecimal."""

    subject: ClassVar[str | None] = "proposal_id"

    proposal_id: ProposalId
    sha256: str


class ScoreChanged(Event, frozen=True, kw_only=True):
    """The secretariat set a part of the impact score; its reason is sealed, and read with the request."""

    part: str
    before: int
    after: int


class CompletionAsked(Event, frozen=True, kw_only=True):
    """The centre asked the claimant to complete its request."""

    subject: ClassVar[str | None] = "completion_id"

    completion_id: CompletionId


class CompletionGiven(Event, frozen=True, kw_only=True):
    """The claimant completed its request."""

    subject: ClassVar[str | None] = "completion_id"

    completion_id: CompletionId


class CompletionNear(Event, frozen=True, kw_only=True):
    """The day until which the claimant was asked to complete its request is near."""

    subject: ClassVar[str | None] = "completion_id"

    completion_id: CompletionId


class CompletionLate(Event, frozen=True, kw_only=True):
    """The day until which the claimant was asked to complete its request has passed without an answer."""

    subject: ClassVar[str | None] = "completion_id"

    completion_id: CompletionId


class DraftArrived(Event, frozen=True, kw_only=True):
    """A draft came from a program or by mail: in its claimant's private room, whose person is to confirm it."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId
    door: str
