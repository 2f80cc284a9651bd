"""What was put on the table and bound nobody: shared worksheets, proposed clauses and terms, offers.

Each stands as the bytes whose SHA-256 the event of its sharing or proposing cites, beside a list that people read. What
a party shared in its caucus is in no record.
"""

import hashlib
from typing import Any, Final

from sqlalchemy import select

from odr.agreements.models import ClauseConsent, ClauseProposal
from odr.agreements.negotiating import MEDIATOR
from odr.archive.leaves import sheet, text
from odr.disputes.queries import DisputeFacts
from odr.intake.models import Proposal
from odr.losses.models import LossShare
from odr.offers.lookup import answers_to, state_of
from odr.offers.models import Offer
from odr.offers.queries import TAKEN_BACK
from odr.people.queries import account_names
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork
from vault import Source

CLAUSES: Final = "data/agreement/proposals/"
LOSSES: Final = "data/record/losses/"
TERMS: Final = "data/record/proposals/"
OFFERS: Final = "data/record/offers/"
LIST: Final = "list.json"


async def worksheets_told(uow: UnitOfWork, dispute: DisputeFacts, joint: SpaceFacts) -> list[Source]:
    """Return every loss worksheet that was shared with everyone, in each of its versions, and their list."""
    rows = (
        await uow.session.scalars(
            select(LossShare).where(LossShare.space_id == joint.id).order_by(LossShare.shared_at, LossShare.id)
        )
    ).all()
    sealed = await uow.vault.open_texts(uow.session, joint.ref, [(row.id, row.body_sealed) for row in rows])
    names = await account_names(uow, {row.shared_by for row in rows})
    files: list[Source] = []
    listed: list[dict[str, Any]] = []
    for row, frozen in zip(rows, sealed, strict=True):
        party = dispute.party(row.owner_id)
        name = f"{party.prefix if party else ''}-{row.number}.json"
        files.append(text(LOSSES + name, frozen))
        listed.append(
            {
                "file": name,
                "share_id": row.id,
                "party": party.name if party else "",
                "version": row.number,
                "shared_by": names.get(row.shared_by, ""),
                "shared_at": row.shared_at,
                "sha256": row.sha256.hex(),
            }
        )
    return [*files, sheet(LOSSES + LIST, listed)] if listed else []


async def clauses_told(uow: UnitOfWork, dispute: DisputeFacts, joint: SpaceFacts) -> list[Source]:
    """Return every clause that was proposed for the agreement to mediate, whatever came of it, and their list."""
    rows = (
        await uow.session.scalars(
            select(ClauseProposal)
            .where(ClauseProposal.dispute_id == dispute.id)
            .order_by(ClauseProposal.at, ClauseProposal.id)
        )
    ).all()
    given = (
        await uow.session.scalars(
            select(ClauseConsent)
            .where(ClauseConsent.proposal_id.in_([row.id for row in rows]))
            .order_by(ClauseConsent.at, ClauseConsent.side)
        )
    ).all()
    sealed = await uow.vault.open_texts(uow.session, joint.ref, [(row.id, row.content_sealed) for row in rows])
    names = await account_names(uow, {row.author_id for row in rows} | {row.closed_by for row in rows})
    sides = {str(party.id): party.name for party in dispute.parties} | {MEDIATOR: MEDIATOR}
    files: list[Source] = []
    listed: list[dict[str, Any]] = []
    for number, (row, content) in enumerate(zip(rows, sealed, strict=True), start=1):
        name = f"{number:03d}-{row.clause}.json"
        files.append(text(CLAUSES + name, content))
        listed.append(
            {
                "file": name,
                "proposal_id": row.id,
                "clause": row.clause,
                "for": sides.get(row.side, ""),
                "proposed_by": names.get(row.author_id, ""),
                "proposed_at": row.at,
                "answers": row.answers_id,
                "state": row.state.value,
                "closed_by": names.get(row.closed_by, "") if row.closed_by else None,
                "closed_at": row.closed_at,
                "agreed": [
                    {"for": sides.get(each.side, ""), "at": each.at} for each in given if each.proposal_id == row.id
                ],
                "sha256": _sha256(content),
            }
        )
    return [*files, sheet(CLAUSES + LIST, listed)] if listed else []


