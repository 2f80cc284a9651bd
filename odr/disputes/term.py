"""The term of the agreement to mediate: extended once, by the mediator."""

from sqlalchemy import update

from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.events import TermExtended
from odr.disputes.lifecycle import Activity, require
from odr.disputes.models import Dispute
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole


async def extend_term(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """The mediator extends the term by as long as it was, once. Raises ConflictError ``extended_already``."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    if not any(seat.dispute_id == dispute_id and seat.role is SeatRole.MEDIATOR for seat in actor.seats):
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.EXTEND_TERM)
    if dispute.term_extended_at is not None or dispute.term_ends is None:
        raise ConflictError("extended_already")
    ends = due_at(Deadline.TERM, dispute.term_ends, length=dispute.term_months)
    await uow.session.execute(
        update(Dispute).where(Dispute.id == dispute_id).values(term_ends=ends, term_extended_at=uow.now())
    )
    await set_timer(uow, Deadline.TERM, dispute_id, ends)
    await uow.record(
        TermExtended(dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L24", actor_id=actor.account_id)
    )
