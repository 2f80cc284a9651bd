"""Negotiating the agreement to mediate on pages: proposing for one clause, agreeing, keeping it as it stands."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.clauses import (
    BODY_LIMIT,
    REASON_LIMIT,
    SHARE,
    VALUES_OF,
    ClauseDraft,
    addition_of,
    is_negotiable,
    payers,
    standard_body,
    typed_values,
)
from odr.agreements.negotiating import agree_to_clause, keep_clause, propose_clause
from odr.agreements.proposals import ProposalState, ProposalView, may_negotiate, proposals_of, signed_already
from odr.agreements.template import template_at
from odr.agreements.text import AgreementText, Clause
from odr.agreements.wording import Wording
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.ids import AgreementId, ClauseProposalId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.agreements.phrases import SENTENCES, VALUES
from web.agreements.routes import ONE, agreement_context
from web.answer import Answer, AnyRequest, Form, go, page, read_form

CLAUSE: Final = f"{ONE}/clauses/{{clause:str}}"
PROPOSAL: Final = f"{ONE}/proposals/{{clause_proposal_id:uuid}}"


@get(CLAUSE)
async def show_clause(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    clause: FromPath[str],
) -> Answer:
    """Show one clause, to propose another wording or other values for it."""
    context = await _context(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), clause)
    return _page(request, context, None)


async def _context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, clause: str
) -> dict[str, Any]:
    """Return what the page of a clause shows; raises for whoever may propose nothing there now."""
    context = await agreement_context(uow, actor, dispute_id, agreement_id)
    agreement, dispute = context["agreement"], context["dispute"]
    standing = next((each for each in agreement.text.clauses if each.key == clause and is_negotiable(clause)), None)
    if standing is None:
        raise NotFoundError
    if not may_negotiate(actor, dispute, agreement):
        if agreement.signed_at is None and actor.party_in(dispute_id) is not None:
            raise NotPermittedError("not_representative")
        raise ConflictError("not_frozen")
    currency = dispute.currency
    wording = (await template_at(uow, agreement.text.language, agreement.template_version)).wording
    found = await proposals_of(uow, actor, dispute, agreement)
    open_one = next((each for each in found if each.clause == clause and each.state is ProposalState.OPEN), None)
    return {
        **context,
        "clause": standing,
        "standard": standard_body(clause, dict(standing.terms), agreement.text, wording=wording, currency=currency)
        if standing.terms
        else "",
        "values": _values(agreement.text, standing),
        "open_one": open_one,
        "signed_already": signed_already(agreement),
        "limits": {"body": BODY_LIMIT, "reason": REASON_LIMIT},
        "begin": _begin(agreement.text, standing, open_one, wording, currency),
    }


def _values(text: AgreementText, clause: Clause) -> list[dict[str, str]]:
    """Return the fields for a clause's values: name, label, kind."""
    fields = [
        {"name": value.name, "label": _(VALUES[value.name]), "kind": value.kind}
        for value in VALUES_OF.get(clause.key, ())
    ]
    if clause.key == "fees":
        fields += [
            {"name": f"{SHARE}{place}", "label": _("Share of %(name)s", name=name), "kind": "share"}
            for place, name in enumerate(payers(text), start=1)
        ]
    return fields


def _begin(
    text: AgreementText, clause: Clause, open_one: ProposalView | None, wording: Wording, currency: str
) -> dict[str, str]:
    """Return what the form begins with: the open proposal's wording if there is one, else the clause's."""
    if open_one is not None:
        clause = Clause(clause.heading, open_one.body, None, clause.key, tuple(sorted(open_one.terms.items())))
    return {"body": addition_of(clause, text, wording=wording, currency=currency), **typed_values(clause)}


def _page(request: AnyRequest, context: dict[str, Any], form: Form | None, *, status: int = 200) -> Answer:
    shown = form or Form(values=context["begin"])
    return page(request, "agreements/clause.html", status=status, form=shown, **context)


@post(CLAUSE, status_code=200)
async def propose(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    clause: FromPath[str],
) -> Answer:
    """Propose another wording. What was typed stays where the text or the proposal has changed meanwhile."""
    form = await read_form(request)
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    try:
        await propose_clause(
            uow,
            actor,
            dispute,
            agreement,
            clause=clause,
            digest_seen=form["digest"],
            draft=ClauseDraft(form["body"], form.values, form["reason"]),
            answers=_proposal(form["answers"]),
        )
    except InvalidInputError as error:
        status, form = 422, form.keep(error, SENTENCES)
    except ConflictError as error:
        if error.code not in SENTENCES:
            raise
        status, form.errors = 409, {"": _(SENTENCES[error.code])}
    else:
        return go(f"/disputes/{dispute_id}/agreements/{agreement_id}", done="proposed")
    return _page(request, await _context(uow, actor, dispute, agreement, clause), form, status=status)


def _proposal(text: str) -> ClauseProposalId | None:
    try:
        return ClauseProposalId(UUID(text)) if text else None
    except ValueError:
        raise ConflictError("proposal_closed") from None


@post(f"{PROPOSAL}/agree", status_code=200)
async def agree(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    clause_proposal_id: FromPath[UUID],
) -> Answer:
    """Agree to a proposed clause."""
    adopted = await agree_to_clause(
        uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), ClauseProposalId(clause_proposal_id)
    )
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}", done="adopted" if adopted else "agreed")


@post(f"{PROPOSAL}/keep", status_code=200)
async def keep(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    clause_proposal_id: FromPath[UUID],
) -> Answer:
    """Keep the clause as it stands, or take one's own proposal back."""
    await keep_clause(
        uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), ClauseProposalId(clause_proposal_id)
    )
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}", done="kept")
