"""From the agreement to mediate to the open table: when nothing stands against it, the rooms, the term, the dates."""

from typing import Final

from sqlalchemy import exists, select, update

from odr.appointment.events import MediationOpened
from odr.appointment.models import Appointment, ObjectionWindow
from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.commands import move
from odr.disputes.lifecycle import By, Stage, Step
from odr.disputes.limitation import suspend_limitation
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.ids import DisputeId
from odr.parties.queries import seats_of
from odr.spaces.commands import ensure_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import SeatRole
from odr.visibility.terms import SpaceKind

_PLATFORM: Final = frozenset({By.PLATFORM})


async def open_if_ready(uow: UnitOfWork, dispute_id: DisputeId, *, all_signed: bool = False) -> bool:
    """Open the mediation when every party has signed the agreement to mediate, every mediator has declared interests,
    and no window to object is open.

    ``all_signed`` says that the last signature has just been given; it is kept, whatever comes first. Returns whether
    the mediation is open now: then the caucuses, the joint room and the notes exist, and the term runs.
    """  # noqa: D205 -- the three conditions are one sentence
    dispute = await dispute_facts(uow, dispute_id)
    if all_signed and dispute.convention_signed_at is None:
        await suspend_limitation(uow, dispute)
        dispute = await dispute_facts(uow, dispute_id)
    if dispute.stage is not Stage.CONVENTION_PENDING or dispute.convention_signed_at is None:
        return False
    mediators = [seat for seat in await seats_of(uow, dispute_id) if seat.role is SeatRole.MEDIATOR]
    if not mediators or any(seat.declared_at is None for seat in mediators):
        return False
    if await _may_be_objected(uow, dispute_id):
        return False
    await _open(uow, dispute)
    return True


async def _may_be_objected(uow: UnitOfWork, dispute_id: DisputeId) -> bool:
    found: bool | None = await uow.session.scalar(
        select(
            exists().where(
                ObjectionWindow.dispute_id == dispute_id,
                ObjectionWindow.closed_at.is_(None),
                Appointment.id == ObjectionWindow.appointment_id,
                Appointment.role == SeatRole.MEDIATOR,
                Appointment.ended_at.is_(None),
            )
        )
    )
    return bool(found)


async def _open(uow: UnitOfWork, dispute: DisputeFacts) -> None:
    line = await move(uow, dispute.id, Step.OPEN, _PLATFORM, None)
    for party in dispute.parties:
        await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, party.id)
        await ensure_space(uow, dispute.id, SpaceKind.CAUCUS, party.id)
    await ensure_space(uow, dispute.id, SpaceKind.JOINT)
    for seat in await seats_of(uow, dispute.id):
        if seat.role is SeatRole.MEDIATOR:
            await ensure_space(uow, dispute.id, SpaceKind.NOTES, holder_id=seat.account_id)
    ends = due_at(Deadline.TERM, uow.now(), length=dispute.term_months)
    await uow.session.execute(update(Dispute).where(Dispute.id == dispute.id).values(term_ends=ends))
    await set_timer(uow, Deadline.TERM, dispute.id, ends)
    await uow.record(
        MediationOpened(dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=line.number, actor_id=None)
    )
