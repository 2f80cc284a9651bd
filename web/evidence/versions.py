"""A newer version of an exhibit, a redacted copy of it, its way back out of a room, and infected files."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.about import REASON_LIMIT as REPLACING_LIMIT
from odr.evidence.history import VersionView, versions_of
from odr.evidence.infected import REASON_LIMIT, release_infected
from odr.evidence.queries import ExhibitView, visible_exhibit
from odr.evidence.recording import leave_to_lodge
from odr.evidence.redactions import redaction_proof
from odr.evidence.scanning import Outcome
from odr.evidence.withdrawing import OWN_ROOMS, is_last_place, may_empty, withdraw_from_own_room
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, SpaceId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, AnyRequest, go, page, read_form
from web.evidence.download import disposition
from web.evidence.phrases import READERS, SENTENCES, kind_choices, origin_choices
from web.spaces.rooms import NAMES, Asked, is_mediator

_PATH = "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}"


@dataclass(frozen=True, slots=True)
class LodgingOf:
    """Of which exhibit a newer version, or else a redacted copy, is lodged, and in which room."""

    dispute_id: DisputeId
    exhibit_id: ExhibitId
    space_id: SpaceId
    replaces: bool


@get(f"{_PATH}/replace")
async def replacing_form(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show the form that lodges a newer version in one room (``?room=``), and whom it will reach."""
    of = LodgingOf(DisputeId(dispute_id), ExhibitId(exhibit_id), _space(request), replaces=True)
    return await lodging_page(request, platform, actor, of)


@get(f"{_PATH}/redact")
async def redacting_form(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show the form that lodges a redacted copy in one room (``?room=``), and what others learn of the original."""
    of = LodgingOf(DisputeId(dispute_id), ExhibitId(exhibit_id), _space(request), replaces=False)
    return await lodging_page(request, platform, actor, of)


async def lodging_page(
    request: AnyRequest,
    platform: Platform,
    actor: Actor,
    of: LodgingOf,
    *,
    asked: Asked | None = None,
    status: int = 200,
) -> Answer:
    """Answer with the form of a newer version or of a redacted copy. Raises :class:`NotFoundError` where neither is."""
    async with platform.unit(write=False) as uow:
        leave = await leave_to_lodge(uow, actor, of.dispute_id, of.space_id)
        exhibit = await visible_exhibit(uow, actor, of.dispute_id, of.exhibit_id)
        dispute = await visible_dispute(uow, actor, of.dispute_id)
    here = next((placement for placement in exhibit.placements if placement.space_id == of.space_id), None)
    if not exhibit.mine or (of.replaces and here is None):
        raise NotFoundError
    return page(
        request,
        "evidence/replace.html" if of.replaces else "evidence/redact.html",
        status=status,
        exhibit=exhibit,
        number=here.number if here else exhibit.number,
        dispute=dispute,
        space=leave.space,
        room_name=_(NAMES[leave.space.kind]),
        readers=_(READERS[leave.space.kind]),
        path=f"/disputes/{of.dispute_id}/exhibits/{of.exhibit_id}",
        action=f"/disputes/{of.dispute_id}/rooms/{of.space_id}/exhibits",
        upload_limit=platform.settings.upload_limit,
        reason_limit=REPLACING_LIMIT,
        kind_choices=kind_choices(),
        origin_choices=origin_choices(),
        form=asked.form if asked else None,
        refused=asked.extra.get("refused") if asked else None,
    )


@get(f"{_PATH}/withdraw-from")
async def confirm_leaving(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Say what taking an exhibit back from one's draft or caucus (``?room=``) will do."""
    dispute = DisputeId(dispute_id)
    exhibit = await visible_exhibit(uow, actor, dispute, ExhibitId(exhibit_id))
    room = request.query_params.get("room", "")
    here = next((each for each in exhibit.placements if each.kind == room and each.kind in OWN_ROOMS), None)
    if here is None or not exhibit.mine:
        raise NotFoundError
    if not may_empty(actor, dispute, here.kind):
        raise NotPermittedError("for_your_agent")
    return page(
        request,
        "evidence/withdraw_from.html",
        exhibit=exhibit,
        dispute=await visible_dispute(uow, actor, dispute),
        placement=here,
        room_name=_(NAMES[here.kind]),
        destroys=await is_last_place(uow, exhibit.id, here.kind),
        path=f"/disputes/{dispute_id}/exhibits/{exhibit_id}",
    )


@post(f"{_PATH}/withdraw-from", status_code=200)
async def leave_room(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Take one's own exhibit back from one's draft or caucus."""
    form = await read_form(request)
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    view = await visible_exhibit(uow, actor, dispute, exhibit)
    await withdraw_from_own_room(uow, actor, dispute, exhibit, room=form["room"])
    left = next(each for each in view.placements if each.kind == form["room"])
    return go(f"/disputes/{dispute_id}/rooms/{left.space_id}", done="taken_back")


@get(f"{_PATH}/infected")
async def infected_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Warn of an infected file, and ask why it is wanted all the same."""
    context = await _infected(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), asked_version(request))
    return page(request, "evidence/infected.html", form=None, **context)


@post(f"{_PATH}/infected", status_code=200)
async def receive_infected(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Put on record that this person wants an infected file all the same."""
    form = await read_form(request)
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    version = version_id(form["version"])
    try:
        await release_infected(uow, actor, dispute, exhibit, reason=form["reason"], version_id=version)
    except InvalidInputError as error:
        context = await _infected(uow, actor, dispute, exhibit, version)
        form.keep(error, SENTENCES)
        return page(request, "evidence/infected.html", status=422, form=form, **context)
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="released")


@get(f"{_PATH}/redaction")
async def send_redaction(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Response[bytes]:
    """Send what proves to anyone of which original this is a redacted copy, for who may read the original."""
    proof = await redaction_proof(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return Response(
        proof.to_json(),
        media_type="application/json",
        headers={"Content-Disposition": disposition("caviardage.json"), "Cache-Control": "no-store"},
    )


def version_id(text: str) -> ExhibitVersionId | None:
    """Return the version that a form or an address names. Raises :class:`NotFoundError` for what can't be one."""
    if not text:
        return None
    try:
        return ExhibitVersionId(UUID(text))
    except ValueError:
        raise NotFoundError from None


def asked_version(request: AnyRequest) -> ExhibitVersionId | None:
    """Return the version that an address asks for (``?version=``), none for the current one."""
    return version_id(request.query_params.get("version", ""))


async def _infected(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, wanted: ExhibitVersionId | None
) -> dict[str, Any]:
    exhibit: ExhibitView = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
    versions = await versions_of(uow, actor, dispute_id, exhibit_id)
    found: VersionView | None = next((each for each in versions if each.id == (wanted or exhibit.version_id)), None)
    if found is None or found.scan.outcome is not Outcome.INFECTED:
        raise NotFoundError
    return {
        "exhibit": exhibit,
        "version": found,
        "mediates": is_mediator(actor, dispute_id),
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "path": f"/disputes/{dispute_id}/exhibits/{exhibit_id}",
        "reason_limit": REASON_LIMIT,
    }


def _space(request: AnyRequest) -> SpaceId:
    try:
        return SpaceId(UUID(request.query_params.get("room", "")))
    except ValueError:
        raise NotFoundError from None
