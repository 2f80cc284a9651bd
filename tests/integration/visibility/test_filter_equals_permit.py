"""`permit` for one and the SQL filter for many give the same answer on every cell of the table."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, False_, Integer, MetaData, String, Table, Uuid, insert, select

from odr.database import Database, UtcDateTime
from odr.ids import AccountId, DisputeId, PartyId, SeatId, new_id
from odr.visibility.actor import Actor, CentreRole, Place, Seat, SeatRole
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, Condition, SpaceKind, Thing

DISPUTE, OTHER = DisputeId(new_id()), DisputeId(new_id())
CLAIMANT, RESPONDENT, INSURER, FOREIGN = (PartyId(new_id()) for _ in range(4))

CAME = datetime(2026, 11, 25, 12, tzinfo=UTC)

tables = MetaData()
things = Table(
    "things_of_a_test",
    tables,
    Column("id", Integer, primary_key=True),
    Column("dispute", Uuid, nullable=False),
    Column("owner", Uuid),
    Column("kind", String, nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("supplied", Boolean, nullable=False),
    Column("released", Boolean, nullable=False),
    Column("own_mission", Boolean, nullable=False),
)
ROWS = [
    {
        "id": number,
        "dispute": dispute,
        "owner": owner,
        "kind": kind.value,
        "at": at,
        "supplied": supplied,
        "released": released,
        "own_mission": own_mission,
    }
    for number, (dispute, owner, kind, at, supplied, released, own_mission) in enumerate(
        product(
            (DISPUTE, OTHER),
            (None, CLAIMANT, RESPONDENT, INSURER, FOREIGN),
            SpaceKind,
            (CAME - timedelta(days=1), CAME),
            (False, True),
            (False, True),
            (False, True),
        )
    )
]

CONDITIONS = (
    (Condition.SUPPLIED, "supplied"),
    (Condition.RELEASED, "released"),
    (Condition.OWN_MISSION, "own_mission"),
    (Condition.TOLD, "released"),  # it never meets a release on one thing: one column serves both
)


def a_seat(party: PartyId | None, role: SeatRole, dispute: DisputeId = DISPUTE) -> Seat:
    return Seat(SeatId(new_id()), dispute, party, role)


def a_successor(*withheld: PartyId) -> Seat:
    return Seat(SeatId(new_id()), DISPUTE, None, SeatRole.MEDIATOR, CAME, frozenset(withheld))


def an_actor(*seats: Seat, roles: frozenset[CentreRole] = frozenset()) -> Actor:
    return Actor(AccountId(new_id()), "A", "a@example.org", "fr", "Europe/Paris", roles, seats)


ACTORS = {
    "stranger": an_actor(),
    "claimant": an_actor(a_seat(CLAIMANT, SeatRole.REPRESENTATIVE)),
    "respondent": an_actor(a_seat(RESPONDENT, SeatRole.COUNSEL)),
    "second respondent": an_actor(a_seat(INSURER, SeatRole.MEMBER)),
    "third of the claimant's": an_actor(a_seat(CLAIMANT, SeatRole.COORDINATOR)),
    "mediator": an_actor(a_seat(None, SeatRole.MEDIATOR), roles=frozenset({CentreRole.MEDIATOR})),
    "successor, nothing passed on": an_actor(a_successor(CLAIMANT, RESPONDENT, INSURER)),
    "successor, one side passed on": an_actor(a_successor(CLAIMANT), a_seat(FOREIGN, SeatRole.COUNSEL, OTHER)),
    "candidate": an_actor(a_seat(None, SeatRole.CANDIDATE), roles=frozenset({CentreRole.MEDIATOR})),
    "expert": an_actor(a_seat(None, SeatRole.EXPERT), roles=frozenset({CentreRole.EXPERT})),
    "unseated mediator": an_actor(roles=frozenset({CentreRole.MEDIATOR, CentreRole.EXPERT})),
    "secretariat": an_actor(roles=frozenset({CentreRole.SECRETARIAT})),
    "archivist": an_actor(roles=frozenset({CentreRole.ARCHIVIST})),
    "administrator": an_actor(roles=frozenset({CentreRole.ADMINISTRATOR})),
    "everything at the centre": an_actor(roles=frozenset(CentreRole)),
    "claimant here, mediator there": an_actor(
        a_seat(CLAIMANT, SeatRole.REPRESENTATIVE), a_seat(None, SeatRole.MEDIATOR, OTHER)
    ),
    "claimant here, party there": an_actor(
        a_seat(CLAIMANT, SeatRole.REPRESENTATIVE), a_seat(FOREIGN, SeatRole.REPRESENTATIVE, OTHER)
    ),
    "counsel of two respondents": an_actor(a_seat(RESPONDENT, SeatRole.COUNSEL), a_seat(INSURER, SeatRole.COUNSEL)),
}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Any) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/table.sqlite3"
    else:
        url = request.getfixturevalue("fresh_postgres")
    opened = Database(url)
    async with opened.write() as session:
        await session.run_sync(lambda sync: tables.create_all(sync.connection()))
        await session.execute(insert(things), ROWS)
    yield opened
    await opened.close()


PLACES = [
    (
        int(str(row["id"])),
        Place(row["dispute"], row["owner"], SpaceKind(row["kind"]), row["at"]),  # type: ignore[arg-type]  # ROWS is a mix
        frozenset(condition for condition, name in CONDITIONS if row[name]),
    )
    for row in ROWS
]


@cache
def by_permit(actor: Actor, act: Act, thing: Thing) -> frozenset[int]:
    """One by one; the same on every database, so it is asked once."""
    return frozenset(number for number, place, holds in PLACES if actor.may(act, thing, place, holds))


async def test_one_by_one_and_all_at_once_agree_on_every_cell(database: Database) -> None:
    columns = Columns(
        things.c.dispute,
        things.c.owner,
        things.c.kind,
        at=things.c.at,
        supplied=things.c.supplied.is_(True),
        released=things.c.released.is_(True),
        told=things.c.released.is_(True),
        own_mission=things.c.own_mission.is_(True),
    )
    seen = 0
    async with database.read() as session:
        for (who, actor), thing, act in product(ACTORS.items(), Thing, Act):
            condition = readable(actor, thing, columns, act)
            silent = isinstance(condition, False_)  # no rule speaks of it: no row is asked for
            by_sql = set() if silent else set(await session.scalars(select(things.c.id).where(condition)))
            assert by_sql == by_permit(actor, act, thing), (who, thing, act)
            seen += len(by_sql)
    assert seen > 1000, "the table would be silent"


async def test_what_was_said_apart_before_stays_hidden_where_a_query_does_not_say_when(database: Database) -> None:
    bare = Columns(things.c.dispute, things.c.owner, things.c.kind)
    who = ACTORS["successor, nothing passed on"]
    async with database.read() as session:
        query = select(things.c.owner).where(things.c.kind == SpaceKind.CAUCUS.value)
        assert set(await session.scalars(query.where(readable(who, Thing.MESSAGE, bare)))) <= {None, FOREIGN}


async def test_a_condition_that_a_query_does_not_give_holds_for_nobody(database: Database) -> None:
    bare = Columns(things.c.dispute, things.c.owner, things.c.kind)
    async with database.read() as session:
        for who in ("expert", "archivist"):
            found = await session.scalars(select(things.c.id).where(readable(ACTORS[who], Thing.EXHIBIT, bare)))
            assert list(found) == [], who
