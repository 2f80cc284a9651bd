"""What the mediator does with meetings: call, move, call off, note whether they took place."""

from typing import Final

import msgspec
from sqlalchemy import func, select

from odr.deadlines.table import Deadline
from odr.deadlines.timers import set_timer
from odr.disputes.lifecycle import Activity, require
from odr.disputes.limitation import suspend_by_meeting
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, MeetingId, PartyId, new_id
from odr.sessions.events import (
    MeetingCalled,
    MeetingCalledApart,
    MeetingCancelled,
    MeetingCancelledApart,
    MeetingMoved,
    MeetingMovedApart,
    MeetingNoted,
    MeetingNotedApart,
    OfMeeting,
)
from odr.sessions.models import Meeting, MeetingState
from odr.sessions.plan import Details, Plan, checked
from odr.spaces.commands import ensure_space
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

MOST: Final = 200
"""Meetings of one room."""

MEETING_AS: Final = {SpaceKind.JOINT: Activity.MEET_TOGETHER, SpaceKind.CAUCUS: Activity.SPEAK_APART}
"""What calling a meeting of a room of this kind counts as, for the stage."""


async def call_meeting(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, plan: Plan, *, apart_with: PartyId | None = None
) -> MeetingId:
    """The mediator calls everyone to a meeting, or one party apart. Whoever is called is told, and nobody else.

    Raises InvalidInputError (see plan.py), NotFoundError for a party that is not of this dispute, NotPermittedError,
    WrongStageError, ConflictError ``too_many_meetings``.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    kind = SpaceKind.JOINT if apart_with is None else SpaceKind.CAUCUS
    rule = _required(actor, Place(dispute_id, apart_with, kind))
    if apart_with is not None and dispute.party(apart_with) is None:
        raise NotFoundError
    require(dispute.stage, MEETING_AS[kind])
    starts_at, minutes, details = checked(plan, uow.now())
    space = await ensure_space(uow, dispute_id, kind, apart_with)  # the joint room, before the mediation is open
    known = select(func.count()).select_from(Meeting).where(Meeting.space_id == space.id)
    if (await uow.session.scalar(known) or 0) >= MOST:
        raise ConflictError("too_many_meetings")
    meeting_id = MeetingId(new_id())
    row = Meeting(
        id=meeting_id,
        dispute_id=dispute_id,
        space_id=space.id,
        kind=kind,
        party_id=apart_with,
        starts_at=starts_at,
        minutes=minutes,
        state=MeetingState.PLANNED,
        details_sealed=await _sealed(uow, space, meeting_id, details),
        called_by=actor.account_id,
        called_at=uow.now(),
        changed_at=None,
    )
    uow.session.add(row)
    await uow.session.flush()
    await set_timer(uow, Deadline.SESSION, dispute_id, starts_at, subject_id=meeting_id)
    await uow.record(of_meeting(row, MeetingCalled, MeetingCalledApart, rule.number, actor))
    return meeting_id


async def move_meeting(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, plan: Plan) -> None:
    """The mediator gives a meeting another time, place or agenda.

    Raises as :func:`call_meeting`, and ConflictError ``meeting_over`` for one that is called off or noted.
    """
    row, rule = await _own(uow, actor, dispute_id, meeting_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    require(dispute.stage, MEETING_AS[row.kind])
    _require_planned(row)
    starts_at, minutes, details = checked(plan, uow.now())
    space = await space_of(uow, dispute_id, row.kind, row.party_id)
    moved = starts_at != row.starts_at
    row.starts_at, row.minutes, row.changed_at = starts_at, minutes, uow.now()
    row.details_sealed = await _sealed(uow, space, meeting_id, details)
    await uow.session.flush()
    if moved:
        await set_timer(uow, Deadline.SESSION, dispute_id, starts_at, subject_id=meeting_id)
    await uow.record(of_meeting(row, MeetingMoved, MeetingMovedApart, rule.number, actor))


async def cancel_meeting(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId) -> None:
    """The mediator calls a meeting off. Raises ConflictError ``meeting_over``."""
    row, rule = await _own(uow, actor, dispute_id, meeting_id)
    _require_planned(row)
    row.state, row.changed_at = MeetingState.CANCELLED, uow.now()
    await uow.session.flush()
    await uow.record(of_meeting(row, MeetingCancelled, MeetingCancelledApart, rule.number, actor))


async def note_meeting(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, *, held: bool
) -> None:
    """The mediator notes whether a meeting took place: once, and not before its time.

    The first meeting of everyone suspends the limitation period where no written agreement did so before (Civil Code,
    art. 2238). Raises WrongStageError once the mediation is over, and ConflictError ``meeting_over`` or
    ``meeting_to_come``.
    """
    row, rule = await _own(uow, actor, dispute_id, meeting_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    require(dispute.stage, Activity.NOTE_MEETING)
    _require_planned(row)
    if row.starts_at > uow.now():
        raise ConflictError("meeting_to_come")
    row.state, row.changed_at = MeetingState.HELD if held else MeetingState.MISSED, uow.now()
    await uow.session.flush()
    noted = MeetingNoted if row.kind is SpaceKind.JOINT else MeetingNotedApart
    await uow.record(
        noted(
            dispute_id=row.dispute_id,
            space_id=row.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            meeting_id=row.id,
            starts_at=row.starts_at,
            held=held,
        )
    )
    if held and row.kind is SpaceKind.JOINT:
        await suspend_by_meeting(uow, dispute, row.starts_at, rule.number)


def of_meeting(
    row: Meeting, together: type[OfMeeting], apart: type[OfMeeting], rule: str, actor: Actor | None
) -> OfMeeting:
    """Make an event about a meeting, of its own room."""
    kind = together if row.kind is SpaceKind.JOINT else apart
    return kind(
        dispute_id=row.dispute_id,
        space_id=row.space_id,
        rule=rule,
        actor_id=actor.account_id if actor else None,
        meeting_id=row.id,
        starts_at=row.starts_at,
    )


async def _own(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId) -> tuple[Meeting, Rule]:
    row = await uow.session.scalar(
        select(Meeting).where(Meeting.id == meeting_id, Meeting.dispute_id == dispute_id).with_for_update()
    )
    if row is None:
        raise NotFoundError
    return row, _required(actor, Place(dispute_id, row.party_id, row.kind, row.called_at))


def _required(actor: Actor, place: Place) -> Rule:
    """Return the line that lets the actor call meetings there. Raises NotFoundError where they may not even read."""
    if actor.may(Act.READ, Thing.MEETING, place) is None:
        raise NotFoundError
    rule = actor.may(Act.WRITE, Thing.MEETING, place)
    if rule is None:
        raise NotPermittedError("not_permitted")
    return rule


def _require_planned(row: Meeting) -> None:
    if row.state is not MeetingState.PLANNED:
        raise ConflictError("meeting_over")


async def _sealed(uow: UnitOfWork, space: SpaceFacts, meeting_id: MeetingId, details: Details) -> bytes:
    return await uow.vault.seal_text(uow.session, space.ref, meeting_id, msgspec.json.encode(details).decode())


async def details_of(uow: UnitOfWork, row: Meeting) -> Details:
    """Return where a meeting takes place and what it is about. The row is one that the reader may see."""
    text = await uow.vault.open_text(uow.session, space_ref(row), row.id, row.details_sealed)
    return msgspec.json.decode(text, type=Details)
