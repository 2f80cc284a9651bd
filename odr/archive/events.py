"""What happened to sealed records: their sealing and their reading stand in the ledger that the table reads."""

from typing import ClassVar

from odr.event import Event
from odr.ids import AccessId, DisputeId, RecordId, ReopeningId


class RecordSealed(Event, frozen=True, kw_only=True):
    """The record is sealed. ``tag_manifest_sha256`` is the seal, ``sha256`` the ZIP's digest (both hexadecimal).

    The verifier looks for the seal under this very name (the vault's ``SEAL_FIELD``). ``size`` is in bytes.
    """

    subject: ClassVar[str | None] = "record_id"

    record_id: RecordId
    outcome: str
    tag_manifest_sha256: str
    sha256: str
    size: int


class RecordReleased(Event, frozen=True, kw_only=True):
    """Somebody took a copy of the sealed record: the parties learn of each. ``access_id`` is an archivist's request."""

    subject: ClassVar[str | None] = "record_id"

    record_id: RecordId
    access_id: AccessId | None


class InfectedRecordReleased(Event, frozen=True, kw_only=True):
    """Somebody chose to take a record although a scanner found ``files`` of its files infected, and said why."""

    subject: ClassVar[str | None] = "record_id"

    record_id: RecordId
    files: int
    reason: str


class OfAccess(Event, frozen=True, kw_only=True):
    """Something happened to an archivist's request to read a record. Its motive stays sealed."""

    subject: ClassVar[str | None] = "access_id"

    access_id: AccessId
    record_id: RecordId


class AccessAsked(OfAccess, frozen=True, kw_only=True):
    """An archivist asked to read a record."""


class AccessAuthorised(OfAccess, frozen=True, kw_only=True):
    """A second person allowed it, until ``expires_at`` (ISO 8601 with its zone)."""

    expires_at: str


class AccessRefused(OfAccess, frozen=True, kw_only=True):
    """A second person refused it."""


class OfReopening(Event, frozen=True, kw_only=True):
    """Something happened to a request to reopen. Its motive stays sealed."""

    subject: ClassVar[str | None] = "reopening_id"

    reopening_id: ReopeningId
    record_id: RecordId


class ReopeningAsked(OfReopening, frozen=True, kw_only=True):
    """A party or an archivist asked to reopen the dispute."""


class ReopeningAgreed(OfReopening, frozen=True, kw_only=True):
    """One person of the centre agreed; two are needed."""


class ReopeningGranted(OfReopening, frozen=True, kw_only=True):
    """Two people of the centre agreed: a linked new file was made; the sealed record stays as it is."""

    new_dispute_id: DisputeId


class ReopeningRefused(OfReopening, frozen=True, kw_only=True):
    """A person of the centre refused; why stands with the dispute's stages."""
