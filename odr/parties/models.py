"""The parties of a dispute. Who holds a seat for them stands with the people (odr/people/models.py)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import DisputeId, PartyId
from odr.people.models import SeatRow

__all__ = ["Party", "SeatRow", "Side"]


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
