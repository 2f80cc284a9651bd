"""How a complaint may be settled: proposed by one company in words, accepted by the other as it stands."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from odr.disputes.commands import permitted_by
from odr.disputes.lifecycle import Stage, Step
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError, WrongStageError
from odr.ids import DisputeId, ProposalId, new_id
from odr.intake.complaints import settle
from odr.intake.events import ProposalMade
from odr.intake.models import Proposal, ProposalState
from odr.people.queries import account_names
from odr.spaces.queries import SpaceFacts, find_space, may_enter, space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act, SpaceKind, Thing

TERMS_LIMIT: Final = 4000


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal as both companies read it. ``theirs``: the reader may accept it now."""

    id: ProposalId
    party: str
    by: str
    at: datetime
    text: str
    state: ProposalState
    theirs: bool


async def propose_terms(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, text: str) -> ProposalId:
    """Propose how to settle; a former proposal of one's own company no longer stands.

    For representatives. Raises InvalidInputError (``terms``), NotPermittedError, WrongStageError.
    """
    typed = Typed()
    clean = typed.text("terms", text, limit=TERMS_LIMIT)
    dispute = await visible_dispute(uow, actor, dispute_id)
    permitted_by(actor, dispute, Step.SETTLE_DIRECTLY)
    party_id = actor.party_in(dispute_id)
    if dispute.stage is not Stage.COMPLAINT:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.SETTLE_DIRECTLY)
    typed.check()
    room = await space_of(uow, dispute_id, SpaceKind.JOINT)
    rule = actor.may(Act.WRITE, Thing.MESSAGE, room.place_of(party_id))
    if rule is None or party_id is None:
        raise NotPermittedError("not_permitted")
    await uow.session.execute(
        update(Proposal)
        .where(
            Proposal.dispute_id == dispute_id,
            Proposal.party_id == party_id,
            Proposal.state == ProposalState.STANDING,
        )
        .values(state=ProposalState.REPLACED)
    )
    proposal_id = ProposalId(new_id())
    uow.session.add(
        Proposal(
            id=proposal_id,
            dispute_id=dispute_id,
            space_id=room.id,
            party_id=party_id,
            by_id=actor.account_id,
            at=uow.now(),
            state=ProposalState.STANDING,
            terms_sealed=await uow.vault.seal_text(uow.session, room.ref, proposal_id, clean),
        )
    )
    await uow.session.flush()
    await uow.record(
        ProposalMade(
            dispute_id=dispute_id,
            space_id=room.id,
            rule=rule.number,
            actor_id=actor.account_id,
            proposal_id=proposal_id,
            sha256=hashlib.sha256(clean.encode()).hexdigest(),
        )
    )
    return proposal_id


async def accept_proposal(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, proposal_id: ProposalId) -> None:
    """Accept the other company's proposal as it stands: the complaint is settled on these terms, for good.

    Raises NotFoundError, NotPermittedError (one's own, or no representative), ConflictError ``changed_meanwhile`` for
    one that no longer stands, WrongStageError.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await uow.session.get(Proposal, proposal_id, with_for_update=True, populate_existing=True)
    room = await find_space(uow, dispute_id, SpaceKind.JOINT)
    if row is None or row.dispute_id != dispute_id or room is None or may_enter(actor, room) is None:
        raise NotFoundError
    by = permitted_by(actor, dispute, Step.SETTLE_DIRECTLY)
    proposer = dispute.party(row.party_id)
    accepter = dispute.party(actor.party_in(dispute_id))
    if proposer is None or accepter is None or proposer.side is accepter.side:
        raise NotPermittedError("own_proposal")
    if row.state is not ProposalState.STANDING:
        raise ConflictError("changed_meanwhile")
    terms = await uow.vault.open_text(uow.session, room.ref, row.id, row.terms_sealed)
    row.state = ProposalState.ACCEPTED
    await uow.session.flush()
    await settle(uow, actor, dispute, by, terms)


async def proposals_in(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[ProposalView, ...]:
    """Return what was proposed in a complaint, the newest first, to whoever may enter the room of both."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    room: SpaceFacts | None = await find_space(uow, dispute_id, SpaceKind.JOINT)
    if room is None or may_enter(actor, room) is None:
        return ()
    rows = list(
        await uow.session.scalars(
            select(Proposal).where(Proposal.space_id == room.id).order_by(Proposal.at.desc(), Proposal.id)
        )
    )
    texts = await uow.vault.open_texts(uow.session, room.ref, [(row.id, row.terms_sealed) for row in rows])
    names = await account_names(uow, {row.by_id for row in rows})
    mine = dispute.party(actor.party_in(dispute_id))
    found: list[ProposalView] = []
    for row, text in zip(rows, texts, strict=True):
        party = dispute.party(row.party_id)
        stands = row.state is ProposalState.STANDING and dispute.stage is Stage.COMPLAINT
        found.append(
            ProposalView(
                id=row.id,
                party=party.name if party else "",
                by=names.get(row.by_id, ""),
                at=row.at,
                text=text,
                state=row.state,
                theirs=stands and party is not None and mine is not None and party.side is not mine.side,
            )
        )
    return tuple(found)
