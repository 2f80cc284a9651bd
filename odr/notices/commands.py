"""What a person does with their notices."""

from sqlalchemy import select, update

from odr.errors import NotFoundError
from odr.ids import JobId
from odr.notices.choices import save_choices
from odr.notices.models import Notice
from odr.notices.queries import leads_to, own
from odr.notices.terms import NoticeKind
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

__all__ = ["mark_all_read", "open_notice", "save_choices"]


async def open_notice(uow: UnitOfWork, actor: Actor, notice_id: JobId) -> str:
    """Mark one's own notice as read, and return the path that it leads to. Raises NotFoundError."""
    row = await uow.session.scalar(select(Notice).where(Notice.id == notice_id, own(actor)))
    if row is None:
        raise NotFoundError
    row.read_at = row.read_at or uow.now()
    return leads_to(NoticeKind(row.kind), row.dispute_id)


async def mark_all_read(uow: UnitOfWork, actor: Actor) -> None:
    """Mark all of one's notices as read."""
    await uow.session.execute(
        update(Notice)
        .where(own(actor), Notice.read_at.is_(None))
        .values(read_at=uow.now())
        .execution_options(synchronize_session=False)
    )
