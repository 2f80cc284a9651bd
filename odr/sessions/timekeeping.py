"""What the time of a meeting does when near or past (see odr/timekeeping.py)."""

from sqlalchemy import select

from odr.deadlines.timers import Knock
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import dispute_facts
from odr.sessions.commands import MEETING_AS, of_meeting
from odr.sessions.events import MeetingNear, MeetingNearApart, MeetingPast, MeetingPastApart
from odr.sessions.models import Meeting, MeetingState
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
