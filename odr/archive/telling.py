"""What a record tells beside its files: the dispute, its people, joint messages, missions, exceptions of the law."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from odr.appointment.ties import read_ties
from odr.disputes.limitation import open_until
from odr.disputes.queries import DisputeFacts, reasons_of, statement_of
from odr.exceptions.models import LegalException
from odr.exceptions.queries import facts_of
from odr.expertise.models import Mission
from odr.ids import AccountId
from odr.people.models import SeatRow
from odr.people.queries import account_names
from odr.sessions.keeping import answers_to
from odr.sessions.models import Minutes
from odr.spaces.models import Message
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import SeatRole
from vault import JSON

_STEPS: Final = ("at", "step", "before", "after", "rule")


async def dispute_facts_told(
    uow: UnitOfWork, dispute: DisputeFacts, events: Sequence[JSON], *, centre: str
) -> dict[str, Any]:
    """Return the dispute as its whole table knew it; ``events`` are those that the record tells.

    The other party's contact, which the claimant named to have it invited, is left out.
    """
    said = await statement_of(uow, dispute)
    bodies = [event for event in events if isinstance(event, dict)]
    seats = (
        await uow.session.scalars(
            select(SeatRow).where(SeatRow.dispute_id == dispute.id).order_by(SeatRow.since, SeatRow.id)
        )
    ).all()
    acting = {AccountId(UUID(actor)) for body in bodies if isinstance(actor := body.get("actor_id"), str)}
    names = await account_names(uow, acting | {seat.account_id for seat in seats})
    return {
        "reference": dispute.reference,
        "centre": centre,
        "title": dispute.title,
        "category": dispute.category.value,
        "amount_cents": dispute.amount_cents,
        "currency": dispute.currency,
        "statement": {"contract": said.contract, "facts": said.facts, "wished": said.wished},
        "parties": [
            {
                "id": party.id,
                "side": party.side.value,
                "name": party.name,
                "registration": party.registration,
                "address": party.address,
                "exhibits": party.prefix,
            }
            for party in dispute.parties
        ],
        "people": [
            {
                "account_id": seat.account_id,
                "name": names.get(seat.account_id, ""),
                "role": seat.role.value,
                "party_id": seat.party_id,
                "since": seat.since,
                "until": seat.until,
                "declared_independence_at": seat.declared_at,
                "declaration": await _declaration(uow, dispute, seat),
            }
            for seat in seats
        ],
        "accounts": {str(account): name for account, name in sorted(names.items(), key=lambda pair: pair[1])},
        "stages": [{key: body.get(key) for key in _STEPS} for body in bodies if body.get("event") == "StageChanged"],
        "reasons": [
            {"stage": stage.value, "at": at, "reason": reason} for stage, at, reason in await reasons_of(uow, dispute)
        ],
        "filed_at": dispute.created_at,
        "agreement_to_mediate_signed_at": dispute.convention_signed_at,
        "term_ends": dispute.term_ends,
        "limitation_suspended_at": dispute.limitation_suspended_at,
        "limitation_resumed_at": dispute.limitation_resumed_at,
        "limitation_open_until": open_until(dispute.limitation_resumed_at) if dispute.limitation_resumed_at else None,
        "reopens_record_id": dispute.reopens_record_id,
    }


async def _declaration(uow: UnitOfWork, dispute: DisputeFacts, seat: SeatRow) -> list[dict[str, Any]] | None:
    """Return a mediator's declaration of interests, as it was shown to the table: to what, and which tie, if any."""
    if seat.role is not SeatRole.MEDIATOR or seat.declaration_sealed is None:
        return None
    ties = read_ties(await uow.vault.open_text(uow.session, dispute.procedure, seat.id, seat.declaration_sealed))
    return [{"about": tie.about.value, "party_id": tie.party_id, "tie": tie.text or None} for tie in ties]


async def messages_told(uow: UnitOfWork, joint: SpaceFacts, dispute: DisputeFacts) -> list[dict[str, Any]]:
    """Return every message of the joint space, the oldest first; of one that was taken back, that it was."""
    rows = (
        await uow.session.scalars(select(Message).where(Message.space_id == joint.id).order_by(Message.at, Message.id))
    ).all()
    living = [row for row in rows if row.withdrawn_at is None]
    opened = await uow.vault.open_texts(uow.session, joint.ref, [(row.id, row.body_sealed) for row in living])
    texts = dict(zip((row.id for row in living), opened, strict=True))
    names = await account_names(uow, {row.author_id for row in rows})
    return [
        {
            "message_id": row.id,
            "at": row.at,
            "author": names.get(row.author_id, ""),
            "for": party.name if (party := dispute.party(row.author_party_id)) else "",
            "text": texts.get(row.id),
            "taken_back_at": row.withdrawn_at,
        }
        for row in rows
    ]


