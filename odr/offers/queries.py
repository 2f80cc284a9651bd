"""What may be seen of offers: who made them, until when, how each party answered; the terms, once they were opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import NotFoundError
from odr.ids import AccountId, DisputeId, OfferId, PartyId
from odr.offers.lookup import answers_to, read_terms, state_of, unanswered
from odr.offers.models import Offer, OfferAnswer, OfferReading, OfferReply, OfferState
from odr.parties.queries import PartyFacts
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = [
    "AnswerView",
    "OfferReply",
    "OfferState",
    "OfferView",
    "has_offers",
    "may_offer",
    "may_read_offers",
    "offers_of",
    "represents",
    "visible_offer",
]


TAKEN_BACK: Final = frozenset({OfferState.WITHDRAWN, OfferState.STOPPED})
"""Nobody reads the terms of these."""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """How a party answered. ``another_id``: the offer that it made instead."""

    party_id: PartyId
    party_name: str
    reply: OfferReply
    words: str
    by: str
    at: datetime
    another_id: OfferId | None


@dataclass(frozen=True, slots=True)
class OfferView:
    """One offer. Its ``text`` and ``amount_cents`` are there for who has ``opened`` it, and for its own party.

    ``stopped_by``: who stopped it as a wrong disclosure; its terms, and the words of its answers, are there for nobody
    then. ``awaited``: the parties that an open offer awaits; ``mine``: the reader's party made it; ``answerable``:
    the reader's party may still answer it; ``withdrawable``: the reader may withdraw it, for nobody of another party
    has opened it; ``stoppable``: the reader may stop it.
    """

    id: OfferId
    dispute_id: DisputeId
    party_id: PartyId
    party_name: str
    by: str
    made_at: datetime
    until: datetime
    instead_of: OfferId | None
    state: OfferState
    ended_at: datetime | None
    stopped_by: str
    opened: bool
    text: str
    amount_cents: int | None
    answers: tuple[AnswerView, ...]
    awaited: tuple[PartyFacts, ...]
    mine: bool
    answerable: bool
    withdrawable: bool
    stoppable: bool


def may_read_offers(actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether the actor reads what is offered at a table."""
    return actor.may(Act.READ, Thing.OFFER, Place(dispute_id, None, SpaceKind.JOINT)) is not None


