"""The expert's mission on pages: what the table sees of it, how the mediator directs it."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError
from odr.expertise.commands import QUESTIONS_LIMIT, end_mission, open_mission
from odr.expertise.examining import supply_exhibits
from odr.expertise.queries import (
    MissionState,
    experts_to_ask,
    may_open_mission,
    missions_of,
    still_to_supply,
    visible_mission,
)
from odr.ids import DisputeId, ExhibitId, MissionId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, AnyRequest, Form, go, page, read_form
from web.evidence.download import disposition
from web.expertise.desk import desk_context
from web.expertise.phrases import SENTENCES, STATES

LIST = "/disputes/{dispute_id:uuid}/expertise"
ONE = "/disputes/{dispute_id:uuid}/expertise/{mission_id:uuid}"


@get(LIST)
async def show_missions(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the missions that the reader may know of."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return page(
        request,
        "expertise/list.html",
        dispute=dispute,
        missions=await missions_of(uow, actor, dispute.id),
        states=STATES,
        may_open=may_open_mission(actor, dispute),
    )


@get(f"{LIST}/new")
async def new_mission(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the mediator's form to ask an expert."""
    return await _new(request, uow, actor, DisputeId(dispute_id), None)


@post(f"{LIST}/new", status_code=200)
async def ask_expert(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Ask an expert."""
    form = await read_form(request)
    dispute = DisputeId(dispute_id)
    try:
        mission_id = await open_mission(uow, actor, dispute, expert_id=form["expert"], questions=form["questions"])
    except InvalidInputError as error:
        return await _new(request, uow, actor, dispute, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}/expertise/{mission_id}", done="opened")


async def _new(
    request: AnyRequest, uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, form: Form | None, *, status: int = 200
) -> Answer:
    dispute = await visible_dispute(uow, actor, dispute_id)
    return page(
        request,
        "expertise/new.html",
        status=status,
        dispute=dispute,
        experts=await experts_to_ask(uow, actor, dispute_id),
        form=form,
        questions_limit=QUESTIONS_LIMIT,
    )


@get(ONE)
async def show_mission(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Show one mission: its terms, its answer, what was supplied, its report; to its expert, the desk too."""
    context = await desk_context(uow, actor, DisputeId(dispute_id), MissionId(mission_id), platform)
    return page(request, "expertise/page.html", form=None, **context)


@get(f"{ONE}/supply")
async def supply_page(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Show the joint exhibits that the mediator may lay on the expert's desk."""
    return await _supply(request, uow, actor, DisputeId(dispute_id), MissionId(mission_id), None)


@post(f"{ONE}/supply", status_code=200)
async def supply(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Lay the chosen exhibits on the expert's desk."""
    form = await read_form(request)
    dispute, mission = DisputeId(dispute_id), MissionId(mission_id)
    try:
        await supply_exhibits(uow, actor, dispute, mission, exhibit_ids=_chosen(form))
    except InvalidInputError as error:
        return await _supply(request, uow, actor, dispute, mission, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}/expertise/{mission_id}", done="supplied")


def _chosen(form: Form) -> tuple[ExhibitId, ...]:
    try:
        return tuple(ExhibitId(UUID(one)) for one in form.all("exhibits"))
    except ValueError:
        raise NotFoundError from None


async def _supply(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    mission_id: MissionId,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    dispute = await visible_dispute(uow, actor, dispute_id)
    mission = await visible_mission(uow, actor, dispute_id, mission_id)
    rows = await still_to_supply(uow, actor, mission)
    if mission.state is not MissionState.ACCEPTED:
        raise ConflictError("not_accepted")
    return page(
        request,
        "expertise/supply.html",
        status=status,
        dispute=dispute,
        mission=mission,
        path=f"/disputes/{dispute_id}/expertise/{mission_id}",
        choices=[(str(row.id), f"{row.number} · {row.title}", row.file_name) for row in rows],
        form=form,
    )


@get(f"{ONE}/end")
async def end_page(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Show what ending a mission does."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    await experts_to_ask(uow, actor, dispute.id)  # refuses whoever may not direct missions
    mission = await visible_mission(uow, actor, dispute.id, MissionId(mission_id))
    path = f"/disputes/{dispute_id}/expertise/{mission_id}"
    return page(request, "expertise/end.html", dispute=dispute, mission=mission, path=path)


@post(f"{ONE}/end", status_code=200)
async def end(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """End a mission without a report."""
    await end_mission(uow, actor, DisputeId(dispute_id), MissionId(mission_id))
    return go(f"/disputes/{dispute_id}/expertise", done="ended")


@get(f"{ONE}/seen")
async def send_seen(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> Answer:
    """Send, as JSON, what the expert had seen when the report was posted."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    mission = await visible_mission(uow, actor, dispute.id, MissionId(mission_id))
    if mission.reported_at is None:
        raise NotFoundError
    content: dict[str, Any] = {
        "format": "entente-seen/v1",
        "reference": dispute.reference,
        "mission": str(mission.id),
        "expert": mission.expert,
        "reported_at": mission.reported_at.isoformat(),
        "report": {"number": mission.report_number, "sha256": mission.report_sha256.hex()},
        "supplied": msgspec.to_builtins(mission.seen),
    }
    name = f"{mission.report_number}-{dispute.reference}.json"
    return Response(
        msgspec.json.format(msgspec.json.encode(content), indent=2),
        media_type="application/json",
        headers={"Content-Disposition": disposition(name), "Cache-Control": "no-store"},
    )
