"""Negotiating an agreement to mediate, clause by clause: proposed, agreed to, kept, taken back; versions come of it.

Everyone at the table sees all of it. A version is made when every side has agreed: each party, and the mediator where
one is seated. If nobody proposes anything, the text that was written is simply signed.
"""

import hashlib
from typing import Final

import msgspec
from sqlalchemy import select

from odr.agreements.clauses import ClauseDraft, drafted, is_negotiable, replaced
from odr.agreements.commands import add_version, lapse_signatures, next_number
from odr.agreements.events import (
    ClauseAdopted,
    ClauseAgreed,
    ClauseKept,
    ClauseProposed,
    OfProposal,
    ProposalWithdrawn,
)
from odr.agreements.lookup import joint_space, required_rule, row_of, signers_of, text_of_version
from odr.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    AgreementVersion,
    ClauseConsent,
    ClauseProposal,
    ProposalState,
)
from odr.agreements.template import template_at
from odr.agreements.text import AgreementText, Clause
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import AgreementId, ClauseProposalId, DisputeId, new_id
from odr.parties.queries import seats_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import Act

MEDIATOR: Final = "mediator"


class Content(msgspec.Struct, frozen=True):
    """What a proposal says: the clause's body and terms as they would be, and why."""

    body: str
    terms: dict[str, int]
    reason: str


async def propose_clause(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    agreement_id: AgreementId,
    *,
    clause: str,
    digest_seen: str,
    draft: ClauseDraft,
    answers: ClauseProposalId | None = None,
) -> ClauseProposalId:
    """Propose another wording or other values for one clause, with a reason; signatures already given lapse.

    ``answers`` names the open proposal for the same clause that this one counters. Raises InvalidInputError (see
    clauses.drafted), NotFoundError for a clause that is not negotiable, NotPermittedError ``not_representative``,
    WrongStageError, and ConflictError (``not_frozen``, ``clause_changed``, ``being_discussed``, ``proposal_closed``).
    """
    dispute, rule, side = await _negotiator(uow, actor, dispute_id)
    row, version, text = await _negotiated(uow, dispute, agreement_id)
    standing = _clause(text, clause)
    if version.digest.hex() != digest_seen:
        raise ConflictError("clause_changed", number=version.number)
    template = await template_at(uow, text.language, row.template_version)
    changed, reason = drafted(text, standing, draft, wording=template.wording, currency=dispute.currency)
    former = await _open_for(uow, row, clause)
    if answers is None and former is not None:
        raise ConflictError("being_discussed")
    if answers is not None and (former is None or former.id != answers):
        raise ConflictError("proposal_closed")
    if former is not None:
        _close(uow, former, ProposalState.COUNTERED, actor)
    await lapse_signatures(uow, row, version, rule=rule.number, actor_id=actor.account_id)
    proposal_id = ClauseProposalId(new_id())
    content = msgspec.json.encode(Content(changed.body, dict(changed.terms), reason))
    joint = await joint_space(uow, dispute_id)
    proposal = ClauseProposal(
        id=proposal_id,
        dispute_id=dispute_id,
        agreement_id=row.id,
        version_id=version.id,
        clause=clause,
        answers_id=answers,
        side=side,
        author_id=actor.account_id,
        content_sealed=await uow.vault.seal_text(uow.session, joint.ref, proposal_id, content.decode()),
        state=ProposalState.OPEN,
        at=uow.now(),
        closed_at=None,
        closed_by=None,
    )
    uow.session.add(proposal)
    uow.session.add(ClauseConsent(proposal_id=proposal_id, side=side, account_id=actor.account_id, at=uow.now()))
    await uow.session.flush()
    sha256 = hashlib.sha256(content).hexdigest()
    await uow.record(await _told(uow, ClauseProposed, version, proposal, (rule, actor, side), sha256=sha256))
    return proposal_id


async def agree_to_clause(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, proposal_id: ClauseProposalId
) -> bool:
    """Agree to a proposed clause for one's side; with the last side a version is made of it. Tell whether it was.

    Raises NotFoundError, NotPermittedError ``not_representative``, WrongStageError, ConflictError (``not_frozen``,
    ``proposal_closed``).
    """
    dispute, rule, side = await _negotiator(uow, actor, dispute_id)
    row, version, text = await _negotiated(uow, dispute, agreement_id)
    proposal = await _open_proposal(uow, row, proposal_id)
    given = await _consents(uow, proposal)
    if side not in given:
        uow.session.add(ClauseConsent(proposal_id=proposal.id, side=side, account_id=actor.account_id, at=uow.now()))
        await uow.session.flush()
        await uow.record(await _told(uow, ClauseAgreed, version, proposal, (rule, actor, side)))
    if not await _sides(uow, dispute, text) <= given | {side}:
        return False
    content = await content_of(uow, proposal)
    standing = _clause(text, proposal.clause)
    changed = Clause(
        standing.heading, content.body, standing.concession_by, standing.key, tuple(sorted(content.terms.items()))
    )
    newer = await add_version(uow, row, await next_number(uow, row), replaced(text, changed), proposal.author_id)
    row.frozen_version_id = newer.id
    _close(uow, proposal, ProposalState.ADOPTED, actor)
    await uow.session.flush()
    await uow.record(await _told(uow, ClauseAdopted, newer, proposal, (rule, actor, side)))
    return True


