"""What was withdrawn as a wrong disclosure: for its party and the mediator; and what a reader is asked, no more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, exists, literal, or_, select

from odr.crossing.models import Copies, Outcome, Quarantine, QuarantineReader, Statement
from odr.crossing.stopping import Facts, facts_space, knows_of
from odr.disputes.awaiting import Task
from odr.disputes.queries import DisputeFacts
from odr.errors import NotFoundError
from odr.evidence.labels import handed_number
from odr.evidence.models import HandedExhibit
from odr.ids import AccountId, DisputeId, ExhibitId, OfferId, PartyId, QuarantineId
from odr.parties.queries import parties_of, seats_of
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import _
from vault import Receipt

__all__ = [
    "Copies",
    "Outcome",
    "QuarantineView",
    "WithdrawnCopy",
    "quarantines_of",
    "visible_quarantine",
    "withdrawn_copy",
]

LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class ReaderView:
    """Who had opened it, when first; whether they were asked to keep no copy, and what they said."""

    account_id: AccountId
    name: str
    party: str
    opened_at: datetime
    asked: bool
    copies: Copies | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """What was withdrawn, by whom, why, who had opened it, and what became of it; for its party and the mediator.

    ``number``, ``title`` and ``file_name`` are empty for a message and for an offer. ``apart``: it was a sentence that
    was said to some of the others, or an exhibit that was handed to them (``number`` is empty then too), to each in its
    own caucus.
    """

    id: QuarantineId
    dispute_id: DisputeId
    exhibit_id: ExhibitId | None
    offer_id: OfferId | None
    apart: bool
    party_id: PartyId
    party: str
    number: str
    title: str
    file_name: str
    sha256: str
    why: str
    outcome: Outcome
    begun_by: str
    begun_at: datetime
    ended_by: str
    ended_at: datetime | None
    readers: tuple[ReaderView, ...]
    may_restore: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class WithdrawnCopy:
    """What a reader is asked: of what, when they opened it, what they said.

    ``number``: of an exhibit; a message has neither that nor an ``offer_id``. ``apart``: it stood in their party's
    caucus; the number is then the one that it had there, and says no more.
    """

    id: QuarantineId
    number: str
    offer_id: OfferId | None
    apart: bool
    withdrawn_at: datetime
    opened_at: datetime
    copies: Copies | None
    answered_at: datetime | None


async def visible_quarantine(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> QuarantineView:
    """Return one quarantine; raises :class:`NotFoundError` for who may not know of it."""
    row = await _row(uow, dispute_id, quarantine_id)
    if not knows_of(actor, row):
        raise NotFoundError
    return await _view(uow, actor, row)


async def quarantines_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[QuarantineView, ...]:
    """Return a dispute's quarantines that the actor may know of, the newest first."""
    caucus = literal(SpaceKind.CAUCUS.value)
    known = readable(actor, Thing.EVENT, Columns(Quarantine.dispute_id, Quarantine.party_id, caucus))
    rows = await uow.session.scalars(
        select(Quarantine)
        .where(Quarantine.dispute_id == dispute_id, known)
        .order_by(Quarantine.begun_at.desc(), Quarantine.id)
        .limit(LIMIT)
    )
    return tuple([await _view(uow, actor, row) for row in rows.all()])


