"""Legal holds: what they cover may be destroyed in no way, by nobody, as long as they stand."""

from datetime import datetime

from sqlalchemy import ColumnElement, LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base
from odr.errors import ConflictError
from odr.ids import AccountId, DisputeId, ExhibitId, HoldId
from odr.unit_of_work import UnitOfWork


class Hold(Base):
    """A legal hold on a whole dispute, or on one exhibit of it. The reason is sealed; its id is its ledger tree's."""

    __tablename__ = "holds"

    id: Mapped[HoldId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    exhibit_id: Mapped[ExhibitId | None]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    set_by: Mapped[AccountId]
    set_at: Mapped[datetime]
    lifted_by: Mapped[AccountId | None]
    lifted_at: Mapped[datetime | None]


async def refuse_if_held(uow: UnitOfWork, dispute_id: DisputeId, exhibit_id: ExhibitId | None = None) -> None:
    """Raise ConflictError ``legal_hold`` while a legal hold covers the dispute or the exhibit."""
    covers: ColumnElement[bool] = Hold.exhibit_id.is_(None)
    if exhibit_id is not None:
        covers |= Hold.exhibit_id == exhibit_id
    held = select(Hold.id).where(Hold.dispute_id == dispute_id, Hold.lifted_at.is_(None), covers).limit(1)
    if await uow.session.scalar(held) is not None:
        raise ConflictError("legal_hold")
