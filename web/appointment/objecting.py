"""The page of who mediates: profiles, declarations, the parties' time to object, and the centre's decisions."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.appointment.handing_over import hand_over, handovers_of
from odr.appointment.lists import choice_of
from odr.appointment.objections import (
    REASON_LIMIT,
    decide_objection,
    raise_objection,
    say_no_objection,
    show_objection,
)
from odr.appointment.queries import appointments_of, objection_to_decide, visible_appointment
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError
from odr.ids import AppointmentId, DisputeId, ObjectionId, SeatId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.appointment.naming import for_secretariat
from web.appointment.phrases import ENDINGS, SENTENCES, profile_rows, tie_rows
from web.signin.phrases import SEAT_ROLES

ONE = "/disputes/{dispute_id:uuid}/appointment/{appointment_id:uuid}"
OBJECTION = "/disputes/{dispute_id:uuid}/objections/{objection_id:uuid}"


@get("/disputes/{dispute_id:uuid}/appointment")
async def show_appointment(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show who mediates and examines, and what each side may say to it."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    views = await appointments_of(uow, actor, dispute.id)
    choice = await choice_of(uow, actor, dispute.id)
    return page(
        request,
        "appointment/page.html",
        dispute=dispute,
        choice=choice if choice is not None and choice.is_open else None,
        handovers=await handovers_of(uow, actor, dispute.id),
        appointments=[view for view in views if view.ended_at is None],
        former=[view for view in views if view.ended_at is not None],
        profiles={view.id: profile_rows(view.profile) for view in views},
        tie_rows=tie_rows,
        role_names={role: _(name) for role, name in SEAT_ROLES.items()},
        endings={ending: _(words) for ending, words in ENDINGS.items()},
        is_centre=actor.is_a(CentreRole.SECRETARIAT),
        sits_for_a_party=actor.party_in(dispute.id) is not None,
    )


@post(f"{ONE}/no-objection", status_code=200)
async def accept(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
) -> Answer:
    """Say that one's party does not object."""
    await say_no_objection(uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id))
    return go(f"/disputes/{dispute_id}/appointment", done="accepted")


@post("/disputes/{dispute_id:uuid}/handovers/{seat_id:uuid}", status_code=200)
async def pass_on(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """Pass on to a mediator who came later what was said apart before, or keep it."""
    passes = (await read_form(request))["passes"] == "yes"
    await hand_over(uow, actor, DisputeId(dispute_id), SeatId(seat_id), passes=passes)
    return go(f"/disputes/{dispute_id}/appointment", done="passed_on" if passes else "kept_apart")


@get(f"{ONE}/objection")
async def show_objecting(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
) -> Answer:
    """Show the form to object, and who will read it."""
    return await _objecting(request, uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id), None)


async def _objecting(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    appointment_id: AppointmentId,
    form: Form | None,
) -> Answer:
    dispute = await visible_dispute(uow, actor, dispute_id)
    view = await visible_appointment(uow, actor, dispute_id, appointment_id)
    if view.window is None or not view.window.may_answer:
        raise ConflictError("window_closed")
    return page(
        request,
        "appointment/object.html",
        status=200 if form is None else 422,
        dispute=dispute,
        appointment=view,
        reason_limit=REASON_LIMIT,
        form=form,
    )


@post(f"{ONE}/objection", status_code=200)
async def object_to(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
) -> Answer:
    """Object to an appointment."""
    form = await read_form(request)
    dispute, appointment = DisputeId(dispute_id), AppointmentId(appointment_id)
    try:
        await raise_objection(uow, actor, dispute, appointment, reason=form["reason"])
    except InvalidInputError as error:
        return await _objecting(request, uow, actor, dispute, appointment, form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/appointment", done="objected")


@get(OBJECTION)
async def show_decision(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    objection_id: FromPath[UUID],
) -> Answer:
    """Show an objection to the secretariat, and the decision to take on it."""
    return await _decision(request, uow, actor, dispute_id, ObjectionId(objection_id), None)


async def _decision(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: UUID,
    objection_id: ObjectionId,
    form: Form | None,
) -> Answer:
    dispute = await for_secretariat(uow, actor, dispute_id)
    view, objection = await objection_to_decide(uow, actor, dispute.id, objection_id)
    return page(
        request,
        "appointment/decide.html",
        status=200 if form is None else 422,
        dispute=dispute,
        appointment=view,
        objection=objection,
        tie_rows=tie_rows,
        reason_limit=REASON_LIMIT,
        form=form,
    )


@post(OBJECTION, status_code=200)
async def decide(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    objection_id: FromPath[UUID],
) -> Answer:
    """Decide on an objection."""
    form = await read_form(request)
    objection = ObjectionId(objection_id)
    try:
        await decide_objection(
            uow,
            actor,
            DisputeId(dispute_id),
            objection,
            decision=form["decision"],
            reason=form["reason"],
            shown=form["shown"] == "yes",
        )
    except InvalidInputError as error:
        return await _decision(request, uow, actor, dispute_id, objection, form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/appointment", done=f"decided_{form['decision']}")


@post(f"{OBJECTION}/show", status_code=200)
async def show(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    objection_id: FromPath[UUID],
) -> Answer:
    """Let whom an objection is about read it."""
    await show_objection(uow, actor, DisputeId(dispute_id), ObjectionId(objection_id))
    return go(f"/disputes/{dispute_id}/objections/{objection_id}", done="shown")
