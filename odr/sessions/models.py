"""Meetings: when, how long, with whom, and whether they took place; their minutes. What people wrote is sealed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, MeetingId, MinutesId, PartyId, SpaceId
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


class Minutes(Base):
    """One version of a meeting's minutes, sealed under the key of its room; ``sha256`` (32 bytes) is of the text.

    ``answer_by``: of a joint meeting, until when the parties are asked to approve or contest it.
    """

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[MinutesId] = mapped_column(primary_key=True)
    meeting_id: Mapped[MeetingId]
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    party_id: Mapped[PartyId | None]
    number: Mapped[int]
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    written_by: Mapped[AccountId]
    published_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]


class MinutesDraft(Base):
    """What a mediator has written of a meeting's minutes and not given to the room yet; theirs alone."""

    __tablename__ = "minutes_drafts"
    __table_args__ = (UniqueConstraint("meeting_id", "author_id"),)

    id: Mapped[MinutesId] = mapped_column(primary_key=True)
    meeting_id: Mapped[MeetingId]
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    author_id: Mapped[AccountId]
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class MinutesReply(StrEnum):
    """What a party says of minutes."""

    APPROVED = "approved"
    CONTESTED = "contested"


class MinutesAnswer(Base):
    """A party approved a version of the minutes, or contested it: why is sealed under the room's key."""

    __tablename__ = "minutes_answers"

    minutes_id: Mapped[MinutesId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    reply: Mapped[MinutesReply] = mapped_column(words(MinutesReply))
    label: Mapped[UUID]  # what the sealed words are bound to
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[AccountId]
    at: Mapped[datetime]
