"""What an offer's day does when near or over (see odr/timekeeping.py)."""

from sqlalchemy import select

from odr.deadlines.timers import Knock
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.offers.events import OfferAwaited, OfferLapsed
from odr.offers.lookup import answers_to, of_offer, unanswered
from odr.offers.models import Offer, OfferState
from odr.parties.queries import seats_of
from odr.unit_of_work import UnitOfWork

_ANSWERED = "V128"  # an offer is to every other party: the representative of each answers it


async def remind_offer(uow: UnitOfWork, knock: Knock) -> None:
    """Remind the people of the parties that have not answered, and nobody else."""
    found = await _open(uow, knock)
    if found is None:
        return
    row, dispute = found
    missing = {party.id for party in unanswered(dispute, row, (await answers_to(uow, [row.id]))[row.id])}
    for seat in await seats_of(uow, row.dispute_id):
        if seat.party_id in missing:
            await uow.record(
                OfferAwaited(
                    dispute_id=row.dispute_id,
                    space_id=row.space_id,
                    rule=_ANSWERED,
                    actor_id=None,
                    offer_id=row.id,
                    account_id=seat.account_id,
                )
            )


async def end_offer(uow: UnitOfWork, knock: Knock) -> None:
    """Let it lapse, and tell everyone at the table at the same instant (French Civil Code, art. 1117)."""
    found = await _open(uow, knock)
    if found is None:
        return
    row, _dispute = found
    row.state, row.ended_at = OfferState.LAPSED, uow.now()
    await uow.session.flush()
    await uow.record(of_offer(row, OfferLapsed, _ANSWERED, row.party_id, None))


async def _open(uow: UnitOfWork, knock: Knock) -> tuple[Offer, DisputeFacts] | None:
    """Return the offer that a timer knocks for, locked, if it still stands and the mediation goes on."""
    row = await uow.session.scalar(
        select(Offer).where(Offer.id == knock.subject_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None or row.state is not OfferState.OPEN or row.stopped_at is not None or row.until != knock.due:
        return None
    dispute = await dispute_facts(uow, knock.dispute_id)
    return (row, dispute) if dispute.stage in ACTIVITIES[Activity.ANSWER_OFFER] else None
