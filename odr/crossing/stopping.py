"""What every stop of a wrong disclosure has in common: why, whose secret, who had read it, its rows and their facts."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select

from odr.crossing.commands import TEXT_LIMIT
from odr.crossing.events import QuarantineBegun
from odr.crossing.models import Outcome, Quarantine, QuarantineReader
from odr.errors import ConflictError, InvalidInputError, NotFoundError
from odr.ids import AccountId, DisputeId, PartyId, QuarantineId, new_id
from odr.parties.queries import parties_of, seats_of
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import SpaceRef


class Facts(msgspec.Struct, frozen=True):
    """What happened, in the words of who noticed it; how the thing was called; its SHA-256 (hexadecimal)."""

    why: str
    title: str
    file_name: str
    sha256: str


async def begin_quarantine(
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
            offer_id=row.offer_id,
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


async def concerned(uow: UnitOfWork, dispute_id: DisputeId, concerns: PartyId | None) -> PartyId:
    """Return the party that was named as the one whose secret it is. Raises :class:`InvalidInputError`."""
    if concerns is None or concerns not in {party.id for party in await parties_of(uow, dispute_id)}:
        raise InvalidInputError({"concerns": "choose_one"})
    return concerns


def why_of(text: str) -> str:
    """Return what happened, as it was typed. Raises :class:`InvalidInputError`."""
    typed = Typed()
    clean = typed.text("why", text, limit=TEXT_LIMIT)
    typed.check()
    return clean


def facts_space(row: Quarantine) -> SpaceRef:
    """Return under which room's key the facts of a quarantine are sealed."""
    return SpaceRef(row.dispute_id, row.caucus_id)
