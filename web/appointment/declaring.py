"""The mediator's declaration of interests, subject by subject."""

from typing import Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.appointment.declaring import declare_interests, ties_declared
from odr.appointment.seats import MEDIATING
from odr.appointment.ties import TIE_LIMIT, Tie, TypedTie, subject_words, subjects_of
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import InvalidInputError, NotPermittedError
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import phrase
from web.answer import Answer, Form, go, page, read_form
from web.appointment.phrases import SENTENCES

MISSING: Final = {**SENTENCES, "required": phrase("Tick that there is no tie, or say which.")}


@get("/disputes/{dispute_id:uuid}/independence")
async def show_declaration(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what the mediator declares, or has declared."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    seat = next((seat for seat in actor.seats if seat.dispute_id == dispute.id and seat.role in MEDIATING), None)
    if seat is None:
        raise NotPermittedError("not_permitted")
    former = await ties_declared(uow, dispute, seat.seat_id)
    said = {str(tie.party_id or tie.about.value): tie for tie in former}
    values = {f"tie-{key}": tie.text for key, tie in said.items()}
    values |= {f"none-{key}": "yes" for key, tie in said.items() if not tie.text}
    form = Form(values=values) if former else None
    return _declaration(request, dispute, form, again=bool(former))


def _declaration(
    request: Request[None, None, State], dispute: DisputeFacts, form: Form | None, *, again: bool, status: int = 200
) -> Answer:
    subjects = [
        (key, subject_words(Tie(about, party_id, ""), dispute.parties), about)
        for key, about, party_id in subjects_of(dispute.parties)
    ]
    return page(
        request,
        "appointment/declare.html",
        status=status,
        dispute=dispute,
        subjects=subjects,
        tie_limit=TIE_LIMIT,
        again=again,
        form=form,
    )


@post("/disputes/{dispute_id:uuid}/independence", status_code=200)
async def declare(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Declare interests and independence."""
    form = await read_form(request)
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    ties = {
        key: TypedTie(none=form[f"none-{key}"] == "yes", text=form[f"tie-{key}"])
        for key, _about, _party in subjects_of(dispute.parties)
    }
    try:
        await declare_interests(uow, actor, dispute.id, ties=ties, independent=form["independent"] == "yes")
    except InvalidInputError as error:
        return _declaration(request, dispute, form.keep(error, MISSING), again=form["again"] == "yes", status=422)
    return go(f"/disputes/{dispute_id}", done="declared")
