"""What meetings await: that people come, that the mediator says what became of them, that minutes are answered."""

from datetime import datetime

from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts
from odr.ids import PartyId
from odr.sessions.models import Minutes
from odr.sessions.queries import MeetingView, planned_for
from odr.sessions.reading import pending_minutes
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return the meetings that the actor is called to or has to note, and the minutes that await somebody."""
    if dispute.stage not in ACTIVITIES[Activity.NOTE_MEETING]:
        return ()
    told = [_task(view, uow.now()) for view in await planned_for(uow, actor, dispute)]
    told += [_of_minutes(actor, dispute, *each) for each in await pending_minutes(uow, actor, dispute)]
    return tuple(task for task in told if task is not None)


def _of_minutes(
    actor: Actor,
    dispute: DisputeFacts,
    minutes: Minutes,
    missing: tuple[PartyId, ...],
    contested: bool,  # noqa: FBT001 -- as it was found
) -> Task | None:
    href = f"/disputes/{dispute.id}/meetings/{minutes.meeting_id}/minutes"
    own = actor.party_in(dispute.id)
    if contested:
        label = _("Write the contested minutes of a meeting anew")
        return Task(label, "", href, mine=True) if own is None else Task(label, who=_("The mediator"))
    if not missing:
        return None
    label = _("Read the minutes of a meeting, and approve or contest them")
    if own in missing:
        who = _("Your representative, your counsel or your coordinator answers.")
        return Task(label, who, href, until=minutes.answer_by, mine=True)
    names = ", ".join(party.name for party in dispute.parties if party.id in missing)
    return Task(label, who=names, until=minutes.answer_by)


def _task(view: MeetingView, now: datetime) -> Task | None:
    href = f"/disputes/{view.dispute_id}/meetings/{view.id}"
    apart = view.party_id is not None
    if view.to_note:
        return Task(_("Say whether the meeting took place"), view.party_name, href, until=view.starts_at, mine=True)
    if view.ends_at <= now:
        return None
    label = _("Come to your meeting apart") if apart else _("Come to the joint meeting")
    return Task(label, view.place, href, until=view.starts_at, mine=True)