async def withdrawn_copy(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> WithdrawnCopy:
    """Return what a reader who was asked is asked; raises :class:`NotFoundError` for everybody else."""
    reader = await uow.session.get(QuarantineReader, (quarantine_id, actor.account_id))
    if reader is None or not reader.asked:
        raise NotFoundError
    row = await _row(uow, dispute_id, quarantine_id)
    apart = await _is_apart(uow, row)
    number = row.number or await _own_number(uow, actor, row)
    return WithdrawnCopy(
        row.id, number, row.offer_id, apart, row.begun_at, reader.opened_at, reader.copies, reader.answered_at
    )


async def receipts_of_quarantine(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> tuple[Receipt, ...]:
    """Return the receipts of a quarantine's entries in the ledger: its beginning, and its end if it has one."""
    row = await _row(uow, dispute_id, quarantine_id)
    if not knows_of(actor, row):
        raise NotFoundError
    indexes = [index for index in (row.begun_index, row.ended_index) if index is not None]
    return tuple([await uow.vault.ledger.receipt(uow.session, facts_space(row), index) for index in indexes])


async def quarantine_tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what a quarantine awaits from the actor: a decision of its party, an answer of a reader."""
    caucus = literal(SpaceKind.CAUCUS.value)
    decides = readable(actor, Thing.EXHIBIT, Columns(Quarantine.dispute_id, Quarantine.party_id, caucus), Act.CONSENT)
    waits = QuarantineReader.asked & QuarantineReader.copies.is_(None)
    rows = await uow.session.execute(
        select(Quarantine, _was_apart(), decides & (Quarantine.outcome == Outcome.OPEN))
        .outerjoin(
            QuarantineReader,
            (QuarantineReader.quarantine_id == Quarantine.id) & (QuarantineReader.account_id == actor.account_id),
        )
        .where(Quarantine.dispute_id == dispute.id, or_(waits, decides & (Quarantine.outcome == Outcome.OPEN)))
        .order_by(Quarantine.begun_at, Quarantine.id)
        .limit(LIMIT)
    )
    return tuple([await _task(uow, actor, *row) for row in rows.all()])


def _was_apart() -> ColumnElement[bool]:
    sentence = exists().where(Statement.message_id == Quarantine.message_id, Statement.apart)
    return or_(Quarantine.disclosure_id.is_not(None), sentence)


async def _is_apart(uow: UnitOfWork, row: Quarantine) -> bool:
    return bool(await uow.session.scalar(select(_was_apart()).where(Quarantine.id == row.id)))


async def _own_number(uow: UnitOfWork, actor: Actor, row: Quarantine) -> str:
    """Return the number under which the actor's party had been handed what was stopped; empty for anybody else."""
    handed = await uow.session.scalar(
        select(HandedExhibit).where(
            HandedExhibit.disclosure_id == row.disclosure_id,
            HandedExhibit.party_id.in_([seat.party_id for seat in actor.seats if seat.party_id is not None]),
        )
    )
    return handed_number(handed) if handed is not None else ""


async def _task(uow: UnitOfWork, actor: Actor, row: Quarantine, apart: bool, decides: bool) -> Task:  # noqa: FBT001 -- a row's own columns
    href = f"/disputes/{row.dispute_id}/quarantines/{row.id}"
    number = row.number
    if decides and row.disclosure_id is not None:
        return Task(
            _("Decide what becomes of an exhibit that was withdrawn from those who had it"), "", href, mine=True
        )
    if decides and apart:
        return Task(
            _("Decide what becomes of a sentence that was withdrawn from those who had it"), "", href, mine=True
        )
    if decides:
        thing = _("exhibit %(number)s", number=number) if number else _("an offer") if row.offer_id else _("a message")
        return Task(_("Decide what becomes of %(thing)s, withdrawn from the table", thing=thing), "", href, mine=True)
    number = number or await _own_number(uow, actor, row)
    label = (
        _("Confirm that you keep no copy of exhibit %(number)s", number=number)
        if number
        else _("Confirm that you keep no copy of an offer")
        if row.offer_id
        else _("Confirm that you keep no copy of a message")
    )
    hint = _("It was withdrawn from the joint space.")
    if apart:
        hint = _("It stands in your caucus no more.") if number else _("It was withdrawn from your caucus.")
    return Task(label, hint, f"{href}/copies", mine=True)


async def _row(uow: UnitOfWork, dispute_id: DisputeId, quarantine_id: QuarantineId) -> Quarantine:
    row = await uow.session.get(Quarantine, quarantine_id)
    if row is None or row.dispute_id != dispute_id:
        raise NotFoundError
    return row


async def _view(uow: UnitOfWork, actor: Actor, row: Quarantine) -> QuarantineView:
    text = await uow.vault.open_text(uow.session, facts_space(row), row.id, row.facts_sealed)
    facts = msgspec.json.decode(text, type=Facts)
    readers = (
        await uow.session.scalars(
            select(QuarantineReader)
            .where(QuarantineReader.quarantine_id == row.id)
            .order_by(QuarantineReader.opened_at, QuarantineReader.account_id)
        )
    ).all()
    names = await account_names(uow, {row.begun_by, row.ended_by, *(reader.account_id for reader in readers)})
    parties = {party.id: party.name for party in await parties_of(uow, row.dispute_id)}
    seats = {seat.account_id: seat.party_id for seat in await seats_of(uow, row.dispute_id)}
    apart = Place(row.dispute_id, row.party_id, SpaceKind.CAUCUS)
    consents = actor.may(Act.CONSENT, Thing.EXHIBIT, apart) is not None
    discloses = actor.may(Act.DISCLOSE, Thing.EXHIBIT, apart) is not None
    waits = row.outcome is Outcome.OPEN
    return QuarantineView(
        id=row.id,
        dispute_id=row.dispute_id,
        exhibit_id=row.exhibit_id,
        offer_id=row.offer_id,
        apart=await _is_apart(uow, row),
        party_id=row.party_id,
        party=parties.get(row.party_id, ""),
        number=row.number,
        title=facts.title,
        file_name=facts.file_name,
        sha256=facts.sha256,
        why=facts.why,
        outcome=row.outcome,
        begun_by=names.get(row.begun_by, ""),
        begun_at=row.begun_at,
        ended_by=names.get(row.ended_by, "") if row.ended_by else "",
        ended_at=row.ended_at,
        readers=tuple(
            ReaderView(
                account_id=reader.account_id,
                name=names.get(reader.account_id, ""),
                party=parties.get(party, "") if (party := seats.get(reader.account_id)) else "",
                opened_at=reader.opened_at,
                asked=reader.asked,
                copies=reader.copies,
                answered_at=reader.answered_at,
            )
            for reader in readers
        ),
        may_restore=waits and consents,
        may_remove=waits and (consents or discloses),
    )
