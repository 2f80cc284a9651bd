"""Seeing as a party: the mediator looks at the joint space with a party's standing, now or as it would be afterwards.

The same queries answer, for a person of that party who has just come for the first time. Nothing is noted, and nothing
of the party's own rooms is shown: those are not the joint space.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeVar
from uuid import UUID

from odr.errors import NotFoundError
from odr.evidence.history import VersionView, versions_of
from odr.evidence.queries import ExhibitView, visible_exhibit
from odr.ids import AccountId, DisputeId, ExhibitId, PartyId, SeatId
from odr.parties.queries import PartyFacts, parties_of
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Seat, SeatRole
from odr.visibility.terms import SpaceKind

T = TypeVar("T")

NOBODY: Final = UUID(int=0)
"""The account of no one: who stands in for a party has read nothing and written nothing."""


class _Undone(Exception):  # noqa: N818 -- it is no error: it ends a rehearsal
    """Ends a rehearsal: its transaction is rolled back."""


async def eyes_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, party_id: PartyId) -> tuple[Actor, PartyFacts]:
    """Return who stands in for a party, and the party; for the mediator of its dispute.

    Raises :class:`NotFoundError` for everybody else, and for a party of another dispute.
    """
    seat = actor.seat_in(dispute_id)
    party = next((each for each in await parties_of(uow, dispute_id) if each.id == party_id), None)
    if party is None or seat is None or seat.role is not SeatRole.MEDIATOR:
        raise NotFoundError
    sits = Seat(SeatId(NOBODY), dispute_id, party_id, SeatRole.MEMBER)
    return Actor(AccountId(NOBODY), party.name, "", actor.language, actor.zone, seats=(sits,)), party


async def exhibit_seen(
    uow: UnitOfWork, eyes: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> tuple[ExhibitView, VersionView]:
    """Return an exhibit of the joint space and its current version there, as a party sees both.

    Raises :class:`NotFoundError` for one that is not in the joint space.
    """
    exhibit = await visible_exhibit(uow, eyes, dispute_id, exhibit_id)
    if exhibit.room is not SpaceKind.JOINT:
        raise NotFoundError
    current = (await versions_of(uow, eyes, dispute_id, exhibit_id))[0]
    return exhibit, replace(current, scan=replace(current.scan, signature=""))  # which its own side alone is told


async def rehearse(
    platform: Platform, act: Callable[[UnitOfWork], Awaitable[object]], look: Callable[[UnitOfWork], Awaitable[T]]
) -> T:
    """Do something, look at what came of it, and undo it all: the transaction is rolled back, nobody is told.

    Raises whatever ``act`` refuses with.
    """
    seen: list[T] = []
    try:
        async with platform.unit() as uow:
            await act(uow)
            await uow.session.flush()
            seen.append(await look(uow))
            raise _Undone  # noqa: TRY301 -- what undoes the transaction must leave it
    except _Undone:
        return seen[0]
