"""A wrong disclosure: withdrawn from the table at once by whoever may notice it, then restored or removed for good."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import select, update

from odr.crossing.commands import TEXT_LIMIT
from odr.crossing.events import CopiesAnswered, QuarantineBegun, QuarantineEnded
from odr.crossing.models import Copies, Outcome, Quarantine, QuarantineReader, Statement, StatementState
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.events import ExhibitRestored
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import Exhibit, Opening, Placement
from odr.evidence.queries import ExhibitView
from odr.evidence.sight import version_at, visible_placements
from odr.evidence.withdrawing import hollow, keep_in_draft, note_taking_back, require_before_the_end
from odr.ids import AccountId, DisputeId, ExhibitId, MessageId, PartyId, QuarantineId, SpaceId, new_id
from odr.parties.queries import parties_of, seats_of
from odr.spaces.events import MessageRestored, MessageTakenBack
from odr.spaces.models import Message, Reading
from odr.spaces.queries import space_of, visible_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import SpaceRef

REACHED: Final = (SpaceKind.JOINT, SpaceKind.EXPERT)
"""Where others can have met an exhibit that should not have crossed over: the table, and an expert's desk."""


class Facts(msgspec.Struct, frozen=True):
    """What happened, in the words of who noticed it; how the thing was called; its SHA-256 (hexadecimal)."""

    why: str
    title: str
    file_name: str
    sha256: str


