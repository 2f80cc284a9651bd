"""The payments of a signed settlement: both sides are reminded a week before each, and told when its day has passed."""

from typing import Final
from uuid import UUID, uuid5

from odr.agreements.events import InstalmentFell, InstalmentNear
from odr.agreements.lookup import row_of, text_of_version
from odr.deadlines.calendar import end_of
from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import dispute_facts
from odr.ids import AgreementId, DisputeId
from odr.outbox import Job
from odr.unit_of_work import UnitOfWork

_OVER: Final = frozenset({Stage.PERFORMED, Stage.REOPENED, Stage.DISPOSED})


async def start_schedule(uow: UnitOfWork, job: Job) -> None:
    """Set a timer for each payment of a settlement that is to come. Their amounts and their payers stay in the text."""
    dispute_id = DisputeId(UUID(str(job.payload["dispute_id"])))
    agreement_id = AgreementId(UUID(str(job.payload["subject_id"])))
    _row, version = await row_of(uow, dispute_id, agreement_id)
    text = await text_of_version(uow, version)
    for one in text.schedule:
        due = end_of(one.due)
        if due > uow.now():
            subject = uuid5(agreement_id, f"instalment/{one.number}")
            await set_timer(uow, Deadline.INSTALMENT, dispute_id, due, subject_id=subject)


async def remind_instalment(uow: UnitOfWork, knock: Knock) -> None:
    """Tell both sides that a payment is near."""
    await _tell(uow, knock, InstalmentNear)


async def end_instalment(uow: UnitOfWork, knock: Knock) -> None:
    """Tell both sides that the day of a payment has passed; whether it was made, only they know."""
    await _tell(uow, knock, InstalmentFell)


async def _tell(uow: UnitOfWork, knock: Knock, kind: type[InstalmentNear | InstalmentFell]) -> None:
    dispute = await dispute_facts(uow, knock.dispute_id)
    if dispute.stage not in _OVER:
        await uow.record(
            kind(dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule="L18", actor_id=None, due=knock.due)
        )
