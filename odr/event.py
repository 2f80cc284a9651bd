"""What happened: the base of every event, and where each one is in its ledger. Rooms' events.py say the rest."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base
from odr.ids import AccountId, DisputeId, EventId, SpaceId


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened in one space, named by its class in the past tense.

    It goes into that space's ledger tree, so its fields may hold what readers of the space may know, and nothing more.
    ``rule`` is the number of the line (visibility V…, life cycle L…) that allowed it; ``actor_id`` is ``None`` for the
    platform itself, and where who acted is not for the space's readers. ``subject`` names the field whose id pages and
    jobs follow.
    """

    subject: ClassVar[str | None] = None

    dispute_id: DisputeId
    space_id: SpaceId
    rule: str
    actor_id: AccountId | None


class EventRow(Base):
    """Which event is where in which space's ledger, for lists of events. What it says stays in the ledger."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_space_id_index", "space_id", "index", unique=True),)

    id: Mapped[EventId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    index: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[UUID | None]
    actor_id: Mapped[AccountId | None]
    at: Mapped[datetime]
