"""Stepping down, and replacing a mediator: what it does is said before it is done."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.appointment.queries import AppointmentView, visible_appointment
from odr.appointment.seats import MEDIATING, REASON_LIMIT, recuse, replace_mediator
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.ids import AppointmentId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, Form, go, page, read_form
from web.appointment.naming import for_secretariat
from web.appointment.phrases import SENTENCES

RECUSAL = "/disputes/{dispute_id:uuid}/recusal"
REPLACEMENT = "/disputes/{dispute_id:uuid}/appointment/{appointment_id:uuid}/replacement"


@get(RECUSAL)
async def show_recusal(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Say what stepping down does."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    if not any(seat.dispute_id == dispute.id and seat.role in MEDIATING for seat in actor.seats):
        raise NotPermittedError("not_permitted")
    return _ending(request, dispute, None, None)


def _ending(
    request: Request[None, None, State], dispute: DisputeFacts, appointment: AppointmentView | None, form: Form | None
) -> Answer:
    return page(
        request,
        "appointment/end.html",
        status=200 if form is None else 422,
        dispute=dispute,
        appointment=appointment,
        path=request.url.path,
        reason_limit=REASON_LIMIT,
        form=form,
    )


@post(RECUSAL, status_code=200)
async def step_down(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Step down as mediator."""
    form = await read_form(request)
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    try:
        await recuse(uow, actor, dispute.id, reason=form["reason"])
    except InvalidInputError as error:
        return _ending(request, dispute, None, form.keep(error, SENTENCES))
    return go("/disputes", done="stepped_down")


@get(REPLACEMENT)
async def show_replacement(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
) -> Answer:
    """Say what ending a mediator's appointment does."""
    dispute = await for_secretariat(uow, actor, dispute_id)
    view = await visible_appointment(uow, actor, dispute.id, AppointmentId(appointment_id))
    if view.ended_at is not None:
        raise ConflictError("ended_already")
    return _ending(request, dispute, view, None)


@post(REPLACEMENT, status_code=200)
async def replace(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
) -> Answer:
    """End a mediator's appointment."""
    form = await read_form(request)
    dispute = await for_secretariat(uow, actor, dispute_id)
    appointment = AppointmentId(appointment_id)
    try:
        await replace_mediator(uow, actor, dispute.id, appointment, reason=form["reason"])
    except InvalidInputError as error:
        view = await visible_appointment(uow, actor, dispute.id, appointment)
        return _ending(request, dispute, view, form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/mediator", done="ended")
