"""A sentence that was said to some apart, and should not have been: what stopping it does, and the act."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.messages import quarantine_statement
from odr.errors import InvalidInputError, NotFoundError
from odr.ids import DisputeId, StatementId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, go, page, read_form
from web.crossing.phrases import SENTENCES
from web.crossing.statements import STATEMENT, ticket_context


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


async def _stop_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId
) -> dict[str, Any]:
    context = await ticket_context(uow, actor, dispute_id, statement_id)
    if not context["statement"].may_stop:
        raise NotFoundError
    return context
