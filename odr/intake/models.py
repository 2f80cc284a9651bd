"""What is stored on the way to the centre."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, ArrivalId, CompletionId, DisputeId, EventId, PartyId, ProposalId, SpaceId
from odr.intake.score import Part


class ProposalState(StrEnum):
    """What became of a proposal."""

    STANDING = "standing"
    REPLACED = "replaced"  # by a newer one of the same company
    ACCEPTED = "accepted"


class Proposal(Base):
    """How a company would settle a complaint; its terms are sealed under the key of the room of both."""

    __tablename__ = "proposals"

    id: Mapped[ProposalId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    party_id: Mapped[PartyId]
    by_id: Mapped[AccountId]
    at: Mapped[datetime]
    state: Mapped[ProposalState] = mapped_column(words(ProposalState))
    terms_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ScoreChange(Base):
    """A part of an impact score that the secretariat set, and why: sealed under the procedure space's key."""

    __tablename__ = "score_changes"

    id: Mapped[EventId] = mapped_column(primary_key=True)  # of the event that says so
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    part: Mapped[Part] = mapped_column(words(Part))
    before: Mapped[int]
    after: Mapped[int]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[AccountId]
    at: Mapped[datetime]


class Completion(Base):
    """What the centre asked a claimant for, and the answer: both sealed under the procedure space's key."""

    __tablename__ = "completions"

    id: Mapped[CompletionId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    asked_by: Mapped[AccountId]
    asked_at: Mapped[datetime]
    due: Mapped[datetime]
    question_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    answered_by: Mapped[AccountId | None]
    answered_at: Mapped[datetime | None]
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Door(StrEnum):
    """How a draft came, where not by the pages."""

    PROGRAM = "program"
    MAIL = "mail"


class Arrival(Base):
    """A draft that came through another door. ``key_hash`` holds it once: of its account and the sender's own key.

    ``left_out_sealed`` (of the private room) tells what was not taken; ``done_at`` is empty while files still come.
    """

    __tablename__ = "arrivals"

    id: Mapped[ArrivalId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    door: Mapped[Door] = mapped_column(words(Door))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    left_out_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
