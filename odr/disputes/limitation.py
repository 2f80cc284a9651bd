"""The dates of limitation (French Civil Code, art. 2238): when the period was suspended, when it runs again.

The written agreement to mediate suspends it, or the first meeting of everyone where that came before. Each date is
remembered as an event of the procedure, so that a receipt of the ledger proves it.
"""

from datetime import date, datetime
from typing import Final

from sqlalchemy import update

from odr.deadlines.calendar import after_months, day_of
from odr.disputes.events import LimitationResumed, LimitationSuspended
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts
from odr.unit_of_work import UnitOfWork

MONTHS_LEFT: Final = 6
"""However little was left of it, the period lasts as long from the declared end of the mediation."""


def open_until(resumed: datetime) -> date:
    """Return the day before which a period that runs again since ``resumed`` cannot have run out."""
    return after_months(day_of(resumed), MONTHS_LEFT)


async def suspend_limitation(uow: UnitOfWork, dispute: DisputeFacts) -> None:
    """Every party has agreed in writing to mediate: from now on the period stands still, if it does not already."""
    now = uow.now()
    await _keep(uow, dispute, convention_signed_at=now)
    if dispute.limitation_suspended_at is None:
        await _suspend(uow, dispute, now, "L10")


async def suspend_by_meeting(uow: UnitOfWork, dispute: DisputeFacts, since: datetime, rule: str) -> None:
    """Everyone has met with the mediator: from the first such meeting on the period stands still, agreement or none."""
    known = dispute.limitation_suspended_at
    if known is None or since < known:
        await _suspend(uow, dispute, since, rule)


async def _suspend(uow: UnitOfWork, dispute: DisputeFacts, since: datetime, rule: str) -> None:
    await _keep(uow, dispute, limitation_suspended_at=since)
    await uow.record(
        LimitationSuspended(
            dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=rule, actor_id=None, since=since
        )
    )


async def _keep(uow: UnitOfWork, dispute: DisputeFacts, **dates: datetime) -> None:
    await uow.session.execute(
        update(Dispute).where(Dispute.id == dispute.id).values(**dates).execution_options(synchronize_session="fetch")
    )


async def remember_resumption(uow: UnitOfWork, dispute: DisputeFacts, resumed: datetime, rule: str) -> None:
    """The mediation is over: the period runs again, for six months at least."""
    await uow.record(
        LimitationResumed(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=rule,
            actor_id=None,
            since=resumed,
            open_until=open_until(resumed),
        )
    )
