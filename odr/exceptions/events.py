"""What happened to what is disclosed without consent: used, noted while its party is not told yet."""

from datetime import datetime
from typing import ClassVar

from odr.event import Event
from odr.exceptions.models import Ground, Matter
from odr.ids import ExhibitId, LegalExceptionId


class ExceptionUsed(Event, frozen=True, kw_only=True):
    """A mediator disclosed something of a caucus without consent, under an exception of the law (95-125, art. 21-3).

    ``sha256`` (hexadecimal) commits to the words or to the exhibit's bytes; ``recipients`` counts who got it. It stands
    in the ledger of the room whose confidence it is, from the moment that its readers are told; ``used_at`` is when.
    """

    subject: ClassVar[str | None] = "exception_id"

    exception_id: LegalExceptionId
    ground: Ground
    matter: Matter
    exhibit_id: ExhibitId | None
    sha256: str
    recipients: int
    used_at: datetime


class ExceptionUsedTogether(ExceptionUsed, frozen=True, kw_only=True):
    """The same of what was on the joint table, or of the agreement."""


class ExceptionNoted(ExceptionUsed, frozen=True, kw_only=True):
    """The same, in the mediator's own ledger, as a person's integrity forbids that the party be told before then."""

    tell_by: datetime
