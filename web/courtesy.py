"""Bytes let pages go first: while a page is being made, who sends or receives a file waits a moment.

A page asks the database some forty times, and after each answer waits for its turn in the server's one loop. A gigabyte
that comes in or goes out has a turn of its own for each piece, so that a page would wait for all of them in between.
"""

import asyncio
from contextlib import suppress
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from web.security import SAFE_METHODS

PIECE: Final = 256 * 1024
"""After how many bytes a transfer looks whether a page is being made."""
PATIENCE: Final = 0.025
"""How long it waits at most, in seconds, each time: however many pages are asked for, files still move on."""
LONGEST: Final = 0.25
"""For how long, in seconds, an answer holds files up: what takes longer is work, not a page."""


class Courtesy:
    """ASGI layer: knows how many answers are being made, and holds transfers up for them."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app
        self._making = 0
        self._none_made = asyncio.Event()
        self._none_made.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(self, receive, send)
        if scope["method"] in SAFE_METHODS:
            exchange.begin()
        try:
            await self.app(scope, exchange.receive, exchange.send)
        finally:
            exchange.end()

    def count(self, change: int) -> None:
        """One answer more, or fewer, is being made."""
        self._making += change
        if self._making:
            self._none_made.clear()
        else:
            self._none_made.set()

    async def give_way(self) -> None:
        """Wait until no answer is being made, but not for long."""
        if self._making:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._none_made.wait()


class _Exchange:
    """One request and its answer, which is being made from the request's last byte to the answer's first.

    So whoever waits for a sender holds nobody up, nor does what is kept open; an upload's own answer doesn't either.
    """

    def __init__(self, courtesy: Courtesy, receive: Receive, send: Send) -> None:
        self._courtesy = courtesy
        self._receive = receive
        self._send = send
        self._may_begin = True
        self._making: asyncio.TimerHandle | None = None
        self._passed = 0

    def begin(self) -> None:
        """The answer is being made from now on."""
        if self._may_begin:
            self._may_begin = False
            self._courtesy.count(1)
            self._making = asyncio.get_running_loop().call_later(LONGEST, self.end)

    def end(self) -> None:
        """It is made, or takes too long."""
        self._may_begin = False
        if self._making is not None:
            self._making.cancel()
            self._making = None
            self._courtesy.count(-1)

    async def receive(self) -> ReceiveMessage:
        """Give the next part of the request."""
        message = await self._receive()
        if message["type"] == "http.request":
            if message.get("more_body", False):
                await self._pass(len(message.get("body", b"")))
            else:
                self.begin()
        return message

    async def send(self, message: Message) -> None:
        """Send the next part of the answer."""
        if message["type"] == "http.response.start":
            self.end()
        await self._send(message)
        if message["type"] == "http.response.body":
            await self._pass(len(message.get("body", b"")))

    async def _pass(self, size: int) -> None:
        self._passed += size
        if self._passed >= PIECE:
            self._passed = 0
            self._may_begin = False
            await self._courtesy.give_way()
