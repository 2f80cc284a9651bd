"""The neutral expert's mission, what it supplies and what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, ExhibitId, ExhibitVersionId, MissionId, PlacementId, SpaceId


class MissionState(StrEnum):
    """Where a mission stands."""

    PROPOSED = "proposed"  # terms of reference written; the expert has yet to declare independence
    DECLINED = "declined"
    ACCEPTED = "accepted"
    REPORTED = "reported"
    ENDED = "ended"  # the mediator ended it without a report


class Mission(Base):
    """One expert's mission. Its questions (terms of reference) are sealed under the joint space's key.

    ``space_id`` is the expert's own desk: what is supplied is keyed to it. ``answer_sealed`` is the declaration of
    independence, or why the expert declined; ``seen_sealed`` what the expert had seen when the report was posted
    (JSON: each supplied exhibit's number, digest and first opening). Both are sealed under the joint space's key.
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
    answered_at: Mapped[datetime | None]
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    report_exhibit_id: Mapped[ExhibitId | None]
    reported_at: Mapped[datetime | None]
    seen_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Supply(Base):
    """A version of an exhibit that a mission supplies to its expert. ``placement_id`` is its place on the desk."""

    __tablename__ = "supplies"

    mission_id: Mapped[MissionId] = mapped_column(primary_key=True)
    exhibit_id: Mapped[ExhibitId] = mapped_column(primary_key=True)
    version_id: Mapped[ExhibitVersionId] = mapped_column(primary_key=True)
    placement_id: Mapped[PlacementId]
    supplied_by: Mapped[AccountId]
    supplied_at: Mapped[datetime]
