"""Migrations and models agree, on both databases, in both directions."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select

from odr import migrate
from odr.database import Database
from odr.tables import metadata
from vault import metadata as vault_metadata

MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/empty.sqlite3"
    else:
        url = request.getfixturevalue("fresh_postgres")
    opened = Database(url)
    yield opened
    await opened.close()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found: list[object] = []
    known = {*metadata.tables, *vault_metadata.tables}
    for tables in (metadata, vault_metadata):
        found += [
            difference
            for difference in compare_metadata(context, tables)
            if not (isinstance(difference, tuple) and difference[0] == "remove_table" and difference[1].name in known)
            and not _of_another(difference, {*tables.tables}, known)
        ]
    return found


def _of_another(difference: object, own: set[str], known: set[str]) -> bool:
    """Each half is compared alone: an index of the other half is no difference."""
    if isinstance(difference, tuple) and difference[0] == "remove_index":
        table = difference[1].table.name
        return table in known and table not in own
    return False


async def test_migrations_make_what_the_models_say(database: Database) -> None:
    assert not await migrate.is_current(database)
    await migrate.upgrade(database)
    assert await migrate.is_current(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_downgrade_works_and_leads_back_up(database: Database) -> None:
    await migrate.upgrade(database)
    await migrate.downgrade(database, "base")
    async with database.engine.connect() as connection:
        left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(left) <= {"alembic_version"}
    await migrate.upgrade(database)
    assert await migrate.is_current(database)


async def test_a_stopped_message_of_the_mediator_s_keeps_no_name_from_before(database: Database) -> None:
    """Of a party's own it stays: the table was told who took it back."""
    stopped_by, party = uuid4(), uuid4()
    row: dict[str, object] = {column: uuid4() for column in ("id", "dispute_id", "space_id", "author_id")}
    row |= {"kind": "joint", "body_sealed": b"", "at": MOMENT, "withdrawn_at": MOMENT, "withdrawn_by": stopped_by}
    await migrate.upgrade(database, "0037")
    messages = metadata.tables["messages"]
    async with database.engine.begin() as connection:
        await connection.execute(messages.insert().values(**row, owner_id=None, author_party_id=None))
        row["id"] = uuid4()
        await connection.execute(messages.insert().values(**row, owner_id=party, author_party_id=party))
    await migrate.upgrade(database)
    async with database.engine.connect() as connection:
        left = (await connection.execute(select(messages.c.owner_id, messages.c.withdrawn_by))).all()
    assert {(owner, by) for owner, by in left} == {(None, None), (party, stopped_by)}
