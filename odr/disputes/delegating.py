"""Standing in for somebody of one's party: their powers and their mandate, until a day that ends it by itself."""

from datetime import timedelta
from typing import Final

from sqlalchemy import update

from odr.deadlines.calendar import end_of
from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import dispute_facts
from odr.disputes.team import own_party, own_seat_of, team_seat
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.ids import DisputeId, SeatId
from odr.parties.events import DelegationEnded, DelegationNear, PowersDelegated
from odr.parties.powers import POWERS
from odr.parties.queries import seats_of
from odr.people.events import OWN_TEAM
from odr.people.models import SeatRow
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole

LONGEST: Final = timedelta(days=366)


async def delegate_powers(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId, *, to: str, last_day: str
) -> None:
    """Let somebody of the same team (``to``: their seat's id) stand in for a seat, to the end of ``last_day``.

    For the seat's own holder and for representatives. Raises NotFoundError, NotPermittedError, WrongStageError,
    InvalidInputError (``to``: choose_one; ``last_day``: required, bad_date, in_the_past, too_far) and ConflictError
    ``delegated_already``.
    """
    dispute, party_id = await own_party(uow, actor, dispute_id)
    require(dispute.stage, Activity.MAKE_TEAM)
    seats = [seat for seat in await seats_of(uow, dispute_id) if seat.party_id == party_id]
    seat = team_seat(seats, seat_id)
    mine = own_seat_of(actor, seats)
    if seat.seat_id != mine.seat_id and mine.own_role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_permitted")
    typed = Typed()
    deputy = next((each for each in seats if str(each.seat_id) == to.lower()), None)
    if deputy is None or not POWERS[deputy.own_role] < POWERS[seat.own_role]:
        typed.wrong("to", "choose_one")
    day = typed.day("last_day", last_day)
    until = end_of(day) if day is not None else None
    if until is not None and until <= uow.now():
        typed.wrong("last_day", "in_the_past")
    if until is not None and until > uow.now() + LONGEST:
        typed.wrong("last_day", "too_far")
    typed.check()
    if deputy is None or until is None:
        raise InvalidInputError(typed.problems)
    row = await uow.session.get_one(SeatRow, deputy.seat_id, with_for_update=True, populate_existing=True)
    if deputy.acting_for is not None or any(each.acting_for == seat_id for each in seats):
        raise ConflictError("delegated_already")
    row.acting_role, row.acting_for, row.acting_until = seat.own_role, seat_id, until
    await uow.session.flush()
    await set_timer(uow, Deadline.DELEGATION, dispute_id, until, subject_id=deputy.seat_id)
    await uow.record(
        PowersDelegated(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=OWN_TEAM,
            actor_id=actor.account_id,
            seat_id=deputy.seat_id,
            acting_for=seat_id,
            until=until,
        )
    )


async def end_delegation(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId) -> None:
    """End that somebody stands in for a seat: for its holder, for who stands in, and for representatives.

    Raises NotFoundError, NotPermittedError, ConflictError ``not_delegated``.
    """
    dispute, party_id = await own_party(uow, actor, dispute_id)
    seats = [seat for seat in await seats_of(uow, dispute_id) if seat.party_id == party_id]
    team_seat(seats, seat_id)
    mine = own_seat_of(actor, seats)
    deputy = next((each for each in seats if each.acting_for == seat_id), None)
    if deputy is None:
        raise ConflictError("not_delegated")
    if mine.own_role is not SeatRole.REPRESENTATIVE and mine.seat_id not in {seat_id, deputy.seat_id}:
        raise NotPermittedError("not_permitted")
    await uow.session.execute(
        update(SeatRow)
        .where(SeatRow.id == deputy.seat_id)
        .values(acting_role=None, acting_for=None, acting_until=None)
        .execution_options(synchronize_session="fetch")
    )
    await uow.record(
        DelegationEnded(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=OWN_TEAM,
            actor_id=actor.account_id,
            seat_id=deputy.seat_id,
        )
    )


async def remind_delegation(uow: UnitOfWork, knock: Knock) -> None:
    """Tell who stands in that it ends soon."""
    if row := await _stands_in(uow, knock):
        dispute = await dispute_facts(uow, knock.dispute_id)
        await uow.record(
            DelegationNear(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=OWN_TEAM,
                actor_id=None,
                seat_id=row.id,
            )
        )


async def lapse_delegation(uow: UnitOfWork, knock: Knock) -> None:
    """Note that somebody no longer stands in: their powers ended with the day, whenever this runs."""
    if row := await _stands_in(uow, knock):
        dispute = await dispute_facts(uow, knock.dispute_id)
        row.acting_role = row.acting_for = row.acting_until = None
        await uow.record(
            DelegationEnded(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=OWN_TEAM,
                actor_id=None,
                seat_id=row.id,
            )
        )


async def _stands_in(uow: UnitOfWork, knock: Knock) -> SeatRow | None:
    """Return the seat that a timer knocks for, if what it was set for still stands."""
    row = await uow.session.get(SeatRow, knock.subject_id, with_for_update=True, populate_existing=True)
    stands = row is not None and row.until is None and row.acting_until == knock.due
    return row if stands else None
