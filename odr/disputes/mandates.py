"""Up to what a party's representatives may bind it: kept sealed in its private room, held against what they sign."""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import select, update

from odr.errors import NotPermittedError
from odr.ids import AccountId, DisputeId, ExhibitId, MandateId, PartyId, SeatId, new_id
from odr.parties.events import MandateWritten
from odr.parties.models import Mandate
from odr.parties.queries import SeatFacts, seats_of
from odr.people.events import OWN_TEAM
from odr.people.queries import account_names
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import SpaceKind


class Terms(msgspec.Struct, frozen=True):
    """A mandate's terms. ``ceiling_cents``: ``None`` is without a ceiling.

    ``own_word``: its holder said so themselves, when they filed the request or accepted the invitation. ``document`` is
    the exhibit that shows it.
    """

    ceiling_cents: int | None
    given_by: str
    given_on: date | None
    document: ExhibitId | None
    own_word: bool = False


class MandateFacts(msgspec.Struct, frozen=True):
    """A mandate that holds, as its own party reads it."""

    id: MandateId
    seat_id: SeatId
    terms: Terms
    written_by: str
    written_at: datetime

    def covers(self, cents: int) -> bool:
        """Tell whether its holder may bind the company for so much."""
        return self.terms.ceiling_cents is None or cents <= self.terms.ceiling_cents


@dataclass(frozen=True, slots=True)
class OwnMandate:
    """What the reader's mandate says to what binds their party for ``cents``.

    ``gap``: why they may not (no_mandate, mandate_ended, mandate_exceeded), or nothing; ``ceiling_cents``: up to what
    they may; ``seat_id``: where their mandate is written down; ``able``: who else of their team may.
    """

    gap: str
    cents: int
    ceiling_cents: int | None
    seat_id: SeatId
    able: tuple[str, ...]


async def mandates_of(uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId) -> dict[SeatId, MandateFacts]:
    """Return the mandates of a party that hold now, by seat. For whoever sits for it, and for the rules' own use."""
    rows = (
        await uow.session.scalars(
            select(Mandate).where(
                Mandate.dispute_id == dispute_id, Mandate.party_id == party_id, Mandate.ended_at.is_(None)
            )
        )
    ).all()
    if not rows:
        return {}
    room = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)
    texts = await uow.vault.open_texts(uow.session, room.ref, [(row.id, row.body_sealed) for row in rows])
    names = await account_names(uow, {row.written_by for row in rows})
    return {
        row.seat_id: MandateFacts(
            row.id, row.seat_id, msgspec.json.decode(text, type=Terms), names.get(row.written_by, ""), row.written_at
        )
        for row, text in zip(rows, texts, strict=True)
    }


async def keep_mandate(
    uow: UnitOfWork, room: SpaceFacts, party_id: PartyId, seat_id: SeatId, terms: Terms, *, actor_id: AccountId
) -> None:
    """Write a mandate down in its party's private room; the seat's former one ends. The caller has permitted it."""
    now = uow.now()
    await uow.session.execute(
        update(Mandate).where(Mandate.seat_id == seat_id, Mandate.ended_at.is_(None)).values(ended_at=now)
    )
    mandate_id = MandateId(new_id())
    text = msgspec.json.encode(terms).decode()
    uow.session.add(
        Mandate(
            id=mandate_id,
            dispute_id=room.dispute_id,
            space_id=room.id,
            party_id=party_id,
            seat_id=seat_id,
            body_sealed=await uow.vault.seal_text(uow.session, room.ref, mandate_id, text),
            written_by=actor_id,
            written_at=now,
            ended_at=None,
        )
    )
    await uow.session.flush()
    await uow.record(
        MandateWritten(
            dispute_id=room.dispute_id,
            space_id=room.id,
            rule=OWN_TEAM,
            actor_id=actor_id,
            mandate_id=mandate_id,
            seat_id=seat_id,
        )
    )


async def declare_own_word(
    uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId, seat_id: SeatId, *, actor_id: AccountId, name: str
) -> None:
    """Note that who brings a company to the table (files, accepts) says thereby that they may bind it."""
    room = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)
    terms = Terms(ceiling_cents=None, given_by=name, given_on=None, document=None, own_word=True)
    await keep_mandate(uow, room, party_id, seat_id, terms, actor_id=actor_id)


async def mandate_for(uow: UnitOfWork, dispute_id: DisputeId, seat: SeatFacts) -> MandateFacts | None:
    """Return the mandate under which somebody acts: that of the seat they stand in for, else their own."""
    if seat.party_id is None:
        return None
    return (await mandates_of(uow, dispute_id, seat.party_id)).get(seat.acting_for or seat.seat_id)


async def mandate_gap(uow: UnitOfWork, dispute_id: DisputeId, seat: SeatFacts, cents: int) -> str:
    """Return why a representative may not bind their company for so much; nothing where they may.

    ``no_mandate``, ``mandate_ended`` (they had one: it went with a change of roles), or ``mandate_exceeded``.
    """
    mandate = await mandate_for(uow, dispute_id, seat)
    if mandate is not None:
        return "" if mandate.covers(cents) else "mandate_exceeded"
    former = select(Mandate.id).where(Mandate.seat_id == (seat.acting_for or seat.seat_id)).limit(1)
    return "no_mandate" if await uow.session.scalar(former) is None else "mandate_ended"


async def own_mandate(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, cents: int) -> OwnMandate | None:
    """Return what the actor's own mandate says to a sum; ``None`` for whoever represents no party here.

    It is told to them beforehand, and to nobody else.
    """
    seats = [seat for seat in await seats_of(uow, dispute_id) if seat.role is SeatRole.REPRESENTATIVE]
    own = next((seat for seat in seats if seat.account_id == actor.account_id), None)
    if own is None or own.party_id is None:
        return None
    held = await mandate_for(uow, dispute_id, own)
    team = [seat for seat in seats if seat.party_id == own.party_id and seat is not own]
    return OwnMandate(
        gap=await mandate_gap(uow, dispute_id, own, cents),
        cents=cents,
        ceiling_cents=held.terms.ceiling_cents if held else None,
        seat_id=own.acting_for or own.seat_id,
        able=tuple([seat.name for seat in team if not await mandate_gap(uow, dispute_id, seat, cents)]),
    )


async def require_mandate(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, cents: int) -> None:
    """Refuse whoever may not bind their company for so much.

    Raises NotPermittedError: ``not_representative``, ``no_mandate``, ``mandate_ended``, ``mandate_exceeded``. Nothing
    of it is told to anybody else, and nothing is remembered.
    """
    seat = next((seat for seat in await seats_of(uow, dispute_id) if seat.account_id == actor.account_id), None)
    if seat is None or seat.role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_representative")
    gap = await mandate_gap(uow, dispute_id, seat, cents)
    if gap:
        raise NotPermittedError(gap)
