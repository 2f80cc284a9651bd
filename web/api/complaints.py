"""Complaints between two companies, for programs: made, contested, settled between them, or taken to the centre."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.ids import DisputeId, ProposalId
from odr.intake.complaints import close_complaint, complain, contest_complaint, refer_complaint
from odr.intake.proposals import accept_proposal, proposals_in, propose_terms
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, send
from web.api.disputes import ROOT, Progress, progress_of
from web.api.shapes import Made, Reason, Text, shown


class Terms(msgspec.Struct, forbid_unknown_fields=True):
    """How to settle a complaint."""

    terms: Text


class Proposed(msgspec.Struct):
    """A proposal; ``theirs``: one may accept it now."""

    id: UUID
    party: str
    by: str
    at: datetime
    text: str
    state: str
    theirs: bool


@send(f"{ROOT}/complain")
async def complain_first(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Progress:
    """Send the draft as a complaint to the other companies, without the centre; they have 15 days to answer."""
    await complain(uow, actor, DisputeId(dispute_id))
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/contest")
async def contest(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> Progress:
    """Contest a complaint: it becomes a request to the centre."""
    await contest_complaint(uow, actor, DisputeId(dispute_id), reason=data.reason)
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/refer")
async def refer(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> Progress:
    """Take a complaint to the centre."""
    await refer_complaint(uow, actor, DisputeId(dispute_id), reason=data.reason)
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/settle")
async def settle_complaint(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> Progress:
    """Close one's complaint: it is settled."""
    await close_complaint(uow, actor, DisputeId(dispute_id), reason=data.reason)
    return await progress_of(uow, actor, dispute_id)


@read(f"{ROOT}/proposals")
async def list_proposals(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[Proposed]:
    """Return how a complaint might be settled, the newest proposal first."""
    return [shown(each, Proposed) for each in await proposals_in(uow, actor, DisputeId(dispute_id))]


@create(f"{ROOT}/proposals")
async def make_proposal(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Terms]
) -> Made:
    """Propose how to settle a complaint."""
    return Made(await propose_terms(uow, actor, DisputeId(dispute_id), text=data.terms))


@send(f"{ROOT}/proposals/{{proposal_id:uuid}}/accept")
async def take_proposal(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    proposal_id: FromPath[UUID],
) -> Progress:
    """Accept the other company's proposal as it stands: the complaint is settled."""
    await accept_proposal(uow, actor, DisputeId(dispute_id), ProposalId(proposal_id))
    return await progress_of(uow, actor, dispute_id)


handlers = (
    complain_first,
    contest,
    refer,
    settle_complaint,
    list_proposals,
    make_proposal,
    take_proposal,
)
