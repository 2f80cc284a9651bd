"""What happened on the way to the centre: complaints in the procedure's space, proposals in the room of both."""

from typing import ClassVar

from odr.event import Event
from odr.ids import ProposalId


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
