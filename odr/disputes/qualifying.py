"""The centre's part: qualify or reject a referral. Inviting is in inviting.py."""

from sqlalchemy import update

from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.commands import REASON_LIMIT, move, permitted_by
from odr.disputes.events import (
    DirectNegotiationBegun,
    DisputeQualified,
    DisputeRejected,
)
from odr.disputes.lifecycle import Step
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.ids import DisputeId
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


async def qualify_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str = "") -> None:
    """The secretariat finds that the centre can mediate it. ``reason`` is optional and shown to the claimant."""
    dispute = await _decide(uow, actor, dispute_id, Step.QUALIFY, reason, required=False)
    await uow.record(
        DisputeQualified(
            dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L2", actor_id=actor.account_id
        )
    )


async def reject_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """The secretariat finds that the centre cannot mediate it, and says why."""
    dispute = await _decide(uow, actor, dispute_id, Step.REJECT, reason, required=True)
    await uow.record(
        DisputeRejected(
            dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L3", actor_id=actor.account_id
        )
    )


async def negotiate_directly(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """The parties first try between themselves, for 30 days; then the invitation leaves."""
    dispute = await _decide(uow, actor, dispute_id, Step.NEGOTIATE_DIRECTLY, "", required=False)
    due = due_at(Deadline.DIRECT_NEGOTIATION, uow.now())
    await uow.session.execute(update(Dispute).where(Dispute.id == dispute_id).values(reply_by=due))
    await set_timer(uow, Deadline.DIRECT_NEGOTIATION, dispute_id, due)
    await uow.record(
        DirectNegotiationBegun(
            dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L4", actor_id=actor.account_id
        )
    )


async def _decide(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, step: Step, reason: str, *, required: bool
) -> DisputeFacts:
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=required)
    typed.check()
    dispute = await visible_dispute(uow, actor, dispute_id)
    await move(uow, dispute_id, step, permitted_by(actor, dispute, step), actor, clean)
    return dispute
