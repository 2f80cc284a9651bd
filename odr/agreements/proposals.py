"""What may be seen of a negotiation: the proposals for an agreement's clauses, who agreed, what came of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.agreements.changes import Run, word_runs
from odr.agreements.clauses import is_negotiable
from odr.agreements.models import (
    AgreementKind,
    AgreementState,
    ClauseConsent,
    ClauseProposal,
    ProposalState,
)
from odr.agreements.negotiating import MEDIATOR, content_of, side_of
from odr.agreements.queries import AgreementView
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts
from odr.ids import ClauseProposalId
from odr.parties.queries import seats_of
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole

__all__ = ["MEDIATOR", "ProposalState", "ProposalView", "may_negotiate", "proposals_of", "signed_already"]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal for one clause. ``runs``: what would change in its body, word by word.

    ``awaits``: the names of the sides that have not answered yet, empty for the mediator's; ``may_answer``: the reader
    may agree to it, keep the clause or propose otherwise; ``mine``: the reader's side proposed it.
    """

    id: ClauseProposalId
    clause: str
    heading: str
    side: str
    party: str
    author: str
    at: datetime
    body: str
    terms: Mapping[str, int]
    reason: str
    runs: tuple[Run, ...]
    state: ProposalState
    closed_at: datetime | None
    closed_by: str
    agreed: tuple[str, ...]
    awaits: tuple[str, ...]
    mine: bool
    may_answer: bool


def may_negotiate(actor: Actor, dispute: DisputeFacts, agreement: AgreementView) -> bool:
    """Tell whether somebody may propose another wording now."""
    return (
        agreement.kind is AgreementKind.CONVENTION
        and agreement.state is AgreementState.FROZEN
        and dispute.stage in ACTIVITIES[Activity.SIGN_CONVENTION]
        and bool(side_of(actor, dispute.id))
        and any(is_negotiable(clause.key) for clause in agreement.text.clauses)
    )


def signed_already(agreement: AgreementView) -> bool:
    """Tell whether somebody has signed the text as it stands: a proposal would make that lapse."""
    return any(signer.at is not None for signer in agreement.signers)


async def proposals_of(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, agreement: AgreementView
) -> tuple[ProposalView, ...]:
    """Return every proposal for an agreement that the reader may see: the open ones first, then the latest first."""
    rows = list(
        await uow.session.scalars(
            select(ClauseProposal)
            .where(ClauseProposal.agreement_id == agreement.id)
            .order_by(ClauseProposal.at.desc(), ClauseProposal.id)
        )
    )
    if not rows:
        return ()
    given: dict[ClauseProposalId, set[str]] = {}
    consents = await uow.session.scalars(
        select(ClauseConsent).where(ClauseConsent.proposal_id.in_([row.id for row in rows]))
    )
    for consent in consents:
        given.setdefault(consent.proposal_id, set()).add(consent.side)
    people = await account_names(uow, {row.author_id for row in rows} | {row.closed_by for row in rows})
    sides = {str(signer.party_id): signer.party for signer in agreement.signers}
    if any(seat.role is SeatRole.MEDIATOR for seat in await seats_of(uow, dispute.id)):
        sides[MEDIATOR] = ""
    own = side_of(actor, dispute.id) if may_negotiate(actor, dispute, agreement) else ""
    headings = {clause.key: clause for clause in agreement.text.clauses}
    views: list[ProposalView] = []
    for row in sorted(rows, key=lambda row: row.state is not ProposalState.OPEN):
        content = await content_of(uow, row)
        is_open = row.state is ProposalState.OPEN
        standing = headings[row.clause]
        agreed = given.get(row.id, set())
        views.append(
            ProposalView(
                id=row.id,
                clause=row.clause,
                heading=standing.heading,
                side=row.side,
                party=sides.get(row.side, ""),
                author=people.get(row.author_id, ""),
                at=row.at,
                body=content.body,
                terms=content.terms,
                reason=content.reason,
                runs=word_runs(standing.body, content.body) if is_open else (),
                state=row.state,
                closed_at=row.closed_at,
                closed_by=people.get(row.closed_by, "") if row.closed_by else "",
                agreed=tuple(sides[side] for side in sides if side in agreed),
                awaits=tuple(sides[side] for side in sides if side not in agreed) if is_open else (),
                mine=row.side == own,
                may_answer=is_open and bool(own) and own not in agreed,
            )
        )
    return tuple(views)
