"""What mediators disclosed without consent, under the two exceptions of the law."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, ExhibitId, ExhibitVersionId, LegalExceptionId, PartyId, SpaceId
from odr.visibility.terms import SpaceKind


class Ground(StrEnum):
    """On which of the law's grounds a mediator discloses without consent (law 95-125, art. 21-3, a and b)."""

    PUBLIC_ORDER = "public_order"  # a): imperious reasons of public order
    INTEGRITY = "integrity"  # a): a child's higher interest, or the physical or psychological integrity of a person
    PERFORMANCE = "performance"  # b): carrying out the agreement needs that its existence or content be revealed


class Matter(StrEnum):
    """What is disclosed: one thing, never more."""

    SENTENCE = "sentence"  # what was said in the room, in a few words
    EXHIBIT = "exhibit"  # one exhibit of the room, as it stands there
    EXISTENCE = "existence"  # that there is an agreement, between whom, since when
    PASSAGE = "passage"  # a passage of the signed agreement, word for word


class LegalException(Base):
    """That a mediator disclosed something without consent, under an exception of the law.

    ``space_id`` is the room whose confidence it is (a caucus, or the joint space), ``party_id`` the caucus's party.
    What was disclosed, to whom and why is sealed (JSON) under that room's key. ``noted_index`` is the ledger index of
    the first entry, in ``noted_in``: the room itself or, while ``told_at`` is not set, the mediator's notes; it is told
    by ``tell_by`` at the latest. ``told_index``: the entry in the room's ledger.
    """

    __tablename__ = "exceptions"

    id: Mapped[LegalExceptionId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    space_id: Mapped[SpaceId]
    kind: Mapped[SpaceKind] = mapped_column(words(SpaceKind))
    party_id: Mapped[PartyId | None]
    ground: Mapped[Ground] = mapped_column(words(Ground))
    matter: Mapped[Matter] = mapped_column(words(Matter))
    exhibit_id: Mapped[ExhibitId | None]
    version_id: Mapped[ExhibitVersionId | None]
    facts_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    used_by: Mapped[AccountId]
    used_at: Mapped[datetime]
    noted_in: Mapped[SpaceId]
    noted_index: Mapped[int] = mapped_column(BigInteger)
    tell_by: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    told_index: Mapped[int | None] = mapped_column(BigInteger)
