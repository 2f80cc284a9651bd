"""What a party's mandates await: that each of its representatives has one."""

from typing import Final

from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import ACTIVITIES, Activity, Stage
from odr.disputes.queries import DisputeFacts
from odr.disputes.team import team_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.words import _

_SIGNED: Final = frozenset({Stage.SETTLED, Stage.PERFORMING, Stage.PERFORMED, Stage.IN_DEFAULT})


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return, to a party's own representatives alone, which of them has no mandate to sign under."""
    seat = actor.seat_in(dispute.id)
    if seat is None or seat.party_id is None or seat.role is not SeatRole.REPRESENTATIVE:
        return ()
    if dispute.stage is Stage.DRAFT or dispute.stage not in ACTIVITIES[Activity.MAKE_TEAM] - _SIGNED:
        return ()
    team = await team_of(uow, actor, dispute.id)
    return tuple(
        Task(
            _("Write down the mandate of %(name)s", name=each.name),
            _("Without a mandate a representative cannot sign."),
            f"/disputes/{dispute.id}/team/{each.seat_id}",
            mine=True,
        )
        for each in team.seats
        if each.own_role is SeatRole.REPRESENTATIVE and each.seat_id not in team.mandates
    )
