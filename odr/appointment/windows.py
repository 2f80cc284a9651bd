"""The window in which parties may object to who mediates or examines: opened, begun anew, closed (objections.py).

One side never learns what the other said in it: the table is told that an appointment is reviewed, kept, ended or
settled, and nothing of whom or why.
"""

from typing import Final, TypeVar

from sqlalchemy import delete, select

from odr.appointment.events import (
    AppointmentKept,
    AppointmentReviewed,
    AppointmentSettled,
    ObjectionNear,
    ObjectionsInvited,
)
from odr.appointment.handing_over import admit_successor
from odr.appointment.models import Appointment, Objection, ObjectionWindow
from odr.appointment.opening import open_if_ready
from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.errors import ConflictError
from odr.ids import AppointmentId, MissionId, WindowId, new_id
from odr.unit_of_work import UnitOfWork

T = TypeVar("T", AppointmentKept, AppointmentReviewed, AppointmentSettled, ObjectionNear)
CENTRE: Final = "V102"
"""The line under which the centre names, decides and replaces, and what follows by itself."""


async def open_window(uow: UnitOfWork, dispute: DisputeFacts, appointment: Appointment) -> None:
    """Open the time to object after a declaration; both sides are told at the same instant.

    Where it is open already, it begins anew: who had no objection to less answers again, objections stand.
    """
    now = uow.now()
    due = due_at(Deadline.OBJECTION, now)
    row = await open_row(uow, appointment.id)
    if row is None:
        row = ObjectionWindow(
            id=WindowId(new_id()),
            dispute_id=dispute.id,
            appointment_id=appointment.id,
            opened_at=now,
            due=due,
            closed_at=None,
        )
        uow.session.add(row)
    else:
        row.opened_at, row.due = now, due
        await uow.session.execute(delete(Objection).where(Objection.window_id == row.id, Objection.objects.is_(False)))
    await uow.session.flush()
    await set_timer(uow, Deadline.OBJECTION, dispute.id, due, subject_id=row.id)
    await uow.record(
        ObjectionsInvited(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="V100",
            actor_id=None,
            appointment_id=appointment.id,
            window_id=row.id,
        )
    )


async def close_if_over(uow: UnitOfWork, row: ObjectionWindow) -> None:
    """Close a window whose time is over, or in which everybody has answered, unless the centre has yet to decide."""
    dispute = await dispute_facts(uow, row.dispute_id)
    if dispute.stage not in ACTIVITIES[Activity.APPOINT]:
        return  # the mediation has ended meanwhile: nobody joins it any more
    answered = set(await uow.session.scalars(select(Objection.party_id).where(Objection.window_id == row.id)))
    everybody = {party.id for party in dispute.parties if party.joined_at is not None} <= answered
    if row.closed_at is not None or await is_undecided(uow, row) or not (everybody or row.due <= uow.now()):
        return
    row.closed_at = uow.now()
    await uow.session.flush()
    await uow.record(told_of(AppointmentSettled, dispute, row))
    appointment = await uow.session.get_one(Appointment, row.appointment_id)
    await admit_successor(uow, dispute, appointment)
    await open_if_ready(uow, dispute.id)


async def meet_objection(uow: UnitOfWork, knock: Knock) -> None:
    """The time to object is over: what the timer knocks for. A window that began anew has a timer of its own."""
    row = await uow.session.get(ObjectionWindow, knock.subject_id, with_for_update=True)
    if row is not None and row.due == knock.due:
        await close_if_over(uow, row)


async def remind_objection(uow: UnitOfWork, knock: Knock) -> None:
    """Remind both sides alike, whoever has answered already, that the time to object is over soon."""
    row = await uow.session.get(ObjectionWindow, knock.subject_id)
    if row is not None and row.due == knock.due and row.closed_at is None:
        await uow.record(told_of(ObjectionNear, await dispute_facts(uow, row.dispute_id), row))


async def is_contestable(uow: UnitOfWork, mission_id: MissionId) -> bool:
    """Tell whether parties may still object to a mission's expert, or the centre reviews one."""
    found = await uow.session.scalar(
        select(ObjectionWindow.id)
        .join(Appointment, Appointment.id == ObjectionWindow.appointment_id)
        .where(Appointment.mission_id == mission_id, ObjectionWindow.closed_at.is_(None))
    )
    return found is not None


async def require_settled(uow: UnitOfWork, mission_id: MissionId) -> None:
    """Raise ConflictError ``may_be_objected`` while :func:`is_contestable`."""
    if await is_contestable(uow, mission_id):
        raise ConflictError("may_be_objected")


async def window_of(uow: UnitOfWork, appointment_id: AppointmentId) -> ObjectionWindow | None:
    """Return an appointment's newest window, open or closed."""
    found: ObjectionWindow | None = await uow.session.scalar(
        select(ObjectionWindow)
        .where(ObjectionWindow.appointment_id == appointment_id)
        .order_by(ObjectionWindow.opened_at.desc(), ObjectionWindow.id)
        .limit(1)
    )
    return found


def told_of(kind: type[T], dispute: DisputeFacts, row: ObjectionWindow) -> T:
    """Return what the table is told, in nobody's name: an actor would say which side it was."""
    return kind(
        dispute_id=dispute.id,
        space_id=dispute.procedure_space_id,
        rule=CENTRE,
        actor_id=None,
        appointment_id=row.appointment_id,
    )


async def open_row(uow: UnitOfWork, appointment_id: AppointmentId) -> ObjectionWindow | None:
    """Return the window in which parties may object to an appointment now, its row locked."""
    found: ObjectionWindow | None = await uow.session.scalar(
        select(ObjectionWindow)
        .where(ObjectionWindow.appointment_id == appointment_id, ObjectionWindow.closed_at.is_(None))
        .with_for_update()
    )
    return found


async def is_undecided(uow: UnitOfWork, row: ObjectionWindow) -> bool:
    """Tell whether an objection awaits the centre's decision."""
    found = await uow.session.scalar(
        select(Objection.id).where(
            Objection.window_id == row.id, Objection.objects.is_(True), Objection.decided_at.is_(None)
        )
    )
    return found is not None
