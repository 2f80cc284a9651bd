"""What is stored on the way to the centre."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, PartyId, ProposalId, SpaceId


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
