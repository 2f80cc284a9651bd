"""What meetings await: that people come, and that the mediator says what became of them."""

from datetime import datetime

from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts
from odr.sessions.queries import MeetingView, planned_for
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return the meetings that the actor is called to, and those of which they have yet to say what became."""
    if dispute.stage not in ACTIVITIES[Activity.NOTE_MEETING]:
        return ()
    told = [_task(view, uow.now()) for view in await planned_for(uow, actor, dispute)]
    return tuple(task for task in told if task is not None)


def _task(view: MeetingView, now: datetime) -> Task | None:
    href = f"/disputes/{view.dispute_id}/meetings/{view.id}"
    apart = view.party_id is not None
    if view.to_note:
        return Task(_("Say whether the meeting took place"), view.party_name, href, until=view.starts_at, mine=True)
    if view.ends_at <= now:
        return None
    label = _("Come to your meeting apart") if apart else _("Come to the meeting of everyone")
    return Task(label, view.place, href, until=view.starts_at, mine=True)
