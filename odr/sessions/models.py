"""Meetings: when, how long, with whom, and whether they took place. Where, and what about, is sealed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, MeetingId, PartyId, SpaceId
from odr.visibility.terms import SpaceKind


class MeetingState(StrEnum):
    """What became of a meeting."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"  # it did not take place


class Meeting(Base):
    """One meeting, of the joint space or of a caucus. ``party_id`` names the party that is met apart, if it is.

    Its place and its agenda are sealed under the room's key; ``minutes`` is how long it is to last.
    """

    __tablename__ = "meetings"

    id: Mapped[MeetingId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    party_id: Mapped[PartyId | None]
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[MeetingState] = mapped_column(words(MeetingState))
    details_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    called_by: Mapped[AccountId]
    called_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]  # moved, cancelled or noted, the last time
