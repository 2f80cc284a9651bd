"""Naming who mediates, and ending an appointment: the seat goes at once, and with it everything they could see."""

from typing import Final

from sqlalchemy import select, update

from odr.appointment.events import AppointmentEnded, MediatorAppointed
from odr.appointment.models import Appointment, Choice, ChoiceOutcome, Ending, ObjectionWindow
from odr.appointment.profiles import profiles_of
from odr.crossing.timekeeping import lapse_statements
from odr.disputes.lifecycle import ACTIVITIES, Activity, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.lapsing import lapse_requests
from odr.ids import AccountId, AppointmentId, DisputeId, MissionId, SeatId, new_id
from odr.parties.commands import end_seat, give_seat
from odr.parties.queries import seats_of
from odr.people.queries import people_with_role
from odr.spaces.commands import destroy_notes
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.visibility.terms import Act, Thing

REASON_LIMIT: Final = 4000
MOST_MEDIATORS: Final = 2
"""A mediator and a co-mediator."""
MEDIATING: Final = frozenset({SeatRole.MEDIATOR, SeatRole.CANDIDATE})
"""Who mediates, or waits to."""


async def appoint_mediator(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, account_id: AccountId, beside: bool = False
) -> AppointmentId:
    """The secretariat proposes a mediator; ``beside`` whoever mediates already, else in their place.

    Who has declared interests already is only replaced with a reason (:func:`replace_mediator`). Raises
    InvalidInputError (``mediator``: choose_one, already_seated, absent, too_many, in_place), NotPermittedError,
    WrongStageError.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = _centre(actor, dispute)
    require(dispute.stage, Activity.APPOINT)
    await _check_free(uow, account_id)
    seats = await seats_of(uow, dispute_id)
    if any(seat.account_id == account_id for seat in seats):
        raise InvalidInputError({"mediator": "already_seated"})
    mediating = [seat for seat in seats if seat.role in MEDIATING]
    if beside and len(mediating) >= MOST_MEDIATORS:
        raise InvalidInputError({"mediator": "too_many"})
    if not beside:
        if any(seat.declared_at is not None for seat in mediating):
            raise InvalidInputError({"mediator": "in_place"})
        for seat in mediating:
            await end_appointment(
                uow,
                dispute,
                await appointment_of(uow, seat.seat_id),
                Ending.REPLACED,
                rule=rule,
                actor_id=actor.account_id,
            )
    await uow.session.execute(  # a list that is being ranked has become pointless
        update(Choice)
        .where(Choice.dispute_id == dispute_id, Choice.closed_at.is_(None))
        .values(closed_at=uow.now(), outcome=ChoiceOutcome.WITHDRAWN)
        .execution_options(synchronize_session="fetch")
    )
    return await name_mediator(uow, dispute, account_id, rule=rule, actor_id=actor.account_id)


async def _check_free(uow: UnitOfWork, account_id: AccountId) -> None:
    if account_id not in {known for known, _name in await people_with_role(uow, CentreRole.MEDIATOR)}:
        raise InvalidInputError({"mediator": "choose_one"})
    if (await profiles_of(uow, [account_id]))[account_id].absent_until is not None:
        raise InvalidInputError({"mediator": "absent"})


async def name_mediator(
    uow: UnitOfWork, dispute: DisputeFacts, account_id: AccountId, *, rule: str, actor_id: AccountId | None
) -> AppointmentId:
    """Give somebody the seat of a mediator; what permits it is decided by whoever calls.

    Where the mediation is open they wait outside its rooms, as a candidate, until nothing stands against them.
    """
    waits = dispute.stage in ACTIVITIES[Activity.SUCCEED]
    seat_id = await give_seat(
        uow,
        dispute.id,
        dispute.procedure_space_id,
        account_id=account_id,
        role=SeatRole.CANDIDATE if waits else SeatRole.MEDIATOR,
        rule=rule,
        actor_id=actor_id,
    )
    appointment = await note_appointment(
        uow,
        dispute.id,
        seat_id,
        account_id=account_id,
        role=SeatRole.MEDIATOR,
        named_by=actor_id,
        chosen_together=actor_id is None,
    )
    await uow.record(
        MediatorAppointed(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=rule,
            actor_id=actor_id,
            account_id=account_id,
            seat_id=seat_id,
        )
    )
    return appointment.id


async def note_appointment(
    uow: UnitOfWork,
    dispute_id: DisputeId,
    seat_id: SeatId,
    *,
    account_id: AccountId,
    role: SeatRole,
    named_by: AccountId | None,
    chosen_together: bool = False,
    mission_id: MissionId | None = None,
) -> Appointment:
    """Note that somebody who has a seat was appointed to it."""
    row = Appointment(
        id=AppointmentId(new_id()),
        dispute_id=dispute_id,
        seat_id=seat_id,
        account_id=account_id,
        role=role,
        mission_id=mission_id,
        named_at=uow.now(),
        named_by=named_by,
        chosen_together=chosen_together,
        ended_at=None,
        ending=None,
        reason_sealed=None,
    )
    uow.session.add(row)
    await uow.session.flush()
    return row


async def appointment_of(uow: UnitOfWork, seat_id: SeatId) -> Appointment:
    """Return the appointment to a mediator's seat. Raises NotFoundError."""
    found: Appointment | None = await uow.session.scalar(
        select(Appointment).where(Appointment.seat_id == seat_id, Appointment.mission_id.is_(None)).with_for_update()
    )
    if found is None:
        raise NotFoundError
    return found


