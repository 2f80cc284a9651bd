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
from odr.evidence.sight import visible_placements
from odr.ids import AccountId, DisputeId, ExhibitId, OfferId, PartyId, SeatId
from odr.offers.queries import TAKEN_BACK, OfferView, offers_of, visible_offer
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
    _, placements = await visible_placements(uow, eyes, dispute_id, exhibit_id)
    if placements[0].kind is not SpaceKind.JOINT:  # before anything else is asked: the mediator may not know of it
        raise NotFoundError
    exhibit = await visible_exhibit(uow, eyes, dispute_id, exhibit_id)
    current = (await versions_of(uow, eyes, dispute_id, exhibit_id))[0]
    return exhibit, replace(current, scan=replace(current.scan, signature=""))  # which its own side alone is told


async def offers_seen(
    uow: UnitOfWork, actor: Actor, eyes: Actor, dispute_id: DisputeId
) -> tuple[tuple[OfferView, ...], frozenset[OfferId]]:
    """Return the offers as a party finds them in its list, and of which of them the mediator has not read the terms.

    A preview opens nothing, so the terms of those are not in it, though the party that made one reads its own.
    """
    unread = frozenset(each.id for each in await offers_of(uow, actor, dispute_id) if not each.opened)
    seen = await offers_of(uow, eyes, dispute_id)
    kept = tuple(_without_terms(each) if each.id in unread else each for each in seen)
    return kept, frozenset(each.id for each in seen if each.opened and each.id in unread)


async def offer_seen(
    uow: UnitOfWork, actor: Actor, eyes: Actor, dispute_id: DisputeId, offer_id: OfferId
) -> tuple[OfferView, bool]:
    """Return an offer as a party reads it once it opens it, and whether the mediator has yet to open it first.

    Raises :class:`NotFoundError`.
    """
    own = await visible_offer(uow, actor, dispute_id, offer_id)
    seen = await visible_offer(uow, eyes, dispute_id, offer_id)
    if own.opened:
        return replace(seen, opened=True, text=own.text, amount_cents=own.amount_cents), False
    return _without_terms(seen), seen.state not in TAKEN_BACK


def _without_terms(view: OfferView) -> OfferView:
    return replace(view, opened=False, text="", amount_cents=None)


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
