"""What was asked to be destroyed, what was, and what must be kept whatever happens."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DestructionId, DisputeId, ExhibitId


class Scope(StrEnum):
    """What a destruction is about."""

    ITEM = "item"  # one exhibit, every version of it
    SPACE = "space"  # one room, all that is in no other
    PERSON = "person"  # one person's own drafts and personal data


class Because(StrEnum):
    """Why something may be destroyed."""

    RETENTION = "retention"  # its time of keeping is over
    OWNER = "owner"  # whoever it belongs to asked for it
    COURT = "court"  # a court or an authority ordered it
    ERASURE = "erasure"  # GDPR art. 17


class DestructionState(StrEnum):
    """Where a destruction stands."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class Destruction(Base):
    """A destruction, asked by one person and decided by another; its id is also its own ledger tree's space.

    ``asked_by`` is ``NULL`` for the operator of the machine. ``facts_sealed``: what the certificate states, as
    canonical JSON. ``dispute_id`` is the centre's own id where a person is concerned.
    """

    __tablename__ = "destructions"

    id: Mapped[DestructionId] = mapped_column(primary_key=True)
    scope: Mapped[Scope] = mapped_column(words(Scope))
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    subject_id: Mapped[ExhibitId] = mapped_column(index=True)
    because: Mapped[Because] = mapped_column(words(Because))
    state: Mapped[DestructionState] = mapped_column(words(DestructionState))
    asked_by: Mapped[AccountId | None]
    asked_at: Mapped[datetime]
    decided_by: Mapped[AccountId | None]
    decided_at: Mapped[datetime | None]
    facts_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
