"""Writing down up to what a representative may bind their company."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from odr.deadlines.calendar import day_of
from odr.disputes.mandates import Terms, keep_mandate, mandates_of
from odr.disputes.team import own_party, team_seat
from odr.errors import InvalidInputError, NotPermittedError
from odr.evidence.tying import ExhibitChoice, exhibits_to_tie
from odr.ids import DisputeId, ExhibitId, SeatId
from odr.parties.queries import seats_of
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing

GIVER_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class TypedMandate:
    """A mandate as somebody typed it: an amount or ``unlimited``, the day in ISO 8601, an exhibit's id or nothing."""

    ceiling: str
    unlimited: bool
    given_by: str
    given_on: str
    document: str = ""


async def write_mandate(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId, typed: TypedMandate
) -> None:
    """A representative writes down up to which amount a representative of their team may settle.

    Beyond what the writer may settle themselves, the company's own document must show it (an exhibit of the party's,
    by its id): nobody enlarges their own mandate by their word alone. Only where nobody of the party holds a mandate
    their word is enough. Raises NotFoundError, NotPermittedError, InvalidInputError (``ceiling``: required, bad_amount;
    ``given_by``; ``given_on``: required, bad_date, given_later; ``document``: unknown_exhibit, needs_document).
    """
    _dispute, party_id = await own_party(uow, actor, dispute_id)
    room = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)
    if actor.may(Act.WRITE, Thing.MANDATE, room.place) is None:
        raise NotPermittedError("not_permitted")
    seats = [seat for seat in await seats_of(uow, dispute_id) if seat.party_id == party_id]
    writer = next((seat for seat in seats if seat.account_id == actor.account_id), None)
    seat = team_seat(seats, seat_id)
    if writer is None or {writer.own_role, seat.own_role} != {SeatRole.REPRESENTATIVE}:
        raise NotPermittedError("not_permitted")
    terms = await _checked(uow, actor, dispute_id, typed)
    held = await mandates_of(uow, dispute_id, party_id)
    mine = held.get(writer.seat_id)
    beyond = bool(held) and (mine is None or not _within(terms.ceiling_cents, mine.terms.ceiling_cents))
    if beyond and terms.document is None:
        raise InvalidInputError({"document": "needs_document"})
    await keep_mandate(uow, room, party_id, seat_id, terms, actor_id=actor.account_id)


async def documents_to_tie(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[ExhibitChoice, ...]:
    """Return the exhibits of the actor's own party that may show a mandate."""
    return tuple(each for each in await exhibits_to_tie(uow, actor, dispute_id) if each.mine)


def _within(wanted: int | None, held: int | None) -> bool:
    return held is None or (wanted is not None and wanted <= held)


async def _checked(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, typed: TypedMandate) -> Terms:
    clean = Typed()
    cents = None if typed.unlimited else clean.cents("ceiling", typed.ceiling)
    giver = clean.line("given_by", typed.given_by, limit=GIVER_LIMIT)
    day = clean.day("given_on", typed.given_on)
    if day is not None and day > day_of(uow.now()):
        clean.wrong("given_on", "given_later")
    shows: ExhibitId | None = None
    if typed.document:
        known = {str(each.id): each.id for each in await documents_to_tie(uow, actor, dispute_id)}
        shows = known.get(_as_id(typed.document))
        if shows is None:
            clean.wrong("document", "unknown_exhibit")
    clean.check()
    return Terms(ceiling_cents=cents, given_by=giver, given_on=day, document=shows)


def _as_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
