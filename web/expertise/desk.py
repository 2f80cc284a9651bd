"""The expert's own acts on pages: accepting or declining, notes, posting the report."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.evidence.queries import visible_exhibit
from odr.expertise.commands import ANSWER_LIMIT, accept_mission, decline_mission
from odr.expertise.examining import NOTE_LIMIT, post_report, write_note
from odr.expertise.queries import MissionState, notes_on, papers_to_post, visible_mission
from odr.ids import DisputeId, ExhibitId, MissionId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, AnyRequest, Form, go, page, read_form
from web.expertise.phrases import SENTENCES, STATES

ONE = "/disputes/{dispute_id:uuid}/expertise/{mission_id:uuid}"


async def desk_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, platform: Platform
) -> dict[str, Any]:
    """Return what a mission's page shows to this reader."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    mission = await visible_mission(uow, actor, dispute_id, mission_id)
    is_expert = mission.desk_id is not None
    under_way = mission.open_now and mission.state is MissionState.ACCEPTED
    return {
        "dispute": dispute,
        "mission": mission,
        "path": f"/disputes/{dispute_id}/expertise/{mission_id}",
        "state_word": STATES[mission.state],
        "is_expert": is_expert,
        "may_answer": is_expert and mission.open_now and mission.state is MissionState.PROPOSED,
        "may_work": is_expert and under_way,
        "may_supply": mission.may_direct and under_way and not mission.may_be_objected,
        "may_end": mission.may_direct and mission.state in {MissionState.PROPOSED, MissionState.ACCEPTED},
        "notes": await notes_on(uow, actor, dispute_id, mission_id) if is_expert else (),
        "papers": await papers_to_post(uow, actor, mission),
        "note_limit": NOTE_LIMIT,
        "answer_limit": ANSWER_LIMIT,
        "upload_limit": platform.settings.upload_limit,
    }


async def _mended(
    request: AnyRequest,
    platform: Platform,
    uow: UnitOfWork,
    actor: Actor,
    mission: tuple[UUID, UUID],
    form: Form,
) -> Answer:
    context = await desk_context(uow, actor, DisputeId(mission[0]), MissionId(mission[1]), platform)
    return page(request, "expertise/page.html", status=422, form=form, **context)


@post(f"{ONE}/accept", status_code=200)
async def accept(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Accept, and declare independence."""
    form = await read_form(request)
    try:
        await accept_mission(
            uow,
            actor,
            DisputeId(dispute_id),
            MissionId(mission_id),
            declaration=form["declaration"],
            independent=form["independent"] == "yes",
        )
    except InvalidInputError as error:
        return await _mended(request, platform, uow, actor, (dispute_id, mission_id), form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/expertise/{mission_id}", done="accepted")


@post(f"{ONE}/decline", status_code=200)
async def decline(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Decline, and leave the table."""
    form = await read_form(request)
    try:
        await decline_mission(uow, actor, DisputeId(dispute_id), MissionId(mission_id), reason=form["reason"])
    except InvalidInputError as error:
        return await _mended(request, platform, uow, actor, (dispute_id, mission_id), form.keep(error, SENTENCES))
    return go("/disputes", done="mission_declined")


@post(f"{ONE}/notes", status_code=200)
async def note(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Write a working note."""
    form = await read_form(request)
    try:
        await write_note(uow, actor, DisputeId(dispute_id), MissionId(mission_id), text=form["text"])
    except InvalidInputError as error:
        return await _mended(request, platform, uow, actor, (dispute_id, mission_id), form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/expertise/{mission_id}?done=noted#notes")


@get(f"{ONE}/report")
async def report_page(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Show what posting this paper (``?exhibit=``) as the report does."""
    context = await _report(uow, actor, DisputeId(dispute_id), MissionId(mission_id), _exhibit(request))
    return page(request, "expertise/report.html", form=None, **context)


@post(f"{ONE}/report", status_code=200)
async def send_report(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Post the report: everyone at the table receives it at the same moment."""
    form = await read_form(request)
    dispute, mission = DisputeId(dispute_id), MissionId(mission_id)
    exhibit_id = _id_of(form["exhibit"])
    try:
        await post_report(uow, actor, dispute, mission, exhibit_id=exhibit_id)
    except InvalidInputError as error:
        context = await _report(uow, actor, dispute, mission, exhibit_id)
        return page(request, "expertise/report.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/expertise/{mission_id}", done="reported")


def _exhibit(request: AnyRequest) -> ExhibitId:
    return _id_of(request.query_params.get("exhibit", ""))


def _id_of(text: str) -> ExhibitId:
    try:
        return ExhibitId(UUID(text))
    except ValueError:
        raise NotFoundError from None


async def _report(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, exhibit_id: ExhibitId
) -> dict[str, Any]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    mission = await visible_mission(uow, actor, dispute_id, mission_id)
    if mission.desk_id is None:
        raise NotFoundError
    return {
        "dispute": dispute,
        "mission": mission,
        "path": f"/disputes/{dispute_id}/expertise/{mission_id}",
        "paper": await visible_exhibit(uow, actor, dispute_id, exhibit_id),
    }
