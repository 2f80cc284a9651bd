"""Offers on pages: the list, one of them, and the form, which is read once more before it is sent."""

from typing import Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.mandates import OwnMandate, own_mandate
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.ids import DisputeId, OfferId
from odr.offers.answering import WORDS_LIMIT
from odr.offers.commands import TEXT_LIMIT, TypedOffer, last_day_for, make_offer, prepare_offer, usual_day
from odr.offers.queries import OfferState, OfferView, may_offer, offers_of, visible_offer
from odr.offers.reading import open_offer
from odr.platform import Platform
from odr.spaces.queries import spaces_for
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _
from web.agreements.paper import money
from web.answer import Answer, AnyRequest, Form, go, id_in, page, read_form
from web.errors import BY_CODE
from web.offers.phrases import ENDS, REPLIES, SENTENCES, STATES, together
from web.spaces.rooms import is_mediator, path_of

OFFERS: Final = "/disputes/{dispute_id:uuid}/offers"
OFFER: Final = f"{OFFERS}/{{offer_id:uuid}}"
_NO_LONGER_ANSWERED: Final = frozenset({"offer_answered", "offer_ended", "own_offer"})
"""After these refusals what was typed is an offer of its own: it can answer that one no more."""


@get(OFFERS)
async def show_offers(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the offers that were made at the table, those that stand first."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    offers = await offers_of(uow, actor, dispute.id)
    return page(
        request,
        "offers/list.html",
        dispute=dispute,
        stand=[each for each in offers if each.state is OfferState.OPEN],
        ended=[each for each in offers if each.state is not OfferState.OPEN],
        states=STATES,
        money=money,
        may_offer=may_offer(actor, dispute),
        sits=actor.party_in(dispute.id) is not None,
        joint_path=await _room(uow, actor, dispute, SpaceKind.JOINT),
    )


@get(f"{OFFERS}/new")
async def offer_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the form of an offer, or of one that is made instead of another (``instead``)."""
    instead = _instead(request.query_params.get("instead", ""))
    return await _form(request, uow, actor, DisputeId(dispute_id), instead, None)


@post(f"{OFFERS}/new", status_code=200)
async def offer(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what would be offered, to whom and what then; then send it. Nothing typed is lost by a refusal."""
    form = await read_form(request)
    dispute, instead = DisputeId(dispute_id), _instead(form["instead"])
    typed = TypedOffer(form["text"], form["amount"], form["last_day"])
    if form["act"] == "change":
        return await _form(request, uow, actor, dispute, instead, form)
    try:
        if form["act"] == "send":
            offer_id = await make_offer(uow, actor, dispute, typed, instead_of=instead)
            return go(f"/disputes/{dispute_id}/offers/{offer_id}", done="made")
        prepared = await prepare_offer(uow, actor, dispute, typed, instead_of=instead)
    except InvalidInputError as error:
        return await _form(request, uow, actor, dispute, instead, form.keep(error, SENTENCES), status=422)
    except (ConflictError, NotPermittedError) as error:
        if not may_offer(actor, await visible_dispute(uow, actor, dispute)):
            raise
        form.errors = {"": f"{_(BY_CODE[error.code].title)}. {_(BY_CODE[error.code].what_to_do)}"}
        status = 409 if isinstance(error, ConflictError) else 403
        still = None if error.code in _NO_LONGER_ANSWERED else instead
        return await _form(request, uow, actor, dispute, still, form, status=status)
    others = [party.name for party in prepared.dispute.at_the_table if party.id != prepared.party_id]
    answered = await visible_offer(uow, actor, dispute, instead) if instead else None
    return page(
        request,
        "offers/check.html",
        dispute=prepared.dispute,
        prepared=prepared,
        others=others,
        together=together,
        answered=answered,
        money=money,
        form=form,
        path=f"/disputes/{dispute_id}/offers",
    )


@get(OFFER)
async def show_offer(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Show one offer: its terms, until when it holds, who has answered; from now on it is opened."""
    await open_offer(platform, actor, DisputeId(dispute_id), OfferId(offer_id))
    async with platform.unit(write=False) as uow:
        return await offer_page(request, uow, actor, DisputeId(dispute_id), OfferId(offer_id), "offers/page.html")


async def offer_page(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    offer_id: OfferId,
    template: str,
    *,
    form: Form | None = None,
    status: int = 200,
) -> Answer:
    """Answer with a page about one offer."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    shown = await visible_offer(uow, actor, dispute_id, offer_id)
    own = actor.party_in(dispute_id)
    return page(
        request,
        template,
        status=status,
        dispute=dispute,
        offer=shown,
        state=STATES[shown.state],
        ends=ENDS.get(shown.state, ""),
        replies=REPLIES,
        money=money,
        mandate=await _mandate(uow, actor, shown),
        may_offer=may_offer(actor, dispute),
        mediates=is_mediator(actor, dispute_id),
        others=[party.name for party in dispute.at_the_table if party.id not in {shown.party_id, own}],
        together=together,
        alone=len(shown.awaited) == 1,
        path=f"/disputes/{dispute_id}/offers/{offer_id}",
        words_limit=WORDS_LIMIT,
        form=form,
    )


async def _mandate(uow: UnitOfWork, actor: Actor, offer: OfferView) -> OwnMandate | None:
    """Return what the reader's own mandate says to an offer that their party may accept, if they represent it."""
    if not offer.answerable:
        return None
    return await own_mandate(uow, actor, offer.dispute_id, offer.amount_cents or 0)


async def _form(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    instead: OfferId | None,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    dispute = await visible_dispute(uow, actor, dispute_id)
    await offers_of(uow, actor, dispute_id)
    if not may_offer(actor, dispute):
        raise NotPermittedError("not_representative" if actor.party_in(dispute_id) else "not_permitted")
    now = uow.now()
    return page(
        request,
        "offers/form.html",
        status=status,
        dispute=dispute,
        answered=await visible_offer(uow, actor, dispute_id, instead) if instead else None,
        mandate=await own_mandate(uow, actor, dispute_id, 0),
        form=form,
        usual_day=usual_day(dispute, now).isoformat(),
        last_day=last_day_for(dispute, now),
        text_limit=TEXT_LIMIT,
        caucus_path=await _room(uow, actor, dispute, SpaceKind.CAUCUS),
        path=f"/disputes/{dispute_id}/offers",
    )


async def _room(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, kind: SpaceKind) -> str:
    """Return the path of the reader's own room of this kind, or nothing."""
    rooms = await spaces_for(uow, actor, dispute.id)
    return next((path_of(room) for room in rooms if room.kind is kind), "")


def _instead(text: str) -> OfferId | None:
    found = id_in(text)
    return OfferId(found) if found else None
