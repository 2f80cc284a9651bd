"""The one way a dispute changes its stage, and the steps that need nothing else."""

from typing import Final

from sqlalchemy import CursorResult, update

from odr.disputes.events import MediationEnded, StageChanged
from odr.disputes.lifecycle import TRANSITIONS, By, Stage, Step, Transition, transition
from odr.disputes.limitation import remember_resumption
from odr.disputes.models import Dispute, StageReason
from odr.disputes.queries import DisputeFacts, dispute_facts, standing_by, visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.ids import DisputeId
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

__all__ = ["end_mediation", "may_step", "move", "permitted_by", "take_step", "withdraw"]

REASON_LIMIT: Final = 4000
_MEDIATION_OVER: Final = frozenset({Stage.SETTLED, Stage.NOT_SETTLED})
_MEDIATION_ENDS: Final = frozenset({Step.WITHDRAW, Step.END, Step.EXPIRE})


async def move(
    uow: UnitOfWork, dispute_id: DisputeId, step: Step, by: frozenset[By], actor: Actor | None, reason: str = ""
) -> Transition:
    """Take one step of the life-cycle table and return its line.

    ``by``: as what it is taken (:func:`standing_by`, or the platform). ``reason``, if any, is sealed under the
    procedure space's key. Raises WrongStageError, and ConflictError for the second of two people acting at once.
    """
    dispute = await dispute_facts(uow, dispute_id)
    line = transition(dispute.stage, step, by)
    now = uow.now()
    stands_still = dispute.limitation_suspended_at is not None and dispute.limitation_resumed_at is None
    ends_limitation = line.after in _MEDIATION_OVER and stands_still
    changed = await uow.session.execute(
        update(Dispute)
        .where(Dispute.id == dispute_id, Dispute.version == dispute.version)
        .values(
            stage=line.after,
            version=dispute.version + 1,
            stage_since=now,
            pause_ends=None,  # a pause sets it anew
            limitation_resumed_at=now if ends_limitation else dispute.limitation_resumed_at,
        )
        .execution_options(synchronize_session="fetch")
    )
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise ConflictError("changed_meanwhile")
    account_id = actor.account_id if actor else None
    remembered = await uow.record(
        StageChanged(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=line.number,
            actor_id=account_id,
            step=step,
            before=dispute.stage,
            after=line.after,
        )
    )
    if ends_limitation:
        await remember_resumption(uow, dispute, now, line.number)
    if reason:
        sealed = await uow.vault.seal_text(uow.session, dispute.procedure, remembered.event_id, reason)
        uow.session.add(
            StageReason(id=remembered.event_id, dispute_id=dispute_id, stage=line.after, at=now, reason_sealed=sealed)
        )
    if step in _MEDIATION_ENDS:
        await uow.record(
            MediationEnded(
                dispute_id=dispute_id,
                space_id=dispute.procedure_space_id,
                rule=line.number,
                actor_id=account_id,
                step=step,
            )
        )
    return line


async def withdraw(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """A party's representative leaves the mediation: it ends without an agreement. Irreversible."""
    await take_step(uow, actor, dispute_id, Step.WITHDRAW, reason, required=False)


async def end_mediation(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """The mediator ends the mediation without an agreement. Irreversible."""
    await take_step(uow, actor, dispute_id, Step.END, reason, required=True)


async def take_step(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    step: Step,
    reason: str,
    *,
    required: bool,
    typed: Typed | None = None,
) -> DisputeFacts:
    """Take a step with its reason, and return the dispute as it was before; ``typed``: what else was typed with it."""
    typed = typed or Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=required)
    typed.check()
    dispute = await visible_dispute(uow, actor, dispute_id)
    by = permitted_by(actor, dispute, step)
    await move(uow, dispute_id, step, by, actor, clean)
    return dispute


def permitted_by(actor: Actor, dispute: DisputeFacts, step: Step) -> frozenset[By]:
    """Return as what the actor takes ``step``: raises NotPermittedError if no line ever lets them, at any stage."""
    by = standing_by(actor, dispute)
    if not any(line.step is step and line.by & by for line in TRANSITIONS):
        raise NotPermittedError("not_permitted")
    return by


def may_step(actor: Actor, dispute: DisputeFacts, step: Step) -> bool:
    """Tell whether the actor may take ``step`` now: whether to show its button."""
    by = standing_by(actor, dispute)
    return any(line.step is step and dispute.stage in line.before and line.by & by for line in TRANSITIONS)
