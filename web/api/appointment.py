"""Appointing who mediates: proposing, declaring interests, stepping down, replacing, passing on; one's own ones."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.appointment.declaring import declare_interests
from odr.appointment.handing_over import hand_over, handovers_of
from odr.appointment.own import own_appointments
from odr.appointment.queries import Ending
from odr.appointment.seats import appoint_mediator, recuse, replace_mediator
from odr.appointment.ties import TypedTie
from odr.disputes.queries import visible_dispute
from odr.ids import AccountId, AppointmentId, DisputeId, SeatId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from web.api.description import read, send
from web.api.disputes import ROOT, Progress, progress
from web.api.objections import ONE, AppointmentBody, appointment_bodies
from web.api.shapes import Reason, Text, shown


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """Which mediator; ``beside``: as a co-mediator."""

    account_id: UUID
    beside: bool = False


class SaidTie(msgspec.Struct, forbid_unknown_fields=True):
    """A tie, or plainly none."""

    none: bool = False
    text: Text = ""


class Interests(msgspec.Struct, forbid_unknown_fields=True):
    """A declaration: one entry for each party's id, for ``counsel`` and for ``matter``; and that one is independent."""

    ties: Annotated[dict[str, SaidTie], msgspec.Meta(max_length=60)]
    independent: bool


class OwnBody(msgspec.Struct):
    """One of the asker's own appointments. ``dispute_id`` is null once they sit at its table no more."""

    id: UUID
    reference: str
    role: SeatRole
    named_at: datetime
    ended_at: datetime | None
    ending: Ending | None
    dispute_id: UUID | None


class HandoverBody(msgspec.Struct):
    """What may be passed on to a mediator who came later; ``passes`` is null until one's party has answered."""

    seat_id: UUID
    mediator: str
    since: datetime
    passes: bool | None
    may_answer: bool


class Passing(msgspec.Struct, forbid_unknown_fields=True):
    """Whether what was said apart before is passed on. A yes cannot be taken back."""

    passes: bool


async def _progress(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> Progress:
    return progress(await visible_dispute(uow, actor, DisputeId(dispute_id)))


@read(f"{ROOT}/appointments")
async def list_appointments(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[AppointmentBody]:
    """Return who mediates and examines, and who did before; what each declared, and the time to object."""
    return await appointment_bodies(uow, actor, dispute_id)


@send(f"{ROOT}/mediator")
async def appoint(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Proposal],
) -> Progress:
    """Propose a mediator, or a co-mediator (secretariat)."""
    await appoint_mediator(uow, actor, DisputeId(dispute_id), account_id=AccountId(data.account_id), beside=data.beside)
    return await _progress(uow, actor, dispute_id)


@send(f"{ROOT}/independence")
async def state_independence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Interests],
) -> Progress:
    """Declare interests and independence, or bring the declaration up to date (mediator)."""
    ties = {key: TypedTie(none=tie.none, text=tie.text) for key, tie in data.ties.items()}
    await declare_interests(uow, actor, DisputeId(dispute_id), ties=ties, independent=data.independent)
    return await _progress(uow, actor, dispute_id)


@send(f"{ROOT}/recusal", status_code=204)
async def step_down(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> None:
    """Step down, at any time (mediator): from then on, one sees nothing of the dispute."""
    await recuse(uow, actor, DisputeId(dispute_id), reason=data.reason)


@send(f"{ONE}/replacement")
async def end_mediators_appointment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> list[AppointmentBody]:
    """End a mediator's appointment, with a reason for the table; then propose somebody else (secretariat)."""
    await replace_mediator(uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id), reason=data.reason)
    return await appointment_bodies(uow, actor, dispute_id)


@read(f"{ROOT}/handovers")
async def list_handovers(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[HandoverBody]:
    """Return what one's own party may pass on to mediators who came later."""
    await visible_dispute(uow, actor, DisputeId(dispute_id))
    return [shown(each, HandoverBody) for each in await handovers_of(uow, actor, DisputeId(dispute_id))]


@send(f"{ROOT}/handovers/{{seat_id:uuid}}")
async def answer_handover(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
    data: JSONBody[Passing],
) -> list[HandoverBody]:
    """Pass on to a mediator who came later what was said apart before, or keep it (representative)."""
    await hand_over(uow, actor, DisputeId(dispute_id), SeatId(seat_id), passes=data.passes)
    return [shown(each, HandoverBody) for each in await handovers_of(uow, actor, DisputeId(dispute_id))]


@read("/appointments")
async def list_own_appointments(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> list[OwnBody]:
    """Return the asker's own appointments, those that have ended too."""
    return [shown(each, OwnBody) for each in await own_appointments(uow, actor)]


handlers = (
    list_handovers,
    answer_handover,
    list_appointments,
    list_own_appointments,
    appoint,
    state_independence,
    step_down,
    end_mediators_appointment,
)