async def minutes_told(uow: UnitOfWork, joint: SpaceFacts, dispute: DisputeFacts) -> list[dict[str, Any]]:
    """Return every version of the minutes of meetings of everyone, with who approved or contested it.

    What was kept of a meeting apart is nowhere in a record.
    """
    rows = (
        await uow.session.scalars(
            select(Minutes).where(Minutes.space_id == joint.id).order_by(Minutes.published_at, Minutes.id)
        )
    ).all()
    answers = await answers_to(uow, rows)
    people = {each.account_id for about in answers.values() for each in about}
    names = await account_names(uow, {row.written_by for row in rows} | people)
    told: list[dict[str, Any]] = []
    for row in rows:
        said = [
            {
                "party": party.name if (party := dispute.party(each.party_id)) else "",
                "reply": each.reply.value,
                "why": await uow.vault.open_text(uow.session, joint.ref, each.label, each.why_sealed)
                if each.why_sealed
                else None,
                "by": names.get(each.account_id, ""),
                "at": each.at,
            }
            for each in answers[row.id]
        ]
        told.append(
            {
                "meeting_id": row.meeting_id,
                "version": row.number,
                "text": await uow.vault.open_text(uow.session, joint.ref, row.id, row.text_sealed),
                "sha256": row.sha256.hex(),
                "written_by": names.get(row.written_by, ""),
                "published_at": row.published_at,
                "answers": said,
            }
        )
    return told


async def expertise_told(uow: UnitOfWork, joint: SpaceFacts) -> list[dict[str, Any]]:
    """Return every mission as the table knows it: its terms, its answer, and what the expert had seen at the report.

    The report itself lies with the exhibits. Nothing of the expert's desk is here.
    """
    rows = (
        await uow.session.scalars(
            select(Mission).where(Mission.dispute_id == joint.dispute_id).order_by(Mission.opened_at, Mission.id)
        )
    ).all()
    names = await account_names(uow, {account for row in rows for account in (row.expert_id, row.opened_by)})

    async def told(label: UUID | None, sealed: bytes | None) -> str | None:
        return (
            None
            if sealed is None or label is None
            else await uow.vault.open_text(uow.session, joint.ref, label, sealed)
        )

    missions: list[dict[str, Any]] = []
    for row in rows:
        seen = await told(row.report_exhibit_id, row.seen_sealed)
        missions.append(
            {
                "expert": names.get(row.expert_id, ""),
                "state": row.state.value,
                "questions": await told(row.id, row.terms_sealed),
                "opened_by": names.get(row.opened_by, ""),
                "opened_at": row.opened_at,
                "answered_at": row.answered_at,
                "answer": await told(row.space_id, row.answer_sealed),
                "reported_at": row.reported_at,
                "report_exhibit_id": row.report_exhibit_id,
                "seen": msgspec.json.decode(seen) if seen else [],
            }
        )
    return missions


async def exceptions_told(uow: UnitOfWork, joint: SpaceFacts, end: int) -> list[dict[str, Any]]:
    """Return what was disclosed of the table's confidence under the law, and told there before the ``end`` of the cut.

    What was disclosed of a caucus is nowhere in a record: the other party reads it.
    """
    rows = (
        await uow.session.scalars(
            select(LegalException)
            .where(LegalException.space_id == joint.id, LegalException.told_index < end)
            .order_by(LegalException.told_index)
        )
    ).all()
    names = await account_names(uow, {row.used_by for row in rows})
    told: list[dict[str, Any]] = []
    for row in rows:
        facts = await facts_of(uow, row)
        told.append(
            {
                "ground": row.ground.value,
                "matter": row.matter.value,
                "words": facts.words,
                "number": facts.number,
                "title": facts.title,
                "sha256": facts.sha256,
                "recipients": [{"name": each.name, "office": each.office} for each in facts.recipients],
                "why": facts.why,
                "told_late_because": facts.silence,
                "disclosed_by": names.get(row.used_by, ""),
                "disclosed_at": row.used_at,
                "told_at": row.told_at,
            }
        )
    return told
