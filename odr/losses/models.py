"""Lines of a party's loss worksheet, and the frozen versions of it that the party shared."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, LossLineId, LossShareId, PartyId, SpaceId
from odr.visibility.terms import SpaceKind


class LossKind(StrEnum):
    """What kind of loss a line counts. Credit notes subtract."""

    UNAVAILABILITY = "unavailability"
    EXTRA_WORK = "extra_work"
    LOST_SALES = "lost_sales"
    PENALTIES = "penalties"
    CREDIT_NOTES = "credit_notes"
    OTHER = "other"


class LossLine(Base):
    """One line of a worksheet, sealed whole (JSON) under the key of its party's private room.

    ``revision`` counts its changes from 1, so that of two people who change it at once the second is told.
    """

    __tablename__ = "loss_lines"

    id: Mapped[LossLineId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId] = mapped_column(index=True)
    owner_id: Mapped[PartyId]
    revision: Mapped[int]
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[AccountId]


class LossShare(Base):
    """A worksheet as a party shared it into one room: frozen, sealed (JSON) under that room's key.

    ``number`` counts that party's versions in that room from 1; ``sha256`` (32 bytes) is that of the JSON.
    """

    __tablename__ = "loss_shares"
    __table_args__ = (UniqueConstraint("space_id", "owner_id", "number"),)

    id: Mapped[LossShareId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    owner_id: Mapped[PartyId]
    number: Mapped[int]
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    shared_by: Mapped[AccountId]
    shared_at: Mapped[datetime]
