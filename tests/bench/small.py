"""A thousand files of 10 KiB: what one costs, where it goes, and that its queries do not grow with their number."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import event, func, select

from odr.evidence.intake import lodge
from odr.evidence.recording import read_about
from odr.platform import Platform
from tests.bench.measure import Figure, cost
from tests.builders import a_case, a_platform
from vault.ledger.tables import bodies

FILES = 1000
SIZE = 10 * 1024


class Counted:
    """What the database is asked, and how long the vault seals."""

    def __init__(self, platform: Platform) -> None:
        self.queries = 0
        self.sealing = 0.0
        self._receive = platform.vault.receive
        platform.vault.receive = self._timed  # type: ignore[method-assign]  # it times the real one
        event.listen(platform.database.engine.sync_engine, "after_cursor_execute", self._count)

    def _count(self, *_told: object) -> None:
        self.queries += 1

    async def _timed(self, *given: Any, **named: Any) -> Any:
        start = perf_counter()
        try:
            return await self._receive(*given, **named)
        finally:
            self.sealing += perf_counter() - start


def many_small_files(folder: Path) -> Iterator[Figure]:
    """One after the other, each durable and recorded before the next: what a person who drops a folder waits for."""
    yield from asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    async with a_platform(folder / "site") as platform:
        case = await a_case(platform)
        about = read_about(title="", kind="other", origin="produced", document_date="", again="yes")
        counted, each = Counted(platform), []
        before = await _appended(platform)
        start = perf_counter()
        for number in range(FILES):
            asked = counted.queries
            await lodge(
                platform,
                case.people["claimant"],
                case.id,
                case.spaces["joint"],
                about=about,
                name=f"{number}.txt",
                chunks=_small(),
            )
            each.append(counted.queries - asked)
        whole = perf_counter() - start
        appended = (await _appended(platform) - before) / FILES
    milliseconds = 1e3 / FILES
    return [
        Figure("a small file of a thousand, in all", whole * milliseconds, "ms"),
        Figure("of that, sealing it to the disk", counted.sealing * milliseconds, "ms"),
        Figure("of that, asking and recording", (whole - counted.sealing) * milliseconds, "ms"),
        cost("queries for the thousandth file, against the second", each[-1], each[1], "queries"),
        cost("ledger entries for a small file", appended, 1, "entries"),
    ]


async def _small() -> AsyncIterator[bytes]:
    yield os.urandom(SIZE)


async def _appended(platform: Platform) -> int:
    async with platform.unit(write=False) as uow:
        return int(await uow.session.scalar(select(func.count()).select_from(bodies)) or 0)
