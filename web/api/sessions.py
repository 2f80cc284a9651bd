"""Meetings: called, moved, called off, and noted as held or missed; for their minutes see minutes.py."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.ids import DisputeId, MeetingId, PartyId
from odr.sessions.commands import call_meeting, cancel_meeting, move_meeting, note_meeting
from odr.sessions.plan import Plan
from odr.sessions.queries import MeetingState, meetings_for, visible_meeting
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from web.api.description import create, read, send
from web.api.shapes import Line, Text, shown

MEETINGS: Final = "/disputes/{dispute_id:uuid}/meetings"
MEETING: Final = f"{MEETINGS}/{{meeting_id:uuid}}"


class Meeting(msgspec.Struct):
    """A meeting that one is called to. ``party_id``: who is met apart; null where everyone is called."""

    id: UUID
    kind: SpaceKind
    party_id: UUID | None
    party_name: str
    starts_at: datetime
    minutes: int
    place: str
    agenda: str
    state: MeetingState
    called_by: str
    to_note: bool


class MeetingPlan(msgspec.Struct, forbid_unknown_fields=True):
    """When, for how many minutes, where and what about."""

    starts_at: datetime
    minutes: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 120
    place: Line = ""
    agenda: Text = ""


class NewMeeting(MeetingPlan, forbid_unknown_fields=True):
    """A plan, and with whom: a party apart, or everyone."""

    apart_with: UUID | None = None


def _plan(data: MeetingPlan) -> Plan:
    return Plan(data.starts_at, data.minutes, data.place, data.agenda)


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, meeting_id: UUID) -> Meeting:
    return shown(await visible_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id)), Meeting)


@read(MEETINGS)
async def list_meetings(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[Meeting]:
    """Return the meetings that one is called to, the latest first."""
    return [shown(each, Meeting) for each in await meetings_for(uow, actor, DisputeId(dispute_id))]


@create(MEETINGS)
async def call_new_meeting(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewMeeting],
) -> Meeting:
    """Call everyone to a meeting, or one party apart (mediator)."""
    apart = PartyId(data.apart_with) if data.apart_with else None
    made = await call_meeting(uow, actor, DisputeId(dispute_id), _plan(data), apart_with=apart)
    return await _shown(uow, actor, dispute_id, made)


@read(MEETING)
async def show_one_meeting(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Meeting:
    """Return one meeting, to those who are called."""
    return await _shown(uow, actor, dispute_id, meeting_id)


@send(f"{MEETING}/move")
async def move_one_meeting(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
    data: JSONBody[MeetingPlan],
) -> Meeting:
    """Give a meeting another time, place or agenda (mediator)."""
    await move_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), _plan(data))
    return await _shown(uow, actor, dispute_id, meeting_id)


@send(f"{MEETING}/cancel")
async def cancel_one_meeting(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Meeting:
    """Call a meeting off (mediator)."""
    await cancel_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id))
    return await _shown(uow, actor, dispute_id, meeting_id)


@send(f"{MEETING}/held")
async def note_meeting_held(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Meeting:
    """Note that a meeting took place, once its time has come (mediator)."""
    await note_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), held=True)
    return await _shown(uow, actor, dispute_id, meeting_id)


@send(f"{MEETING}/missed")
async def note_meeting_missed(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Meeting:
    """Note that a meeting did not take place (mediator)."""
    await note_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), held=False)
    return await _shown(uow, actor, dispute_id, meeting_id)


handlers = (
    list_meetings,
    call_new_meeting,
    show_one_meeting,
    move_one_meeting,
    cancel_one_meeting,
    note_meeting_held,
    note_meeting_missed,
)
