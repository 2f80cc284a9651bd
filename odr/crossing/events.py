"""What happened to sentences on their way to the table. Each event stands in its caucus's ledger and nowhere else."""

from datetime import datetime
from typing import ClassVar

from odr.crossing.models import Wording
from odr.event import Event
from odr.ids import MessageId, PartyId, StatementId


class StatementProposed(Event, frozen=True, kw_only=True):
    """The mediator asked a party to let a sentence be said. ``sha256`` (hexadecimal) commits to its exact words."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId
    sha256: str
    wording: Wording
    recipients: tuple[PartyId, ...]
    expires_at: datetime


class StatementOffered(StatementProposed, frozen=True, kw_only=True):
    """A party, unasked, allowed the mediator to say a sentence of its own."""


class StatementAllowed(Event, frozen=True, kw_only=True):
    """The party consented: to these very words, these recipients, this purpose, until then."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId
    sha256: str
    expires_at: datetime


class StatementRefused(Event, frozen=True, kw_only=True):
    """The party refused. It owes no reason."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId


class StatementWithdrawn(Event, frozen=True, kw_only=True):
    """The party withdrew its consent before another party had read the sentence, or the mediator its question."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId


class StatementReminded(Event, frozen=True, kw_only=True):
    """The party was reminded that a question about a sentence awaits its answer, and until when."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId


class StatementLapsed(Event, frozen=True, kw_only=True):
    """The time of a question, or of a consent, ran out before the sentence was said: it allows nothing any more."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId


class StatementSaid(Event, frozen=True, kw_only=True):
    """The mediator said the sentence at the table, as ``message_id`` there."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId
    message_id: MessageId
