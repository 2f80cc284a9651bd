"""Answering an offer, once for each other party: accepting it, refusing it, or making another one instead.

When every other party has accepted there is an agreement in principle, and nothing more: what binds is the settlement
that is written and signed (French Civil Code, art. 2044 al. 2).
"""

import hashlib
from typing import Final

from odr.disputes.lifecycle import Activity, require
from odr.disputes.mandates import require_mandate
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError
from odr.ids import DisputeId, OfferId, PartyId, new_id
from odr.offers.events import OfferAccepted, OfferAgreed, OfferCountered, OfferRefused
from odr.offers.lookup import (
    answers_to,
    locked_offers,
    of_offer,
    represented,
    require_open,
    required_rule,
    terms_of,
    unanswered,
)
from odr.offers.models import Offer, OfferAnswer, OfferReading, OfferReply, OfferState
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule
from odr.visibility.terms import Act

WORDS_LIMIT: Final = 4_000


async def accept_offer(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId) -> bool:
    """A representative accepts an offer for their party, under a mandate; tell whether every other party has now.

    Then the other offers that stand are closed. Nobody accepts what they have not opened. Raises NotFoundError,
    NotPermittedError (``own_offer``, ``not_representative``, ``no_mandate``, ``mandate_ended``, ``mandate_exceeded``),
    WrongStageError, ConflictError (``offer_answered``, ``offer_ended``, ``offer_unread``).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    offers = await locked_offers(uow, dispute_id)
    row, party_id, rule = await answerable(uow, actor, dispute, offers.get(offer_id))
    await require_mandate(uow, actor, dispute_id, (await terms_of(uow, row)).amount_cents or 0)
    if await uow.session.get(OfferReading, (offer_id, actor.account_id)) is None:
        raise ConflictError("offer_unread")
    await _keep(uow, actor, row, party_id, OfferReply.ACCEPTED)
    if unanswered(dispute, row, (await answers_to(uow, [offer_id]))[offer_id]):
        await uow.record(of_offer(row, OfferAccepted, rule.number, party_id, actor))
        return False
    for each in offers.values():
        if each.state is OfferState.OPEN:
            each.state = OfferState.ACCEPTED if each is row else OfferState.CLOSED
            each.ended_at = uow.now()
    await uow.session.flush()
    await uow.record(of_offer(row, OfferAgreed, rule.number, party_id, actor))
    return True


async def refuse_offer(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId, *, words: str = ""
) -> None:
    """A representative refuses an offer for their party, which ends it: it was made to all of the others together.

    The ``words`` that may go with it are read by everyone at the table. Raises InvalidInputError (``words``: too_long)
    and as :func:`accept_offer`, but asks for no mandate: who refuses binds nobody.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    row, party_id, rule = await answerable(uow, actor, dispute, (await locked_offers(uow, dispute_id)).get(offer_id))
    typed = Typed()
    clean = typed.text("words", words, limit=WORDS_LIMIT, required=False)
    typed.check()
    await _keep(uow, actor, row, party_id, OfferReply.REFUSED, clean)
    await _end(uow, row)
    await uow.record(
        OfferRefused(
            dispute_id=dispute_id,
            space_id=row.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            offer_id=offer_id,
            party_id=party_id,
            sha256=hashlib.sha256(clean.encode()).hexdigest() if clean else "",
        )
    )


async def answerable(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, row: Offer | None
) -> tuple[Offer, PartyId, Rule]:
    """Return an offer that the actor may answer now, for which party, and under which line. Raises as accepting does.

    The row is one that the caller has locked.
    """
    if row is None:
        raise NotFoundError
    rule = required_rule(actor, Act.ANSWER, dispute.id, row.party_id)
    party_id = represented(actor, dispute.id)
    require(dispute.stage, Activity.ANSWER_OFFER)
    if await uow.session.get(OfferAnswer, (row.id, party_id)) is not None:
        raise ConflictError("offer_answered")
    require_open(row, dispute, uow.now())
    return row, party_id, rule


async def counter(
    uow: UnitOfWork, actor: Actor, row: Offer, party_id: PartyId, another_id: OfferId, rule: Rule
) -> None:
    """Answer an offer by another one, which ends it. For the command that permitted it."""
    await _keep(uow, actor, row, party_id, OfferReply.COUNTERED)
    await _end(uow, row)
    await uow.record(
        OfferCountered(
            dispute_id=row.dispute_id,
            space_id=row.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            offer_id=row.id,
            party_id=party_id,
            another_id=another_id,
        )
    )


async def _keep(
    uow: UnitOfWork, actor: Actor, row: Offer, party_id: PartyId, reply: OfferReply, words: str = ""
) -> None:
    label = new_id()
    uow.session.add(
        OfferAnswer(
            offer_id=row.id,
            party_id=party_id,
            reply=reply,
            label=label,
            words_sealed=await uow.vault.seal_text(uow.session, space_ref(row), label, words) if words else None,
            account_id=actor.account_id,
            at=uow.now(),
        )
    )
    await uow.session.flush()


async def _end(uow: UnitOfWork, row: Offer) -> None:
    row.state, row.ended_at = OfferState.REFUSED, uow.now()
    await uow.session.flush()
