"""A mediator joins an open mediation: the rooms, and what each party said apart before, if that party passes it on.

Consent before disclosure holds toward a successor too: until a party says yes, what it said apart before stays between
it and the one who left. The joint room is common ground, and a caucus begins anew at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.appointment.events import CaucusKept, CaucusPassedOn, MediatorAdmitted
from odr.appointment.models import Appointment
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, PartyId, SeatId
from odr.people.models import Handover, SeatRow
from odr.people.queries import account_names
from odr.spaces.commands import ensure_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing


@dataclass(frozen=True, slots=True)
class HandoverView:
    """What a party may pass on, or has: to whom, who came when. ``passes`` is ``None`` until its party has answered."""

    seat_id: SeatId
    mediator: str
    since: datetime
    passes: bool | None
    may_answer: bool


async def admit_successor(uow: UnitOfWork, dispute: DisputeFacts, appointment: Appointment) -> None:
    """Let a candidate against whom nothing stands into the rooms, and ask each party what it passes on."""
    row = await uow.session.get(SeatRow, appointment.seat_id, with_for_update=True, populate_existing=True)
    if row is None or row.role is not SeatRole.CANDIDATE or row.until is not None:
        return
    row.role, row.since = SeatRole.MEDIATOR, uow.now()
    await uow.session.flush()
    await ensure_space(uow, dispute.id, SpaceKind.NOTES, holder_id=row.account_id)
    uow.session.add_all(
        Handover(seat_id=row.id, party_id=party.id, passes=None, answered_at=None, answered_by=None)
        for party in dispute.parties
        if party.joined_at is not None
    )
    await uow.session.flush()
    await uow.record(
        MediatorAdmitted(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="V102",
            actor_id=None,
            account_id=row.account_id,
            seat_id=row.id,
        )
    )


async def hand_over(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId, *, passes: bool) -> None:
    """A representative passes on to a mediator what their party said apart before, or keeps it; a yes stands.

    Raises NotFoundError, NotPermittedError, ConflictError ``passed_on_already``.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    party_id = actor.party_in(dispute_id)
    if party_id is None:
        raise NotFoundError
    row = await uow.session.get(Handover, (seat_id, party_id), with_for_update=True, populate_existing=True)
    seat = await uow.session.get(SeatRow, seat_id)
    if row is None or seat is None or seat.dispute_id != dispute_id or seat.until is not None:
        raise NotFoundError
    caucus = await ensure_space(uow, dispute_id, SpaceKind.CAUCUS, party_id)
    rule = actor.may(Act.CONSENT, Thing.MESSAGE, caucus.place)
    if rule is None or not _represents(actor, dispute_id):
        raise NotPermittedError("not_permitted")
    if row.passes:
        raise ConflictError("passed_on_already")
    row.passes, row.answered_at, row.answered_by = passes, uow.now(), actor.account_id
    await uow.session.flush()
    private = await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, party_id)
    kind, room = (CaucusPassedOn, caucus) if passes else (CaucusKept, private)
    await uow.record(
        kind(dispute_id=dispute_id, space_id=room.id, rule=rule.number, actor_id=actor.account_id, seat_id=seat_id)
    )


async def handovers_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> Sequence[HandoverView]:
    """Return what the actor's own party may pass on to mediators who came later; nothing for anybody else."""
    party_id: PartyId | None = actor.party_in(dispute_id)
    if party_id is None:
        return ()
    rows = (
        await uow.session.execute(
            select(Handover, SeatRow)
            .join(SeatRow, SeatRow.id == Handover.seat_id)
            .where(SeatRow.dispute_id == dispute_id, SeatRow.until.is_(None), Handover.party_id == party_id)
            .order_by(SeatRow.since, SeatRow.id)
        )
    ).all()
    names = await account_names(uow, {seat.account_id for _row, seat in rows})
    may = _represents(actor, dispute_id)
    return tuple(
        HandoverView(seat.id, names.get(seat.account_id, ""), seat.since, row.passes, may and not row.passes)
        for row, seat in rows
    )


def _represents(actor: Actor, dispute_id: DisputeId) -> bool:
    seat = actor.seat_in(dispute_id)
    return seat is not None and seat.role is SeatRole.REPRESENTATIVE
