"""A wrong disclosure on pages: stop it at once, see who had opened it, decide, and what a reader is asked."""

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.commands import TEXT_LIMIT
from odr.crossing.exhibits import may_stop, quarantine_exhibit
from odr.crossing.messages import quarantine_message, stoppable_among
from odr.crossing.quarantine import answer_about_copies, remove_quarantined, restore_quarantined
from odr.crossing.record import record_pdf
from odr.crossing.withdrawn import receipts_of_quarantine, visible_quarantine, withdrawn_copy
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.evidence.queries import visible_exhibit
from odr.ids import DisputeId, ExhibitId, MessageId, PartyId, QuarantineId, SpaceId
from odr.parties.queries import parties_of
from odr.platform import Platform
from odr.spaces.queries import MessageView, message_in, visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import reader
from web.answer import Answer, Form, go, page, read_form
from web.crossing.phrases import COPIES, OUTCOMES, SENTENCES, copies_choices
from web.evidence.download import disposition
from web.spaces.rooms import is_mediator

_EXHIBIT: Final = "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/quarantine"
_MESSAGE: Final = "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/messages/{message_id:uuid}/quarantine"
_QUARANTINE: Final = "/disputes/{dispute_id:uuid}/quarantines/{quarantine_id:uuid}"


@get(_EXHIBIT)
async def stop_exhibit_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Say what stopping a wrong disclosure does, before it is done."""
    context = await _exhibit_context(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return page(request, "crossing/stop.html", form=None, **context)


@post(_EXHIBIT, status_code=200)
async def stop_exhibit(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Withdraw an exhibit from the table at once."""
    form = await read_form(request)
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    try:
        made = await quarantine_exhibit(uow, actor, dispute, exhibit, why=form["why"], concerns=_party(form))
    except InvalidInputError as error:
        context = await _exhibit_context(uow, actor, dispute, exhibit)
        return page(request, "crossing/stop.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/quarantines/{made}", done="stopped")


@get(_MESSAGE)
async def stop_message_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Answer:
    """The same for a message."""
    of = DisputeId(dispute_id), SpaceId(space_id), MessageId(message_id)
    return page(request, "crossing/stop.html", form=None, **await _message_context(uow, actor, *of))


@post(_MESSAGE, status_code=200)
async def stop_message(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Answer:
    """Withdraw a message from the table at once."""
    form = await read_form(request)
    of = DisputeId(dispute_id), SpaceId(space_id), MessageId(message_id)
    try:
        made = await quarantine_message(uow, actor, *of, why=form["why"], concerns=_party(form))
    except InvalidInputError as error:
        context = await _message_context(uow, actor, *of)
        return page(request, "crossing/stop.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/quarantines/{made}", done="stopped")


@get(_QUARANTINE)
async def show_quarantine(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> Answer:
    """Show what was withdrawn, who had opened it and when, what they say of their copies, and what can be done."""
    dispute, quarantine = DisputeId(dispute_id), QuarantineId(quarantine_id)
    view = await visible_quarantine(uow, actor, dispute, quarantine)
    return page(
        request,
        "crossing/quarantine.html",
        quarantine=view,
        dispute=await visible_dispute(uow, actor, dispute),
        path=f"/disputes/{dispute_id}/quarantines/{quarantine_id}",
        mediates=is_mediator(actor, dispute),
        outcome=OUTCOMES[view.outcome],
        copies_words=COPIES,
    )


@post(f"{_QUARANTINE}/restore", status_code=200)
async def restore(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> Answer:
    """Put it back in its place."""
    await restore_quarantined(uow, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))
    return go(f"/disputes/{dispute_id}/quarantines/{quarantine_id}", done="restored")


@post(f"{_QUARANTINE}/remove", status_code=200)
async def remove(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> Answer:
    """Take it out for good."""
    await remove_quarantined(uow, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))
    return go(f"/disputes/{dispute_id}/quarantines/{quarantine_id}", done="removed")


@get(f"{_QUARANTINE}/copies")
async def copies_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> Answer:
    """Ask a reader about their copies, in neutral words."""
    context = await _copies_context(uow, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))
    return page(request, "crossing/copies.html", form=None, **context)


@post(f"{_QUARANTINE}/copies", status_code=200)
async def answer_copies(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> Answer:
    """Take a reader's answer."""
    form = await read_form(request)
    dispute, quarantine = DisputeId(dispute_id), QuarantineId(quarantine_id)
    try:
        await answer_about_copies(uow, actor, dispute, quarantine, copies=form["copies"])
    except InvalidInputError as error:
        context = await _copies_context(uow, actor, dispute, quarantine)
        return page(request, "crossing/copies.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/quarantines/{quarantine_id}/copies", done="answered")


@get(f"{_QUARANTINE}/record.pdf")
async def send_record(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> Answer:
    """Send the dated record, set while no transaction is held."""
    return await paper_record(platform, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))


async def paper_record(
    platform: Platform, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> Response[bytes]:
    """Answer with the record on paper, in the reader's language."""
    async with platform.unit(write=False) as uow:
        view = await visible_quarantine(uow, actor, dispute_id, quarantine_id)
        receipts = await receipts_of_quarantine(uow, actor, dispute_id, quarantine_id)
        dispute = await visible_dispute(uow, actor, dispute_id)
        now = uow.now()
    content = await asyncio.to_thread(
        record_pdf,
        view,
        receipts,
        reference=dispute.reference,
        centre=platform.settings.centre_name,
        language=reader.get().language,
        issued_at=now,
        zone=reader.get().zone,
    )
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": disposition("retrait.pdf"), "Cache-Control": "no-store"},
    )


async def _exhibit_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> dict[str, Any]:
    exhibit = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
    if not may_stop(actor, exhibit):
        raise NotFoundError
    path = f"/disputes/{dispute_id}/exhibits/{exhibit_id}"
    return {
        "exhibit": exhibit,
        "message": None,
        "back": path,
        "path": f"{path}/quarantine",
        **await _stop_context(uow, actor, dispute_id, owned=exhibit.owner_id is not None),
    }


async def _message_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, message_id: MessageId
) -> dict[str, Any]:
    space = await visible_space(uow, actor, dispute_id, space_id)
    message: MessageView = await message_in(uow, actor, space, message_id)
    if not await stoppable_among(uow, actor, dispute_id, [message_id]):
        raise NotFoundError
    room = f"/disputes/{dispute_id}/rooms/{space_id}"
    owned = bool(message.party) or not is_mediator(actor, dispute_id)
    return {
        "exhibit": None,
        "message": message,
        "back": room,
        "path": f"{room}/messages/{message_id}/quarantine",
        **await _stop_context(uow, actor, dispute_id, owned=owned),
    }


async def _stop_context(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, owned: bool) -> dict[str, Any]:
    parties = [(str(party.id), party.name) for party in await parties_of(uow, dispute_id)]
    return {
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "parties": [] if owned else parties,
        "text_limit": TEXT_LIMIT,
    }


async def _copies_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> dict[str, Any]:
    return {
        "copy": await withdrawn_copy(uow, actor, dispute_id, quarantine_id),
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "path": f"/disputes/{dispute_id}/quarantines/{quarantine_id}/copies",
        "choices": copies_choices(),
    }


def _party(form: Form) -> PartyId | None:
    try:
        return PartyId(UUID(form["concerns"]))
    except ValueError:
        return None
