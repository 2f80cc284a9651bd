"""The parties of a dispute, and who holds a seat at its table."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, PartyId, SeatId
from odr.visibility.actor import SeatRole


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


class SeatRow(Base):
    """A person's seat at one table. ``mandate_ceiling`` is in cents (``NULL``: no ceiling)."""

    __tablename__ = "seats"
    __table_args__ = (UniqueConstraint("dispute_id", "account_id", "role", "since"),)

    id: Mapped[SeatId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    party_id: Mapped[PartyId | None]
    role: Mapped[SeatRole] = mapped_column(words(SeatRole))
    mandate_ceiling: Mapped[int | None] = mapped_column(BigInteger)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    declared_at: Mapped[datetime | None]  # mediator and expert: independence declared
    declaration_sealed: Mapped[bytes | None]