async def keep_clause(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, proposal_id: ClauseProposalId
) -> None:
    """Keep a clause as it stands: the proposal falls. Its own side takes it back by the same act. Raises as above."""
    dispute, rule, side = await _negotiator(uow, actor, dispute_id)
    row, version, _text = await _negotiated(uow, dispute, agreement_id)
    proposal = await _open_proposal(uow, row, proposal_id)
    own = proposal.side == side
    _close(uow, proposal, ProposalState.WITHDRAWN if own else ProposalState.KEPT, actor)
    await uow.session.flush()
    kind = ProposalWithdrawn if own else ClauseKept
    await uow.record(await _told(uow, kind, version, proposal, (rule, actor, side)))


async def _negotiator(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[DisputeFacts, Rule, str]:
    """Return for which side somebody negotiates: a party's representative, or the mediator."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    side = side_of(actor, dispute_id)
    rule = required_rule(actor, Act.DRAFT if side == MEDIATOR else Act.COMMENT, dispute_id)
    if not side:
        raise NotPermittedError("not_representative")
    return dispute, rule, side


def side_of(actor: Actor, dispute_id: DisputeId) -> str:
    """Return the side for which somebody may negotiate: a party's id, ``mediator``, or nothing."""
    seat = actor.seat_in(dispute_id)
    if seat is None or seat.role not in {SeatRole.REPRESENTATIVE, SeatRole.MEDIATOR}:
        return ""
    return MEDIATOR if seat.role is SeatRole.MEDIATOR else str(seat.party_id)


async def _negotiated(
    uow: UnitOfWork, dispute: DisputeFacts, agreement_id: AgreementId
) -> tuple[Agreement, AgreementVersion, AgreementText]:
    """Return an agreement to mediate that awaits signatures, held until the transaction's end."""
    row, version = await row_of(uow, dispute.id, agreement_id, lock=True)
    if row.kind is not AgreementKind.CONVENTION or row.state is not AgreementState.FROZEN:
        raise ConflictError("not_frozen")
    require(dispute.stage, Activity.SIGN_CONVENTION)
    return row, version, await text_of_version(uow, version)


def _clause(text: AgreementText, key: str) -> Clause:
    for clause in text.clauses:
        if clause.key == key and is_negotiable(key):
            return clause
    raise NotFoundError


async def _open_for(uow: UnitOfWork, row: Agreement, clause: str) -> ClauseProposal | None:
    found: ClauseProposal | None = await uow.session.scalar(
        select(ClauseProposal).where(
            ClauseProposal.agreement_id == row.id,
            ClauseProposal.clause == clause,
            ClauseProposal.state == ProposalState.OPEN,
        )
    )
    return found


async def _open_proposal(uow: UnitOfWork, row: Agreement, proposal_id: ClauseProposalId) -> ClauseProposal:
    proposal = await uow.session.get(ClauseProposal, proposal_id, populate_existing=True)
    if proposal is None or proposal.agreement_id != row.id:
        raise NotFoundError
    if proposal.state is not ProposalState.OPEN:
        raise ConflictError("proposal_closed")
    return proposal


async def _consents(uow: UnitOfWork, proposal: ClauseProposal) -> set[str]:
    return set(await uow.session.scalars(select(ClauseConsent.side).where(ClauseConsent.proposal_id == proposal.id)))


async def _sides(uow: UnitOfWork, dispute: DisputeFacts, text: AgreementText) -> set[str]:
    """Return every side that must agree: the parties of the text, and the mediator where one is seated."""
    sides = {str(party_id) for party_id in signers_of(dispute, text)}
    mediated = any(seat.role is SeatRole.MEDIATOR for seat in await seats_of(uow, dispute.id))
    return sides | ({MEDIATOR} if mediated else set())


def _close(uow: UnitOfWork, proposal: ClauseProposal, state: ProposalState, actor: Actor) -> None:
    proposal.state, proposal.closed_at, proposal.closed_by = state, uow.now(), actor.account_id


async def content_of(uow: UnitOfWork, proposal: ClauseProposal) -> Content:
    """Return what a proposal says, unsealed. For whoever may read the agreement."""
    joint = await joint_space(uow, proposal.dispute_id)
    text = await uow.vault.open_text(uow.session, joint.ref, proposal.id, proposal.content_sealed)
    return msgspec.json.decode(text, type=Content)


async def _told(
    uow: UnitOfWork,
    kind: type[OfProposal],
    version: AgreementVersion,
    proposal: ClauseProposal,
    by: tuple[Rule, Actor, str],
    **more: str,
) -> OfProposal:
    rule, actor, side = by
    joint = await joint_space(uow, proposal.dispute_id)
    return kind(
        dispute_id=proposal.dispute_id,
        space_id=joint.id,
        rule=rule.number,
        actor_id=actor.account_id,
        agreement_id=proposal.agreement_id,
        number=version.number,
        digest=version.digest.hex(),
        proposal_id=proposal.id,
        clause=proposal.clause,
        side=side,
        **more,
    )
