"""A person's own appointments, those that have ended too: what they were asked, until when, and how it ended.

Who no longer mediates or examines reads nothing of the dispute any more, but that they were appointed to it is theirs.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from odr.appointment.models import Appointment, Ending
from odr.disputes.lifecycle import ENDS, Stage
from odr.disputes.models import Dispute
from odr.ids import AppointmentId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole

SHOWN: Final = 200
_OVER: Final = ENDS | {Stage.ARCHIVED, Stage.REOPENING_REQUESTED, Stage.REOPENED, Stage.DISPOSED}


@dataclass(frozen=True, slots=True)
class OwnAppointment:
    """One of the reader's appointments. ``dispute_id`` is set while they sit at its table; ``ending``: if replaced.

    ``is_over``: the dispute itself has ended.
    """

    id: AppointmentId
    reference: str
    role: SeatRole
    named_at: datetime
    ended_at: datetime | None
    ending: Ending | None
    dispute_id: DisputeId | None
    is_over: bool


async def own_appointments(uow: UnitOfWork, actor: Actor) -> tuple[OwnAppointment, ...]:
    """Return the actor's own appointments: those that last, then those that ended, each the latest first."""
    rows = await uow.session.execute(
        select(Appointment, Dispute.reference, Dispute.stage)
        .join(Dispute, Dispute.id == Appointment.dispute_id)
        .where(Appointment.account_id == actor.account_id)
        .order_by(Appointment.ended_at.is_not(None), Appointment.named_at.desc(), Appointment.id)
        .limit(SHOWN)
    )
    return tuple(
        OwnAppointment(
            id=row.id,
            reference=reference,
            role=row.role,
            named_at=row.named_at,
            ended_at=row.ended_at,
            ending=row.ending,
            dispute_id=row.dispute_id if actor.seat_in(row.dispute_id) is not None else None,
            is_over=stage in _OVER,
        )
        for row, reference, stage in rows.all()
    )
