"""SQLite is asked in as few trips to its thread as there are questions, and a writer has its lock from the first on."""

import asyncio
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from odr import database
from odr.bootstrap import Platform


async def test_a_transaction_begins_in_the_trip_of_its_first_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips, made = [0], aiosqlite.Connection._execute  # noqa: SLF001 -- what every trip goes through

    async def counted(connection: aiosqlite.Connection, *given: Any, **how: Any) -> Any:
        trips[0] += 1
        return await made(connection, *given, **how)

    async def asking(times: int, *, write: bool) -> int:
        trips[0] = 0
        async with as_it_is.session(write=write) as session:
            for _ in range(times):
                await session.execute(text("SELECT 1"))
            if write:
                await session.commit()
        return trips[0]

    monkeypatch.setattr(database, "create_async_engine", create_async_engine)  # tests have another, without its thread
    as_it_is = database.Database(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}")
    try:
        await asking(1, write=False)
        monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
        assert [await asking(times, write=False) for times in (0, 1, 3)] == [0, 2, 4]  # and one to end it
        assert [await asking(times, write=True) for times in (0, 1)] == [0, 2]
    finally:
        await as_it_is.close()


async def test_a_writer_waits_for_the_one_that_asked_before_it(platform: Platform) -> None:
    told: list[str] = []

    async def write(name: str) -> None:
        async with platform.unit() as uow:
            await uow.session.execute(text("SELECT 1"))
            told.append(f"{name} begins")
            begun.set()
            await asyncio.sleep(0.05)
            told.append(f"{name} ends")

    begun = asyncio.Event()
    first = asyncio.create_task(write("one"))
    await begun.wait()
    await asyncio.gather(first, write("other"))
    assert told == ["one begins", "one ends", "other begins", "other ends"]
