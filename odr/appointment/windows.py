"""The window in which parties may object to who mediates or examines, and what the centre answers.

One side never learns what the other said in it: the table is told that an appointment is reviewed, kept, ended or
settled, and nothing of whom or why.
"""

import hashlib
from typing import Final, TypeVar

from sqlalchemy import delete, select

from odr.appointment.events import (
    AppointmentKept,
    AppointmentReviewed,
    AppointmentSettled,
    NoObjection,
    ObjectionDecided,
    ObjectionNear,
    ObjectionRaised,
    ObjectionShown,
    ObjectionsInvited,
)
from odr.appointment.handing_over import admit_successor
from odr.appointment.models import Appointment, Ending, Objection, ObjectionWindow
from odr.appointment.opening import open_if_ready
from odr.appointment.seats import end_appointment
from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.lifecycle import ACTIVITIES, Activity, require
from odr.disputes.queries import DisputeFacts, dispute_facts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import AppointmentId, DisputeId, MissionId, ObjectionId, PartyId, WindowId, new_id
from odr.spaces.commands import ensure_space
from odr.spaces.queries import SpaceFacts
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

T = TypeVar("T", AppointmentKept, AppointmentReviewed, AppointmentSettled, ObjectionNear)
REASON_LIMIT: Final = 4000
CENTRE: Final = "V102"
"""The line under which the centre names, decides and replaces, and what follows by itself."""


async def open_window(uow: UnitOfWork, dispute: DisputeFacts, appointment: Appointment) -> None:
    """Open the time to object after a declaration; both sides are told at the same instant.

    Where it is open already, it begins anew: who had no objection to less answers again, objections stand.
    """
    now = uow.now()
    due = due_at(Deadline.OBJECTION, now)
    row = await _open_row(uow, appointment.id)
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


async def say_no_objection(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, appointment_id: AppointmentId) -> None:
    """A representative says that their party does not object: when all have, the window closes at once.

    Raises NotFoundError, NotPermittedError (``not_permitted``), ConflictError (``window_closed``, ``said_already``).
    """
    dispute, row, rule, party_id = await _answering(uow, actor, dispute_id, appointment_id)
    room = await _own_room(uow, dispute, party_id)
    objection_id = await _keep(uow, actor, row, party_id, room, "")
    await uow.record(
        NoObjection(
            dispute_id=dispute_id,
            space_id=room.id,
            rule=rule.number,
            actor_id=actor.account_id,
            objection_id=objection_id,
        )
    )
    await close_if_over(uow, row)


async def raise_objection(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, appointment_id: AppointmentId, *, reason: str
) -> None:
    """A representative objects, and says why to the centre alone. The table learns that the appointment is reviewed.

    Raises InvalidInputError (``reason``), NotFoundError, NotPermittedError, ConflictError (``window_closed``,
    ``said_already``).
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    dispute, row, rule, party_id = await _answering(uow, actor, dispute_id, appointment_id)
    typed.check()
    room = await _own_room(uow, dispute, party_id)
    first = not await _undecided(uow, row)
    objection_id = await _keep(uow, actor, row, party_id, room, clean)
    await uow.record(
        ObjectionRaised(
            dispute_id=dispute_id,
            space_id=room.id,
            rule=rule.number,
            actor_id=actor.account_id,
            objection_id=objection_id,
            sha256=hashlib.sha256(clean.encode()).hexdigest(),
        )
    )
    if first:  # a second side that objects changes nothing for the table: it is under review already
        await uow.record(_told(AppointmentReviewed, dispute, row))


async def decide_objection(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    objection_id: ObjectionId,
    *,
    decision: str,
    reason: str,
    shown: bool = False,
) -> None:
    """The secretariat keeps the appointment or ends it, and tells the party that objected why.

    ``decision`` is ``keep`` or ``replace``; ``shown`` lets whom the objection is about read it. Raises
    InvalidInputError (``decision``: choose_one; ``reason``), NotFoundError, NotPermittedError, ConflictError
    (``decided_already``).
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    if decision not in {"keep", "replace"}:
        typed.wrong("decision", "choose_one")
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = _centre(actor, dispute)
    found = await _locked_objection(uow, dispute_id, objection_id)
    typed.check()
    if found.decided_at is not None:
        raise ConflictError("decided_already")
    row = await uow.session.get_one(ObjectionWindow, found.window_id)
    room = await _own_room(uow, dispute, found.party_id)
    upheld = decision == "replace"
    found.decided_at, found.decided_by, found.upheld = uow.now(), actor.account_id, upheld
    found.decision_sealed = await uow.vault.seal_text(uow.session, room.ref, found.window_id, clean)
    await uow.session.flush()
    if shown:
        await _show(uow, actor, dispute, found, rule)
    await uow.record(
        ObjectionDecided(
            dispute_id=dispute_id,
            space_id=room.id,
            rule=rule.number,
            actor_id=actor.account_id,
            objection_id=found.id,
            upheld=upheld,
        )
    )
    if upheld:
        appointment = await uow.session.get_one(Appointment, row.appointment_id)
        await end_appointment(uow, dispute, appointment, Ending.OBJECTED, rule=rule.number, actor_id=actor.account_id)
        return
    if not await _undecided(uow, row):
        await uow.record(_told(AppointmentKept, dispute, row))
    await close_if_over(uow, row)


