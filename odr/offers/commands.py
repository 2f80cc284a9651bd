"""Making an offer to every other party, and withdrawing it before anybody of another party has opened it.

It holds until its day (French Civil Code, art. 1116), and may be withdrawn only until it has reached somebody of
another party (art. 1115).
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import exists, select

from odr.deadlines.calendar import day_of, end_of
from odr.deadlines.table import Deadline
from odr.deadlines.timers import set_timer
from odr.disputes.holds import is_held
from odr.disputes.lifecycle import Activity, require
from odr.disputes.mandates import require_mandate
from odr.disputes.pausing import last_day_allowed
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError
from odr.ids import DisputeId, OfferId, PartyId, new_id
from odr.offers.answering import answerable, counter
from odr.offers.events import OfferMade, OfferWithdrawn
from odr.offers.lookup import Terms, locked_offers, of_offer, represented, require_open, required_rule, state_of
from odr.offers.models import Offer, OfferAnswer, OfferState
from odr.offers.reading import handed_beyond
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind

TEXT_LIMIT: Final = 10_000
DAYS: Final = 14
"""For how long an offer holds where its party gives no day."""
MOST: Final = 50
"""Offers of one party in one dispute."""


@dataclass(frozen=True, slots=True)
class TypedOffer:
    """An offer as somebody typed it: its words, an amount or nothing, the last day (ISO 8601) or nothing."""

    text: str
    amount: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An offer as it would be made now: its terms, until when they hold, and the offer that it answers, if any."""

    dispute: DisputeFacts
    party_id: PartyId
    rule: Rule
    terms: Terms
    until: datetime
    instead_of: tuple[Offer, Rule] | None


async def prepare_offer(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, typed: TypedOffer, *, instead_of: OfferId | None = None
) -> Prepared:
    """Return exactly what would be offered now, to be read once more before it is sent.

    Raises NotFoundError, NotPermittedError (``not_representative``, ``no_mandate``, ``mandate_ended``,
    ``mandate_exceeded``), WrongStageError, InvalidInputError (``text``: required, too_long; ``amount``: bad_amount;
    ``last_day``: bad_date, in_the_past, after_term, too_far), and of ``instead_of`` as accepting it would.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.WRITE, dispute_id, actor.party_in(dispute_id))
    party_id = represented(actor, dispute_id)
    require(dispute.stage, Activity.MAKE_OFFER)
    answered: tuple[Offer, Rule] | None = None
    if instead_of is not None:
        known = (await locked_offers(uow, dispute_id)).get(instead_of)
        row, _party, answering = await answerable(uow, actor, dispute, known)
        answered = row, answering
    terms, until = _checked(typed, dispute, uow.now())
    await require_mandate(uow, actor, dispute_id, terms.amount_cents or 0)
    return Prepared(dispute, party_id, rule, terms, until, answered)


async def make_offer(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, typed: TypedOffer, *, instead_of: OfferId | None = None
) -> OfferId:
    """A representative makes an offer to every other party, under a mandate that covers its amount.

    ``instead_of``: the offer of another party that it answers, and thereby ends. Raises as :func:`prepare_offer`, and
    ConflictError (``offer_stands``: the same one stands already, ``too_many_offers``).
    """
    prepared = await prepare_offer(uow, actor, dispute_id, typed, instead_of=instead_of)
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    sealed = msgspec.json.encode(prepared.terms).decode()
    sha256 = hashlib.sha256(sealed.encode()).digest()
    own = [each for each in (await locked_offers(uow, dispute_id)).values() if each.party_id == prepared.party_id]
    stands = [each for each in own if state_of(each, prepared.dispute, uow.now()) is OfferState.OPEN]
    if any((each.sha256, each.until) == (sha256, prepared.until) for each in stands):
        raise ConflictError("offer_stands")
    if len(own) >= MOST:
        raise ConflictError("too_many_offers")
    offer_id, answered = OfferId(new_id()), prepared.instead_of
    uow.session.add(
        Offer(
            id=offer_id,
            dispute_id=dispute_id,
            space_id=joint.id,
            party_id=prepared.party_id,
            terms_sealed=await uow.vault.seal_text(uow.session, joint.ref, offer_id, sealed),
            sha256=sha256,
            made_by=actor.account_id,
            made_at=uow.now(),
            until=prepared.until,
            instead_of=answered[0].id if answered else None,
            state=OfferState.OPEN,
            ended_at=None,
            stopped_at=None,
            stopped_by=None,
        )
    )
    await uow.session.flush()
    if answered:
        await counter(uow, actor, answered[0], prepared.party_id, offer_id, answered[1])
    await set_timer(uow, Deadline.OFFER, dispute_id, prepared.until, subject_id=offer_id)
    await uow.record(
        OfferMade(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=prepared.rule.number,
            actor_id=actor.account_id,
            offer_id=offer_id,
            party_id=prepared.party_id,
            until=prepared.until,
            sha256=sha256.hex(),
        )
    )
    return offer_id


async def withdraw_offer(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId) -> None:
    """A representative withdraws their party's offer, as long as nobody of another party has opened it.

    A line stays that says so; its terms are destroyed, unless a legal hold on the dispute keeps them, read by nobody.
    Raises NotFoundError, NotPermittedError (``not_permitted``, ``not_representative``), WrongStageError, ConflictError
    (``offer_ended``, ``offer_opened``).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = (await locked_offers(uow, dispute_id)).get(offer_id)
    if row is None:
        raise NotFoundError
    rule = required_rule(actor, Act.WRITE, dispute_id, row.party_id)
    represented(actor, dispute_id)
    require(dispute.stage, Activity.ANSWER_OFFER)
    require_open(row, dispute, uow.now())
    reached = exists().where(OfferAnswer.offer_id == offer_id) | handed_beyond(row.id, row.party_id)
    if await uow.session.scalar(select(reached)):
        raise ConflictError("offer_opened")
    row.state, row.ended_at = OfferState.WITHDRAWN, uow.now()
    if not await is_held(uow, dispute_id):
        row.terms_sealed = row.sha256 = b""
    await uow.session.flush()
    await uow.record(of_offer(row, OfferWithdrawn, rule.number, row.party_id, actor))


def last_day_for(dispute: DisputeFacts, now: datetime) -> date:
    """Return the last day until which an offer may hold: the mediation's own, or a year."""
    return day_of(last_day_allowed(dispute, now))


def usual_day(dispute: DisputeFacts, now: datetime) -> date:
    """Return the day until which an offer holds where none is given: in two weeks, within the mediation's term."""
    return min(day_of(now) + timedelta(days=DAYS), last_day_for(dispute, now))


def _checked(typed: TypedOffer, dispute: DisputeFacts, now: datetime) -> tuple[Terms, datetime]:
    clean = Typed()
    text = clean.text("text", typed.text, limit=TEXT_LIMIT)
    cents = clean.cents("amount", typed.amount, required=False)
    if cents == 0:
        clean.wrong("amount", "bad_amount")
    day = clean.day("last_day", typed.last_day, required=False) or usual_day(dispute, now)
    until = end_of(day)
    if until <= now:
        clean.wrong("last_day", "in_the_past")
    elif day > last_day_for(dispute, now):
        clean.wrong("last_day", "after_term" if dispute.term_ends else "too_far")
    clean.check()
    return Terms(text, cents), until
