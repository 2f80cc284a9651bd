"""An exception of the law on pages: the form, what it does before it is done, what was done, and the extract."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.evidence.queries import exhibits_in
from odr.exceptions.commands import tell_of_exception, use_exception
from odr.exceptions.enclosing import infected_and_left_out
from odr.exceptions.extract import extract_of
from odr.exceptions.queries import exceptions_of, visible_exception
from odr.exceptions.weighing import MOST_DAYS, MOST_RECIPIENTS, ROOMS, WHY_LIMIT, Recipient, Using, weigh_exception
from odr.ids import DisputeId, ExhibitId, LegalExceptionId, SpaceId
from odr.platform import Platform
from odr.spaces.queries import spaces_for, visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import reader
from web.answer import Answer, Form, go, id_in, number_in, page, read_form
from web.exceptions.phrases import GROUNDS, LIMITS, MATTERS, SENTENCES, TICK, ground_choices, matter_choices
from web.spaces.rooms import is_mediator, path_of
from web.zips import zip_answer

_ALL: Final = "/disputes/{dispute_id:uuid}/exceptions"
_ONE: Final = f"{_ALL}/{{exception_id:uuid}}"
_ROOM: Final = "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/exceptions"
_FIELDS: Final = ("ground", "matter", "words", "exhibit", "why", "days", "silence")


@get(_ALL)
async def list_exceptions(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the exceptions that were used, as far as the reader was told; to the mediator, the way to use one."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    rooms = [room for room in await spaces_for(uow, actor, dispute.id) if room.kind in ROOMS]
    if not rooms:
        raise NotFoundError
    uses = is_mediator(actor, dispute.id) and dispute.stage in ACTIVITIES[Activity.USE_EXCEPTION]
    return page(
        request,
        "exceptions/list.html",
        dispute=dispute,
        exceptions=await exceptions_of(uow, actor, dispute.id),
        rooms=[(room.kind, room.party_name, f"{path_of(room)}/exceptions/new") for room in rooms] if uses else [],
        mediates=is_mediator(actor, dispute.id),
        grounds=GROUNDS,
        matters=MATTERS,
    )


@get(f"{_ROOM}/new")
async def exception_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Show the form; ``?exhibit=`` names an exhibit of the room."""
    context = await _form_context(uow, actor, DisputeId(dispute_id), SpaceId(space_id))
    asked = request.query_params.get("exhibit", "")
    return page(request, "exceptions/form.html", form=None, asked=asked, **context)


@post(f"{_ROOM}/check", status_code=200)
async def check_exception(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Show exactly what it would do, and to whom; nothing is done yet."""
    form = await read_form(request)
    dispute, room = DisputeId(dispute_id), SpaceId(space_id)
    try:
        return await _check(request, uow, actor, dispute, room, form)
    except InvalidInputError as error:
        return await _mend(request, uow, actor, dispute, room, form.keep(error, SENTENCES))


@post(_ROOM, status_code=200)
async def use_it(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Put the disclosure on record."""
    form = await read_form(request)
    dispute, room = DisputeId(dispute_id), SpaceId(space_id)
    if form["change"]:
        return await _mend(request, uow, actor, dispute, room, form)
    try:
        made = await use_exception(uow, actor, dispute, room, _using(form))
    except InvalidInputError as error:
        if set(error.fields) == {"read"}:
            form.keep(error, TICK)
            return await _check(request, uow, actor, dispute, room, form)
        return await _mend(request, uow, actor, dispute, room, form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/exceptions/{made}", done="used")


@get(_ONE)
async def show_exception(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exception_id: FromPath[UUID],
) -> Answer:
    """Show one: what was disclosed, on which ground, to whom, why, and who was told when."""
    dispute = DisputeId(dispute_id)
    view = await visible_exception(uow, actor, dispute, LegalExceptionId(exception_id))
    return page(
        request,
        "exceptions/show.html",
        exception=view,
        dispute=await visible_dispute(uow, actor, dispute),
        path=f"/disputes/{dispute_id}/exceptions/{exception_id}",
        mediates=is_mediator(actor, dispute),
        ground=GROUNDS[view.ground],
        matter=MATTERS[view.matter],
        left_out=await infected_and_left_out(uow, actor, dispute, LegalExceptionId(exception_id)),
    )


@post(f"{_ONE}/tell", status_code=200)
async def tell_now(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exception_id: FromPath[UUID],
) -> Answer:
    """Tell whose confidence it was now."""
    await tell_of_exception(uow, actor, DisputeId(dispute_id), LegalExceptionId(exception_id))
    return go(f"/disputes/{dispute_id}/exceptions/{exception_id}", done="told")


@get(f"{_ONE}/extract.zip")
async def send_extract(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exception_id: FromPath[UUID],
) -> Answer:
    """Send the extract, set while no transaction is held."""
    of = DisputeId(dispute_id), LegalExceptionId(exception_id)
    extract = await extract_of(platform, actor, *of, language=reader.get().language)
    return zip_answer(extract.name, extract.size, extract.chunks)


async def _check(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    form: Form,
) -> Answer:
    weighed = await weigh_exception(uow, actor, dispute_id, space_id, _using(form))
    return page(
        request,
        "exceptions/check.html",
        status=422 if form.errors else 200,
        form=form,
        weighed=weighed,
        kept=[(name, form[name]) for name in (*_FIELDS, *_recipient_fields()) if form[name]],
        space=weighed.space,
        dispute=await visible_dispute(uow, actor, dispute_id),
        path=f"{path_of(weighed.space)}/exceptions",
        ground=GROUNDS[weighed.ground],
        matter=MATTERS[weighed.matter],
    )


async def _mend(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    form: Form,
) -> Answer:
    context = await _form_context(uow, actor, dispute_id, space_id)
    status = 422 if form.errors else 200
    return page(request, "exceptions/form.html", status=status, form=form, asked=form["exhibit"], **context)


async def _form_context(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> dict[str, Any]:
    space = await visible_space(uow, actor, dispute_id, space_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    if space.kind not in ROOMS or not is_mediator(actor, dispute_id):
        raise NotFoundError
    exhibits: list[tuple[str, str]] = []
    after: str | None = ""
    while after is not None:
        listed = await exhibits_in(uow, actor, dispute_id, space_id, after=after)
        exhibits += [(str(row.id), f"{row.number} · {row.title}") for row in listed.rows if row.id is not None]
        after = listed.after
    return {
        "space": space,
        "dispute": dispute,
        "path": f"{path_of(space)}/exceptions",
        "grounds": ground_choices(space.kind),
        "matters": matter_choices(space.kind),
        "exhibits": exhibits,
        "limits": LIMITS,
        "why_limit": WHY_LIMIT,
    }


def _using(form: Form) -> Using:
    typed = form["days"] or "0"
    exhibit = id_in(form["exhibit"])
    return Using(
        ground=form["ground"],
        matter=form["matter"],
        recipients=[
            Recipient(form[f"name_{place}"], form[f"office_{place}"]) for place in range(1, MOST_RECIPIENTS + 1)
        ],
        why=form["why"],
        words=form["words"],
        exhibit_id=ExhibitId(exhibit) if exhibit else None,
        days=number_in(typed, otherwise=MOST_DAYS + 1),
        silence=form["silence"],
        read=form["read"] == "yes",
    )


def _recipient_fields() -> list[str]:
    return [f"{field}_{place}" for place in range(1, MOST_RECIPIENTS + 1) for field in ("name", "office")]
