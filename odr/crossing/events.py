"""What happened to sentences, to what was withdrawn (in the caucus's ledger only), to waivers and to bundles."""

from datetime import datetime
from typing import ClassVar

from odr.crossing.models import Copies, Outcome, WaiverState, Wording
from odr.event import Event
from odr.ids import AccountId, BundleId, ExhibitId, MessageId, OfferId, PartyId, QuarantineId, StatementId


class StatementProposed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The mediator asked a party to let a sentence be said. ``sha256`` (hexadecimal) commits to its exact words.

    ``paraphrases`` is the SHA-256 of the exhibit that the sentence says in other words, left out for any other;
    ``apart``, left out for any other, says that it is for these recipients alone, each in its own caucus.
    """

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId
    sha256: str
    wording: Wording
    recipients: tuple[PartyId, ...]
    expires_at: datetime
    paraphrases: str = ""
    apart: bool = False


class StatementOffered(StatementProposed, frozen=True, kw_only=True):
    """A party, unasked, allowed the mediator to say a sentence of its own."""


class StatementAllowed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The party consented: to these very words, these recipients, this purpose, until then.

    ``paraphrases`` as when it was asked.
    """

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId
    sha256: str
    expires_at: datetime
    paraphrases: str = ""


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


class StatementSaid(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The mediator said the sentence at the table, as ``message_id`` there; ``paraphrases`` as when it was asked."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId
    message_id: MessageId
    paraphrases: str = ""


class StatementHanded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The mediator said the sentence to its recipients, to each in its own caucus."""

    subject: ClassVar[str | None] = "statement_id"

    statement_id: StatementId
    paraphrases: str = ""


class QuarantineBegun(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An exhibit, a message or an offer was withdrawn at once, as a wrong disclosure. ``readers`` had opened it."""

    subject: ClassVar[str | None] = "quarantine_id"

    quarantine_id: QuarantineId
    exhibit_id: ExhibitId | None
    message_id: MessageId | None
    readers: tuple[AccountId, ...]
    offer_id: OfferId | None = None


class CopiesAnswered(Event, frozen=True, kw_only=True):
    """A reader said what became of their copies of what was withdrawn."""

    subject: ClassVar[str | None] = "quarantine_id"

    quarantine_id: QuarantineId
    copies: Copies


class QuarantineEnded(Event, frozen=True, kw_only=True):
    """It was decided what becomes of what was withdrawn: it stands again, or is gone for good."""

    subject: ClassVar[str | None] = "quarantine_id"

    quarantine_id: QuarantineId
    outcome: Outcome


class WaiverAnswered(Event, frozen=True, kw_only=True):
    """A party gave, refused or withdrew its waiver of an elaborated exhibit's confidentiality, before the table."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId
    party_id: PartyId
    state: WaiverState
    version: int


class BundleExported(Event, frozen=True, kw_only=True):
    """A party exported exhibits for a court. It stands in its private ledger: nobody else is told."""

    subject: ClassVar[str | None] = "bundle_id"

    bundle_id: BundleId
    exhibits: tuple[ExhibitId, ...]
