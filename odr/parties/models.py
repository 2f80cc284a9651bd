"""The parties of a dispute and their mandates. Who sits for them stands with the people (odr/people/models.py)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, MandateId, PartyId, SeatId, SpaceId
from odr.people.models import SeatRow

__all__ = ["Mandate", "Party", "SeatRow", "Side"]


class Side(StrEnum):
    """Which side a party is on. Its initial stands in exhibit numbers: C-1, R-1."""

    CLAIMANT = "claimant"
    RESPONDENT = "respondent"


class Party(Base):
    """A company at the table. ``ordinal`` counts the parties of one side from 1."""

    __tablename__ = "parties"
    __table_args__ = (UniqueConstraint("dispute_id", "side", "ordinal"),)

    id: Mapped[PartyId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    side: Mapped[Side] = mapped_column(words(Side))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    registration: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(400))
    joined_at: Mapped[datetime | None]


class Mandate(Base):
    """Up to what a representative may bind their company: sealed (JSON) under the key of its party's private room.

    The one that holds has no ``ended_at``; a newer one of the same seat ends it.
    """

    __tablename__ = "mandates"

    id: Mapped[MandateId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    party_id: Mapped[PartyId]
    seat_id: Mapped[SeatId] = mapped_column(index=True)
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    written_by: Mapped[AccountId]
    written_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
