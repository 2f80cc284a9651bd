"""What may be seen of a joint choice: the list with its profiles, one's own ranking, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.appointment.choosing import STRIKE, ballot_of, listed_in
from odr.appointment.models import Choice, ChoiceOutcome, Ranking
from odr.appointment.profiles import ProfileView, profiles_of
from odr.disputes.queries import visible_dispute
from odr.errors import NotFoundError
from odr.ids import AccountId, ChoiceId, DisputeId
from odr.people.queries import account_names
from odr.spaces.queries import find_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import OF_A_MISSION, Act, SpaceKind, Thing

__all__ = ["ChoiceOutcome", "ChoiceView", "choice_of"]


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A list of mediators as one reader may know it.

    ``ranks`` is the reader's own party's ranking (``strike`` or a number), nobody else's. ``draw`` (hexadecimal) is
    what the list's order was drawn from.
    """

    id: ChoiceId
    listed_at: datetime
    due: datetime
    strikes: int
    draw: str
    listed: tuple[ProfileView, ...]
    is_open: bool
    outcome: ChoiceOutcome | None
    chosen: str
    ranks: Mapping[AccountId, str]
    may_rank: bool


async def choice_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> ChoiceView | None:
    """Return a dispute's newest list, if there was one. Raises NotFoundError for who may not read appointments."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    seat = actor.seat_in(dispute_id)
    if actor.may(Act.READ, Thing.APPOINTMENT, dispute.place, OF_A_MISSION) is None:
        raise NotFoundError
    if seat is not None and seat.party_id is None:
        return None  # who mediates or examines is not told whom else the parties considered
    row = await uow.session.scalar(
        select(Choice).where(Choice.dispute_id == dispute_id).order_by(Choice.listed_at.desc(), Choice.id).limit(1)
    )
    if row is None:
        return None
    order = await listed_in(uow, row.id)
    profiles = await profiles_of(uow, order)
    names = await account_names(uow, {row.chosen})
    is_open = row.closed_at is None
    represents = seat is not None and seat.role is SeatRole.REPRESENTATIVE
    return ChoiceView(
        id=row.id,
        listed_at=row.listed_at,
        due=row.due,
        strikes=row.strikes,
        draw=row.draw,
        listed=tuple(profiles[account] for account in order),
        is_open=is_open,
        outcome=row.outcome,
        chosen=names.get(row.chosen, "") if row.chosen else "",
        ranks=await _own_ranks(uow, actor, row),
        may_rank=is_open and represents and row.due > uow.now(),
    )


async def _own_ranks(uow: UnitOfWork, actor: Actor, row: Choice) -> dict[AccountId, str]:
    party_id = actor.party_in(row.dispute_id)
    ranking = await uow.session.get(Ranking, (row.id, party_id)) if party_id is not None else None
    room = await find_space(uow, row.dispute_id, SpaceKind.PRIVATE, party_id)
    if ranking is None or room is None or actor.may(Act.READ, Thing.RANKING, room.place) is None:
        return {}
    ballot = await ballot_of(uow, room, ranking)
    said = {account: str(rank) for rank, account in enumerate(ballot.order, start=1)}
    return said | dict.fromkeys(ballot.struck, STRIKE)
