"""The neutral expert: asked by the mediator, supplied with joint exhibits, and reporting to all at the same moment."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.expertise.commands import accept_mission, decline_mission, end_mission, open_mission
from odr.expertise.examining import post_report, supply_exhibits, write_note
from odr.expertise.queries import MissionState, experts_to_ask, missions_of, notes_on, visible_mission
from odr.ids import DisputeId, ExhibitId, MissionId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, send
from web.api.disputes import ROOT
from web.api.exhibits import Numbered
from web.api.shapes import Made, Reason, Text, shown

MISSION: Final = f"{ROOT}/missions/{{mission_id:uuid}}"


class Expert(msgspec.Struct):
    """An expert of the centre."""

    id: UUID
    name: str


class Supplied(msgspec.Struct):
    """An exhibit on the expert's desk, under its joint number."""

    exhibit_id: UUID
    number: str
    title: str
    sha256: str
    size: int
    at: datetime


class SeenExhibit(msgspec.Struct):
    """What the expert had seen when the report was posted; times are null for what was never opened."""

    number: str
    sha256: str
    supplied_at: datetime
    opened_at: datetime | None


class MissionBody(msgspec.Struct):
    """A mission. ``answer``: the declaration of independence, or why it was declined. ``desk_id``: for its expert."""

    id: UUID
    expert: str
    state: MissionState
    questions: str
    opened_by: str
    opened_at: datetime
    answered_at: datetime | None
    answer: str
    supplied: list[Supplied]
    report_id: UUID | None
    report_number: str
    report_sha256: str
    reported_at: datetime | None
    seen: list[SeenExhibit]
    desk_id: UUID | None
    may_direct: bool


class NewMission(msgspec.Struct, forbid_unknown_fields=True):
    """Which expert, and the questions of the terms of reference."""

    expert_id: UUID
    questions: Text


class Declaration(msgspec.Struct, forbid_unknown_fields=True):
    """The expert's declaration: any tie to the parties, and that they are independent."""

    declaration: Text
    independent: bool


class Supplies(msgspec.Struct, forbid_unknown_fields=True):
    """Joint exhibits to lay on the expert's desk."""

    exhibit_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=200)]


class Numbers(msgspec.Struct):
    """Their numbers there, which are their joint numbers."""

    numbers: list[str]


class Report(msgspec.Struct, forbid_unknown_fields=True):
    """The paper of one's own desk that is the report."""

    exhibit_id: UUID


class NewNote(msgspec.Struct, forbid_unknown_fields=True):
    """A working note."""

    text: Text


class Note(msgspec.Struct):
    """A working note of the expert's, read by nobody else."""

    id: UUID
    at: datetime
    text: str


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, mission_id: UUID) -> MissionBody:
    view = await visible_mission(uow, actor, DisputeId(dispute_id), MissionId(mission_id))
    return shown(view, MissionBody, supplied=[shown(one, Supplied) for one in view.supplied])


@read(f"{ROOT}/experts")
async def list_experts(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[Expert]:
    """Return the experts whom the mediator may ask."""
    found = await experts_to_ask(uow, actor, DisputeId(dispute_id))
    return [Expert(UUID(account_id), name) for account_id, name in found]


@read(f"{ROOT}/missions")
async def list_missions(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[MissionBody]:
    """Return a dispute's missions, the newest first; an expert sees their own."""
    views = await missions_of(uow, actor, DisputeId(dispute_id))
    return [shown(view, MissionBody, supplied=[shown(one, Supplied) for one in view.supplied]) for view in views]


@create(f"{ROOT}/missions")
async def ask_expert(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewMission],
) -> Made:
    """Open a mission (mediator)."""
    made = await open_mission(
        uow, actor, DisputeId(dispute_id), expert_id=str(data.expert_id), questions=data.questions
    )
    return Made(made)


@read(MISSION)
async def show_mission(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> MissionBody:
    """Return a mission: its questions, what was supplied, and what came of it."""
    return await _shown(uow, actor, dispute_id, mission_id)


@send(f"{MISSION}/accept")
async def accept_terms(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
    data: JSONBody[Declaration],
) -> MissionBody:
    """Accept a mission and declare independence (its expert)."""
    await accept_mission(
        uow,
        actor,
        DisputeId(dispute_id),
        MissionId(mission_id),
        declaration=data.declaration,
        independent=data.independent,
    )
    return await _shown(uow, actor, dispute_id, mission_id)


@send(f"{MISSION}/decline", status_code=204)
async def decline_terms(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> None:
    """Decline a mission and leave the table (its expert)."""
    await decline_mission(uow, actor, DisputeId(dispute_id), MissionId(mission_id), reason=data.reason)


@send(f"{MISSION}/end")
async def stop_mission(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> MissionBody:
    """End a mission that has no report yet (mediator)."""
    await end_mission(uow, actor, DisputeId(dispute_id), MissionId(mission_id))
    return await _shown(uow, actor, dispute_id, mission_id)


@send(f"{MISSION}/supplies")
async def supply(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
    data: JSONBody[Supplies],
) -> Numbers:
    """Lay joint exhibits on the expert's desk (mediator); the expert sees these and no other."""
    numbers = await supply_exhibits(
        uow,
        actor,
        DisputeId(dispute_id),
        MissionId(mission_id),
        exhibit_ids=[ExhibitId(each) for each in data.exhibit_ids],
    )
    return Numbers(list(numbers))


@read(f"{MISSION}/notes")
async def list_notes(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
) -> list[Note]:
    """Return one's own working notes (its expert)."""
    return [shown(note, Note) for note in await notes_on(uow, actor, DisputeId(dispute_id), MissionId(mission_id))]


@create(f"{MISSION}/notes")
async def take_note(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
    data: JSONBody[NewNote],
) -> Made:
    """Write a working note (its expert)."""
    return Made(await write_note(uow, actor, DisputeId(dispute_id), MissionId(mission_id), text=data.text))


@send(f"{MISSION}/report")
async def report(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    mission_id: FromPath[UUID],
    data: JSONBody[Report],
) -> Numbered:
    """Post a paper of one's desk as the report (its expert): both parties receive it at the same moment."""
    number = await post_report(
        uow, actor, DisputeId(dispute_id), MissionId(mission_id), exhibit_id=ExhibitId(data.exhibit_id)
    )
    return Numbered(number)


handlers = (
    list_experts,
    list_missions,
    ask_expert,
    show_mission,
    accept_terms,
    decline_terms,
    stop_mission,
    supply,
    list_notes,
    take_note,
    report,
)
