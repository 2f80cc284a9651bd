"""Exhibits, where they are placed, what their owner consented to and who opened them (uploads: upload_models.py)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, BigKey, words
from odr.evidence.scanning import Because, Outcome
from odr.ids import (
    AccountId,
    ConsentId,
    DisclosureId,
    DisputeId,
    ExhibitId,
    ExhibitVersionId,
    HandedId,
    PartyId,
    PlacementId,
    SpaceId,
)
from odr.visibility.terms import SpaceKind


class Origin(StrEnum):
    """Produced (it existed before) or elaborated in the mediation (French Code of Civil Procedure, art. 1528-3)."""

    PRODUCED = "produced"
    ELABORATED = "elaborated"


class ExhibitKind(StrEnum):
    """What sort of document it is."""

    CONTRACT = "contract"
    SPECIFICATION = "specification"
    EMAIL = "email"
    LOG = "log"
    PLANNING = "planning"
    INVOICE = "invoice"
    MINUTES = "minutes"
    LETTER = "letter"
    REPORT = "report"
    OTHER = "other"


class Exhibit(Base):
    """A lodged document: one or more versions of it, each of them a file.

    ``owner_id`` is the party that lodged it; ``NULL`` for the expert's report. ``lodged_by`` lodged the first version.
    """

    __tablename__ = "exhibits"

    id: Mapped[ExhibitId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId]
    owner_id: Mapped[PartyId | None]
    lodged_by: Mapped[AccountId]
    lodged_at: Mapped[datetime]
    kind: Mapped[ExhibitKind] = mapped_column(words(ExhibitKind))
    origin: Mapped[Origin] = mapped_column(words(Origin))


class ExhibitVersion(Base):
    """One version of an exhibit: a file. Its id is its item's id in the vault, never the exhibit's own.

    A first version whose id were the exhibit's would let every reader tell it from a later one, which may have been the
    first to leave its party's rooms.

    Which versions stand where, and in which order, each room tells for itself (:class:`Placement`).
    ``signature_sealed`` is what the scanner calls an infection, under the key of the space it was lodged in.
    """

    __tablename__ = "exhibit_versions"
    __table_args__ = (
        Index("ix_exhibit_versions_dispute_id_sha256", "dispute_id", "sha256"),
        Index("ix_exhibit_versions_scan_scan_due_at", "scan", "scan_due_at"),
    )

    id: Mapped[ExhibitVersionId] = mapped_column(primary_key=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId]
    space_id: Mapped[SpaceId]  # in which it was lodged
    lodged_by: Mapped[AccountId]
    lodged_at: Mapped[datetime]
    document_date: Mapped[date | None]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    media_type: Mapped[str] = mapped_column(String(120))  # by content, "" when unknown
    scan: Mapped[Outcome] = mapped_column(words(Outcome))
    scan_because: Mapped[Because] = mapped_column(words(Because))
    scan_engine: Mapped[str] = mapped_column(String(120))
    scanned_at: Mapped[datetime | None]
    scan_due_at: Mapped[datetime | None]  # while the outcome is "waiting"
    scan_attempts: Mapped[int]
    signature_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Placement(Base):
    """An exhibit in a space, with its number there: given on entry, never changed, never given again.

    ``version_id`` is the version that is current in this space, ``ordinal`` its number there, from 1: an exhibit may
    have had other versions elsewhere, and nothing here tells. ``label_sealed`` holds the title, the file name and the
    reason for replacing (JSON) under this space's key. ``event_index`` is the ledger index of the entry that put it
    there, for its receipt. ``prefix`` is C, R or E (a second respondent has R2). Once withdrawn, its label is gone,
    unless ``quarantined_at`` says that it may come back.
    """

    __tablename__ = "placements"
    __table_args__ = (
        UniqueConstraint("exhibit_id", "space_id"),
        UniqueConstraint("space_id", "prefix", "number"),
    )

    id: Mapped[PlacementId] = mapped_column(primary_key=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId] = mapped_column(index=True)
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    owner_id: Mapped[PartyId | None]
    prefix: Mapped[str] = mapped_column(String(4))
    number: Mapped[int]
    label_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    placed_by: Mapped[AccountId]
    placed_at: Mapped[datetime]
    consent_id: Mapped[ConsentId | None]
    event_index: Mapped[int] = mapped_column(BigInteger)
    version_id: Mapped[ExhibitVersionId]
    ordinal: Mapped[int]
    first_opened_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[AccountId | None]
    quarantined_at: Mapped[datetime | None]


class FormerPlacement(Base):
    """What stood at a placement before it was replaced: its columns as they were."""

    __tablename__ = "former_placements"

    placement_id: Mapped[PlacementId] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[ExhibitVersionId] = mapped_column(index=True)
    label_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    placed_by: Mapped[AccountId]
    placed_at: Mapped[datetime]
    event_index: Mapped[int] = mapped_column(BigInteger)


class Redaction(Base):
    """That a version was lodged as a redacted copy of another exhibit's version.

    ``commitment`` is what its events say, ``salt`` opens it for who may read the original (see redactions.py).
    """

    __tablename__ = "redactions"

    version_id: Mapped[ExhibitVersionId] = mapped_column(primary_key=True)
    original_id: Mapped[ExhibitId] = mapped_column(index=True)
    original_version_id: Mapped[ExhibitVersionId]
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))


class Override(Base):
    """That a person chose to receive an infected file all the same. Why is said in the ledger of their own room."""

    __tablename__ = "exhibit_overrides"

    version_id: Mapped[ExhibitVersionId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Form(StrEnum):
    """In which form a caucus exhibit may cross over."""

    ORIGINAL = "original"
    REDACTED = "redacted"
    EXCERPT = "excerpt"


class DisclosureState(StrEnum):
    """Where a request to disclose stands."""

    ASKED = "asked"
    CONSENTED = "consented"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DISCLOSED = "disclosed"


class Disclosure(Base):
    """The mediator's request to disclose one caucus exhibit and its party's answer, or the party's own offer.

    Purpose, recipients and the refusal's reason are sealed (JSON) under the caucus's key. ``exhibit_id`` is what was
    asked for; what the party lets out instead of it (redacted, an excerpt) is named by its consent. ``apart``: it is
    for its recipients alone, handed to each in its own caucus (:class:`HandedExhibit`). Past ``expires_at`` neither
    question nor consent counts.
    """

    __tablename__ = "disclosures"

    id: Mapped[DisclosureId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(index=True)
    caucus_id: Mapped[SpaceId]
    owner_id: Mapped[PartyId]
    form: Mapped[Form] = mapped_column(words(Form))
    terms_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[DisclosureState] = mapped_column(words(DisclosureState))
    asked_by: Mapped[AccountId]
    offered: Mapped[bool]  # by the party, unasked
    apart: Mapped[bool]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Consent(Base):
    """A party's consent to one disclosure of one exhibit (its digest): named recipients, one purpose, one form.

    ``exhibit_id`` is the exhibit that may cross over: the one asked for (original), or the party's own redacted copy or
    excerpt. Revocable until the disclosed exhibit is first opened by another party (``first_opened_at``).
    """

    __tablename__ = "consents"

    id: Mapped[ConsentId] = mapped_column(primary_key=True)
    disclosure_id: Mapped[DisclosureId] = mapped_column(unique=True)
    dispute_id: Mapped[DisputeId]
    exhibit_id: Mapped[ExhibitId] = mapped_column(index=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    form: Mapped[Form] = mapped_column(words(Form))
    given_by: Mapped[AccountId]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    first_opened_at: Mapped[datetime | None]


class HandedExhibit(Base):
    """A version of an exhibit that its party let the mediator hand to one other party alone, in that one's caucus.

    It is no placement: there it can only be read. Its id, its number (its own sequence in that caucus) and its label,
    sealed under that room's key, tell nothing of the exhibit, of whose it is, nor of others who have it. ``party_id``
    is who received it. Once withdrawn its label is gone, unless ``quarantined_at`` says that it may come back.
    """

    __tablename__ = "handed_exhibits"
    __table_args__ = (UniqueConstraint("space_id", "number"),)

    id: Mapped[HandedId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    party_id: Mapped[PartyId]
    number: Mapped[int]
    disclosure_id: Mapped[DisclosureId] = mapped_column(index=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(index=True)
    version_id: Mapped[ExhibitVersionId] = mapped_column(index=True)
    label_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    handed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    quarantined_at: Mapped[datetime | None]


class Opening(Base):
    """That somebody opened an exhibit, and when: shown to the party that lodged it, and to nobody else.

    ``placement_id`` is where they opened it: a placement, or what was handed to their party alone.
    """

    __tablename__ = "openings"
    __table_args__ = (Index("ix_openings_placement_id_reader_id_at", "placement_id", "reader_id", "at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(index=True)
    placement_id: Mapped[PlacementId]
    version_id: Mapped[ExhibitVersionId]
    reader_id: Mapped[AccountId]
    reader_party_id: Mapped[PartyId | None]  # NULL for the mediator and the expert
    at: Mapped[datetime]
