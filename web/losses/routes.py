"""A party's own worksheet on a page: lines added, changed and removed, with scripts or without, nothing typed lost."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError
from odr.evidence.tying import exhibits_to_tie
from odr.ids import DisputeId, LossLineId
from odr.losses.commands import add_line, change_line, remove_line
from odr.losses.formula import FORMULA_LIMIT
from odr.losses.lines import EXHIBITS_LIMIT, WHAT_LIMIT, TypedLine
from odr.losses.queries import SheetLine, comparison_of, own_sheet, shares_for
from odr.losses.sharing import may_share
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _
from web.answer import Answer, AnyRequest, Form, answer, go, number_in, page, read_form, wants_fragment
from web.errors import BY_CODE
from web.losses.phrases import KINDS, SENTENCES, kind_choices, steps, units, written

HERE: Final = "/disputes/{dispute_id:uuid}/losses"
LINES: Final = f"{HERE}/lines"
LINE: Final = f"{HERE}/lines/{{line_id:uuid}}"


@get(HERE)
async def show_losses(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show one's own worksheet and what was shared; to a mediator, what was shared."""
    return await _shown(request, uow, actor, DisputeId(dispute_id))


@get(LINES)
async def back_to_sheet(dispute_id: FromPath[UUID]) -> Answer:
    """Lead back to the worksheet from the address where its form is sent (a page shown again, reloaded)."""
    return go(f"/disputes/{dispute_id}/losses")


@post(LINES, status_code=200)
async def add(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Add a line, and answer with the worksheet."""
    form = await read_form(request)
    dispute = DisputeId(dispute_id)
    try:
        await add_line(uow, actor, dispute, _typed(form))
    except InvalidInputError as error:
        return await _shown(request, uow, actor, dispute, form=form.keep(error, SENTENCES), status=422)
    except ConflictError as error:
        return await _shown(request, uow, actor, dispute, form=form, conflict=error.code, status=409)
    return await _done(request, uow, actor, dispute, "added", _("The line was added."))


@get(LINE)
async def edit(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    line_id: FromPath[UUID],
) -> Answer:
    """Show the worksheet with one line in the form."""
    sheet = await own_sheet(uow, actor, DisputeId(dispute_id))
    if not sheet.may_write or all(line.id != line_id for line in sheet.lines):
        raise NotFoundError
    return await _shown(request, uow, actor, DisputeId(dispute_id), editing=LossLineId(line_id))


@post(LINE, status_code=200)
async def change(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    line_id: FromPath[UUID],
) -> Answer:
    """Change a line, and answer with the worksheet; who comes second finds what stands there and what they typed."""
    form = await read_form(request)
    dispute, line = DisputeId(dispute_id), LossLineId(line_id)
    await own_sheet(uow, actor, dispute)
    try:
        await change_line(uow, actor, dispute, line, _typed(form), seen=number_in(form["seen"]))
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await _shown(request, uow, actor, dispute, form=kept, editing=line, status=422)
    except ConflictError as error:
        return await _shown(request, uow, actor, dispute, form=form, editing=line, conflict=error.code, status=409)
    except NotFoundError:
        return await _shown(request, uow, actor, dispute, form=form, conflict="line_gone", status=404)
    return await _done(request, uow, actor, dispute, "changed", _("The line was changed."))


@post(f"{LINE}/remove", status_code=200)
async def remove(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    line_id: FromPath[UUID],
) -> Answer:
    """Remove a line, and answer with the worksheet."""
    form = await read_form(request)
    dispute = DisputeId(dispute_id)
    try:
        await remove_line(uow, actor, dispute, LossLineId(line_id), seen=number_in(form["seen"]))
    except ConflictError as error:
        return await _shown(request, uow, actor, dispute, conflict=error.code, status=409)
    return await _done(request, uow, actor, dispute, "removed", _("The line was removed."))


async def _done(
    request: AnyRequest, uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, done: str, announce: str
) -> Answer:
    context = await _context(uow, actor, dispute_id)
    otherwise = f"/disputes/{dispute_id}/losses?done={done}"
    context["announce"] = announce
    return answer(request, "losses/_sheet.html", otherwise=otherwise, **context)


async def _shown(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    *,
    form: Form | None = None,
    editing: LossLineId | None = None,
    conflict: str = "",
    status: int = 200,
) -> Answer:
    """Answer with the page, or with the worksheet alone where htmx asked for it."""
    context = await _context(uow, actor, dispute_id, form=form, editing=editing, conflict=conflict)
    if wants_fragment(request) and context["sheet"] is not None:
        return page(request, "losses/_sheet.html", status=status, **context)
    shares = await shares_for(uow, actor, dispute_id)
    return page(
        request,
        "losses/page.html",
        status=status,
        shares=shares,
        comparable=await comparison_of(uow, actor, dispute_id) is not None,
        **context,
    )


async def _context(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    *,
    form: Form | None = None,
    editing: LossLineId | None = None,
    conflict: str = "",
) -> dict[str, Any]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    sheet = await own_sheet(uow, actor, dispute_id) if actor.party_in(dispute_id) is not None else None
    edited = next((line for line in sheet.lines if line.id == editing), None) if sheet else None
    return {
        "dispute": dispute,
        "sheet": sheet,
        "path": f"/disputes/{dispute_id}/losses",
        "edited": edited,
        "form": _shown_form(form, edited),
        "conflict": _words(conflict),
        "choices": await exhibits_to_tie(uow, actor, dispute_id) if sheet else (),
        "may_share_apart": sheet is not None and bool(sheet.lines) and may_share(actor, dispute, SpaceKind.CAUCUS),
        "may_share_jointly": sheet is not None and bool(sheet.lines) and may_share(actor, dispute, SpaceKind.JOINT),
        "kind_choices": kind_choices(),
        "what_limit": WHAT_LIMIT,
        "formula_limit": FORMULA_LIMIT,
        "exhibits_limit": EXHIBITS_LIMIT,
        "announce": "",
        **line_words(),
    }


def line_words() -> dict[str, Any]:
    """Return what every table of lines needs to be said in the reader's language."""
    return {"kinds": KINDS, "written": written, "steps": steps, "units": units}


def _words(conflict: str) -> tuple[str, str] | None:
    if conflict == "line_gone":
        return (
            _("This line was removed meanwhile"),
            _("What you typed is in the form below: send it to add it as a new line."),
        )
    if conflict == "line_changed":
        return (
            _(BY_CODE[conflict].title),
            _("The table shows the line as it is now, the form what you typed. Save to replace what stands there."),
        )
    return (_(BY_CODE[conflict].title), _(BY_CODE[conflict].what_to_do)) if conflict else None


def _shown_form(form: Form | None, edited: SheetLine | None) -> dict[str, dict[str, Any]] | None:
    """Return what the form shows: what was typed, else the line that is being changed."""
    if form is not None:
        return {"values": {**form.values, "exhibits": form.all("exhibits")}, "errors": {**form.errors}}
    if edited is None:
        return None
    says = edited.says
    values = {
        "kind": says.kind.value,
        "what": says.what,
        "formula": says.formula,
        "begins": says.begins.isoformat() if says.begins else "",
        "ends": says.ends.isoformat() if says.ends else "",
        "exhibits": [str(each) for each in says.exhibits],
    }
    return {"values": values, "errors": {}}


def _typed(form: Form) -> TypedLine:
    return TypedLine(
        kind=form["kind"],
        what=form["what"],
        formula=form["formula"],
        begins=form["begins"],
        ends=form["ends"],
        exhibits=tuple(form.all("exhibits")),
    )
