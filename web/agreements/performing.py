"""Commitments of a signed settlement: told done, confirmed, contested."""

from uuid import UUID

from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.commitments import answer_commitment, tell_done
from odr.errors import InvalidInputError
from odr.ids import AgreementId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.agreements.phrases import SENTENCES
from web.agreements.routes import ONE, agreement_page
from web.answer import Answer, go, read_form

_COMMITMENT = f"{ONE}/commitments/{{number:int}}"


@post(f"{_COMMITMENT}/done", status_code=200)
async def say_done(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
) -> Answer:
    """Say that it is done."""
    await tell_done(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), number)
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}?done=told#commitments")


@post(f"{_COMMITMENT}/confirm", status_code=200)
async def confirm_done(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
) -> Answer:
    """Confirm that it is done."""
    await answer_commitment(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), number, done=True)
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}?done=confirmed#commitments")


@post(f"{_COMMITMENT}/contest", status_code=200)
async def contest_done(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
) -> Answer:
    """Contest that it is done, and say why."""
    form = await read_form(request)
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    try:
        await answer_commitment(uow, actor, dispute, agreement, number, done=False, reason=form["reason"])
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await agreement_page(request, uow, actor, dispute, agreement, form=kept, status=422)
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}?done=contested#commitments")
