"""Mediators' profiles; appointments with their declarations of interests, and the windows in which parties object."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.disputes.models import Category
from odr.ids import AccountId, AppointmentId, ChoiceId, DisputeId, MissionId, ObjectionId, PartyId, SeatId, WindowId
from odr.visibility.actor import SeatRole


class MediatorProfile(Base):
    """What a mediator of the centre is known for. ``places``: how many mediations at once (``NULL``: not said)."""

    __tablename__ = "mediator_profiles"

    account_id: Mapped[AccountId] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    presentation: Mapped[str] = mapped_column(String(1200))
    accreditation: Mapped[str] = mapped_column(String(600))
    places: Mapped[int | None] = mapped_column(Integer)
    absent_until: Mapped[date | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[AccountId]


class Speciality(Base):
    """A kind of quarrel that a mediator knows."""

    __tablename__ = "mediator_specialities"

    account_id: Mapped[AccountId] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    category: Mapped[Category] = mapped_column(words(Category), primary_key=True)


class SpokenLanguage(Base):
    """A language in which a mediator works, by its ISO 639-1 code."""

    __tablename__ = "mediator_languages"

    account_id: Mapped[AccountId] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)


class Ending(StrEnum):
    """Why somebody's appointment ended before the mediation did."""

    REPLACED = "replaced"  # by the centre
    OBJECTED = "objected"  # the centre upheld an objection
    RECUSED = "recused"  # by the person themselves


class Appointment(Base):
    """That somebody was asked to mediate or to examine. It ends with their seat; a successor has one of their own.

    ``mission_id`` is set for an expert. ``reason_sealed`` is why it ended, under the procedure space's key.
    """

    __tablename__ = "appointments"

    id: Mapped[AppointmentId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    seat_id: Mapped[SeatId] = mapped_column(index=True)
    account_id: Mapped[AccountId]
    role: Mapped[SeatRole] = mapped_column(words(SeatRole))
    mission_id: Mapped[MissionId | None]
    named_at: Mapped[datetime]
    named_by: Mapped[AccountId | None]
    chosen_together: Mapped[bool] = mapped_column(Boolean)  # by the parties' rankings
    ended_at: Mapped[datetime | None]
    ending: Mapped[Ending | None] = mapped_column(words(Ending))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class FormerDeclaration(Base):
    """What a declaration of interests said before it was brought up to date; sealed as the seat's newest one is."""

    __tablename__ = "former_declarations"

    seat_id: Mapped[SeatId] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    declared_at: Mapped[datetime]
    declaration_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ObjectionWindow(Base):
    """The time in which parties may object after a declaration of interests.

    It closes when it is over or every party has answered, and no objection awaits the centre's decision any more.
    """

    __tablename__ = "objection_windows"

    id: Mapped[WindowId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    appointment_id: Mapped[AppointmentId] = mapped_column(index=True)
    opened_at: Mapped[datetime]
    due: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Objection(Base):
    """A party's answer in a window: no objection, or one with its reason.

    ``reason_sealed``, and ``decision_sealed`` with what the centre answered, are under the key of the party's private
    room. ``shown_at``: when the centre let whom it is about read it. ``upheld`` is ``NULL`` until the centre decides.
    """

    __tablename__ = "objections"
    __table_args__ = (UniqueConstraint("window_id", "party_id"),)

    id: Mapped[ObjectionId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    window_id: Mapped[WindowId]
    party_id: Mapped[PartyId]
    said_by: Mapped[AccountId]
    said_at: Mapped[datetime]
    objects: Mapped[bool] = mapped_column(Boolean)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[AccountId | None]
    upheld: Mapped[bool | None] = mapped_column(Boolean)
    decision_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ChoiceOutcome(StrEnum):
    """How a joint choice ended."""

    DECIDED = "decided"
    NONE_LEFT = "none_left"  # everybody was struck, or is not free any more
    BY_A_PERSON = "by_a_person"  # a party asked that a person at the centre chooses
    WITHDRAWN = "withdrawn"  # the centre appointed somebody itself


class Choice(Base):
    """A list of mediators that both sides rank. ``draw`` (hexadecimal) is what its order was drawn from."""

    __tablename__ = "choices"

    id: Mapped[ChoiceId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    listed_by: Mapped[AccountId]
    listed_at: Mapped[datetime]
    due: Mapped[datetime]
    strikes: Mapped[int]
    draw: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[ChoiceOutcome | None] = mapped_column(words(ChoiceOutcome))
    chosen: Mapped[AccountId | None]


class Listed(Base):
    """A mediator on a list, at their place in it from 0."""

    __tablename__ = "listed_mediators"

    choice_id: Mapped[ChoiceId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[AccountId]


class Ranking(Base):
    """A party's ranking of a list, sealed under the key of its private room: nobody else reads it."""

    __tablename__ = "rankings"

    choice_id: Mapped[ChoiceId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    said_by: Mapped[AccountId]
    said_at: Mapped[datetime]
    ballot_sealed: Mapped[bytes] = mapped_column(LargeBinary)
