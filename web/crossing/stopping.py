"""What should not have been said to some apart, or offered to everyone: what stopping it does, and the act."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.commands import TEXT_LIMIT
from odr.crossing.messages import quarantine_statement
from odr.crossing.offers import quarantine_offer
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.ids import DisputeId, OfferId, StatementId
from odr.offers.queries import visible_offer
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.agreements.paper import money
from web.answer import Answer, go, page, read_form
from web.crossing.phrases import SENTENCES
from web.crossing.statements import STATEMENT, ticket_context

_OFFER: Final = "/disputes/{dispute_id:uuid}/offers/{offer_id:uuid}/quarantine"


@get(f"{STATEMENT}/stop")
async def stop_statement_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Say what stopping a sentence does that was said to some apart, before it is done."""
    context = await _stop_context(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return page(request, "crossing/stop_sentence.html", form=None, **context)


@post(f"{STATEMENT}/stop", status_code=200)
async def stop_statement(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Withdraw it at once from every caucus where it stands."""
    form = await read_form(request)
    dispute, statement = DisputeId(dispute_id), StatementId(statement_id)
    try:
        made = await quarantine_statement(uow, actor, dispute, statement, why=form["why"])
    except InvalidInputError as error:
        context = await _stop_context(uow, actor, dispute, statement)
        form.keep(error, SENTENCES)
        return page(request, "crossing/stop_sentence.html", status=422, form=form, **context)
    return go(f"/disputes/{dispute_id}/quarantines/{made}", done="stopped")


@get(_OFFER)
async def stop_offer_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Say what stopping an offer does, before it is done."""
    context = await _offer_context(uow, actor, DisputeId(dispute_id), OfferId(offer_id))
    return page(request, "crossing/stop_offer.html", form=None, **context)


@post(_OFFER, status_code=200)
async def stop_offer(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Withdraw an offer from the table at once."""
    form = await read_form(request)
    dispute, offer = DisputeId(dispute_id), OfferId(offer_id)
    try:
        made = await quarantine_offer(uow, actor, dispute, offer, why=form["why"])
    except InvalidInputError as error:
        context = await _offer_context(uow, actor, dispute, offer)
        return page(request, "crossing/stop_offer.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/quarantines/{made}", done="stopped")


async def _offer_context(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, offer_id: OfferId) -> dict[str, Any]:
    offer = await visible_offer(uow, actor, dispute_id, offer_id)
    if not offer.stoppable:
        raise NotFoundError
    return {
        "offer": offer,
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "money": money,
        "back": f"/disputes/{dispute_id}/offers/{offer_id}",
        "text_limit": TEXT_LIMIT,
    }


async def _stop_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId
) -> dict[str, Any]:
    context = await ticket_context(uow, actor, dispute_id, statement_id)
    if not context["statement"].may_stop:
        raise NotFoundError
    return context
