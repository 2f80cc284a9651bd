"""Sealed records: the list, one record with its proof, asking to read it, and its package on the way out."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.archive.commands import MOTIVE_LIMIT, ask_access
from odr.archive.queries import (
    RecordView,
    is_keeper,
    last_check,
    proof_of,
    record_of_dispute,
    records_for,
    standing_access,
    visible_record,
)
from odr.archive.releasing import accept_infected, infections_of, release_record
from odr.archive.requests import accesses_of, open_accesses, open_reopenings, reopenings_of
from odr.custody.queries import DestructionState, DestructionView, destructions
from odr.disputes.queries import Stage, visible_dispute
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.infected import REASON_LIMIT
from odr.ids import DisputeId, RecordId
from odr.paper.authorities import with_demo_in_words
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from web.answer import Answer, Form, go, page, read_form
from web.archive.phrases import REOPENING, SENTENCES, STATUSES, VERDICTS, access_word, because
from web.custody.phrases import SCOPES
from web.disputes.phrases import STAGES
from web.zips import zip_answer

_SEARCH_LIMIT = 40


@get("/archive")
async def list_records(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """List sealed records as metadata, after what awaits a decision."""
    search = request.query_params.get("q", "").strip()[:_SEARCH_LIMIT]
    after = request.query_params.get("after", "")
    return page(
        request,
        "archive/list.html",
        records=await records_for(uow, actor, search=search, after=after),
        accesses=() if after else await open_accesses(uow, actor),
        reopenings=() if after else await open_reopenings(uow, actor),
        destructions=() if after else await _asked(uow, actor),
        scopes=SCOPES,
        search=search,
        first=not after,
        stages=STAGES,
    )


async def _asked(uow: UnitOfWork, actor: Actor) -> list[DestructionView]:
    """Return the destructions that await a second person, for who decides on them."""
    if not actor.is_a(CentreRole.ARCHIVIST):
        return []
    return [each for each in await destructions(uow, actor) if each.state is DestructionState.ASKED]


@get("/archive/{record_id:uuid}")
async def show_record(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    record_id: FromPath[UUID],
) -> Answer:
    """Show a record's metadata, its proof and who may read it."""
    return await _record(request, uow, actor, await visible_record(uow, actor, RecordId(record_id)), None)


async def _record(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    record: RecordView,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    accesses = await accesses_of(uow, actor, record)
    mine = [access for access in accesses if access.mine]
    standing = await standing_access(uow, actor, record.id)
    is_archivist = actor.is_a(CentreRole.ARCHIVIST)
    waits = any(access.state.value == "asked" for access in mine)
    return page(
        request,
        "archive/record.html",
        status=status,
        record=record,
        proof=await proof_of(uow, record),
        check=await last_check(uow, record),
        accesses=[(access, *access_word(access)) for access in accesses],
        access=next((access for access in mine if access.id == standing), None),
        waits=waits,
        may_ask=is_archivist and standing is None and not waits,
        may_reopen=is_archivist and record.stage is Stage.ARCHIVED,
        motive_limit=MOTIVE_LIMIT,
        form=form,
        **_words(),
    )


def _words() -> dict[str, Any]:
    """Return the words that both pages of a record take."""
    return {
        "stages": STAGES,
        "verdicts": VERDICTS,
        "statuses": STATUSES,
        "because": because,
        "in_words": with_demo_in_words,
    }


@post("/archive/{record_id:uuid}/access", status_code=200)
async def ask(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    record_id: FromPath[UUID],
) -> Answer:
    """Ask to read a record, with a motive."""
    form = await read_form(request)
    try:
        await ask_access(uow, actor, RecordId(record_id), motive=form["motive"])
    except InvalidInputError as error:
        record = await visible_record(uow, actor, RecordId(record_id))
        return await _record(request, uow, actor, record, form.keep(error, SENTENCES), status=422)
    return go(f"/archive/{record_id}", done="asked")


@get("/disputes/{dispute_id:uuid}/record")
async def show_record_of_dispute(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the sealed record to the dispute's own table: they may keep a copy of what they could read."""
    record = await record_of_dispute(uow, actor, DisputeId(dispute_id))
    if record is not None and is_keeper(actor):
        return go(f"/archive/{record.id}")
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return page(
        request,
        "archive/own.html",
        dispute=dispute,
        record=record,
        proof=await proof_of(uow, record) if record else None,
        check=await last_check(uow, record) if record else None,
        reopenings=[(asked, *REOPENING[asked.state]) for asked in await reopenings_of(uow, actor, dispute.id)],
        **_words(),
    )


@get("/archive/{record_id:uuid}/infected")
async def ask_before_infected(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    record_id: FromPath[UUID],
) -> Answer:
    """Say in which files of a record a virus was found, and ask for the reason to take it all the same."""
    return await _infected(request, uow, actor, RecordId(record_id), None)


@post("/archive/{record_id:uuid}/infected", status_code=200)
async def take_infected(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    record_id: FromPath[UUID],
) -> Answer:
    """Put on record that somebody takes a record with its infected files, and why."""
    form = await read_form(request)
    try:
        await accept_infected(uow, actor, RecordId(record_id), reason=form["reason"])
    except InvalidInputError as error:
        return await _infected(request, uow, actor, RecordId(record_id), form.keep(error, SENTENCES), status=422)
    return go(f"/archive/{record_id}/infected", done="accepted")


async def _infected(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    record_id: RecordId,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    infections = await infections_of(uow, actor, record_id)
    if not infections.files:
        raise NotFoundError
    return page(
        request,
        "archive/infected.html",
        status=status,
        infections=infections,
        path=f"/archive/{record_id}",
        back=f"/archive/{record_id}" if is_keeper(actor) else f"/disputes/{infections.dispute_id}/record",
        reason_limit=REASON_LIMIT,
        form=form,
    )


@post("/archive/{record_id:uuid}/package", status_code=200)
async def send_package(
    platform: NamedDependency[Platform], actor: NamedDependency[Actor], record_id: FromPath[UUID]
) -> Answer:
    """Send the record with the receipt of its seal. The parties learn of it before the first byte leaves."""
    try:
        release = await release_record(platform, actor, RecordId(record_id))
    except NotPermittedError as error:
        if error.code != "infected_record":
            raise
        return go(f"/archive/{record_id}/infected")
    return zip_answer(release.name, release.size, release.stream())
