"""Before an offer is accepted, refused or withdrawn: what happens then, and who sees it; and doing so."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.errors import InvalidInputError
from odr.ids import DisputeId, OfferId
from odr.offers.answering import accept_offer, refuse_offer
from odr.offers.commands import withdraw_offer
from odr.offers.queries import visible_offer
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, go, read_form
from web.offers.phrases import SENTENCES
from web.offers.routes import OFFER, offer_page


@get(f"{OFFER}/accept")
async def accept_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Say what accepting does, before it is done."""
    if not await _is_answerable(uow, actor, DisputeId(dispute_id), OfferId(offer_id)):
        return go(f"/disputes/{dispute_id}/offers/{offer_id}")
    return await offer_page(request, uow, actor, DisputeId(dispute_id), OfferId(offer_id), "offers/accept.html")


@post(f"{OFFER}/accept", status_code=200)
async def accept(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Accept it for one's party."""
    everyone = await accept_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id))
    return go(f"/disputes/{dispute_id}/offers/{offer_id}", done="agreed" if everyone else "accepted")


@get(f"{OFFER}/refuse")
async def refuse_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Say what refusing does, before it is done; a few words may go with it."""
    if not await _is_answerable(uow, actor, DisputeId(dispute_id), OfferId(offer_id)):
        return go(f"/disputes/{dispute_id}/offers/{offer_id}")
    return await offer_page(request, uow, actor, DisputeId(dispute_id), OfferId(offer_id), "offers/refuse.html")


@post(f"{OFFER}/refuse", status_code=200)
async def refuse(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Refuse it for one's party. Nothing typed is lost by a refusal of ours."""
    form = await read_form(request)
    dispute, offer = DisputeId(dispute_id), OfferId(offer_id)
    try:
        await refuse_offer(uow, actor, dispute, offer, words=form["words"])
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await offer_page(request, uow, actor, dispute, offer, "offers/refuse.html", form=kept, status=422)
    return go(f"/disputes/{dispute_id}/offers/{offer_id}", done="refused")


@get(f"{OFFER}/withdraw")
async def withdraw_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Say what withdrawing does, before it is done."""
    if not (await visible_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id))).withdrawable:
        return go(f"/disputes/{dispute_id}/offers/{offer_id}")
    return await offer_page(request, uow, actor, DisputeId(dispute_id), OfferId(offer_id), "offers/withdraw.html")


@post(f"{OFFER}/withdraw", status_code=200)
async def withdraw(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Withdraw one's own before anybody of another party has opened it."""
    await withdraw_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id))
    return go(f"/disputes/{dispute_id}/offers/{offer_id}", done="withdrawn")


async def _is_answerable(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId) -> bool:
    """Tell whether the actor's party may answer what the actor has read; if not, its page says where it stands."""
    offer = await visible_offer(uow, actor, dispute_id, offer_id)
    return offer.answerable and offer.opened
