"""Joint choice: the centre lists mediators, each side ranks without seeing the other's ranking, the rule decides.

Nobody reads another party's ranking, the centre included. A party may ask that a person at the centre chooses instead.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

import msgspec
from sqlalchemy import select

from odr.appointment.events import ChoiceEnded, MediatorsListed, RankingGiven, RankingNear
from odr.appointment.models import Choice, ChoiceOutcome, Listed, Ranking
from odr.appointment.profiles import profiles_of
from odr.appointment.ranking import FEWEST, MOST, Ballot, draw_of, drawn, in_order, usual_strikes
from odr.appointment.seats import MEDIATING, name_mediator
from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.lifecycle import ACTIVITIES, Activity, require
from odr.disputes.queries import DisputeFacts, dispute_facts, visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.ids import AccountId, ChoiceId, DisputeId, PartyId, new_id
from odr.parties.queries import Side, seats_of
from odr.people.queries import people_with_role
from odr.spaces.commands import ensure_space
from odr.spaces.queries import SpaceFacts
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing

STRIKE: Final = "strike"
TOGETHER: Final = "V108"
"""The line under which the rule of a joint choice decides."""
T = TypeVar("T", ChoiceEnded, RankingNear)


async def list_mediators(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, accounts: Sequence[AccountId], strikes: str = ""
) -> ChoiceId:
    """The secretariat lists three to seven mediators; both sides rank them from now, in an order drawn by lot.

    ``strikes``: how many each party may strike; empty for the usual number. Raises InvalidInputError (``mediators``:
    choose_three_to_seven, choose_one, absent, in_place; ``strikes``: bad_strikes), NotPermittedError, WrongStageError,
    ConflictError (``not_all_here``, ``listed_already``).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = actor.may(Act.WRITE, Thing.APPOINTMENT, dispute.place)
    if rule is None or not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.APPOINT)
    wanted = tuple(dict.fromkeys(accounts))
    typed = Typed()
    allowed = _strikes(typed, strikes, len(wanted))
    if not FEWEST <= len(wanted) <= MOST:
        typed.wrong("mediators", "choose_three_to_seven")
    elif problem := await _unfit(uow, dispute_id, wanted):
        typed.wrong("mediators", problem)
    typed.check()
    if any(party.joined_at is None for party in dispute.parties):
        raise ConflictError("not_all_here")
    if await open_choice(uow, dispute_id) is not None:
        raise ConflictError("listed_already")
    newest = await uow.vault.ledger.newest_checkpoint(uow.session)
    choice_id = ChoiceId(new_id())
    draw = draw_of(newest.text if newest else b"", choice_id)
    due = due_at(Deadline.RANKING, uow.now())
    uow.session.add(
        Choice(
            id=choice_id,
            dispute_id=dispute_id,
            listed_by=actor.account_id,
            listed_at=uow.now(),
            due=due,
            strikes=allowed,
            draw=draw,
            closed_at=None,
            outcome=None,
            chosen=None,
        )
    )
    listed = drawn(wanted, draw)
    uow.session.add_all(
        Listed(choice_id=choice_id, position=position, account_id=account) for position, account in enumerate(listed)
    )
    await uow.session.flush()
    await set_timer(uow, Deadline.RANKING, dispute_id, due, subject_id=choice_id)
    await uow.record(
        MediatorsListed(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            choice_id=choice_id,
            listed=listed,
            strikes=allowed,
            draw=draw,
        )
    )
    return choice_id


async def rank_mediators(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, ranks: Mapping[AccountId, str]
) -> None:
    """A representative ranks the list (``1`` is the best) and may strike; it may be changed until the list closes.

    Raises InvalidInputError (``rank-…``: choose_one, same_rank; no field: too_many_strikes), NotFoundError,
    NotPermittedError, ConflictError ``list_closed``.
    """
    dispute, row, party_id = await _ranking(uow, actor, dispute_id)
    listed = await listed_in(uow, row.id)
    ballot = _ballot(listed, ranks, row.strikes)
    room = await ensure_space(uow, dispute_id, SpaceKind.PRIVATE, party_id)
    sealed = await uow.vault.seal_text(uow.session, room.ref, row.id, msgspec.json.encode(ballot).decode())
    await _keep(uow, actor, dispute, row, (party_id, room), sealed)
    given = await uow.session.scalars(select(Ranking.party_id).where(Ranking.choice_id == row.id))
    if {party.id for party in dispute.parties} <= set(given):
        await _settle(uow, dispute, row)


