"""An offer stopped as a wrong disclosure: who may do so, and what is remembered of it."""

from odr.crossing.models import Quarantine
from odr.crossing.stopping import Facts, begin_quarantine, why_of
from odr.errors import NotFoundError
from odr.evidence.withdrawing import require_before_the_end
from odr.ids import DisputeId, OfferId, QuarantineId
from odr.offers.lookup import locked_offers, required_rule
from odr.offers.stopping import opened_by, stop_offer
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act


async def quarantine_offer(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId, *, why: str
) -> QuarantineId:
    """Stop an offer at once, whatever became of it (anybody of its party, or the mediator).

    Its line stays, with who stopped it. Who had accepted it has not any more, and a draft that was made from it goes
    with it (see odr/agreements/stopped.py). Raises :class:`InvalidInputError` (``why``), :class:`NotFoundError`,
    :class:`NotPermittedError`, :class:`ConflictError` (``changed_meanwhile``), :class:`WrongStageError`.
    """
    row = (await locked_offers(uow, dispute_id)).get(offer_id)
    if row is None:
        raise NotFoundError
    rule = required_rule(actor, Act.QUARANTINE, dispute_id, row.party_id)
    await require_before_the_end(uow, actor, dispute_id)
    facts = Facts(why_of(why), "", "", row.sha256.hex())
    await stop_offer(uow, actor, row, rule)
    begun = Quarantine(
        exhibit_id=None, message_id=None, disclosure_id=None, offer_id=offer_id, number="", party_id=row.party_id
    )
    return await begin_quarantine(uow, actor, dispute_id, begun, facts, await opened_by(uow, offer_id), rule)