async def terms_told(uow: UnitOfWork, dispute: DisputeFacts, joint: SpaceFacts) -> list[Source]:
    """Return how the companies proposed to settle their complaint, the accepted proposal among them, and the list."""
    rows = (
        await uow.session.scalars(
            select(Proposal).where(Proposal.space_id == joint.id).order_by(Proposal.at, Proposal.id)
        )
    ).all()
    sealed = await uow.vault.open_texts(uow.session, joint.ref, [(row.id, row.terms_sealed) for row in rows])
    names = await account_names(uow, {row.by_id for row in rows})
    files: list[Source] = []
    listed: list[dict[str, Any]] = []
    for number, (row, terms) in enumerate(zip(rows, sealed, strict=True), start=1):
        party = dispute.party(row.party_id)
        name = f"{number:03d}.txt"
        files.append(text(TERMS + name, terms))
        listed.append(
            {
                "file": name,
                "proposal_id": row.id,
                "for": party.name if party else "",
                "proposed_by": names.get(row.by_id, ""),
                "proposed_at": row.at,
                "state": row.state.value,
                "sha256": _sha256(terms),
            }
        )
    return [*files, sheet(TERMS + LIST, listed)] if listed else []


async def offers_told(uow: UnitOfWork, dispute: DisputeFacts, joint: SpaceFacts) -> list[Source]:
    """Return every offer that was made at the table, and the list of them with each party's answer.

    Of one that was withdrawn before anybody had opened it, or stopped as a wrong disclosure, the list says so, and
    nothing of what it said or was answered in words.
    """
    rows = (
        await uow.session.scalars(select(Offer).where(Offer.space_id == joint.id).order_by(Offer.made_at, Offer.id))
    ).all()
    answers = await answers_to(uow, [row.id for row in rows])
    states = {row.id: state_of(row, dispute, uow.now()) for row in rows}
    kept = [row for row in rows if states[row.id] not in TAKEN_BACK]
    opened = await uow.vault.open_texts(uow.session, joint.ref, [(row.id, row.terms_sealed) for row in kept])
    terms = dict(zip((row.id for row in kept), opened, strict=True))
    names = await account_names(
        uow, {row.made_by for row in rows} | {each.account_id for row in rows for each in answers[row.id]}
    )
    companies = {party.id: party.name for party in dispute.parties}
    files: list[Source] = []
    listed: list[dict[str, Any]] = []
    for number, row in enumerate(rows, start=1):
        name = f"{number:03d}.json"
        files += [text(OFFERS + name, terms[row.id])] if row.id in terms else []
        listed.append(
            {
                "file": name if row.id in terms else None,
                "offer_id": row.id,
                "for": companies.get(row.party_id, ""),
                "made_by": names.get(row.made_by, ""),
                "made_at": row.made_at,
                "until": row.until,
                "instead_of": row.instead_of,
                "state": states[row.id].value,
                "ended_at": row.stopped_at or row.ended_at,
                "answers": [
                    {
                        "for": companies.get(each.party_id, ""),
                        "reply": each.reply.value,
                        "words": await uow.vault.open_text(uow.session, joint.ref, each.label, each.words_sealed)
                        if each.words_sealed and row.id in terms
                        else None,
                        "by": names.get(each.account_id, ""),
                        "at": each.at,
                    }
                    for each in answers[row.id]
                ],
                "sha256": row.sha256.hex() if row.id in terms else None,
            }
        )
    return [*files, sheet(OFFERS + LIST, listed)] if listed else []


def _sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
