"""An offer stopped as a wrong disclosure: nobody reads it at once, put back later, or emptied for good.

Nothing binds before a settlement is signed, so an acceptance falls with what was accepted; put back, an offer that
stood or had been agreed on is answered anew, until its day.
"""

from datetime import datetime

from sqlalchemy import delete, select, update

from odr.disputes.holds import is_held
from odr.errors import ConflictError
from odr.ids import AccountId, OfferId
from odr.offers.events import OfferRestored, OfferStopped
from odr.offers.lookup import of_offer
from odr.offers.models import Offer, OfferAnswer, OfferReading, OfferReply, OfferState
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule


async def stop_offer(uow: UnitOfWork, actor: Actor, row: Offer, rule: Rule) -> None:
    """Stop an offer whose row is locked: nobody is handed its terms, nor the words of who refused it.

    For commands that permitted it. Raises ConflictError ``changed_meanwhile`` where nothing of it is left to stop.
    """
    if row.stopped_at is not None or row.state is OfferState.WITHDRAWN:
        raise ConflictError("changed_meanwhile")
    row.stopped_at, row.stopped_by = uow.now(), actor.account_id
    if row.state is OfferState.ACCEPTED:
        row.state, row.ended_at = OfferState.OPEN, None
    accepted = (OfferAnswer.offer_id == row.id) & (OfferAnswer.reply == OfferReply.ACCEPTED)
    await uow.session.execute(delete(OfferAnswer).where(accepted))
    await uow.session.flush()
    await uow.record(of_offer(row, OfferStopped, rule.number, row.party_id, actor))


async def put_offer_back(uow: UnitOfWork, actor: Actor, offer_id: OfferId, rule: Rule) -> None:
    """Let it stand in its place again. For commands that permitted it."""
    row = await _stopped(uow, offer_id)
    if row is None:
        return
    row.stopped_at = row.stopped_by = None
    await uow.session.flush()
    await uow.record(of_offer(row, OfferRestored, rule.number, row.party_id, actor))


async def take_offer_out(uow: UnitOfWork, offer_id: OfferId) -> None:
    """Destroy its terms and the words of its answers. For commands that permitted it.

    Raises ConflictError ``words_held`` under a legal hold on the dispute.
    """
    row = await _stopped(uow, offer_id)
    if row is None:
        return
    if await is_held(uow, row.dispute_id):
        raise ConflictError("words_held")
    row.terms_sealed = row.sha256 = b""
    await uow.session.execute(update(OfferAnswer).where(OfferAnswer.offer_id == offer_id).values(words_sealed=None))
    await uow.session.flush()


async def opened_by(uow: UnitOfWork, offer_id: OfferId) -> dict[AccountId, datetime]:
    """Return who was handed an offer, and when first; its own party's people are not noted."""
    rows = await uow.session.execute(
        select(OfferReading.reader_id, OfferReading.at).where(OfferReading.offer_id == offer_id)
    )
    return {row[0]: row[1] for row in rows.all()}


async def _stopped(uow: UnitOfWork, offer_id: OfferId) -> Offer | None:
    """Return the row, locked; nothing once its room is destroyed."""
    row: Offer | None = await uow.session.scalar(
        select(Offer)
        .where(Offer.id == offer_id, Offer.stopped_at.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return row
