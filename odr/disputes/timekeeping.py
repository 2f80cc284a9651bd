"""What happens when a deadline is near or has passed: the job that timers queue. It looks at the state again first."""

from typing import Final

from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, read_knock
from odr.disputes.commands import move
from odr.disputes.events import InvitationLapsed, ReplyReminded, TermNear
from odr.disputes.lifecycle import TRANSITIONS, By, Stage, Step
from odr.disputes.qualifying import invite_after_direct_negotiation, remind_invited
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.outbox import Job
from odr.unit_of_work import UnitOfWork

_PLATFORM: Final = frozenset({By.PLATFORM})
_EXPIRING: Final = frozenset(stage for line in TRANSITIONS if line.step is Step.EXPIRE for stage in line.before)


async def meet_deadline(uow: UnitOfWork, job: Job) -> None:
    """Do what a timer knocks for, unless the dispute has moved on or the deadline has been moved."""
    knock = read_knock(job.payload)
    dispute = await dispute_facts(uow, knock.dispute_id)
    if not _still_runs(dispute, knock):
        return
    if knock.reminds:
        await _remind(uow, dispute, knock.deadline)
    else:
        await _end(uow, dispute, knock.deadline)


def _still_runs(dispute: DisputeFacts, knock: Knock) -> bool:
    if knock.deadline is Deadline.REPLY:
        return dispute.stage is Stage.INVITED and dispute.reply_by == knock.due
    if knock.deadline is Deadline.DIRECT_NEGOTIATION:
        return dispute.stage is Stage.DIRECT_NEGOTIATION and dispute.reply_by == knock.due
    return dispute.stage in _EXPIRING and dispute.term_ends == knock.due


async def _remind(uow: UnitOfWork, dispute: DisputeFacts, deadline: Deadline) -> None:
    if deadline is Deadline.DIRECT_NEGOTIATION:
        return
    if deadline is Deadline.REPLY:
        await remind_invited(uow, dispute)
    kind, rule = (ReplyReminded, "L9") if deadline is Deadline.REPLY else (TermNear, "L24")
    await uow.record(kind(dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=rule, actor_id=None))


async def _end(uow: UnitOfWork, dispute: DisputeFacts, deadline: Deadline) -> None:
    if deadline is Deadline.DIRECT_NEGOTIATION:
        await invite_after_direct_negotiation(uow, dispute)
        return
    step = Step.LAPSE if deadline is Deadline.REPLY else Step.EXPIRE
    line = await move(uow, dispute.id, step, _PLATFORM, None)
    if step is Step.LAPSE:
        await uow.record(
            InvitationLapsed(
                dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=line.number, actor_id=None
            )
        )
