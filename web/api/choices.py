"""Joint choice: the centre lists mediators, both sides rank them, the rule decides."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.appointment.choosing import ask_for_a_person, list_mediators, rank_mediators
from odr.appointment.lists import ChoiceOutcome, choice_of
from odr.ids import AccountId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, replace, send
from web.api.disputes import ROOT
from web.api.mediators import KnownProfile
from web.api.shapes import Line, shown


class NewList(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to list, and how many each party may strike (null: the usual number)."""

    account_ids: Annotated[list[UUID], msgspec.Meta(max_length=40)]
    strikes: int | None = None


class Ranks(msgspec.Struct, forbid_unknown_fields=True):
    """A rank, from ``1``, or ``strike`` for each account of the list."""

    ranks: Annotated[dict[UUID, Line], msgspec.Meta(max_length=40)]


class ChoiceBody(msgspec.Struct):
    """A list of mediators. ``ranks``: one's own party's, nobody else's. ``draw``: what its order was drawn from."""

    id: UUID
    listed_at: datetime
    due: datetime
    strikes: int
    draw: str
    listed: list[KnownProfile]
    is_open: bool
    outcome: ChoiceOutcome | None
    chosen: str
    ranks: dict[str, str]
    may_rank: bool


@create(f"{ROOT}/choice")
async def list_for_ranking(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewList],
) -> ChoiceBody | None:
    """List three to seven mediators for both sides to rank (secretariat)."""
    accounts = [AccountId(each) for each in data.account_ids]
    strikes = "" if data.strikes is None else str(data.strikes)
    await list_mediators(uow, actor, DisputeId(dispute_id), accounts=accounts, strikes=strikes)
    return await _choice(uow, actor, dispute_id)


@read(f"{ROOT}/choice")
async def show_choice(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> ChoiceBody | None:
    """Return the newest list and one's own party's ranking; null where there was none."""
    return await _choice(uow, actor, dispute_id)


@replace(f"{ROOT}/choice/ranking", status_code=200)
async def rank_list(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Ranks],
) -> ChoiceBody | None:
    """Rank the list, 1 for the best or ``strike`` (representative); the last one decides it, or its deadline."""
    ranks = {AccountId(account): said for account, said in data.ranks.items()}
    await rank_mediators(uow, actor, DisputeId(dispute_id), ranks=ranks)
    return await _choice(uow, actor, dispute_id)


@send(f"{ROOT}/choice/person")
async def ask_person(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> ChoiceBody | None:
    """Ask that a person at the centre chooses instead (representative)."""
    await ask_for_a_person(uow, actor, DisputeId(dispute_id))
    return await _choice(uow, actor, dispute_id)


async def _choice(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> ChoiceBody | None:
    view = await choice_of(uow, actor, DisputeId(dispute_id))
    if view is None:
        return None
    return shown(
        view,
        ChoiceBody,
        listed=[shown(each, KnownProfile) for each in view.listed],
        ranks={str(account): said for account, said in view.ranks.items()},
    )


handlers = (list_for_ranking, show_choice, rank_list, ask_person)
