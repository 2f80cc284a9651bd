"""What a party answers in the time to object, and what the centre decides on it.

One side never learns what the other said: it stands in its own private room, for the centre besides.
"""

import hashlib
from typing import Final

from sqlalchemy import select

from odr.appointment.events import (
    AppointmentKept,
    AppointmentReviewed,
    NoObjection,
    ObjectionDecided,
    ObjectionRaised,
    ObjectionShown,
)
from odr.appointment.models import Appointment, Ending, Objection, ObjectionWindow
from odr.appointment.seats import end_appointment
from odr.appointment.windows import close_if_over, is_undecided, open_row, told_of
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import AppointmentId, DisputeId, ObjectionId, PartyId, new_id
from odr.spaces.commands import ensure_space
from odr.spaces.queries import SpaceFacts
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

REASON_LIMIT: Final = 4000


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
    first = not await is_undecided(uow, row)
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
        await uow.record(told_of(AppointmentReviewed, dispute, row))


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
    if not await is_undecided(uow, row):
        await uow.record(told_of(AppointmentKept, dispute, row))
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
    row = await open_row(uow, appointment_id)
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
