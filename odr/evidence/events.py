"""What happened to exhibits. Each event stands in the ledger of one room and says what that room may know."""

from datetime import date
from typing import ClassVar

from odr.event import Event
from odr.evidence.models import ExhibitKind, Form, Origin
from odr.ids import ConsentId, DisclosureId, ExhibitId, HandedId, PartyId
from odr.visibility.terms import SpaceKind


class Told(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A file came to stand in a room under a number. ``sha256`` is hexadecimal, ``size`` in bytes.

    ``redacts`` is the salted commitment to the original of a redacted copy (see redactions.py), left out for anything
    else.
    """

    number: str
    title: str
    file_name: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    size: int
    sha256: str
    media_type: str
    redacts: str = ""


class Entered(Told, frozen=True, kw_only=True, omit_defaults=True):
    """An exhibit has entered a room. ``version`` is the version's number in this room, left out for the first."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId
    owner_id: PartyId | None
    version: int = 1


class Replaced(Entered, frozen=True, kw_only=True):
    """A newer version of an exhibit took the place of the one that stood in a room, under the same number.

    ``replaces`` is the SHA-256 of the version before it in this room.
    """

    replaces: str
    reason: str


class ExhibitPrepared(Entered, frozen=True, kw_only=True):
    """A party put an exhibit into its private draft. Nobody else is told."""


class ExhibitLodgedApart(Entered, frozen=True, kw_only=True):
    """An exhibit entered a caucus."""


class ExhibitLodged(Entered, frozen=True, kw_only=True):
    """An exhibit entered the joint space. The same event whatever way it came, so that the joint ledger never tells."""


class WorkingPaperLodged(Entered, frozen=True, kw_only=True):
    """An exhibit is on the expert's desk: lodged by the expert, or supplied by the mission."""


class DraftReplaced(Replaced, frozen=True, kw_only=True):
    """A newer version stands in a party's private draft. Nobody else is told."""


class ExhibitReplacedApart(Replaced, frozen=True, kw_only=True):
    """A newer version stands in a caucus."""


class ExhibitReplaced(Replaced, frozen=True, kw_only=True):
    """A newer version stands in the joint space. The same event whatever way it came."""


class WorkingPaperReplaced(Replaced, frozen=True, kw_only=True):
    """A newer version is on the expert's desk: lodged by the expert, or supplied by the mission."""


class ExhibitShared(Event, frozen=True, kw_only=True):
    """Its party let an exhibit out of this room into a wider one. It stands in the ledger of the room it came from."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId
    into: SpaceKind


class ExhibitTakenBack(Event, frozen=True, kw_only=True):
    """Its party took an exhibit back from a room; from the joint space only before any other party had opened it."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId
    number: str


class ExhibitRestored(Event, frozen=True, kw_only=True):
    """An exhibit that had been withdrawn from a room stands there again, under its number."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId
    number: str


class ExhibitOpened(Event, frozen=True, kw_only=True):
    """Somebody opened an exhibit. It stands in its party's private ledger: nobody else learns of it."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId
    where: SpaceKind


class InfectedFileReleased(Event, frozen=True, kw_only=True):
    """Somebody chose to receive an infected file all the same. It stands in the ledger of a room of their own."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId
    sha256: str
    reason: str


class DisclosureAsked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The mediator asked a party to let one caucus exhibit cross over.

    ``apart``, left out for any other, says that it is for ``recipients`` alone, each in its own caucus.
    """

    subject: ClassVar[str | None] = "disclosure_id"

    disclosure_id: DisclosureId
    exhibit_id: ExhibitId
    form: Form
    recipients: tuple[PartyId, ...] = ()
    apart: bool = False


class ConsentGiven(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The party consented: to this exhibit (its digest), these recipients, this purpose, this form.

    ``apart``, left out for any other, says that these recipients alone get it, each in its own caucus.
    """

    subject: ClassVar[str | None] = "disclosure_id"

    disclosure_id: DisclosureId
    consent_id: ConsentId
    exhibit_id: ExhibitId
    sha256: str
    form: Form
    recipients: tuple[PartyId, ...]
    apart: bool = False


class DisclosureOffered(ConsentGiven, frozen=True, kw_only=True):
    """A party, unasked, allowed the mediator to disclose one of its caucus exhibits as it is."""


class DisclosureReminded(Event, frozen=True, kw_only=True):
    """The party was reminded that a request to disclose awaits its answer."""

    subject: ClassVar[str | None] = "disclosure_id"

    disclosure_id: DisclosureId


class DisclosureLapsed(Event, frozen=True, kw_only=True):
    """The time of a request, or of a consent that was not used, ran out: it allows nothing any more."""

    subject: ClassVar[str | None] = "disclosure_id"

    disclosure_id: DisclosureId


class ConsentRefused(Event, frozen=True, kw_only=True):
    """The party refused. It owes no reason."""

    subject: ClassVar[str | None] = "disclosure_id"

    disclosure_id: DisclosureId


class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    """The party withdrew its consent before the exhibit was opened by another party."""

    subject: ClassVar[str | None] = "disclosure_id"

    disclosure_id: DisclosureId


class ExhibitDisclosed(Event, frozen=True, kw_only=True):
    """The mediator disclosed a caucus exhibit on its party's consent. It stands in the caucus's ledger only."""

    subject: ClassVar[str | None] = "disclosure_id"

    disclosure_id: DisclosureId
    consent_id: ConsentId
    exhibit_id: ExhibitId


class ExhibitHanded(ExhibitDisclosed, frozen=True, kw_only=True):
    """The mediator handed it to the recipients that its party named, to each in its own caucus. Told here only."""


class DocumentHanded(Told, frozen=True, kw_only=True, omit_defaults=True):
    """The mediator handed a document to this party alone. It stands in that party's caucus, and tells of no other."""

    subject: ClassVar[str | None] = "handed_id"

    handed_id: HandedId


class HandedWithdrawn(Event, frozen=True, kw_only=True):
    """What was handed to this party alone was withdrawn, or stopped: by whom, its room is not told."""

    subject: ClassVar[str | None] = "handed_id"

    handed_id: HandedId
    number: str


class HandedRestored(HandedWithdrawn, frozen=True, kw_only=True):
    """What was withdrawn from this party alone stands in its place again, in nobody's name."""
