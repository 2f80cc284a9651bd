"""Pausing a mediation, until a day if one is set, and taking the work up again.

A pause moves neither the term of the agreement to mediate nor the limitation period, which stands still until the
mediation ends (French Civil Code, art. 2238).
"""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import update

from odr.deadlines.calendar import end_of
from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.commands import move, permitted_by, take_step
from odr.disputes.events import MediationResumed, MediationSuspended, PauseMoved, PauseNear
from odr.disputes.lifecycle import By, Stage, Step
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, dispute_facts, visible_dispute
from odr.errors import WrongStageError
from odr.ids import DisputeId
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

LONGEST: Final = timedelta(days=366)
_PLATFORM: Final = frozenset({By.PLATFORM})


async def suspend(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str, last_day: str = "") -> None:
    """The mediator pauses the work, to the end of ``last_day`` where one is given, else until they take it up again.

    Raises InvalidInputError (``reason``; ``last_day``: bad_date, in_the_past, after_term, too_far),
    NotPermittedError, WrongStageError.
    """
    before = await visible_dispute(uow, actor, dispute_id)
    typed = Typed()
    until = _until(typed, uow, before, last_day)
    dispute = await take_step(uow, actor, dispute_id, Step.SUSPEND, reason, required=True, typed=typed)
    await _keep(uow, dispute_id, until)
    await uow.record(
        MediationSuspended(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule="L11",
            actor_id=actor.account_id,
            until=until,
        )
    )


async def move_pause(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, last_day: str) -> None:
    """The mediator gives a pause another last day, or none: then it lasts until they take the work up again.

    Raises InvalidInputError as :func:`suspend` does (also ``last_day``: same_day), NotPermittedError, WrongStageError.
    """
    dispute = await paused_dispute(uow, actor, dispute_id)
    typed = Typed()
    until = _until(typed, uow, dispute, last_day)
    if until == dispute.pause_ends:
        typed.wrong("last_day", "same_day")
    typed.check()
    await _keep(uow, dispute_id, until)
    await uow.record(
        PauseMoved(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule="L11",
            actor_id=actor.account_id,
            until=until,
        )
    )


async def paused_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> DisputeFacts:
    """Return a dispute whose pause the actor may change. Raises NotFoundError, NotPermittedError, WrongStageError."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    permitted_by(actor, dispute, Step.SUSPEND)
    if dispute.stage is not Stage.SUSPENDED:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.SUSPEND)
    return dispute


async def resume(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """The mediator takes the work up again."""
    dispute = await take_step(uow, actor, dispute_id, Step.RESUME, "", required=False)
    await uow.record(_resumed(dispute, actor))


async def remind_pause(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the table that the work goes on soon."""
    if dispute := await _pausing(uow, knock):
        await uow.record(
            PauseNear(dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule="L12", actor_id=None)
        )


async def end_pause(uow: UnitOfWork, knock: Knock) -> None:
    """Take the work up again: the day set for it is over."""
    if dispute := await _pausing(uow, knock):
        await move(uow, dispute.id, Step.RESUME, _PLATFORM, None)
        await uow.record(_resumed(dispute, None))


def last_day_allowed(dispute: DisputeFacts, now: datetime) -> datetime:
    """Return the last instant to which a pause may be set: the mediation's own term, or a year."""
    return dispute.term_ends or now + LONGEST


def _until(typed: Typed, uow: UnitOfWork, dispute: DisputeFacts, last_day: str) -> datetime | None:
    """Return the last instant of the day that was typed. A chosen day is kept, be it a Sunday or a public holiday."""
    day: date | None = typed.day("last_day", last_day, required=False)
    if day is None:
        return None
    until, now = end_of(day), uow.now()
    if until <= now:
        typed.wrong("last_day", "in_the_past")
    elif until > last_day_allowed(dispute, now):
        typed.wrong("last_day", "after_term" if dispute.term_ends else "too_far")
    return until


async def _keep(uow: UnitOfWork, dispute_id: DisputeId, until: datetime | None) -> None:
    await uow.session.execute(
        update(Dispute)
        .where(Dispute.id == dispute_id)
        .values(pause_ends=until)
        .execution_options(synchronize_session="fetch")
    )
    if until is not None:
        await set_timer(uow, Deadline.PAUSE, dispute_id, until)


async def _pausing(uow: UnitOfWork, knock: Knock) -> DisputeFacts | None:
    """Return the dispute whose pause a timer knocks for, if what it was set for still stands."""
    dispute = await dispute_facts(uow, knock.dispute_id)
    return dispute if dispute.stage is Stage.SUSPENDED and dispute.pause_ends == knock.due else None


def _resumed(dispute: DisputeFacts, actor: Actor | None) -> MediationResumed:
    return MediationResumed(
        dispute_id=dispute.id,
        space_id=dispute.procedure_space_id,
        rule="L12",
        actor_id=actor.account_id if actor else None,
    )
