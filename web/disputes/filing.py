"""Writing a request, checking one's answers, sending it to the centre."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.filing import CURRENCIES, TEXT_LIMIT, TITLE_LIMIT, Draft, draft_of, file_dispute, save_draft
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.disputes.phrases import CATEGORIES, SENTENCES


def _context(form: Form | None, path: str, back: str) -> dict[str, Any]:
    return {
        "form": form,
        "path": path,
        "back": back,
        "categories": [(category.value, _(label)) for category, label in CATEGORIES.items()],
        "currencies": [(currency, currency) for currency in CURRENCIES],
        "text_limit": TEXT_LIMIT,
        "title_limit": TITLE_LIMIT,
    }


def _draft(form: Form) -> Draft:
    return Draft(**{name: form[name] for name in Draft.__struct_fields__})


@get("/disputes/new")
async def show_new(request: Request[None, None, State], actor: NamedDependency[Actor]) -> Answer:
    """Show an empty request."""
    _known = actor.account_id  # whoever is signed in may write one
    return page(request, "disputes/draft.html", **_context(None, "/disputes/new", "/disputes"))


@post("/disputes/new", status_code=200)
async def save_new(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Keep a new draft."""
    form = await read_form(request)
    try:
        dispute_id = await save_draft(uow, actor, None, _draft(form))
    except InvalidInputError as error:
        context = _context(form.keep(error, SENTENCES), "/disputes/new", "/disputes")
        return page(request, "disputes/draft.html", status=422, **context)
    return _after_saving(form, dispute_id)


def _after_saving(form: Form, dispute_id: DisputeId) -> Answer:
    if form["then"] == "check":
        return go(f"/disputes/{dispute_id}/check")
    return go(f"/disputes/{dispute_id}/draft", done="saved")


@get("/disputes/{dispute_id:uuid}/draft")
async def show_draft(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show a draft, to go on writing."""
    draft = await draft_of(uow, actor, DisputeId(dispute_id))
    form = Form(values=dict(msgspec.structs.asdict(draft)))
    here = f"/disputes/{dispute_id}"
    return page(request, "disputes/draft.html", **_context(form, f"{here}/draft", here))


@post("/disputes/{dispute_id:uuid}/draft", status_code=200)
async def keep_draft(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Keep a draft's answers."""
    form = await read_form(request)
    here = f"/disputes/{dispute_id}"
    try:
        await save_draft(uow, actor, DisputeId(dispute_id), _draft(form))
    except InvalidInputError as error:
        context = _context(form.keep(error, SENTENCES), f"{here}/draft", here)
        return page(request, "disputes/draft.html", status=422, **context)
    return _after_saving(form, DisputeId(dispute_id))


@get("/disputes/{dispute_id:uuid}/check")
async def check_answers(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show all answers, before they are sent."""
    return await _check(request, uow, actor, DisputeId(dispute_id), None)


async def _check(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    draft = await draft_of(uow, actor, dispute_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    return page(
        request,
        "disputes/check.html",
        status=status,
        draft=draft,
        dispute=dispute,
        category=_(CATEGORIES[dispute.category]),
        amount=Decimal(dispute.amount_cents) / 100 if dispute.amount_cents is not None else None,
        form=form,
    )


@post("/disputes/{dispute_id:uuid}/check", status_code=200)
async def send_request(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Refer the dispute to the centre."""
    try:
        await file_dispute(uow, actor, DisputeId(dispute_id))
    except InvalidInputError as error:
        form = Form().keep(error, SENTENCES)
        return await _check(request, uow, actor, DisputeId(dispute_id), form, status=422)
    return go(f"/disputes/{dispute_id}", done="filed")
