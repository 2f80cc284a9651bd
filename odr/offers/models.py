"""Offers, who was handed them and how each party answered. What people wrote, and for how much, is sealed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, OfferId, PartyId, SpaceId


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"  # by every other party
    REFUSED = "refused"  # by one of them, plainly or with another offer
    WITHDRAWN = "withdrawn"  # by its party, before anybody of another one had opened it
    LAPSED = "lapsed"  # its day is over
    CLOSED = "closed"  # another one was accepted, or the mediation has ended
    STOPPED = "stopped"  # as a wrong disclosure: whatever it was before, nobody reads it any more


class Offer(Base):
    """Terms that a party proposes to all others, sealed under the joint space's key; ``until`` they hold.

    ``sha256`` (32 bytes) is of what is sealed. ``instead_of``: the offer of another party that it answers. While it is
    stopped (``stopped_at``), ``state`` is the one that it has again if it is put back, and never ``STOPPED``.
    """

    __tablename__ = "offers"

    id: Mapped[OfferId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    party_id: Mapped[PartyId]
    terms_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_by: Mapped[AccountId]
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    instead_of: Mapped[OfferId | None]
    state: Mapped[OfferState] = mapped_column(words(OfferState))
    ended_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[AccountId | None]


class OfferReading(Base):
    """That an offer was handed to somebody, and when first: noted before its terms leave, never after.

    ``party_id`` is the reader's party, ``NULL`` for the mediator. Its own party's people are not noted.
    """

    __tablename__ = "offer_readings"

    offer_id: Mapped[OfferId] = mapped_column(primary_key=True)
    reader_id: Mapped[AccountId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId | None]
    at: Mapped[datetime]


class OfferReply(StrEnum):
    """How a party answers an offer."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    COUNTERED = "countered"  # with an offer of its own


class OfferAnswer(Base):
    """A party answered an offer, once; the words that went with a refusal are sealed under the joint space's key."""

    __tablename__ = "offer_answers"

    offer_id: Mapped[OfferId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    reply: Mapped[OfferReply] = mapped_column(words(OfferReply))
    label: Mapped[UUID]  # what the sealed words are bound to
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[AccountId]
    at: Mapped[datetime]
