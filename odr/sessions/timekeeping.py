"""What the time of a meeting, and of its minutes, does when near or past (see odr/timekeeping.py)."""

from sqlalchemy import select

from odr.deadlines.timers import Knock
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import dispute_facts
from odr.sessions.commands import MEETING_AS, of_meeting
from odr.sessions.events import (
    MeetingNear,
    MeetingNearApart,
    MeetingPast,
    MeetingPastApart,
    MinutesNear,
    MinutesUnanswered,
)
from odr.sessions.keeping import answers_to, newest_minutes, unanswered
from odr.sessions.models import Meeting, MeetingState, Minutes
from odr.unit_of_work import UnitOfWork
from odr.visibility.terms import SpaceKind

_RULES = {SpaceKind.JOINT: "V122", SpaceKind.CAUCUS: "V120"}


async def remind_meeting(uow: UnitOfWork, knock: Knock) -> None:
    """Remind those who were called; nobody while the mediation is paused."""
    row = await _awaited(uow, knock)
    if row is None:
        return
    dispute = await dispute_facts(uow, knock.dispute_id)
    if dispute.stage in ACTIVITIES[MEETING_AS[row.kind]]:
        await uow.record(of_meeting(row, MeetingNear, MeetingNearApart, _RULES[row.kind], None))


async def end_meeting(uow: UnitOfWork, knock: Knock) -> None:
    """Ask the mediator whether it took place; nothing is noted by itself."""
    row = await _awaited(uow, knock)
    if row is None:
        return
    dispute = await dispute_facts(uow, knock.dispute_id)
    if dispute.stage in ACTIVITIES[Activity.NOTE_MEETING]:
        await uow.record(of_meeting(row, MeetingPast, MeetingPastApart, "V121", None))


async def _awaited(uow: UnitOfWork, knock: Knock) -> Meeting | None:
    row = await uow.session.scalar(select(Meeting).where(Meeting.id == knock.subject_id))
    return row if row is not None and row.state is MeetingState.PLANNED and row.starts_at == knock.due else None


async def remind_minutes(uow: UnitOfWork, knock: Knock) -> None:
    """Remind the parties of minutes that one of them has not answered about."""
    if row := await _unanswered(uow, knock):
        await uow.record(_of_minutes(row, MinutesNear, "V32"))


async def end_minutes(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the mediator that a party has not answered; silence approves nothing."""
    if row := await _unanswered(uow, knock):
        await uow.record(_of_minutes(row, MinutesUnanswered, "V31"))


def _of_minutes(
    row: Minutes, event: type[MinutesNear] | type[MinutesUnanswered], rule: str
) -> MinutesNear | MinutesUnanswered:
    return event(
        dispute_id=row.dispute_id,
        space_id=row.space_id,
        rule=rule,
        actor_id=None,
        meeting_id=row.meeting_id,
        number=row.number,
    )


async def _unanswered(uow: UnitOfWork, knock: Knock) -> Minutes | None:
    row = await uow.session.scalar(select(Minutes).where(Minutes.id == knock.subject_id))
    if row is None:
        return None
    dispute, newest = await dispute_facts(uow, knock.dispute_id), await newest_minutes(uow, row.meeting_id)
    stands = newest is not None and newest.id == row.id and dispute.stage in ACTIVITIES[Activity.KEEP_MINUTES]
    return row if stands and unanswered(dispute, row, (await answers_to(uow, [row]))[row.id]) else None