async def quarantine_exhibit(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    why: str,
    concerns: PartyId | None = None,
) -> QuarantineId:
    """Withdraw an exhibit from the table, and from every expert's desk, at once (its party, or the mediator).

    What stays there is the line of an exhibit that was taken back. ``concerns``: whose secret it is, for an exhibit
    that is no party's. Raises :class:`InvalidInputError` (``why``, ``concerns``), :class:`NotPermittedError`,
    :class:`NotFoundError`, :class:`ConflictError` (``changed_meanwhile``), :class:`WrongStageError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    rule = actor.may(Act.QUARANTINE, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, SpaceKind.JOINT))
    if rule is None or joint is None:
        raise NotPermittedError("not_permitted")
    await require_before_the_end(uow, actor, dispute_id)
    clean = _why(why)
    party_id = exhibit.owner_id or await _concerned(uow, dispute_id, concerns)
    standing = await _lock(uow, exhibit_id)
    if joint.id not in {placement.id for placement in standing}:
        raise ConflictError("changed_meanwhile")
    (label,) = await read_labels(uow, [joint])
    for placement in standing:
        placement.withdrawn_at = placement.quarantined_at = uow.now()
        placement.withdrawn_by = actor.account_id
        await note_taking_back(uow, actor, placement, rule)
    opened = (
        await uow.session.execute(
            select(Opening.reader_id, Opening.at)
            .where(Opening.placement_id.in_([placement.id for placement in standing]))
            .order_by(Opening.at.desc())
        )
    ).all()
    facts = Facts(clean, label.title, label.file_name, (await version_at(uow, joint)).sha256.hex())
    readers = {row[0]: row[1] for row in opened}
    row = Quarantine(exhibit_id=exhibit_id, message_id=None, number=number_of(joint), party_id=party_id)
    return await _begin(uow, actor, dispute_id, row, facts, readers, rule)


async def quarantine_message(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    message_id: MessageId,
    *,
    why: str,
    concerns: PartyId | None = None,
) -> QuarantineId:
    """Withdraw a message from the table at once: its party, the mediator, or the party whose sentence it was.

    What stays there is the line of a message that was taken back. ``concerns``: whose secret it is, for a message of
    the mediator's. Raises as :func:`quarantine_exhibit` does.
    """
    space = await visible_space(uow, actor, dispute_id, space_id)
    row = await uow.session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.space_id == space.id, Message.withdrawn_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or space.kind is not SpaceKind.JOINT:
        raise NotFoundError
    owner_id = row.owner_id or await _speaker_for(uow, message_id)
    rule = actor.may(Act.QUARANTINE, Thing.MESSAGE, Place(dispute_id, owner_id, SpaceKind.JOINT))
    if rule is None:
        raise NotPermittedError("not_permitted")
    await require_before_the_end(uow, actor, dispute_id)
    clean = _why(why)
    party_id = owner_id or await _concerned(uow, dispute_id, concerns)
    text = await uow.vault.open_text(uow.session, space.ref, row.id, row.body_sealed)
    row.withdrawn_at, row.withdrawn_by = uow.now(), actor.account_id
    await uow.record(
        MessageTakenBack(
            dispute_id=dispute_id,
            space_id=space.id,
            rule=rule.number,
            actor_id=actor.account_id,
            message_id=message_id,
        )
    )
    read = (
        await uow.session.execute(
            select(Reading.reader_id, Reading.at).where(Reading.message_id == message_id).order_by(Reading.at.desc())
        )
    ).all()
    facts = Facts(clean, "", "", hashlib.sha256(text.encode()).hexdigest())
    begun = Quarantine(exhibit_id=None, message_id=message_id, number="", party_id=party_id)
    return await _begin(uow, actor, dispute_id, begun, facts, {each[0]: each[1] for each in read}, rule)


async def _begin(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    row: Quarantine,
    facts: Facts,
    readers: Mapping[AccountId, datetime],
    rule: Rule,
) -> QuarantineId:
    """Remember a quarantine in the caucus of the party concerned, with who had opened what was withdrawn."""
    caucus = await space_of(uow, dispute_id, SpaceKind.CAUCUS, row.party_id)
    seats = {seat.account_id: seat for seat in await seats_of(uow, dispute_id)}
    known = {
        account: at
        for account, at in readers.items()
        if account not in seats or seats[account].party_id != row.party_id
    }
    row.id = QuarantineId(new_id())
    remembered = await uow.record(
        QuarantineBegun(
            dispute_id=dispute_id,
            space_id=caucus.id,
            rule=rule.number,
            actor_id=actor.account_id,
            quarantine_id=row.id,
            exhibit_id=row.exhibit_id,
            message_id=row.message_id,
            readers=tuple(sorted(known)),
        )
    )
    row.dispute_id, row.caucus_id, row.outcome = dispute_id, caucus.id, Outcome.OPEN
    row.begun_by, row.begun_at, row.begun_index = actor.account_id, uow.now(), remembered.index
    text = msgspec.json.encode(facts).decode()
    row.facts_sealed = await uow.vault.seal_text(uow.session, caucus.ref, row.id, text)
    uow.session.add(row)
    uow.session.add_all(
        QuarantineReader(
            quarantine_id=row.id,
            account_id=account,
            opened_at=at,
            asked=account not in seats or seats[account].role is not SeatRole.MEDIATOR,
        )
        for account, at in known.items()
    )
    await uow.session.flush()
    return row.id


async def restore_quarantined(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> None:
    """Put what was withdrawn back in its place (the party whose secret it is, nobody else).

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`ConflictError` (``changed_meanwhile``),
    :class:`WrongStageError`.
    """
    row = await quarantine_for(uow, actor, dispute_id, quarantine_id)
    apart = Place(dispute_id, row.party_id, SpaceKind.CAUCUS)
    rule = actor.may(Act.CONSENT, Thing.EXHIBIT, apart)
    if rule is None:
        raise NotPermittedError(actor.refusal(Act.CONSENT, Thing.EXHIBIT, apart))
    await require_before_the_end(uow, actor, dispute_id)
    if row.exhibit_id is not None:
        for placement in await _lock(uow, row.exhibit_id, quarantined=True):
            placement.withdrawn_at = placement.withdrawn_by = placement.quarantined_at = None
            await uow.record(
                ExhibitRestored(
                    dispute_id=dispute_id,
                    space_id=placement.space_id,
                    rule=rule.number,
                    actor_id=actor.account_id,
                    exhibit_id=placement.exhibit_id,
                    number=number_of(placement),
                )
            )
    else:
        message = await uow.session.get_one(Message, row.message_id)
        message.withdrawn_at = message.withdrawn_by = None
        await uow.record(
            MessageRestored(
                dispute_id=dispute_id,
                space_id=message.space_id,
                rule=rule.number,
                actor_id=actor.account_id,
                message_id=message.id,
            )
        )
    await _end(uow, actor, row, rule, Outcome.RESTORED)


async def remove_quarantined(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId) -> None:
    """Take what was withdrawn out for good: its line stays, empty (the party whose secret it is, or the mediator).

    An exhibit stays in the rooms it came from, or goes into its party's draft. Raises as
    :func:`restore_quarantined` does, and :class:`ConflictError` (``held``).
    """
    row = await quarantine_for(uow, actor, dispute_id, quarantine_id)
    apart = Place(dispute_id, row.party_id, SpaceKind.CAUCUS)
    rule = actor.may(Act.CONSENT, Thing.EXHIBIT, apart) or actor.may(Act.DISCLOSE, Thing.EXHIBIT, apart)
    if rule is None:
        raise NotPermittedError(actor.refusal(Act.CONSENT, Thing.EXHIBIT, apart))
    if row.exhibit_id is not None:
        await _remove_exhibit(uow, row.exhibit_id)
    else:
        await uow.session.execute(update(Message).where(Message.id == row.message_id).values(body_sealed=b""))
        await uow.session.execute(
            update(Statement).where(Statement.message_id == row.message_id).values(state=StatementState.WITHDRAWN)
        )
    await _end(uow, actor, row, rule, Outcome.REMOVED)


async def answer_about_copies(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId, *, copies: str
) -> None:
    """Say what became of one's copies of what was withdrawn; it may be said again (a reader who was asked).

    Raises :class:`InvalidInputError` (``copies``), :class:`NotFoundError`.
    """
    row = await uow.session.get(Quarantine, quarantine_id)
    reader = await uow.session.get(QuarantineReader, (quarantine_id, actor.account_id), with_for_update=True)
    if row is None or row.dispute_id != dispute_id or reader is None or not reader.asked:
        raise NotFoundError
    typed = Typed()
    said = typed.choice("copies", copies, Copies)
    typed.check()
    reader.copies, reader.answered_at = said, uow.now()
    await uow.record(
        CopiesAnswered(
            dispute_id=dispute_id,
            space_id=row.caucus_id,
            rule="V18" if row.exhibit_id else "V27",
            actor_id=actor.account_id,
            quarantine_id=quarantine_id,
            copies=said,
        )
    )


async def quarantine_for(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> Quarantine:
    """Return a quarantine that is not decided yet, its row locked, for who may know of it.

    Raises :class:`NotFoundError`, :class:`ConflictError` (``changed_meanwhile``).
    """
    row = await uow.session.scalar(
        select(Quarantine)
        .where(Quarantine.id == quarantine_id, Quarantine.dispute_id == dispute_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or not knows_of(actor, row):
        raise NotFoundError
    if row.outcome is not Outcome.OPEN:
        raise ConflictError("changed_meanwhile")
    return row


def knows_of(actor: Actor, row: Quarantine) -> bool:
    """Tell whether the actor may know of a quarantine: who reads what happens in the caucus of the party concerned."""
    return actor.may(Act.READ, Thing.EVENT, Place(row.dispute_id, row.party_id, SpaceKind.CAUCUS)) is not None


def may_stop(actor: Actor, exhibit: ExhibitView) -> bool:
    """Tell whether the actor may withdraw an exhibit from the table at once."""
    place = Place(exhibit.dispute_id, exhibit.owner_id, SpaceKind.JOINT)
    tabled = any(placement.kind is SpaceKind.JOINT for placement in exhibit.placements)
    return tabled and actor.may(Act.QUARANTINE, Thing.EXHIBIT, place) is not None


async def stoppable_among(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, message_ids: Collection[MessageId]
) -> set[MessageId]:
    """Return which of these joint messages, which the actor has read, they may withdraw at once."""
    rows = await uow.session.execute(
        select(Message.id, Message.owner_id, Statement.owner_id)
        .outerjoin(Statement, Statement.message_id == Message.id)
        .where(
            Message.id.in_(message_ids),
            Message.dispute_id == dispute_id,
            Message.kind == SpaceKind.JOINT,
            Message.withdrawn_at.is_(None),
        )
    )
    places = {row[0]: Place(dispute_id, row[1] or row[2], SpaceKind.JOINT) for row in rows.all()}
    return {each for each, place in places.items() if actor.may(Act.QUARANTINE, Thing.MESSAGE, place) is not None}


async def _remove_exhibit(uow: UnitOfWork, exhibit_id: ExhibitId) -> None:
    exhibit = await uow.session.get_one(Exhibit, exhibit_id)
    placements = await _lock(uow, exhibit_id, quarantined=True)
    elsewhere = await uow.session.scalar(
        select(Placement.id).where(Placement.exhibit_id == exhibit_id, Placement.withdrawn_at.is_(None)).limit(1)
    )
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    if joint is not None and elsewhere is None and exhibit.owner_id is not None:
        await keep_in_draft(uow, exhibit, joint, by=exhibit.lodged_by)
    for placement in placements:
        placement.quarantined_at = None
        await hollow(uow, placement)


async def _end(uow: UnitOfWork, actor: Actor, row: Quarantine, rule: Rule, outcome: Outcome) -> None:
    row.outcome, row.ended_by, row.ended_at = outcome, actor.account_id, uow.now()
    remembered = await uow.record(
        QuarantineEnded(
            dispute_id=row.dispute_id,
            space_id=row.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            quarantine_id=row.id,
            outcome=outcome,
        )
    )
    row.ended_index = remembered.index


async def _lock(uow: UnitOfWork, exhibit_id: ExhibitId, *, quarantined: bool = False) -> Sequence[Placement]:
    """Return where an exhibit stands beyond its own rooms, or was quarantined there, the rows locked in one order."""
    state = Placement.quarantined_at.is_not(None) if quarantined else Placement.withdrawn_at.is_(None)
    rows = await uow.session.scalars(
        select(Placement)
        .where(Placement.exhibit_id == exhibit_id, Placement.kind.in_(REACHED), state)
        .order_by(Placement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def _speaker_for(uow: UnitOfWork, message_id: MessageId) -> PartyId | None:
    """Return the party whose sentence a message of the mediator's is, if it is one."""
    found: PartyId | None = await uow.session.scalar(
        select(Statement.owner_id).where(Statement.message_id == message_id)
    )
    return found


async def _concerned(uow: UnitOfWork, dispute_id: DisputeId, concerns: PartyId | None) -> PartyId:
    """Return the party that was named as the one whose secret it is. Raises :class:`InvalidInputError`."""
    if concerns is None or concerns not in {party.id for party in await parties_of(uow, dispute_id)}:
        raise InvalidInputError({"concerns": "choose_one"})
    return concerns


def _why(text: str) -> str:
    typed = Typed()
    clean = typed.text("why", text, limit=TEXT_LIMIT)
    typed.check()
    return clean


def facts_space(row: Quarantine) -> SpaceRef:
    """Return under which room's key the facts of a quarantine are sealed."""
    return SpaceRef(row.dispute_id, row.caucus_id)
