"""The spaces of a dispute, and the messages in them."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, MessageId, MissionId, PartyId, SpaceId
from odr.visibility.terms import SpaceKind


class Space(Base):
    """A room with its own key and ledger tree. ``party_id`` names whose private draft or caucus it is.

    ``slot`` says the same in one word that is never NULL, so that a dispute has each of its rooms once. ``holder_id``
    is the one person a room belongs to (the expert of a mission); ``NULL`` where everybody who stands so may enter.
    """

    __tablename__ = "spaces"
    __table_args__ = (UniqueConstraint("dispute_id", "slot"),)

    id: Mapped[SpaceId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    party_id: Mapped[PartyId | None]
    mission_id: Mapped[MissionId | None]
    holder_id: Mapped[AccountId | None]
    slot: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]


class Message(Base):
    """What somebody said in a caucus or in the joint space, or a mediator's note; its text is sealed at rest.

    ``owner_id`` is the party it belongs to: in a caucus, that party, whoever wrote; in the joint space, the author's.
    ``author_party_id`` is the author's own party, ``NULL`` for the mediator. Once taken back, its text is gone: a line
    stays that says so. ``withdrawn_by`` is ``NULL`` for a message of the mediator's that was stopped, whoever did it.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_space_id_at", "space_id", "at", "id"),)

    id: Mapped[MessageId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    owner_id: Mapped[PartyId | None]
    author_id: Mapped[AccountId]
    author_party_id: Mapped[PartyId | None]
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[AccountId | None]


class Reading(Base):
    """That a message was handed to somebody, and when first: noted before its text leaves, never after.

    Every message of the joint space, and the mediator's in a caucus.

    ``party_id`` is the reader's party, ``NULL`` for the mediator.
    """

    __tablename__ = "message_readings"

    message_id: Mapped[MessageId] = mapped_column(primary_key=True)
    reader_id: Mapped[AccountId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId | None]
    at: Mapped[datetime]


class Visit(Base):
    """When a person last looked at a dispute (``at``), and at the visit before that: what came after is new to them."""

    __tablename__ = "visits"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    before: Mapped[datetime | None]
