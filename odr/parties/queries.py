"""The parties of a dispute and the people who sit for them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import or_, select

from odr.ids import AccountId, DisputeId, PartyId, SeatId
from odr.parties.models import Party, Side
from odr.people.models import SeatRow
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import SeatRole

__all__ = ["PartyFacts", "SeatFacts", "Side", "parties_of", "parties_of_many", "prefix_of", "seats_of"]


class PartyFacts(msgspec.Struct, frozen=True):
    """A company at the table. ``prefix`` begins the numbers of its exhibits: C, R, then R2 for a second respondent."""

    id: PartyId
    dispute_id: DisputeId
    side: Side
    ordinal: int
    name: str
    registration: str
    address: str
    prefix: str
    joined_at: datetime | None


class SeatFacts(msgspec.Struct, frozen=True):
    """A person at the table now. ``party_id`` is ``None`` for mediators and experts.

    ``role`` is the one in which they act now, ``own_role`` that of their seat: another one while they stand in for the
    seat ``acting_for``, until ``acting_until``.
    """

    seat_id: SeatId
    account_id: AccountId
    name: str
    role: SeatRole
    party_id: PartyId | None
    own_role: SeatRole
    since: datetime
    declared_at: datetime | None
    acting_for: SeatId | None = None
    acting_until: datetime | None = None


def prefix_of(side: Side, ordinal: int) -> str:
    """Return what a party's exhibit numbers begin with (C, R, R2)."""
    return side.value[0].upper() + (str(ordinal) if ordinal > 1 else "")


async def parties_of(uow: UnitOfWork, dispute_id: DisputeId) -> tuple[PartyFacts, ...]:
    """Return a dispute's parties: claimants first, each side in its order. For commands; nothing is checked here."""
    found = await uow.once((parties_of, dispute_id), lambda: parties_of_many(uow, [dispute_id]))
    return found.get(dispute_id, ())


async def parties_of_many(uow: UnitOfWork, dispute_ids: Iterable[DisputeId]) -> dict[DisputeId, tuple[PartyFacts, ...]]:
    """Return the parties of several disputes at once, for lists."""
    rows = await uow.session.scalars(
        select(Party)
        .where(Party.dispute_id.in_(list(dispute_ids)))
        .order_by(Party.dispute_id, Party.side, Party.ordinal)  # "claimant" sorts before "respondent"
    )
    found: dict[DisputeId, tuple[PartyFacts, ...]] = {}
    for row in rows:
        facts = PartyFacts(
            id=row.id,
            dispute_id=row.dispute_id,
            side=row.side,
            ordinal=row.ordinal,
            name=row.name,
            registration=row.registration,
            address=row.address,
            prefix=prefix_of(row.side, row.ordinal),
            joined_at=row.joined_at,
        )
        found[row.dispute_id] = (*found.get(row.dispute_id, ()), facts)
    return found


async def seats_of(uow: UnitOfWork, dispute_id: DisputeId) -> tuple[SeatFacts, ...]:
    """Return who sits at a dispute's table now, in the order in which they came. For commands; nothing is checked."""
    return await uow.once((seats_of, dispute_id), lambda: _asked_seats(uow, dispute_id))


async def _asked_seats(uow: UnitOfWork, dispute_id: DisputeId) -> tuple[SeatFacts, ...]:
    now = uow.now()
    rows = list(
        await uow.session.scalars(
            select(SeatRow)
            .where(SeatRow.dispute_id == dispute_id, or_(SeatRow.until.is_(None), SeatRow.until > now))
            .order_by(SeatRow.since, SeatRow.id)
            .execution_options(populate_existing=True)
        )
    )
    names = await account_names(uow, {row.account_id for row in rows})
    return tuple(
        SeatFacts(
            seat_id=row.id,
            account_id=row.account_id,
            name=names.get(row.account_id, ""),
            role=row.role_at(now),
            party_id=row.party_id,
            own_role=row.role,
            since=row.since,
            declared_at=row.declared_at,
            acting_for=row.acting_for if row.acting_until is not None and row.acting_until > now else None,
            acting_until=row.acting_until if row.acting_until is not None and row.acting_until > now else None,
        )
        for row in rows
    )