async def recuse(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """A mediator steps down, at any time: the stage and every deadline stay, the centre names a successor.

    The reason may be empty; everyone at the table reads it. Raises InvalidInputError, NotPermittedError,
    WrongStageError.
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=False)
    dispute = await visible_dispute(uow, actor, dispute_id)
    seat = next((seat for seat in actor.seats if seat.dispute_id == dispute_id and seat.role in MEDIATING), None)
    if seat is None:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.APPOINT)
    typed.check()
    row = await appointment_of(uow, seat.seat_id)
    await end_appointment(uow, dispute, row, Ending.RECUSED, rule="V101", actor_id=actor.account_id, reason=clean)


async def replace_mediator(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, appointment_id: AppointmentId, *, reason: str
) -> None:
    """The secretariat ends a mediator's appointment, and says why to the table. Then it proposes somebody else.

    Raises InvalidInputError (``reason``), NotFoundError, NotPermittedError, WrongStageError, ConflictError
    ``ended_already``.
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = _centre(actor, dispute)
    row = await uow.session.get(Appointment, appointment_id, with_for_update=True, populate_existing=True)
    if row is None or row.dispute_id != dispute_id or row.role is not SeatRole.MEDIATOR:
        raise NotFoundError
    require(dispute.stage, Activity.APPOINT)
    typed.check()
    if row.ended_at is not None:
        raise ConflictError("ended_already")
    await end_appointment(uow, dispute, row, Ending.REPLACED, rule=rule, actor_id=actor.account_id, reason=clean)


async def end_appointment(
    uow: UnitOfWork,
    dispute: DisputeFacts,
    row: Appointment,
    ending: Ending,
    *,
    rule: str,
    actor_id: AccountId | None,
    reason: str = "",
) -> None:
    """End an appointment and its seat now. ``reason`` is sealed under the procedure space's key."""
    row.ended_at, row.ending = uow.now(), ending
    if reason:
        row.reason_sealed = await uow.vault.seal_text(uow.session, dispute.procedure, row.id, reason)
    await _close_windows(uow, row)
    await end_seat(uow, dispute.id, dispute.procedure_space_id, row.seat_id, rule=rule, actor_id=actor_id)
    if row.role is SeatRole.MEDIATOR:
        await _leave_nothing(uow, dispute, row, actor_id)
    await uow.record(
        AppointmentEnded(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=rule,
            actor_id=actor_id,
            appointment_id=row.id,
            account_id=row.account_id,
            ending=ending.value,
        )
    )


async def close_appointment(uow: UnitOfWork, mission_id: MissionId) -> None:
    """Note that an expert's appointment is over with the mission, and that nobody needs to object any more."""
    row = await uow.session.scalar(select(Appointment).where(Appointment.mission_id == mission_id))
    if row is None or row.ended_at is not None:
        return
    row.ended_at = uow.now()
    await _close_windows(uow, row)


async def _close_windows(uow: UnitOfWork, row: Appointment) -> None:
    await uow.session.execute(
        update(ObjectionWindow)
        .where(ObjectionWindow.appointment_id == row.id, ObjectionWindow.closed_at.is_(None))
        .values(closed_at=uow.now())
        .execution_options(synchronize_session="fetch")
    )


async def _leave_nothing(uow: UnitOfWork, dispute: DisputeFacts, row: Appointment, actor_id: AccountId | None) -> None:
    """Destroy a leaving mediator's notes; with the last one, questions and consents that were theirs to use lapse."""
    beside = any(seat.role is SeatRole.MEDIATOR for seat in await seats_of(uow, dispute.id))
    await destroy_notes(
        uow,
        dispute.id,
        procedure_id=dispute.procedure_space_id,
        actor_id=actor_id,
        holder_id=row.account_id if beside else None,
    )
    if not beside:
        await lapse_requests(uow, dispute.id)
        await lapse_statements(uow, dispute.id)


def _centre(actor: Actor, dispute: DisputeFacts) -> str:
    rule = actor.may(Act.WRITE, Thing.APPOINTMENT, dispute.place)
    if rule is None or not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    return rule.number
