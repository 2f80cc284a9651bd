"""Naming parties, giving seats and ending them. What permits it is decided by the room that calls."""

from typing import Final

from sqlalchemy import delete, or_, select, update

from odr.errors import ConflictError, NotFoundError
from odr.ids import AccountId, DisputeId, PartyId, SeatId, SpaceId, new_id
from odr.parties.events import PartyAdded, PartyRemoved, SeatEnded, SeatGiven
from odr.parties.models import Mandate, Party, Side
from odr.parties.queries import PartyFacts
from odr.people.models import SeatRow
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import SeatRole

NAME_LIMIT: Final = 200
REGISTRATION_LIMIT: Final = 60
ADDRESS_LIMIT: Final = 400


async def add_party(  # noqa: PLR0913 -- a company's card, by name
    uow: UnitOfWork,
    dispute_id: DisputeId,
    space_id: SpaceId,
    *,
    side: Side,
    name: str,
    registration: str = "",
    address: str = "",
    rule: str,
    actor_id: AccountId | None,
) -> PartyId:
    """Name a company as a party, next on its side. ``space_id``: the procedure space. Raises InvalidInputError."""
    typed = Typed()
    clean = _clean(typed, name, registration, address)
    typed.check()
    taken = await uow.session.scalars(select(Party.ordinal).where(Party.dispute_id == dispute_id, Party.side == side))
    party_id = PartyId(new_id())
    uow.session.add(
        Party(
            id=party_id,
            dispute_id=dispute_id,
            side=side,
            ordinal=max(taken, default=0) + 1,
            name=clean[0],
            registration=clean[1],
            address=clean[2],
            joined_at=None,
        )
    )
    await uow.session.flush()
    await uow.record(
        PartyAdded(
            dispute_id=dispute_id,
            space_id=space_id,
            rule=rule,
            actor_id=actor_id,
            party_id=party_id,
            side=side.value,
        )
    )
    return party_id


async def rename_party(uow: UnitOfWork, party_id: PartyId, *, name: str, registration: str, address: str) -> None:
    """Correct what a party is called while the request is still a draft."""
    typed = Typed()
    clean = _clean(typed, name, registration, address)
    typed.check()
    await uow.session.execute(
        update(Party).where(Party.id == party_id).values(name=clean[0], registration=clean[1], address=clean[2])
    )


async def remove_party(
    uow: UnitOfWork, party: PartyFacts, space_id: SpaceId, *, rule: str, actor_id: AccountId | None
) -> None:
    """Take a party out again while the request is still a draft. ``space_id``: the procedure space."""
    await uow.session.execute(delete(Party).where(Party.id == party.id))
    await uow.record(
        PartyRemoved(dispute_id=party.dispute_id, space_id=space_id, rule=rule, actor_id=actor_id, party_id=party.id)
    )


def _clean(typed: Typed, name: str, registration: str, address: str) -> tuple[str, str, str]:
    return (
        typed.line("name", name, limit=NAME_LIMIT, required=False),
        typed.line("registration", registration, limit=REGISTRATION_LIMIT, required=False),
        typed.text("address", address, limit=ADDRESS_LIMIT, required=False),
    )


async def join_party(uow: UnitOfWork, party_id: PartyId) -> None:
    """Note that a party has come to the table."""
    await uow.session.execute(update(Party).where(Party.id == party_id).values(joined_at=uow.now()))


async def give_seat(
    uow: UnitOfWork,
    dispute_id: DisputeId,
    space_id: SpaceId,
    *,
    account_id: AccountId,
    role: SeatRole,
    party_id: PartyId | None = None,
    rule: str,
    actor_id: AccountId | None,
) -> SeatId:
    """Give somebody a seat. ``space_id``: the procedure space.

    Raises ConflictError ``already_seated``: nobody sits twice at one table, so nobody sits on two sides.
    """
    now = uow.now()
    live = await uow.session.scalar(
        select(SeatRow.id).where(
            SeatRow.dispute_id == dispute_id,
            SeatRow.account_id == account_id,
            or_(SeatRow.until.is_(None), SeatRow.until > now),
        )
    )
    if live is not None:
        raise ConflictError("already_seated")
    seat_id = SeatId(new_id())
    uow.session.add(
        SeatRow(
            id=seat_id,
            dispute_id=dispute_id,
            account_id=account_id,
            party_id=party_id,
            role=role,
            since=now,
            until=None,
            declared_at=None,
            declaration_sealed=None,
        )
    )
    await uow.session.flush()
    await uow.record(
        SeatGiven(
            dispute_id=dispute_id,
            space_id=space_id,
            rule=rule,
            actor_id=actor_id,
            seat_id=seat_id,
            account_id=account_id,
            party_id=party_id,
            role=role.value,
        )
    )
    return seat_id


async def end_seat(
    uow: UnitOfWork, dispute_id: DisputeId, space_id: SpaceId, seat_id: SeatId, *, rule: str, actor_id: AccountId | None
) -> None:
    """End a seat, its mandate and what it delegated: its holder sees nothing of the dispute. Raises NotFoundError."""
    row = await uow.session.scalar(
        select(SeatRow).where(SeatRow.id == seat_id, SeatRow.dispute_id == dispute_id, SeatRow.until.is_(None))
    )
    if row is None:
        raise NotFoundError
    row.until = uow.now()
    await uow.session.execute(
        update(Mandate).where(Mandate.seat_id == seat_id, Mandate.ended_at.is_(None)).values(ended_at=uow.now())
    )
    await uow.session.execute(
        update(SeatRow)
        .where(SeatRow.dispute_id == dispute_id, SeatRow.acting_for == seat_id)
        .values(acting_role=None, acting_for=None, acting_until=None)
        .execution_options(synchronize_session="fetch")
    )
    await uow.session.flush()
    await uow.record(
        SeatEnded(
            dispute_id=dispute_id,
            space_id=space_id,
            rule=rule,
            actor_id=actor_id,
            seat_id=seat_id,
            account_id=row.account_id,
        )
    )
