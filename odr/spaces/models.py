"""The spaces of a dispute, and the messages in them."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, MessageId, MissionId, PartyId, SpaceId
from odr.visibility.terms import SpaceKind


class Space(Base):
    """A room with its own key and ledger tree. ``party_id`` names whose private draft or caucus it is."""

    __tablename__ = "spaces"
    __table_args__ = (UniqueConstraint("dispute_id", "kind", "party_id", "mission_id"),)

    id: Mapped[SpaceId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    party_id: Mapped[PartyId | None]
    mission_id: Mapped[MissionId | None]
    created_at: Mapped[datetime]


class Message(Base):
    """What somebody said in a caucus or in the joint space, or a mediator's note; its text is sealed at rest.

    ``owner_id`` is the party it belongs to: in a caucus, that party, whoever wrote; in the joint space, the author's.
    """

    __tablename__ = "messages"

    id: Mapped[MessageId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId] = mapped_column(index=True)
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    owner_id: Mapped[PartyId | None]
    author_id: Mapped[AccountId]
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class Visit(Base):
    """When a person last looked at a dispute: what came after is new to them."""

    __tablename__ = "visits"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    before: Mapped[datetime | None]
