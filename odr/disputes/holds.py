"""Legal holds: what they cover may be destroyed in no way, by nobody, as long as they stand."""

from datetime import datetime

from sqlalchemy import LargeBinary, or_, select
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


async def refuse_if_held(uow: UnitOfWork, dispute_id: DisputeId, *exhibits: ExhibitId) -> None:
    """Raise ConflictError ``legal_hold`` while a legal hold covers the dispute or one of these exhibits."""
    if await is_held(uow, dispute_id, *exhibits):
        raise ConflictError("legal_hold")


async def is_held(uow: UnitOfWork, dispute_id: DisputeId, *exhibits: ExhibitId) -> bool:
    """Tell whether a legal hold covers the dispute or one of these exhibits. Every way of destroying asks this."""
    covers = or_(Hold.exhibit_id.is_(None), Hold.exhibit_id.in_(exhibits))
    held = select(Hold.id).where(Hold.dispute_id == dispute_id, Hold.lifted_at.is_(None), covers).limit(1)
    return await uow.session.scalar(held) is not None
