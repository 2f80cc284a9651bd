"""Deciding by a second person: on a request to read a record, and by two people on a request to reopen."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.archive.commands import MOTIVE_LIMIT, READING_DAYS, close_file, decide_access
from odr.archive.reopening import agree_to_reopening, ask_reopening, refuse_reopening, reopenable
from odr.archive.requests import visible_access, visible_reopening
from odr.disputes.commands import may_step, permitted_by
from odr.disputes.lifecycle import Step
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, WrongStageError
from odr.ids import AccessId, DisputeId, ReopeningId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from web.answer import Answer, Form, go, page, read_form
from web.archive.phrases import REOPENING, SENTENCES, access_word


@get("/archive/access/{access_id:uuid}")
async def show_access(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    access_id: FromPath[UUID],
) -> Answer:
    """Show who asks to read which record, and why."""
    access = await visible_access(uow, actor, AccessId(access_id))
    return page(request, "archive/access.html", access=access, word=access_word(access), days=READING_DAYS)


@post("/archive/access/{access_id:uuid}/allow", status_code=200)
async def allow_access(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], access_id: FromPath[UUID]
) -> Answer:
    """Allow the reading for some days."""
    record_id = await decide_access(uow, actor, AccessId(access_id), allow=True)
    return go(f"/archive/{record_id}", done="allowed")


@post("/archive/access/{access_id:uuid}/refuse", status_code=200)
async def refuse_access(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], access_id: FromPath[UUID]
) -> Answer:
    """Refuse the reading."""
    record_id = await decide_access(uow, actor, AccessId(access_id), allow=False)
    return go(f"/archive/{record_id}", done="refused")


@get("/archive/reopenings/{reopening_id:uuid}")
async def show_reopening(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    reopening_id: FromPath[UUID],
) -> Answer:
    """Show who asks to reopen which dispute, why, and who agreed so far."""
    return await _reopening(request, uow, actor, reopening_id, None)


async def _reopening(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    reopening_id: UUID,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    asked = await visible_reopening(uow, actor, ReopeningId(reopening_id))
    return page(request, "archive/reopening.html", status=status, asked=asked, words=REOPENING[asked.state], form=form)


@post("/archive/reopenings/{reopening_id:uuid}/agree", status_code=200)
async def agree(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], reopening_id: FromPath[UUID]
) -> Answer:
    """Agree to reopen; the second of two makes the linked new file."""
    made = await agree_to_reopening(uow, actor, ReopeningId(reopening_id))
    return go(f"/archive/reopenings/{reopening_id}", done="granted" if made else "agreed")


@post("/archive/reopenings/{reopening_id:uuid}/refuse", status_code=200)
async def refuse(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    reopening_id: FromPath[UUID],
) -> Answer:
    """Refuse to reopen, and say why."""
    form = await read_form(request)
    try:
        await refuse_reopening(uow, actor, ReopeningId(reopening_id), reason=form["reason"])
    except InvalidInputError as error:
        return await _reopening(request, uow, actor, reopening_id, form.keep(error, SENTENCES), status=422)
    return go(f"/archive/reopenings/{reopening_id}", done="refused")


@get("/disputes/{dispute_id:uuid}/reopening")
async def show_ask_reopening(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what asking to reopen does, and ask for the motive."""
    return await _ask_page(request, uow, actor, dispute_id, None)


async def _ask_page(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: UUID,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    dispute = await reopenable(uow, actor, DisputeId(dispute_id))
    back = "/archive" if actor.is_a(CentreRole.ARCHIVIST) else f"/disputes/{dispute_id}"
    return page(
        request,
        "archive/ask_reopening.html",
        status=status,
        reference=dispute.reference,
        dispute_id=dispute_id,
        back=back,
        motive_limit=MOTIVE_LIMIT,
        form=form,
    )


@post("/disputes/{dispute_id:uuid}/reopening", status_code=200)
async def send_reopening(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Ask to reopen."""
    form = await read_form(request)
    try:
        asked = await ask_reopening(uow, actor, DisputeId(dispute_id), motive=form["motive"])
    except InvalidInputError as error:
        return await _ask_page(request, uow, actor, dispute_id, form.keep(error, SENTENCES), status=422)
    if actor.is_a(CentreRole.ARCHIVIST):
        return go(f"/archive/reopenings/{asked}", done="asked")
    return go(f"/disputes/{dispute_id}", done="stepped")


@get("/disputes/{dispute_id:uuid}/closing")
async def show_close(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what closing the file does."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    permitted_by(actor, dispute, Step.SEAL)
    if not may_step(actor, dispute, Step.SEAL):
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.SEAL)
    return page(request, "archive/close.html", dispute=dispute)


@post("/disputes/{dispute_id:uuid}/closing", status_code=200)
async def close(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]) -> Answer:
    """Close the file."""
    await close_file(uow, actor, DisputeId(dispute_id))
    return go(f"/disputes/{dispute_id}", done="closed")
