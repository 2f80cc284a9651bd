"""Who was appointed, what they declared, and the time to object to it: shapes, answers, decisions."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.appointment.objections import decide_objection, raise_objection, say_no_objection, show_objection
from odr.appointment.queries import AppointmentView, Ending, appointments_of
from odr.ids import AppointmentId, DisputeId, ObjectionId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from web.api.description import send
from web.api.disputes import ROOT
from web.api.mediators import KnownProfile
from web.api.shapes import Line, Reason, Text, shown

ONE: Final = f"{ROOT}/appointments/{{appointment_id:uuid}}"
OBJECTION: Final = f"{ROOT}/objections/{{objection_id:uuid}}"


class Declared(msgspec.Struct):
    """A declaration as it was made: to what, and which tie (empty: none)."""

    at: datetime
    ties: list[tuple[str, str]]


class Window(msgspec.Struct):
    """The time to object. ``answered``: one's own party has; what the other said, nobody is told."""

    opened_at: datetime
    due: datetime
    is_open: bool
    reviewed: bool
    answered: bool
    may_answer: bool


class ObjectionBody(msgspec.Struct):
    """An objection, for its party, the centre, and whom it is about if the centre shows it."""

    id: UUID
    party: str
    said_by: str
    said_at: datetime
    reason: str
    shown: bool
    decided_at: datetime | None
    upheld: bool
    decision: str


class AppointmentBody(msgspec.Struct):
    """Somebody's appointment to mediate or to examine."""

    id: UUID
    role: SeatRole
    mission_id: UUID | None
    profile: KnownProfile
    named_at: datetime
    chosen_together: bool
    declared: list[Declared]
    window: Window | None
    objections: list[ObjectionBody]
    ended_at: datetime | None
    ending: Ending | None
    reason: str


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    """``keep`` or ``replace``, why, and whether whom it is about may read the objection."""

    decision: Line
    reason: Text
    shown: bool = False


def _body(view: AppointmentView) -> AppointmentBody:
    return shown(
        view,
        AppointmentBody,
        profile=shown(view.profile, KnownProfile),
        declared=[shown(each, Declared) for each in view.declared],
        window=shown(view.window, Window) if view.window else None,
        objections=[shown(each, ObjectionBody) for each in view.objections],
    )


async def appointment_bodies(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> list[AppointmentBody]:
    """Return who mediates and examines a dispute, and who did before, as the actor may know it."""
    return [_body(view) for view in await appointments_of(uow, actor, DisputeId(dispute_id))]


@send(f"{ONE}/no-objection")
async def accept_appointment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
) -> list[AppointmentBody]:
    """Say that one's party does not object (representative); when all have, the window closes at once."""
    await say_no_objection(uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id))
    return await appointment_bodies(uow, actor, dispute_id)


@send(f"{ONE}/objection")
async def object_to_appointment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> list[AppointmentBody]:
    """Object, and say why to the centre alone (representative)."""
    await raise_objection(uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id), reason=data.reason)
    return await appointment_bodies(uow, actor, dispute_id)


@send(f"{OBJECTION}/decision")
async def decide_on_objection(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    objection_id: FromPath[UUID],
    data: JSONBody[Decision],
) -> list[AppointmentBody]:
    """Keep the appointment or end it, with a reason for the party that objected (secretariat)."""
    await decide_objection(
        uow,
        actor,
        DisputeId(dispute_id),
        ObjectionId(objection_id),
        decision=data.decision,
        reason=data.reason,
        shown=data.shown,
    )
    return await appointment_bodies(uow, actor, dispute_id)


@send(f"{OBJECTION}/show")
async def show_to_concerned(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    objection_id: FromPath[UUID],
) -> list[AppointmentBody]:
    """Let whom an objection is about read it (secretariat)."""
    await show_objection(uow, actor, DisputeId(dispute_id), ObjectionId(objection_id))
    return await appointment_bodies(uow, actor, dispute_id)


handlers = (accept_appointment, object_to_appointment, decide_on_objection, show_to_concerned)
