"""Sealed records, what their checks found, requests to read them and requests to reopen."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, BigKey, Json, words
from odr.ids import AccessId, AccountId, DisputeId, ExhibitId, RecordId, ReopeningId, SpaceId


class Record(Base):
    """A dispute's sealed record: an item in the vault, and the seal (the tag manifest's SHA-256) in the ledger.

    ``space_id`` is the room under whose key the record lies and in whose ledger its seal stands: the joint space, or
    the procedure space of a dispute that never came to the table. ``outcome`` is the stage at which it was sealed.
    ``versions``: ids of the exhibit versions it holds; ``NULL`` for a record that was made before these were kept.
    """

    __tablename__ = "records"
    __table_args__ = (Index("ix_records_sealed_at_id", "sealed_at", "id"),)

    id: Mapped[RecordId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[ExhibitId]
    space_id: Mapped[SpaceId]
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    size: Mapped[int] = mapped_column(BigInteger)
    sealed_at: Mapped[datetime]
    versions: Mapped[list[str] | None] = mapped_column(Json)
    event_index: Mapped[int] = mapped_column(BigInteger)


class RecordCheck(Base):
    """What the offline verifier found when the server gave it the whole record: four verdicts (JSON), by name."""

    __tablename__ = "record_checks"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    record_id: Mapped[RecordId] = mapped_column(index=True)
    checked_at: Mapped[datetime]
    holds: Mapped[bool]
    verdicts: Mapped[dict[str, Any]] = mapped_column(Json)


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

    reopening_id: Mapped[ReopeningId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    at: Mapped[datetime]