async def ask_for_a_person(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """A representative asks that a person at the centre chooses instead: the list closes, and the centre proposes.

    Which side asked, nobody is told. Raises as :func:`rank_mediators`.
    """
    dispute, row, _party = await _ranking(uow, actor, dispute_id)
    await _close(uow, dispute, row, ChoiceOutcome.BY_A_PERSON)


async def remind_ranking(uow: UnitOfWork, knock: Knock) -> None:
    """Remind both sides alike, whoever has ranked already."""
    row = await uow.session.get(Choice, knock.subject_id)
    if row is not None and row.closed_at is None:
        await uow.record(_told(RankingNear, await dispute_facts(uow, row.dispute_id), row))


async def end_ranking(uow: UnitOfWork, knock: Knock) -> None:
    """Decide with the rankings that are there."""
    row = await uow.session.get(Choice, knock.subject_id, with_for_update=True)
    dispute = await dispute_facts(uow, knock.dispute_id)
    if row is not None and row.closed_at is None and dispute.stage in ACTIVITIES[Activity.APPOINT]:
        await _settle(uow, dispute, row)


async def open_choice(uow: UnitOfWork, dispute_id: DisputeId) -> Choice | None:
    """Return the list that is being ranked, its row locked."""
    found: Choice | None = await uow.session.scalar(
        select(Choice).where(Choice.dispute_id == dispute_id, Choice.closed_at.is_(None)).with_for_update()
    )
    return found


async def listed_in(uow: UnitOfWork, choice_id: ChoiceId) -> tuple[AccountId, ...]:
    """Return who is on a list, in its order."""
    rows = await uow.session.scalars(
        select(Listed.account_id).where(Listed.choice_id == choice_id).order_by(Listed.position)
    )
    return tuple(rows)


async def ballot_of(uow: UnitOfWork, room: SpaceFacts, row: Ranking) -> Ballot:
    """Return a ranking, for its own party and for the rule."""
    text = await uow.vault.open_text(uow.session, room.ref, row.choice_id, row.ballot_sealed)
    return msgspec.json.decode(text, type=Ballot)


def _strikes(typed: Typed, text: str, listed: int) -> int:
    if not text.strip():
        return usual_strikes(listed)
    if not text.strip().isascii() or not text.strip().isdigit() or int(text[:4]) >= max(listed, 1):
        typed.wrong("strikes", "bad_strikes")
        return 0
    return int(text)


async def _unfit(uow: UnitOfWork, dispute_id: DisputeId, wanted: Sequence[AccountId]) -> str:
    """Return why a list cannot be proposed: the code of it, or nothing."""
    known = {account for account, _name in await people_with_role(uow, CentreRole.MEDIATOR)}
    if not known >= set(wanted):
        return "choose_one"
    if any(profile.absent_until is not None for profile in (await profiles_of(uow, wanted)).values()):
        return "absent"
    seats = await seats_of(uow, dispute_id)
    return "in_place" if any(seat.role in MEDIATING or seat.account_id in wanted for seat in seats) else ""


async def _ranking(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[DisputeFacts, Choice, PartyId]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    seat = actor.seat_in(dispute_id)
    contests = actor.may(Act.CONTEST, Thing.APPOINTMENT, dispute.place)
    if contests is None or seat is None or seat.party_id is None or seat.role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.APPOINT)
    row = await open_choice(uow, dispute_id)
    if row is None or row.due <= uow.now():
        raise ConflictError("list_closed")
    return dispute, row, seat.party_id


def _ballot(listed: Sequence[AccountId], ranks: Mapping[AccountId, str], strikes: int) -> Ballot:
    problems: dict[str, str] = {}
    places: dict[int, AccountId] = {}
    struck: list[AccountId] = []
    for account in listed:
        said = ranks.get(account, "")
        if said == STRIKE:
            struck.append(account)
        elif said not in {str(rank) for rank in range(1, len(listed) + 1)}:
            problems[f"rank-{account}"] = "choose_one"
        elif int(said) in places:
            problems[f"rank-{account}"] = "same_rank"
        else:
            places[int(said)] = account
    if len(struck) > strikes:
        problems[""] = "too_many_strikes"
    if problems:
        raise InvalidInputError(problems, strikes=strikes)
    return Ballot(tuple(places[rank] for rank in sorted(places)), tuple(struck))


async def _keep(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, row: Choice, own: tuple[PartyId, SpaceFacts], sealed: bytes
) -> None:
    party_id, room = own
    rule = actor.may(Act.WRITE, Thing.RANKING, room.place)
    if rule is None:
        raise NotPermittedError("not_permitted")
    former = await uow.session.get(Ranking, (row.id, party_id))
    if former is None:
        uow.session.add(
            Ranking(
                choice_id=row.id, party_id=party_id, said_by=actor.account_id, said_at=uow.now(), ballot_sealed=sealed
            )
        )
    else:
        former.said_by, former.said_at, former.ballot_sealed = actor.account_id, uow.now(), sealed
    await uow.session.flush()
    await uow.record(
        RankingGiven(
            dispute_id=dispute.id,
            space_id=room.id,
            rule=rule.number,
            actor_id=actor.account_id,
            choice_id=row.id,
        )
    )


async def _settle(uow: UnitOfWork, dispute: DisputeFacts, row: Choice) -> None:
    """Let the rule decide; whoever is no longer free by then is passed over."""
    given = {
        each.party_id: each for each in await uow.session.scalars(select(Ranking).where(Ranking.choice_id == row.id))
    }
    sides: dict[Side, list[Ballot]] = {side: [] for side in Side}
    for party in dispute.parties:
        if party.id in given:
            room = await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, party.id)
            sides[party.side].append(await ballot_of(uow, room, given[party.id]))
    for account in in_order(await listed_in(uow, row.id), sides.values()):
        if not await _unfit(uow, dispute.id, [account]):
            await _close(uow, dispute, row, ChoiceOutcome.DECIDED, account)
            await name_mediator(uow, dispute, account, rule=TOGETHER, actor_id=None)
            return
    await _close(uow, dispute, row, ChoiceOutcome.NONE_LEFT)


async def _close(
    uow: UnitOfWork, dispute: DisputeFacts, row: Choice, outcome: ChoiceOutcome, chosen: AccountId | None = None
) -> None:
    row.closed_at, row.outcome, row.chosen = uow.now(), outcome, chosen
    await uow.session.flush()
    await uow.record(_told(ChoiceEnded, dispute, row))


def _told(kind: type[T], dispute: DisputeFacts, row: Choice) -> T:
    """Return what the table is told, in nobody's name: an actor would say which side it was."""
    return kind(
        dispute_id=dispute.id,
        space_id=dispute.procedure_space_id,
        rule=TOGETHER,
        actor_id=None,
        choice_id=row.id,
    )
