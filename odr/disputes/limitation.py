"""The dates of limitation (French Civil Code, art. 2238): suspended by the written agreement, running again at the end.

Both are remembered as events of the procedure, so that a receipt of the ledger proves each.
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
    """Every party has agreed in writing to mediate: from now on the period stands still."""
    now = uow.now()
    await uow.session.execute(
        update(Dispute)
        .where(Dispute.id == dispute.id)
        .values(convention_signed_at=now, limitation_suspended_at=now)
        .execution_options(synchronize_session="fetch")
    )
    await uow.record(
        LimitationSuspended(
            dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule="L10", actor_id=None, since=now
        )
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
