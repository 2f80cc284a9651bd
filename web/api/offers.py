"""Offers made at the table: made, read, answered, withdrawn."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.ids import DisputeId, OfferId
from odr.offers.answering import accept_offer, refuse_offer
from odr.offers.commands import TypedOffer, make_offer, withdraw_offer
from odr.offers.queries import OfferReply, OfferState, OfferView, offers_of, visible_offer
from odr.offers.reading import open_offer
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, send
from web.api.shapes import Cents, Line, Made, Text, as_typed, shown

OFFERS: Final = "/disputes/{dispute_id:uuid}/offers"
OFFER: Final = f"{OFFERS}/{{offer_id:uuid}}"


class OfferAnswer(msgspec.Struct):
    """How a party answered an offer. ``another_id``: the offer that it made instead."""

    party_id: UUID
    party_name: str
    reply: OfferReply
    words: str
    by: str
    at: datetime
    another_id: UUID | None


class Offer(msgspec.Struct):
    """An offer to every other party. ``text`` and ``amount_cents`` are there once one has opened it (``opened``).

    One that was stopped as a wrong disclosure has them for nobody. ``instead_of``: the offer that it answers;
    ``awaited``: the ids of the parties that have not answered an open one.
    """

    id: UUID
    party_id: UUID
    party_name: str
    by: str
    made_at: datetime
    until: datetime
    instead_of: UUID | None
    state: OfferState
    ended_at: datetime | None
    stopped_by: str
    opened: bool
    text: str
    amount_cents: int | None
    answers: list[OfferAnswer]
    awaited: list[UUID]
    mine: bool
    answerable: bool
    withdrawable: bool
    stoppable: bool


class NewOffer(msgspec.Struct, forbid_unknown_fields=True):
    """What is offered; ``last_day`` (ISO 8601, in the centre's zone): until when, in two weeks where it is left out.

    ``instead_of``: the open offer of another party that this one answers, and ends.
    """

    text: Text
    amount_cents: Cents | None = None
    last_day: Line = ""
    instead_of: UUID | None = None


class Refused(msgspec.Struct, forbid_unknown_fields=True):
    """Words that go with a refusal, read by everyone at the table; may be empty."""

    words: Text = ""


def offer_body(view: OfferView) -> Offer:
    """Return an offer as a program reads it."""
    answers = [shown(each, OfferAnswer) for each in view.answers]
    return shown(view, Offer, answers=answers, awaited=[party.id for party in view.awaited])


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, offer_id: UUID) -> Offer:
    return offer_body(await visible_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id)))


@read(OFFERS)
async def list_offers(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[Offer]:
    """Return the offers made at the table, the newest first; without the terms of those that one has not opened."""
    return [offer_body(each) for each in await offers_of(uow, actor, DisputeId(dispute_id))]


@create(OFFERS)
async def make_new_offer(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewOffer],
) -> Made:
    """Make an offer to every other party, or another one instead of theirs (representative with a mandate)."""
    typed = TypedOffer(data.text, as_typed(data.amount_cents), data.last_day)
    instead = OfferId(data.instead_of) if data.instead_of else None
    return Made(await make_offer(uow, actor, DisputeId(dispute_id), typed, instead_of=instead))


@read(OFFER)
async def show_one_offer(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Offer:
    """Return an offer with its terms. That one has opened it is noted: it can't be withdrawn any more."""
    await open_offer(platform, actor, DisputeId(dispute_id), OfferId(offer_id))
    async with platform.unit(write=False) as uow:
        return await _shown(uow, actor, dispute_id, offer_id)


@send(f"{OFFER}/accept")
async def accept_one_offer(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Offer:
    """Accept an offer that one has read, for one's party (representative with a mandate). It binds nobody yet."""
    await accept_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id))
    return await _shown(uow, actor, dispute_id, offer_id)


@send(f"{OFFER}/refuse")
async def refuse_one_offer(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
    data: JSONBody[Refused],
) -> Offer:
    """Refuse an offer for one's party, which ends it (representative)."""
    await refuse_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id), words=data.words)
    return await _shown(uow, actor, dispute_id, offer_id)


@send(f"{OFFER}/withdraw")
async def withdraw_one_offer(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Offer:
    """Withdraw one's party's offer, as long as nobody of another party has opened it (representative)."""
    await withdraw_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id))
    return await _shown(uow, actor, dispute_id, offer_id)


handlers = (
    list_offers,
    make_new_offer,
    show_one_offer,
    accept_one_offer,
    refuse_one_offer,
    withdraw_one_offer,
)