async def show_objection(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, objection_id: ObjectionId) -> None:
    """The secretariat lets whom an objection is about read it; its party is told. Raises as its decision does."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = _centre(actor, dispute)
    found = await _locked_objection(uow, dispute_id, objection_id)
    await _show(uow, actor, dispute, found, rule)


async def _show(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, found: Objection, rule: Rule) -> None:
    if found.shown_at is not None:
        return
    found.shown_at = uow.now()
    row = await uow.session.get_one(ObjectionWindow, found.window_id)
    appointment = await uow.session.get_one(Appointment, row.appointment_id)
    await uow.record(
        ObjectionShown(
            dispute_id=dispute.id,
            space_id=(await _own_room(uow, dispute, found.party_id)).id,
            rule=rule.number,
            actor_id=actor.account_id,
            objection_id=found.id,
            account_id=appointment.account_id,
        )
    )


async def close_if_over(uow: UnitOfWork, row: ObjectionWindow) -> None:
    """Close a window whose time is over, or in which everybody has answered, unless the centre has yet to decide."""
    dispute = await dispute_facts(uow, row.dispute_id)
    if dispute.stage not in ACTIVITIES[Activity.APPOINT]:
        return  # the mediation has ended meanwhile: nobody joins it any more
    answered = set(await uow.session.scalars(select(Objection.party_id).where(Objection.window_id == row.id)))
    everybody = {party.id for party in dispute.parties if party.joined_at is not None} <= answered
    if row.closed_at is not None or await _undecided(uow, row) or not (everybody or row.due <= uow.now()):
        return
    row.closed_at = uow.now()
    await uow.session.flush()
    await uow.record(_told(AppointmentSettled, dispute, row))
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
        await uow.record(_told(ObjectionNear, await dispute_facts(uow, row.dispute_id), row))


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


def _told(kind: type[T], dispute: DisputeFacts, row: ObjectionWindow) -> T:
    """Return what the table is told, in nobody's name: an actor would say which side it was."""
    return kind(
        dispute_id=dispute.id,
        space_id=dispute.procedure_space_id,
        rule=CENTRE,
        actor_id=None,
        appointment_id=row.appointment_id,
    )


async def _open_row(uow: UnitOfWork, appointment_id: AppointmentId) -> ObjectionWindow | None:
    found: ObjectionWindow | None = await uow.session.scalar(
        select(ObjectionWindow)
        .where(ObjectionWindow.appointment_id == appointment_id, ObjectionWindow.closed_at.is_(None))
        .with_for_update()
    )
    return found


async def _undecided(uow: UnitOfWork, row: ObjectionWindow) -> bool:
    found = await uow.session.scalar(
        select(Objection.id).where(
            Objection.window_id == row.id, Objection.objects.is_(True), Objection.decided_at.is_(None)
        )
    )
    return found is not None


async def _answering(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, appointment_id: AppointmentId
) -> tuple[DisputeFacts, ObjectionWindow, Rule, PartyId]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    appointment = await uow.session.get(Appointment, appointment_id)
    if appointment is None or appointment.dispute_id != dispute_id:
        raise NotFoundError
    seat = actor.seat_in(dispute_id)
    rule = actor.may(Act.CONTEST, Thing.APPOINTMENT, dispute.place)
    if rule is None or seat is None or seat.party_id is None or seat.role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.APPOINT)
    row = await _open_row(uow, appointment_id)
    if row is None or row.due <= uow.now() or appointment.ended_at is not None:
        raise ConflictError("window_closed")
    said = await uow.session.scalar(
        select(Objection.id).where(Objection.window_id == row.id, Objection.party_id == seat.party_id)
    )
    if said is not None:
        raise ConflictError("said_already")
    return dispute, row, rule, seat.party_id


async def _keep(
    uow: UnitOfWork, actor: Actor, row: ObjectionWindow, party_id: PartyId, room: SpaceFacts, reason: str
) -> ObjectionId:
    objection_id = ObjectionId(new_id())
    uow.session.add(
        Objection(
            id=objection_id,
            dispute_id=row.dispute_id,
            window_id=row.id,
            party_id=party_id,
            said_by=actor.account_id,
            said_at=uow.now(),
            objects=bool(reason),
            reason_sealed=await uow.vault.seal_text(uow.session, room.ref, objection_id, reason) if reason else None,
            shown_at=None,
            decided_at=None,
            decided_by=None,
            upheld=None,
            decision_sealed=None,
        )
    )
    await uow.session.flush()
    return objection_id


async def _own_room(uow: UnitOfWork, dispute: DisputeFacts, party_id: PartyId) -> SpaceFacts:
    return await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, party_id)


async def _locked_objection(uow: UnitOfWork, dispute_id: DisputeId, objection_id: ObjectionId) -> Objection:
    found = await uow.session.scalar(
        select(Objection)
        .where(Objection.id == objection_id, Objection.dispute_id == dispute_id, Objection.objects.is_(True))
        .with_for_update()
    )
    if found is None:
        raise NotFoundError
    return found


def _centre(actor: Actor, dispute: DisputeFacts) -> Rule:
    rule = actor.may(Act.READ, Thing.OBJECTION, Place(dispute.id, None, SpaceKind.PROCEDURE))
    deciding = actor.may(Act.WRITE, Thing.APPOINTMENT, dispute.place)
    if rule is None or deciding is None:
        raise NotPermittedError("not_permitted")
    return deciding
