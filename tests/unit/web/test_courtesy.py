"""Bytes let pages go first, and are never held up for long."""

import asyncio
import time
from contextlib import asynccontextmanager
from typing import Any

import pytest

from web import courtesy
from web.courtesy import PIECE, Courtesy

PART = bytes(PIECE)


class Site:
    """An application with a page, a file, a drop box and an event stream, each at the pace of the test.

    ``made``: the page may be answered; ``kept``: what came into the box is durable.
    """

    def __init__(self) -> None:
        self.made = asyncio.Event()
        self.kept = asyncio.Event()
        self.kept.set()
        self.moved = 0
        self.layer = Courtesy(self.answer)

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/page":
            await self.made.wait()
        elif scope["path"] == "/broken":
            raise RuntimeError
        elif scope["path"] == "/drop":
            while (await receive())["more_body"]:
                self.moved += 1
            await self.kept.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/events":
            await self.made.wait()
        elif scope["path"] == "/file":
            for _ in range(10):
                await send({"type": "http.response.body", "body": PART, "more_body": True})
                self.moved += 1
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def ask(self, method: str, path: str, parts: int = 0) -> None:
        bodies = [{"type": "http.request", "body": PART, "more_body": True}] * parts
        bodies.append({"type": "http.request", "body": b"", "more_body": False})
        asked = iter(bodies)

        async def receive() -> Any:
            await asyncio.sleep(0)
            return next(asked)

        async def send(_message: Any) -> None:
            await asyncio.sleep(0)

        await self.layer({"type": "http", "method": method, "path": path}, receive, send)  # type: ignore[arg-type]  # ASGI, spelt twice

    @asynccontextmanager
    async def while_asked(self, method: str, path: str):
        asking = asyncio.create_task(self.ask(method, path))
        await asyncio.sleep(0)
        yield
        self.made.set()
        await asking


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(courtesy, "PATIENCE", 60.0)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("method", "path", "parts"), [("GET", "/file", 0), ("PATCH", "/drop", 10)])
async def test_a_file_waits_while_a_page_is_being_made_and_goes_on_afterwards(method, path, parts):
    site = Site()
    async with site.while_asked("GET", "/page"):
        transfer = asyncio.create_task(site.ask(method, path, parts))
        for _ in range(100):
            await asyncio.sleep(0)
        assert site.moved <= 1
    await transfer
    assert site.moved == 10


async def test_a_file_waits_for_no_page_longer_than_its_patience():
    site = Site()
    async with site.while_asked("GET", "/page"):
        begun = time.monotonic()
        await site.ask("GET", "/file")
        assert time.monotonic() - begun >= 10 * courtesy.PATIENCE
        assert site.moved == 10


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("path", ["/events", "/file", "/broken"])
async def test_neither_event_streams_nor_other_files_nor_what_broke_hold_a_file_up(path):
    site = Site()
    if path == "/broken":
        with pytest.raises(RuntimeError):
            await site.ask("GET", path)
        await site.ask("GET", "/file")
    else:
        async with site.while_asked("GET", path):
            await site.ask("GET", "/file")
    assert site.moved >= 10


@pytest.mark.usefixtures("patient")
async def test_what_takes_long_to_answer_holds_files_up_no_longer(monkeypatch):
    monkeypatch.setattr(courtesy, "LONGEST", 0.005)
    site = Site()
    async with site.while_asked("GET", "/page"):
        await site.ask("GET", "/file")
        assert site.moved == 10


@pytest.mark.usefixtures("patient")
async def test_an_uploads_own_answer_holds_no_other_file_up():
    site = Site()
    site.kept = asyncio.Event()
    ending = asyncio.create_task(site.ask("PATCH", "/drop", 2))
    for _ in range(50):
        await asyncio.sleep(0)
    assert site.moved == 2
    await site.ask("GET", "/file")
    assert site.moved == 12
    site.kept.set()
    await ending


@pytest.mark.usefixtures("patient")
async def test_two_uploads_do_not_wait_for_each_other():
    site = Site()
    await asyncio.gather(site.ask("PATCH", "/drop", 10), site.ask("PATCH", "/drop", 10))
    assert site.moved == 20
