"""Opening an offer: noted before its terms leave, so that what was read is never withdrawn."""

from sqlalchemy import ColumnElement, exists, select

from odr.errors import NotFoundError
from odr.ids import DisputeId, OfferId, PartyId
from odr.offers.models import Offer, OfferReading, OfferState
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing


async def open_offer(platform: Platform, actor: Actor, dispute_id: DisputeId, offer_id: OfferId) -> None:
    """Note that an offer is about to be handed to the actor, in a transaction of its own; nothing where it is noted.

    Raises NotFoundError.
    """
    async with platform.unit(write=False) as uow:
        if not await _is_unnoted(uow, actor, dispute_id, offer_id):
            return
    async with platform.unit() as uow:
        row = await uow.session.scalar(
            select(Offer).where(Offer.id == offer_id).with_for_update().execution_options(populate_existing=True)
        )
        if row is None or _is_gone(row):
            return  # withdrawn or stopped meanwhile: its terms leave for nobody
        if await uow.session.get(OfferReading, (offer_id, actor.account_id)) is None:
            uow.session.add(
                OfferReading(
                    offer_id=offer_id,
                    reader_id=actor.account_id,
                    party_id=actor.party_in(dispute_id),
                    at=uow.now(),
                )
            )
            await uow.session.flush()


async def _is_unnoted(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId) -> bool:
    row = await uow.session.scalar(select(Offer).where(Offer.id == offer_id, Offer.dispute_id == dispute_id))
    if row is None or actor.may(Act.READ, Thing.OFFER, Place(dispute_id, row.party_id, SpaceKind.JOINT)) is None:
        raise NotFoundError
    if _is_gone(row) or row.party_id == actor.party_in(dispute_id):
        return False
    return await uow.session.get(OfferReading, (offer_id, actor.account_id)) is None


def _is_gone(row: Offer) -> bool:
    return row.state is OfferState.WITHDRAWN or row.stopped_at is not None


def handed_beyond(offer_id: OfferId, party_id: PartyId) -> ColumnElement[bool]:
    """Return the condition under which an offer was handed to somebody of another party than its own."""
    return exists().where(
        OfferReading.offer_id == offer_id, OfferReading.party_id.is_not(None), OfferReading.party_id != party_id
    )
