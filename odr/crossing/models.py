"""Sentences that the mediator may say at the table; and what was withdrawn from it as a wrong disclosure."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import (
    AccountId,
    BundleId,
    DisclosureId,
    DisputeId,
    ExhibitId,
    ExhibitVersionId,
    MessageId,
    OfferId,
    PartyId,
    QuarantineId,
    SpaceId,
    StatementId,
)


class Wording(StrEnum):
    """How a sentence stands to what was said apart."""

    ORIGINAL = "original"  # a message of the caucus, word for word
    REDACTED = "redacted"  # a message of the caucus, with passages left out and marked […]
    EXCERPT = "excerpt"  # a passage of a message of the caucus, word for word
    PARAPHRASE = "paraphrase"  # in other words; the only way for what was said orally


class StatementState(StrEnum):
    """Where a sentence stands."""

    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SAID = "said"
    LAPSED = "lapsed"


class Statement(Base):
    """A sentence proposed by the mediator, or offered by the party, to be said to everyone at the table, or to some.

    Its text, what it is for, to whom it goes and the refusal's reason are sealed (JSON) under the caucus's key; the
    text never changes. ``message_id`` is the joint message that it becomes when it is said, drawn beforehand so that
    the card that is consented to is the card that will stand there. ``exhibit_version_id``: the version of a caucus
    exhibit that it says in other words, if it does. ``apart``: it is said to its recipients alone, to each in its own
    caucus (:class:`Handing`), and ``message_id`` is no message, only what a quarantine knows it by. Past
    ``expires_at`` a consent allows nothing.
    """

    __tablename__ = "statements"

    id: Mapped[StatementId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    caucus_id: Mapped[SpaceId] = mapped_column(index=True)
    owner_id: Mapped[PartyId]
    source_id: Mapped[MessageId | None]  # the caucus message it is taken from; NULL: said orally
    exhibit_version_id: Mapped[ExhibitVersionId | None]
    message_id: Mapped[MessageId]
    wording: Mapped[Wording] = mapped_column(words(Wording))
    state: Mapped[StatementState] = mapped_column(words(StatementState))
    terms_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    apart: Mapped[bool]
    proposed_by: Mapped[AccountId]
    offered: Mapped[bool]  # by the party, unasked
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_by: Mapped[AccountId | None]
    answered_at: Mapped[datetime | None]
    said_at: Mapped[datetime | None]


class Handing(Base):
    """That a sentence was said to one of its recipients, in whose caucus it is this message of the mediator's."""

    __tablename__ = "statement_handings"

    message_id: Mapped[MessageId] = mapped_column(primary_key=True)
    statement_id: Mapped[StatementId] = mapped_column(index=True)
    caucus_id: Mapped[SpaceId]


class Outcome(StrEnum):
    """What becomes of something withdrawn as a wrong disclosure."""

    OPEN = "open"
    RESTORED = "restored"
    REMOVED = "removed"


class Quarantine(Base):
    """An exhibit, a message or an offer withdrawn at once from the table, as it should not have been there.

    ``party_id`` is the party whose secret it is, ``caucus_id`` the caucus whose ledger tells of it. What happened, and
    how the thing was called, is sealed (JSON) under the caucus's key; ``number`` is what the table knew it by (empty
    for a message or an offer, and for what never stood there). ``disclosure_id``: it is an exhibit that was handed to
    some of the others, each in its own caucus, by this disclosure. ``begun_index`` and ``ended_index`` are the ledger
    indexes of both entries, for their receipts.
    """

    __tablename__ = "quarantines"

    id: Mapped[QuarantineId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    caucus_id: Mapped[SpaceId]
    party_id: Mapped[PartyId]
    exhibit_id: Mapped[ExhibitId | None]
    message_id: Mapped[MessageId | None]
    disclosure_id: Mapped[DisclosureId | None]
    offer_id: Mapped[OfferId | None]
    number: Mapped[str] = mapped_column(String(20))
    facts_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    begun_by: Mapped[AccountId]
    begun_at: Mapped[datetime]
    begun_index: Mapped[int] = mapped_column(BigInteger)
    ended_by: Mapped[AccountId | None]
    ended_at: Mapped[datetime | None]
    ended_index: Mapped[int | None] = mapped_column(BigInteger)


class Copies(StrEnum):
    """What a reader says of the copies of what was withdrawn."""

    NONE_KEPT = "none_kept"
    DELETED = "deleted"
    KEPT = "kept"


class QuarantineReader(Base):
    """That somebody had opened what was withdrawn, when first, and what they say of their copies.

    ``asked``: they were asked to keep none; the mediator, who may know it, is not.
    """

    __tablename__ = "quarantine_readers"

    quarantine_id: Mapped[QuarantineId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    asked: Mapped[bool]
    copies: Mapped[Copies | None] = mapped_column(words(Copies))
    answered_at: Mapped[datetime | None]


class WaiverState(StrEnum):
    """What a party says about the confidentiality of an elaborated exhibit."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Waiver(Base):
    """A party's answer about one exhibit: each a version of its own, the newest holds."""

    __tablename__ = "waivers"

    exhibit_id: Mapped[ExhibitId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    state: Mapped[WaiverState] = mapped_column(words(WaiverState))
    by: Mapped[AccountId]
    at: Mapped[datetime]


class CourtBundle(Base):
    """That a party exported exhibits for a court, and when: its own side's alone."""

    __tablename__ = "court_bundles"

    id: Mapped[BundleId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    party_id: Mapped[PartyId]
    made_by: Mapped[AccountId]
    made_at: Mapped[datetime]


class BundledExhibit(Base):
    """Which exhibits a bundle held, and their numbers there: their waivers can't be withdrawn any more.

    ``number`` is the party's own, before a court; ``NULL`` in bundles that were exported before there were such.
    """

    __tablename__ = "bundled_exhibits"

    bundle_id: Mapped[BundleId] = mapped_column(primary_key=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(primary_key=True, index=True)
    number: Mapped[int | None]
