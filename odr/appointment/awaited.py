"""What an appointment awaits: a name, a declaration, an answer of each side, a decision of the centre."""

from odr.appointment.handing_over import handovers_of
from odr.appointment.lists import choice_of
from odr.appointment.queries import AppointmentView, appointments_of, to_appoint_by
from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.visibility.terms import OF_A_MISSION, Act, Thing
from odr.words import _


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what the appointments of a dispute await; nothing for who may not read them."""
    if dispute.stage not in ACTIVITIES[Activity.APPOINT]:
        return ()
    if actor.may(Act.READ, Thing.APPOINTMENT, dispute.place, OF_A_MISSION) is None:
        return ()
    here = f"/disputes/{dispute.id}"
    living = [view for view in await appointments_of(uow, actor, dispute.id) if view.ended_at is None]
    mediating = [view for view in living if view.role is SeatRole.MEDIATOR]
    found: list[Task] = []
    choice = await choice_of(uow, actor, dispute.id) if not mediating else None
    if choice is not None and choice.is_open:
        label, href = _("Rank the mediators that the centre lists"), f"{here}/choice"
        if choice.may_rank and not choice.ranks:
            hint = _("The other side does not see your ranking, and you do not see theirs.")
            found.append(Task(label, hint, href, until=choice.due, mine=True))
        else:
            found.append(Task(label, "", href, who=_("The parties"), until=choice.due))
    elif not mediating:
        until = await to_appoint_by(uow, dispute)
        label = _("Appoint a mediator")
        found.append(
            Task(label, "", f"{here}/mediator", until=until, mine=True)
            if actor.is_a(CentreRole.SECRETARIAT)
            else Task(label, who=_("The centre"), until=until)
        )
    if dispute.stage in ACTIVITIES[Activity.DECLARE_INDEPENDENCE]:
        found += [_to_declare(view, here) for view in mediating if not view.declared]
    for view in living:
        found += _to_answer(actor, view, here)
    for handover in await handovers_of(uow, actor, dispute.id):
        if handover.passes is None and handover.may_answer:
            label = _("Choose what %(name)s may know of what you said apart", name=handover.mediator)
            hint = _("Until you say yes, they know nothing of it.")
            found.append(Task(label, hint, f"{here}/appointment#h-{handover.seat_id}", mine=True))
    return tuple(found)


def _to_declare(view: AppointmentView, here: str) -> Task:
    label = _("Declare your interests and your independence") if view.is_own else _("Declare independence")
    if view.is_own:
        hint = _("Say what you have, or had, to do with the parties. They read it.")
        return Task(label, hint, f"{here}/independence", mine=True)
    return Task(label, who=_("The mediator, %(name)s", name=view.name))


def _to_answer(actor: Actor, view: AppointmentView, here: str) -> list[Task]:
    window = view.window
    if window is None or not window.is_open:
        return []
    href = f"{here}/appointment#a-{view.id}"
    found: list[Task] = []
    if window.may_answer:
        label = _("Say whether you object to %(name)s", name=view.name)
        hint = _("Read who it is and what they declared. Saying nothing until then means no objection.")
        found.append(Task(label, hint, href, until=window.due, mine=True))
    if window.reviewed:
        label = _("Review the appointment of %(name)s", name=view.name)
        open_ones = [each for each in view.objections if each.decided_at is None]
        if actor.is_a(CentreRole.SECRETARIAT) and open_ones:
            found.append(Task(label, "", f"{here}/objections/{open_ones[0].id}", mine=True))
        else:
            found.append(Task(label, "", href, who=_("The centre")))
    elif not window.may_answer:
        label = _("Object to %(name)s, or not", name=view.name)
        found.append(Task(label, "", href, who=_("The parties"), until=window.due))
    return found