def may_offer(actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether to show the actor the form: as far as their role and the stage go; their mandate is asked later."""
    return represents(actor, dispute.id) and dispute.stage in ACTIVITIES[Activity.MAKE_OFFER]


async def has_offers(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether to show the way to the offers: to the table, while any may be made or once there are some."""
    if not may_read_offers(actor, dispute.id):
        return False
    if dispute.stage in ACTIVITIES[Activity.ANSWER_OFFER]:
        return True
    return bool(await uow.session.scalar(select(exists().where(Offer.dispute_id == dispute.id))))


async def offers_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[OfferView, ...]:
    """Return the offers of a dispute, the newest first. Raises NotFoundError for whoever is not at its table."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    if not may_read_offers(actor, dispute_id):
        raise NotFoundError
    rows = await uow.session.scalars(
        select(Offer).where(Offer.dispute_id == dispute_id).order_by(Offer.made_at.desc(), Offer.id)
    )
    return await _views(uow, actor, dispute, list(rows))


async def visible_offer(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId) -> OfferView:
    """Return one offer; its terms where it was noted that they are handed over (reading.py). Raises NotFoundError."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await uow.session.scalar(select(Offer).where(Offer.id == offer_id, Offer.dispute_id == dispute_id))
    if row is None or not may_read_offers(actor, dispute_id):
        raise NotFoundError
    return (await _views(uow, actor, dispute, [row]))[0]


def represents(actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether the actor represents a party here: whether they make and answer offers, as far as roles go."""
    seat = actor.seat_in(dispute_id)
    return seat is not None and seat.party_id is not None and seat.role is SeatRole.REPRESENTATIVE


async def _views(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, rows: Sequence[Offer]) -> tuple[OfferView, ...]:
    if not rows:
        return ()
    ids, own, now = [row.id for row in rows], actor.party_in(dispute.id), uow.now()
    answers = await answers_to(uow, ids)
    said = [each for row in rows for each in answers[row.id]]
    people = {row.made_by for row in rows} | {row.stopped_by for row in rows} | {each.account_id for each in said}
    names = await account_names(uow, people)
    handed = list(await uow.session.scalars(select(OfferReading).where(OfferReading.offer_id.in_(ids))))
    noted = {each.offer_id for each in handed if each.reader_id == actor.account_id}
    whose = {row.id: row.party_id for row in rows}
    reached = {each.offer_id for each in handed if each.party_id not in {None, whose[each.offer_id]}}
    states = {row.id: state_of(row, dispute, now) for row in rows}
    shown = [row for row in rows if states[row.id] not in TAKEN_BACK and (row.party_id == own or row.id in noted)]
    texts = await uow.vault.open_texts(uow.session, space_ref(rows[0]), [(row.id, row.terms_sealed) for row in shown])
    terms = {row.id: read_terms(text) for row, text in zip(shown, texts, strict=True)}
    others = await _others_made(uow, ids)
    works = dispute.stage in ACTIVITIES[Activity.ANSWER_OFFER]
    views: list[OfferView] = []
    for row in rows:
        missing, known = unanswered(dispute, row, answers[row.id]), terms.get(row.id)
        party, is_open = dispute.party(row.party_id), states[row.id] is OfferState.OPEN
        views.append(
            OfferView(
                id=row.id,
                dispute_id=dispute.id,
                party_id=row.party_id,
                party_name=party.name if party else "",
                by=names.get(row.made_by, ""),
                made_at=row.made_at,
                until=row.until,
                instead_of=row.instead_of,
                state=states[row.id],
                ended_at=row.stopped_at or row.ended_at,
                stopped_by=names.get(row.stopped_by, "") if row.stopped_by else "",
                opened=known is not None,
                text=known.text if known else "",
                amount_cents=known.amount_cents if known else None,
                answers=tuple([await _answer(uow, dispute, row, each, names, others) for each in answers[row.id]]),
                awaited=missing if is_open else (),
                mine=row.party_id == own,
                answerable=is_open and works and own in {each.id for each in missing},
                withdrawable=is_open
                and row.party_id == own
                and represents(actor, dispute.id)
                and not answers[row.id]
                and row.id not in reached,
                stoppable=works
                and states[row.id] not in TAKEN_BACK
                and actor.may(Act.QUARANTINE, Thing.OFFER, Place(dispute.id, row.party_id, SpaceKind.JOINT))
                is not None,
            )
        )
    return tuple(views)


async def _answer(
    uow: UnitOfWork,
    dispute: DisputeFacts,
    row: Offer,
    each: OfferAnswer,
    names: Mapping[AccountId, str],
    others: Mapping[tuple[OfferId, PartyId], OfferId],
) -> AnswerView:
    party = dispute.party(each.party_id)
    words = (
        await uow.vault.open_text(uow.session, space_ref(row), each.label, each.words_sealed)
        if each.words_sealed and row.stopped_at is None
        else ""
    )
    return AnswerView(
        party_id=each.party_id,
        party_name=party.name if party else "",
        reply=each.reply,
        words=words,
        by=names.get(each.account_id, ""),
        at=each.at,
        another_id=others.get((row.id, each.party_id)),
    )


async def _others_made(uow: UnitOfWork, ids: Sequence[OfferId]) -> dict[tuple[OfferId, PartyId], OfferId]:
    """Return which offers were made instead of these, by the one answered and the party that did."""
    rows = await uow.session.execute(
        select(Offer.instead_of, Offer.party_id, Offer.id).where(Offer.instead_of.in_(ids))
    )
    return {(instead, party_id): offer_id for instead, party_id, offer_id in rows.all() if instead is not None}
