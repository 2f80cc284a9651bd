"""A third party at the table: what one party lets another hear must not show to the one beside it.

It comes once the table is open, by the commands of the rooms and not by invitation: the way there is played with two.
"""

from dataclasses import dataclass
from typing import Final

from odr.disputes.mandates import declare_own_word
from odr.disputes.queries import dispute_facts
from odr.ids import AccountId, DisputeId
from odr.parties.commands import add_party, give_seat, join_party
from odr.parties.queries import Side
from odr.platform import Platform
from odr.spaces.commands import ensure_space
from odr.visibility.actor import SeatRole
from odr.visibility.terms import SpaceKind

NAME: Final = "Les Assurances du Port"
_RULE: Final = "L1"


@dataclass(frozen=True, slots=True)
class Third:
    """The respondent's insurer: its id, and its caucus."""

    party_id: str
    caucus: str


async def seat_an_insurer(platform: Platform, dispute_id: DisputeId, account_id: AccountId) -> Third:
    """Seat the insurer of the respondent beside it, with rooms of its own."""
    async with platform.unit() as uow:
        dispute = await dispute_facts(uow, dispute_id)
        where = (dispute_id, dispute.procedure_space_id)
        party_id = await add_party(uow, *where, side=Side.RESPONDENT, name=NAME, rule=_RULE, actor_id=None)
        await join_party(uow, party_id)
        seat_id = await give_seat(
            uow,
            *where,
            account_id=account_id,
            role=SeatRole.REPRESENTATIVE,
            party_id=party_id,
            rule=_RULE,
            actor_id=None,
        )
        await ensure_space(uow, dispute_id, SpaceKind.PRIVATE, party_id)
        caucus = await ensure_space(uow, dispute_id, SpaceKind.CAUCUS, party_id)
        await declare_own_word(uow, dispute_id, party_id, seat_id, actor_id=account_id, name=NAME)
    return Third(str(party_id), str(caucus.id))
