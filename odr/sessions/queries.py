"""Which meetings a person may know of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import NotFoundError
from odr.ids import DisputeId, MeetingId, PartyId
from odr.people.queries import account_names
from odr.sessions.commands import MEETING_AS, details_of
from odr.sessions.models import Meeting, MeetingState
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = ["MeetingState", "MeetingView", "may_call", "meetings_for", "planned_for", "visible_meeting"]


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting. ``party_id`` and ``party_name``: who is met apart, none where everyone is called.

    ``to_note``: its time has come and the reader is to say whether it took place; ``movable``: the reader may still
    move it or call it off.
    """

    id: MeetingId
    dispute_id: DisputeId
    kind: SpaceKind
    party_id: PartyId | None
    party_name: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    place: str
    agenda: str
    state: MeetingState
    called_by: str
    to_note: bool
    movable: bool


def may_call(actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether the actor may call a meeting now."""
    place = Place(dispute.id, None, SpaceKind.JOINT)
    return (
        actor.may(Act.WRITE, Thing.MEETING, place) is not None and dispute.stage in ACTIVITIES[Activity.MEET_TOGETHER]
    )


async def meetings_for(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[MeetingView, ...]:
    """Return the meetings that the actor may know of, the latest first. Raises NotFoundError."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    if actor.may(Act.READ, Thing.MEETING, Place(dispute_id, None, SpaceKind.JOINT)) is None:
        raise NotFoundError
    rows = await uow.session.scalars(
        select(Meeting)
        .where(Meeting.dispute_id == dispute_id, _readable(actor))
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    )
    return await _views(uow, actor, dispute, list(rows))


async def visible_meeting(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId) -> MeetingView:
    """Return one meeting. Raises NotFoundError where the actor may not know of it."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await uow.session.scalar(
        select(Meeting).where(Meeting.id == meeting_id, Meeting.dispute_id == dispute_id, _readable(actor))
    )
    if row is None:
        raise NotFoundError
    return (await _views(uow, actor, dispute, [row]))[0]


async def planned_for(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[MeetingView, ...]:
    """Return the meetings of a dispute that are planned, as far as the actor may know of them, the next first."""
    rows = await uow.session.scalars(
        select(Meeting)
        .where(Meeting.dispute_id == dispute.id, Meeting.state == MeetingState.PLANNED, _readable(actor))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return await _views(uow, actor, dispute, list(rows))


def _readable(actor: Actor) -> ColumnElement[bool]:
    return readable(
        actor, Thing.MEETING, Columns(Meeting.dispute_id, Meeting.party_id, Meeting.kind, at=Meeting.called_at)
    )


async def _views(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, rows: list[Meeting]) -> tuple[MeetingView, ...]:
    names = await account_names(uow, {row.called_by for row in rows})
    now = uow.now()
    found: list[MeetingView] = []
    for row in rows:
        details = await details_of(uow, row)
        party = dispute.party(row.party_id)
        writes = actor.may(Act.WRITE, Thing.MEETING, Place(dispute.id, row.party_id, row.kind, row.called_at))
        mine = writes is not None and row.state is MeetingState.PLANNED
        found.append(
            MeetingView(
                id=row.id,
                dispute_id=row.dispute_id,
                kind=row.kind,
                party_id=row.party_id,
                party_name=party.name if party else "",
                starts_at=row.starts_at,
                ends_at=row.starts_at + timedelta(minutes=row.minutes),
                minutes=row.minutes,
                place=details.place,
                agenda=details.agenda,
                state=row.state,
                called_by=names.get(row.called_by, ""),
                to_note=mine and row.starts_at <= now and dispute.stage in ACTIVITIES[Activity.NOTE_MEETING],
                movable=mine and dispute.stage in ACTIVITIES[MEETING_AS[row.kind]],
            )
        )
    return tuple(found)
