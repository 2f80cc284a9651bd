"""What an expert's mission awaits: the answer, the exhibits, the report."""

from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts
from odr.expertise.queries import MissionState, MissionView, missions_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import OF_A_MISSION, Act, SpaceKind, Thing
from odr.words import _


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what the missions of a dispute await, for whoever may know of them; nothing for anybody else."""
    if dispute.stage not in ACTIVITIES[Activity.EXAMINE]:
        return ()
    if actor.may(Act.READ, Thing.TERMS_OF_REFERENCE, Place(dispute.id, None, SpaceKind.JOINT), OF_A_MISSION) is None:
        return ()
    found = [_task(mission) for mission in await missions_of(uow, actor, dispute.id)]
    return tuple(task for task in found if task is not None)


def _task(mission: MissionView) -> Task | None:
    href = f"/disputes/{mission.dispute_id}/expertise/{mission.id}"
    is_expert = mission.desk_id is not None
    expert = "" if is_expert else _("The expert, %(name)s", name=mission.expert)
    if mission.state is MissionState.PROPOSED:
        return Task(_("Accept or decline the expert's mission"), "", href, who=expert, mine=is_expert)
    if mission.state is not MissionState.ACCEPTED or mission.may_be_objected:
        return None
    if mission.supplied:
        return Task(_("Post the expert's report"), "", href, who=expert, mine=is_expert)
    label = _("Supply the expert with exhibits of the joint space")
    if mission.may_direct:
        return Task(label, "", f"{href}/supply", mine=True)
    return Task(label, "", href, who=_("The mediator"))
