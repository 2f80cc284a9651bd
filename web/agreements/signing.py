"""The acts that bind: freezing a text, signing it, refusing to. Each has a page that says exactly what it does."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.commands import freeze_text
from odr.agreements.signing import REASON_LIMIT, refuse_to_sign, sign_agreement
from odr.agreements.text import concession_gaps
from odr.disputes.lifecycle import Activity, require
from odr.errors import ConflictError, InvalidInputError, NotPermittedError, TooManyAttemptsError
from odr.ids import AgreementId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.words import _
from web.agreements.paper import paper_of
from web.agreements.phrases import SENTENCES
from web.agreements.routes import ONE, agreement_context, mediates
from web.answer import Answer, go, page, read_form


@get(f"{ONE}/freeze")
async def freeze_page(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Show what freezing does, and warn where one side concedes nothing."""
    context = await agreement_context(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    if not mediates(actor, DisputeId(dispute_id)):
        raise NotPermittedError("not_permitted")
    require(context["dispute"].stage, Activity.DRAFT_AGREEMENT)
    if not context["may_freeze"]:
        raise ConflictError("not_a_draft")
    text = context["agreement"].text
    return page(request, "agreements/freeze.html", **context, gaps=concession_gaps(text), paper=paper_of(text))


@post(f"{ONE}/freeze", status_code=200)
async def freeze(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Freeze the text."""
    form = await read_form(request)
    await freeze_text(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), digest_seen=form["digest"])
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}", done="frozen")


@get(f"{ONE}/sign")
async def sign_page(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Show the text, its digest and what signing means; ask for the password."""
    context = await _signatory(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    return page(request, "agreements/sign.html", form=None, **context)


@post(f"{ONE}/sign", status_code=200)
async def sign(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Sign. A wrong password signs nothing."""
    form = await read_form(request)
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    try:
        complete = await sign_agreement(
            uow, actor, dispute, agreement, digest_seen=form["digest"], password=form["password"]
        )
    except InvalidInputError as error:
        status, form = 422, form.keep(error, SENTENCES)
    except TooManyAttemptsError as error:
        minutes = -(-int(error.details["seconds"]) // 60)
        status = 429
        form.errors = {
            "password": _("Too many wrong passwords. Nothing was signed. Try again in %(n)s min.", n=minutes)
        }
    else:
        return go(f"/disputes/{dispute_id}/agreements/{agreement_id}", done="complete" if complete else "signed")
    context = await _signatory(uow, actor, dispute, agreement)
    return page(request, "agreements/sign.html", status=status, form=form, **context)


@get(f"{ONE}/refuse")
async def refuse_page(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Show what refusing does, and ask for the reason."""
    context = await _refuser(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    return page(request, "agreements/refuse.html", form=None, **context)


@post(f"{ONE}/refuse", status_code=200)
async def refuse(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Refuse to sign."""
    form = await read_form(request)
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    try:
        await refuse_to_sign(uow, actor, dispute, agreement, digest_seen=form["digest"], reason=form["reason"])
    except InvalidInputError as error:
        context = await _refuser(uow, actor, dispute, agreement)
        return page(request, "agreements/refuse.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}", done="refused")


async def _signatory(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId) -> dict[str, Any]:
    """Return what the page to sign shows; raises for whoever has nothing to sign there now."""
    context = await agreement_context(uow, actor, dispute_id, agreement_id)
    agreement = context["agreement"]
    seat = actor.seat_in(dispute_id)
    if seat is None or seat.role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_representative")
    if agreement.awaits_mediator:
        raise ConflictError("mediator_awaited")
    if not agreement.may_sign:
        own = [one for one in agreement.signers if one.party_id == seat.party_id and one.at]
        raise ConflictError("already_signed" if own else "not_frozen")
    own_party = next(one for one in agreement.signers if one.party_id == seat.party_id)
    return {**context, "own_party": own_party, "paper": paper_of(agreement.text)}


async def _refuser(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId) -> dict[str, Any]:
    context = await _signatory(uow, actor, dispute_id, agreement_id)
    if not context["may_refuse"]:
        raise ConflictError("not_frozen")
    return {**context, "reason_limit": REASON_LIMIT}
