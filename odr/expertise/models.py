"""The neutral expert's mission, what it supplies and what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, ExhibitId, MissionId, PlacementId, SpaceId


class MissionState(StrEnum):
    """Where a mission stands."""

    PROPOSED = "proposed"  # terms of reference written; the expert has yet to declare independence
    ACCEPTED = "accepted"
    REPORTED = "reported"
    ENDED = "ended"


class Mission(Base):
    """One expert's mission. Its questions (terms of reference) are sealed under the joint space's key.

    ``space_id`` is the expert's own space: what is supplied is keyed to it, and to it only.
    """

    __tablename__ = "missions"

    id: Mapped[MissionId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    expert_id: Mapped[AccountId]
    space_id: Mapped[SpaceId]
    state: Mapped[MissionState] = mapped_column(words(MissionState))
    terms_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opened_by: Mapped[AccountId]
    opened_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    report_exhibit_id: Mapped[ExhibitId | None]
    reported_at: Mapped[datetime | None]


class Supply(Base):
    """An exhibit that a mission supplies to its expert."""

    __tablename__ = "supplies"
    __table_args__ = (UniqueConstraint("mission_id", "exhibit_id"),)

    mission_id: Mapped[MissionId] = mapped_column(primary_key=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(primary_key=True)
    placement_id: Mapped[PlacementId]
    supplied_by: Mapped[AccountId]
    supplied_at: Mapped[datetime]
