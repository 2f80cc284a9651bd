"""Finding offers and their answers, who may do what with them, and what of them is sealed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import exists, select

from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, OfferId, PartyId
from odr.offers.events import OfOffer
from odr.offers.models import Offer, OfferAnswer, OfferState
from odr.parties.queries import PartyFacts
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

Answers = Mapping[OfferId, Sequence[OfferAnswer]]


class Terms(msgspec.Struct, frozen=True):
    """What of an offer is sealed: its words, and the amount in cents if it names one."""

    text: str
    amount_cents: int | None = None


def required_rule(actor: Actor, act: Act, dispute_id: DisputeId, party_id: PartyId | None) -> Rule:
    """Return the line that lets the actor do ``act`` with an offer of this party's.

    Raises NotFoundError where they may not even read it, NotPermittedError (``own_offer``, ``not_permitted``).
    """
    place = Place(dispute_id, party_id, SpaceKind.JOINT)
    if actor.may(Act.READ, Thing.OFFER, place) is None:
        raise NotFoundError
    rule = actor.may(act, Thing.OFFER, place)
    if rule is None:
        own = act is Act.ANSWER and party_id == actor.party_in(dispute_id)
        raise NotPermittedError("own_offer" if own else "not_permitted")
    return rule


def represented(actor: Actor, dispute_id: DisputeId) -> PartyId:
    """Return the party that the actor may bind. Raises NotPermittedError ``not_representative``."""
    seat = actor.seat_in(dispute_id)
    if seat is None or seat.party_id is None or seat.role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_representative")
    return seat.party_id


async def locked_offers(uow: UnitOfWork, dispute_id: DisputeId) -> dict[OfferId, Offer]:
    """Return every offer of a dispute, locked: two who answer at once wait for each other."""
    rows = await uow.session.scalars(
        select(Offer)
        .where(Offer.dispute_id == dispute_id)
        .order_by(Offer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def state_of(row: Offer, dispute: DisputeFacts, now: datetime) -> OfferState:
    """Return where an offer stands: one that nobody ended is over with its day, and with the mediation."""
    if row.stopped_at is not None:
        return OfferState.STOPPED
    if row.state is not OfferState.OPEN:
        return row.state
    if dispute.stage not in ACTIVITIES[Activity.ANSWER_OFFER]:
        return OfferState.CLOSED
    return OfferState.OPEN if row.until > now else OfferState.LAPSED


def require_open(row: Offer, dispute: DisputeFacts, now: datetime) -> None:
    """Raise ConflictError ``offer_ended`` for an offer that can no longer be answered or withdrawn."""
    if state_of(row, dispute, now) is not OfferState.OPEN:
        raise ConflictError("offer_ended")


async def answers_to(uow: UnitOfWork, offers: Iterable[OfferId]) -> Answers:
    """Return how parties answered these offers, in the order in which they did."""
    ids = list(offers)
    found = await uow.session.scalars(
        select(OfferAnswer).where(OfferAnswer.offer_id.in_(ids)).order_by(OfferAnswer.at, OfferAnswer.party_id)
    )
    said: dict[OfferId, list[OfferAnswer]] = {each: [] for each in ids}
    for answer in found:
        said[answer.offer_id].append(answer)
    return said


def unanswered(dispute: DisputeFacts, row: Offer, answers: Sequence[OfferAnswer]) -> tuple[PartyFacts, ...]:
    """Return which of the other parties have not answered an offer."""
    done = {row.party_id, *(each.party_id for each in answers)}
    return tuple(party for party in dispute.at_the_table if party.id not in done)


async def agreed_offer(uow: UnitOfWork, dispute_id: DisputeId) -> Offer | None:
    """Return the offer that all accepted, unless somebody has offered something else since. For the rules' own use."""
    of_it = Offer.dispute_id == dispute_id
    agreed: Offer | None = await uow.session.scalar(
        select(Offer).where(of_it, Offer.state == OfferState.ACCEPTED).order_by(Offer.ended_at.desc()).limit(1)
    )
    if agreed is None or await uow.session.scalar(select(exists().where(of_it, Offer.made_at > agreed.ended_at))):
        return None
    return agreed


async def terms_of(uow: UnitOfWork, row: Offer) -> Terms:
    """Return an offer's terms. The row is one that was neither withdrawn nor stopped, and that the reader may see."""
    return read_terms(await uow.vault.open_text(uow.session, space_ref(row), row.id, row.terms_sealed))


def read_terms(text: str) -> Terms:
    """Read what was sealed."""
    return msgspec.json.decode(text, type=Terms)


def of_offer(row: Offer, kind: type[OfOffer], rule: str, party_id: PartyId, actor: Actor | None) -> OfOffer:
    """Make an event about an offer that needs no further field."""
    return kind(
        dispute_id=row.dispute_id,
        space_id=row.space_id,
        rule=rule,
        actor_id=actor.account_id if actor else None,
        offer_id=row.id,
        party_id=party_id,
    )
