"""The database or the store goes away, in the middle of something, and comes back: refused whole, then it works."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from odr.platform import Platform
from odr.worker import Worker
from tests.application import application
from tests.builders import Case, a_browser, a_case, a_platform
from tests.integration.faults.hands import assert_calm, lodge, post, recorded, room, stored
from tests.integration.faults.processes import LOOPBACK, ComingAndGoing
from tests.services.programs import scratch_directory


@pytest.fixture
def coming_and_going() -> Iterator[ComingAndGoing]:
    with scratch_directory("postgresql-of-its-own") as directory:
        database = ComingAndGoing(directory)
        database.start()
        try:
            yield database
        finally:
            database.stop()


@asynccontextmanager
async def a_site(platform: Platform) -> AsyncIterator[tuple[Case, httpx.AsyncClient]]:
    case = await a_case(platform)
    async with a_browser(platform, application(platform), case.people["claimant"]) as client:
        assert (await client.get(room(case, "joint"))).status_code == 200
        yield case, client


async def test_a_database_that_stops_in_the_middle_is_a_pause_and_nothing_more(
    coming_and_going: ComingAndGoing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = coming_and_going.server.url().replace("postgresql+psycopg:", "postgresql:")
    async with a_platform(tmp_path, {"ENTENTE_DATABASE_URL": url}) as platform, a_site(platform) as (case, claire):
        await Worker(platform).drain()
        before = await recorded(platform)
        receive = platform.vault.receive

        async def receive_and_lose(*given: Any, **named: Any) -> Any:
            received = await receive(*given, **named)
            await asyncio.to_thread(coming_and_going.stop)  # the bytes are in the store, the row is not written yet
            return received

        with monkeypatch.context() as patch:
            patch.setattr(platform.vault, "receive", receive_and_lose)
            assert_calm(await lodge(claire, case, b"contrat"), 503)
        assert stored(platform) == []
        for asked in (claire.get(room(case, "joint")), claire.get("/disputes"), claire.get("/health")):
            away = await asked
            assert away.status_code == 503
            assert away.headers["retry-after"]
        assert_calm(await post(claire, f"{room(case, 'joint')}/messages", text="Bonjour."), 503)
        stop = asyncio.Event()
        working = asyncio.create_task(Worker(platform).run(stop, poll_seconds=0.1))
        await asyncio.sleep(0.3)
        assert not working.done(), "the worker waits, it doesn't die"
        await asyncio.to_thread(coming_and_going.start)
        assert (await claire.get("/health")).status_code == 200
        after = await recorded(platform)
        assert after == before | {"jobs": after["jobs"]}  # the worker goes on queueing what recurs
        assert (await lodge(claire, case, b"contrat")).json()["exhibit"]["number"] == "C-1"
        assert (await post(claire, f"{room(case, 'joint')}/messages", text="Bonjour.")).status_code == 303
        stop.set()
        await asyncio.wait_for(working, 10)


class Line:
    """A wire to a service on this machine, that can be cut in the middle of a sentence and mended."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = 0
        self.cut_after: int | None = None
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._carry, LOOPBACK, 0)

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        self._hang_up()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self, *, after: int = 0) -> None:
        """Cut every conversation once ``after`` more bytes have gone to the service, and take no new one."""
        self.cut_after = after

    def mend(self) -> None:
        self.cut_after = None

    def _hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut_after is not None and self.cut_after <= 0:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(LOOPBACK, self.target)
        self._writers |= {writer, back}
        await asyncio.gather(self._pump(reader, back, outward=True), self._pump(there, writer, outward=False))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, outward: bool) -> None:
        try:
            while part := await source.read(65536):
                if outward and self.cut_after is not None:
                    self.cut_after -= len(part)
                    if self.cut_after <= 0:
                        self._hang_up()
                        return
                sink.write(part)
                await sink.drain()
            sink.close()
        except OSError:
            sink.transport.abort()


@contextmanager
def a_line(url: str) -> Iterator[Line]:
    with Line(int(url.rpartition(":")[2])) as line:
        yield line


async def test_a_store_that_is_cut_off_in_the_middle_of_a_file_refuses_it_whole_and_takes_it_later(
    seaweedfs: Any, tmp_path: Path
) -> None:
    for name, value in (("access", seaweedfs.access_key), ("secret", seaweedfs.secret_key)):
        (tmp_path / name).write_text(value)
    with a_line(seaweedfs.url) as line:
        changes = {
            "ENTENTE_STORE": f"s3://{seaweedfs.new_bucket()}/vault",
            "ENTENTE_S3_ENDPOINT": f"http://{LOOPBACK}:{line.port}",
            "ENTENTE_S3_REGION": seaweedfs.region,
            "ENTENTE_S3_ACCESS_KEY_FILE": str(tmp_path / "access"),
            "ENTENTE_S3_SECRET_KEY_FILE": str(tmp_path / "secret"),
        }
        directory = tmp_path / "entente"
        directory.mkdir()
        async with a_platform(directory, changes) as platform, a_site(platform) as (case, claire):
            content = os.urandom(20 * 1024 * 1024)
            first = (await lodge(claire, case, b"avant la panne")).json()["exhibit"]
            before = await recorded(platform)
            line.cut(after=9 * 1024 * 1024)  # in the middle of the second part
            assert_calm(await lodge(claire, case, content), 503)
            assert_calm(await lodge(claire, case, b"pendant la panne"), 503)
            assert await recorded(platform) == before
            assert (await claire.get(room(case, "joint"))).status_code == 200, "pages need no store"
            away = await claire.get(f"{first['url']}/file")
            assert away.status_code == 503
            line.mend()
            assert (await claire.get(f"{first['url']}/file")).content == b"avant la panne"
            told = (await lodge(claire, case, content)).json()["exhibit"]
            assert told["number"] == "C-2"
            assert (await claire.get(f"{told['url']}/file")).content == content
            assert len([key for key in stored(platform) if not key.startswith("~")]) == 2
