"""Sealed records, requests to read them and requests to reopen."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccessId, AccountId, DisputeId, ExhibitId, RecordId, ReopeningId, SpaceId


class Record(Base):
    """A dispute's sealed record: an item in the vault, and the seal (the tag manifest's SHA-256) in the ledger."""

    __tablename__ = "records"

    id: Mapped[RecordId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[ExhibitId]
    space_id: Mapped[SpaceId]
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    size: Mapped[int] = mapped_column(BigInteger)
    sealed_at: Mapped[datetime] = mapped_column(index=True)
    event_index: Mapped[int] = mapped_column(BigInteger)


class AccessState(StrEnum):
    """Where a request to read a record stands."""

    ASKED = "asked"
    AUTHORISED = "authorised"
    REFUSED = "refused"


class AccessRequest(Base):
    """An archivist asks to read a record, with a motive; a second person decides. The motive is sealed."""

    __tablename__ = "access_requests"

    id: Mapped[AccessId] = mapped_column(primary_key=True)
    record_id: Mapped[RecordId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId]
    asked_by: Mapped[AccountId] = mapped_column(index=True)
    asked_at: Mapped[datetime]
    motive_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[AccessState] = mapped_column(words(AccessState))
    decided_by: Mapped[AccountId | None]
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class ReopeningState(StrEnum):
    """Where a request to reopen stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Reopening(Base):
    """Somebody asks to reopen a dispute; two people of the centre must agree. The motive is sealed."""

    __tablename__ = "reopenings"

    id: Mapped[ReopeningId] = mapped_column(primary_key=True)
    record_id: Mapped[RecordId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId]
    asked_by: Mapped[AccountId]
    asked_at: Mapped[datetime]
    motive_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[ReopeningState] = mapped_column(words(ReopeningState))
    decided_at: Mapped[datetime | None]
    new_dispute_id: Mapped[DisputeId | None]


class ReopeningVote(Base):
    """One person's yes to a reopening."""

    __tablename__ = "reopening_votes"
    __table_args__ = (UniqueConstraint("reopening_id", "account_id"),)

    reopening_id: Mapped[ReopeningId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    at: Mapped[datetime]
