"""The agreement to mediate, negotiated clause by clause: proposals, who agreed, what came of each."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.agreements.clauses import VALUES_OF, ClauseDraft
from odr.agreements.negotiating import agree_to_clause, keep_clause, propose_clause
from odr.agreements.proposals import ProposalState, proposals_of
from odr.agreements.queries import visible_agreement
from odr.disputes.queries import visible_dispute
from odr.ids import AgreementId, ClauseProposalId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.agreements import AGREEMENT, AgreementBody, agreement_body
from web.api.description import create, read, send
from web.api.shapes import Line, Made, Text, as_typed, shown

PROPOSAL: Final = f"{AGREEMENT}/proposals/{{clause_proposal_id:uuid}}"


class ClauseProposalBody(msgspec.Struct):
    """A proposal for one clause: the clause as it would read, its terms, why; who agreed, and who has yet to answer.

    ``side`` is the party's id, or ``mediator``, whose name in ``agreed`` and ``awaits`` is empty.
    """

    id: UUID
    clause: str
    heading: str
    side: str
    party: str
    author: str
    at: datetime
    body: str
    terms: dict[str, int]
    reason: str
    state: ProposalState
    closed_at: datetime | None
    agreed: list[str]
    awaits: list[str]
    mine: bool
    may_answer: bool


class NewClause(msgspec.Struct, forbid_unknown_fields=True):
    """Another wording (of a clause with terms: what is added below them) or other terms for one clause, and why.

    ``digest``: of the text that was read; ``answers``: the open proposal for the same clause that this one counters.
    Terms are whole numbers: months, years, cents, 0 or 1, shares in hundredths of a per cent (``share_1``…).
    """

    clause: Line
    digest: Line
    reason: Text
    body: Text = ""
    terms: dict[str, int] = {}
    answers: UUID | None = None


@read(f"{AGREEMENT}/proposals")
async def list_clause_proposals(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> list[ClauseProposalBody]:
    """Return every proposal for an agreement's clauses, the open ones first."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    view = await visible_agreement(uow, actor, dispute.id, AgreementId(agreement_id))
    return [shown(each, ClauseProposalBody) for each in await proposals_of(uow, actor, dispute, view)]


@create(f"{AGREEMENT}/proposals")
async def propose_otherwise(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    data: JSONBody[NewClause],
) -> Made:
    """Propose another wording for a clause (representative, mediator); signatures already given lapse."""
    made = await propose_clause(
        uow,
        actor,
        DisputeId(dispute_id),
        AgreementId(agreement_id),
        clause=data.clause,
        digest_seen=data.digest,
        draft=ClauseDraft(data.body, _typed(data.clause, data.terms), data.reason),
        answers=None if data.answers is None else ClauseProposalId(data.answers),
    )
    return Made(made)


def _typed(clause: str, terms: dict[str, int]) -> dict[str, str]:
    """Return terms as people type them, which is how the rules read them."""
    whole = {value.name for value in VALUES_OF.get(clause, ()) if value.kind != "cents"}
    return {name: str(value) if name in whole else as_typed(value) for name, value in terms.items() if value >= 0}


@send(f"{PROPOSAL}/agree")
async def agree_to_proposal(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    clause_proposal_id: FromPath[UUID],
) -> AgreementBody:
    """Agree to a proposed clause for one's side; with the last side it stands in a new version."""
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    await agree_to_clause(uow, actor, dispute, agreement, ClauseProposalId(clause_proposal_id))
    return agreement_body(await visible_agreement(uow, actor, dispute, agreement))


@send(f"{PROPOSAL}/keep")
async def keep_as_it_is(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    clause_proposal_id: FromPath[UUID],
) -> AgreementBody:
    """Keep the clause as it stands, or take one's own proposal back."""
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    await keep_clause(uow, actor, dispute, agreement, ClauseProposalId(clause_proposal_id))
    return agreement_body(await visible_agreement(uow, actor, dispute, agreement))


handlers = (list_clause_proposals, propose_otherwise, agree_to_proposal, keep_as_it_is)
