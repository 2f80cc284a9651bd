"""A proxy in front of an S3 that does wrong what a test asks of it: once or more, for one kind of request.

It speaks HTTP/1.1 in a thread of its own. Signatures stay valid, since it hands the request on as it came.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final
from urllib.parse import urlsplit

from tests.services.programs import LOOPBACK

SLOW_SECONDS: Final = 0.4


class Fault(Enum):
    """What goes wrong."""

    AWAY = auto()  # the connection ends without a word
    REFUSED = auto()  # 403
    SLOW = auto()  # the answer comes, late
    SLOW_DOWN = auto()  # 503 SlowDown
    TOO_MANY = auto()  # 429
    CUT = auto()  # the body breaks off in the middle
    SHORT = auto()  # a byte is missing, and the length agrees with it
    GARBLED = auto()  # another byte, in the middle
    LOST_ANSWER = auto()  # the work is done, the answer is 500
    HALF_XML = auto()  # the answer ends in the middle, and its length agrees
    STALE = auto()  # the answer that the same question had before
    HANGS = auto()  # nothing comes, ever


@dataclass
class Planned:
    """One fault that will happen to the next requests of a kind."""

    act: str
    fault: Fault
    times: int


@dataclass
class Request:
    """One request: its act is begin, part, complete, abort, read, list, uploads, head, delete, lock, hold or other."""

    method: str
    target: str
    head: bytes
    body: bytes = b""

    @property
    def act(self) -> str:
        query = urlsplit(self.target).query
        names = {part.partition("=")[0] for part in query.split("&")}
        for act, method, name in (
            ("begin", "POST", "uploads"),
            ("complete", "POST", "uploadId"),
            ("part", "PUT", "partNumber"),
            ("abort", "DELETE", "uploadId"),
            ("lock", "PUT", "retention"),
            ("hold", "PUT", "legal-hold"),
            ("list", "GET", "versions"),
            ("uploads", "GET", "uploads"),
            ("read", "GET", "versionId"),
            ("delete", "DELETE", "versionId"),
        ):
            if method == self.method and name in names:
                return act
        return "head" if self.method == "HEAD" else "other"


@dataclass
class Proxy:
    """Where it listens, what it will do wrong, and what it saw."""

    target: str
    url: str = ""
    demands: bytes = b""
    """A header (its name and value, in small letters) without which nothing may begin, as a bucket's policy has it."""
    seen: Counter[str] = field(default_factory=Counter[str])
    _plans: list[Planned] = field(default_factory=list[Planned])
    _before: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def plan(self, act: str, fault: Fault, times: int = 1) -> None:
        """Let the next ``times`` requests of a kind go wrong; ``*`` is any kind."""
        self._plans.append(Planned(act, fault, times))

    def mend(self) -> None:
        """Let everything go well again."""
        self._plans.clear()

    def _fault(self, act: str) -> Fault | None:
        for plan in self._plans:
            if plan.act in {act, "*"} and plan.times > 0:
                plan.times -= 1
                return plan.fault
        return None

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, request after request."""
        try:
            while (request := await _read_request(reader, writer)) is not None:
                self.seen[request.act] += 1
                if not await self._answer(request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        fault = self._fault(request.act)
        if fault is Fault.AWAY:
            return False
        if fault is Fault.HANGS:
            await asyncio.sleep(3600)
        if request.act == "begin" and self.demands not in request.head.lower():
            fault = Fault.REFUSED
        if fault in _REFUSALS:
            writer.write(_refusal(*_REFUSALS[fault]))
            await writer.drain()
            return True
        if fault is Fault.SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        if fault is Fault.STALE and request.target in self._before:
            writer.write(self._before[request.target])
            await writer.drain()
            return True
        answer = await self._ask(request)
        if request.act in {"list", "uploads"}:
            self._before[request.target] = answer
        writer.write(_spoilt(answer, fault))
        await writer.drain()
        return fault is not Fault.CUT

    async def _ask(self, request: Request) -> bytes:
        there = urlsplit(self.target)
        reader, writer = await asyncio.open_connection(there.hostname, there.port)
        writer.write(request.head + request.body)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head = await reader.readuntil(b"\r\n\r\n")
        body = b""
        if request.method != "HEAD":
            if b"chunked" in head.lower():
                body = await _read_chunks(reader)
                head = _without(head, b"transfer-encoding")
                head = head[:-2] + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n"
            else:
                body = await reader.readexactly(int(_header(head, b"content-length") or b"0"))
        writer.close()
        return head + body


_REFUSALS: Final = {
    Fault.REFUSED: (403, "AccessDenied"),
    Fault.SLOW_DOWN: (503, "SlowDown"),
    Fault.TOO_MANY: (429, "TooManyRequests"),
}


async def _read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
    if _header(head, b"expect"):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        head = _without(head, b"expect")
    body = await reader.readexactly(int(_header(head, b"content-length") or b"0"))
    return Request(method, target, head, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(parts)


def _header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return None


def _without(head: bytes, name: bytes) -> bytes:
    return b"\r\n".join(line for line in head.split(b"\r\n") if line.partition(b":")[0].strip().lower() != name)


def _refusal(status: int, code: str) -> bytes:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    head = f"HTTP/1.1 {status} No\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _spoilt(answer: bytes, fault: Fault | None) -> bytes:
    if fault is Fault.LOST_ANSWER:
        return _refusal(500, "InternalError")
    head, _, body = answer.partition(b"\r\n\r\n")
    if fault is Fault.CUT:
        return head + b"\r\n\r\n" + body[: len(body) // 2]
    if fault is Fault.GARBLED:
        middle = len(body) // 2
        return head + b"\r\n\r\n" + body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
    if fault in {Fault.SHORT, Fault.HALF_XML}:
        kept = body[:-1] if fault is Fault.SHORT else body[: len(body) // 2]
        shorter = _without(head + b"\r\n\r\n", b"content-length")[:-2]
        return shorter + b"Content-Length: " + str(len(kept)).encode() + b"\r\n\r\n" + kept
    return answer


@contextmanager
def faulty_proxy(target: str) -> Iterator[Proxy]:
    """Run one in front of the S3 at ``target``."""
    proxy, loop = Proxy(target), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> asyncio.Server:
        return await asyncio.start_server(proxy.carry, LOOPBACK, 0, limit=2**20)

    async def end() -> None:
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    proxy.url = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
