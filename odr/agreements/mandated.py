"""Whether a representative's own mandate lets them sign a text: told to them beforehand, and to nobody else."""

from dataclasses import dataclass

from odr.agreements.drafting import paid_by, paid_to
from odr.agreements.lines import line_names, signing_parties
from odr.agreements.text import AgreementText
from odr.disputes.mandates import mandate_for, mandate_gap
from odr.disputes.queries import DisputeFacts
from odr.ids import PartyId, SeatId
from odr.parties.queries import seats_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole


@dataclass(frozen=True, slots=True)
class OwnMandate:
    """What the reader's mandate says to a text that binds their party for ``cents``.

    ``gap``: why they may not sign (no_mandate, mandate_ended, mandate_exceeded), or nothing; ``ceiling_cents``: up to
    what they may; ``seat_id``: where their mandate is written down; ``able``: who else of their team can sign.
    """

    gap: str
    cents: int
    ceiling_cents: int | None
    seat_id: SeatId
    able: tuple[str, ...]


def bound_for(dispute: DisputeFacts, text: AgreementText, party_id: PartyId) -> int:
    """Return for how much, in cents, a text binds a party: what it pays, or what it accepts."""
    name = line_names(signing_parties(dispute))[party_id]
    return max(paid_by(text, name), paid_to(text, name))


async def own_mandate(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, text: AgreementText) -> OwnMandate | None:
    """Return what the actor's own mandate says to a text; ``None`` for whoever represents no party here."""
    seats = [seat for seat in await seats_of(uow, dispute.id) if seat.role is SeatRole.REPRESENTATIVE]
    own = next((seat for seat in seats if seat.account_id == actor.account_id), None)
    if own is None or own.party_id is None:
        return None
    cents = bound_for(dispute, text, own.party_id)
    held = await mandate_for(uow, dispute.id, own)
    team = [seat for seat in seats if seat.party_id == own.party_id and seat is not own]
    return OwnMandate(
        gap=await mandate_gap(uow, dispute.id, own, cents),
        cents=cents,
        ceiling_cents=held.terms.ceiling_cents if held else None,
        seat_id=own.acting_for or own.seat_id,
        able=tuple([seat.name for seat in team if not await mandate_gap(uow, dispute.id, seat, cents)]),
    )
