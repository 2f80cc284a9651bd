"""The demo's own site, in this process: migrated, served on loopback, ended cleanly."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from odr import migrate
from odr.bootstrap import Platform, build_platform
from odr.clock import Clock
from odr.demo_authority import running_demo_authority
from web.app import build_app
from web.commands.serve import Server, configuration, listen
from web.demo.place import HOST, Place, settings_of
from web.logging import configure_logging

LOG: Final = "log.jsonl"


class _Guest(Server):
    """A server inside a command: the command alone listens for signals, and is told when the site answers."""

    def __init__(self, settings: uvicorn.Config) -> None:
        """Keep an event for the start."""
        super().__init__(settings)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.answers.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the command."""
        yield


@asynccontextmanager
async def serving(place: Place, changes: Mapping[str, str], clock: Clock) -> AsyncIterator[Platform]:
    """Run the time authority and the site until the context ends. Raises OSError, SettingsError, UnavailableError."""
    with _logging_to(place.directory / LOG), running_demo_authority(place.authority) as authorities:
        platform = build_platform(settings_of(place, authorities, changes), clock=clock)
        if not await migrate.is_current(platform.database):
            await migrate.upgrade(platform.database)
        with listen(HOST, place.port) as listening:
            server = _Guest(configuration(build_app(platform), proxy=HOST))
            running = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                answers = asyncio.create_task(server.answers.wait())
                await asyncio.wait({answers, running}, return_when=asyncio.FIRST_COMPLETED)
                if not server.started:
                    answers.cancel()
                    raise RuntimeError("the site did not start")
                yield platform
            finally:
                server.should_exit = True
                await running


@contextmanager
def _logging_to(path: Path) -> Generator[None]:
    """Send the site's log to a file while it serves: the terminal is for the story."""
    with path.open("a", encoding="utf-8") as log:
        configure_logging(log)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it names paths, and an invitation's path is a secret
        try:
            yield
        finally:
            configure_logging()
