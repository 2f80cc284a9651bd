"""Antivirus: bytes are shown to clamd while they arrive (INSTREAM, clamd(8)), and a deposit never waits for its answer.

The contract, for whoever receives bytes:

- ``scan = begin_scan(platform.settings.clamd)``: one scan a file, begun with its first byte; nothing is sent yet.
- ``await scan.update(chunk)`` for every chunk in order, ``await scan.finish()`` after the last: a :class:`Verdict`.
- ``await scan.abandon()`` when the bytes never come to an end. It may follow ``finish`` and be called again.

None of them ever raises, and together they hold a deposit up by :data:`PATIENCE` at most, for the answer, and as much
again for a clamd that reads more slowly than the bytes come. A scanner that is away, slow or broken gives the outcome
``waiting``: the file is then scanned later, from its sealed object (see rescanning.py). Memory: 4 MiB a scan at most,
and its last chunk. How a resumable upload is scanned between its pieces is in watching.py.
"""

import asyncio
import contextlib
import socket
import struct
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from odr.settings import TcpClamd, UnixClamd

PATIENCE: Final = 5.0
PIECE: Final = 64 * 1024
HELD: Final = 4 * 1024 * 1024
_LONGEST_ANSWER: Final = 4096
_TOO_LARGE: Final = "size limit exceeded"
_CUT_SHORT: Final = "Heuristics.Limits.Exceeded"
_ENCRYPTED: Final = "Heuristics.Encrypted"


class Outcome(StrEnum):
    """What a scan found."""

    CLEAN = "clean"
    INFECTED = "infected"
    WAITING = "waiting"  # to be scanned later
    UNSCANNED = "unscanned"  # and it stays so


class Because(StrEnum):
    """Why a file stays unscanned."""

    NONE = ""
    NO_SCANNER = "no_scanner"
    TOO_LARGE = "too_large"  # longer, or deeper, than the scanner reads
    ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scan found, by which engine and definitions, and what it calls the infection."""

    outcome: Outcome
    because: Because = Because.NONE
    signature: str = ""
    engine: str = ""


WAITING: Final = Verdict(Outcome.WAITING)
NO_SCANNER: Final = Verdict(Outcome.UNSCANNED, Because.NO_SCANNER)


Clamd = UnixClamd | TcpClamd


class ScannerAwayError(Exception):
    """clamd does not answer, or not in its protocol."""


def begin_scan(clamd: Clamd | None, *, patience: float = PATIENCE) -> "Scan":
    """Return a scan of one file; without a clamd it only says so."""
    return Scan(clamd, patience=patience)


class Scan:
    """One file on its way to clamd."""

    def __init__(self, clamd: Clamd | None, *, patience: float) -> None:
        self._clamd = clamd
        self._patience = patience
        self._waited = 0.0
        self._held = 0
        self._chunks: deque[bytes] = deque()
        self._ended = False
        self._moved = asyncio.Event()
        self._room = asyncio.Event()
        self._sending: asyncio.Task[Verdict] | None = None

    @property
    def over(self) -> bool:
        """Whether clamd wants no more bytes: it has spoken, or is away, or was given up."""
        return self._sending is not None and self._sending.done()

    async def update(self, chunk: bytes | memoryview) -> None:
        """Hand the next bytes over. A clamd that can't keep up is given up, and the file scanned later."""
        if self._clamd is None or not chunk:
            return
        if self._sending is None:
            self._sending = asyncio.create_task(self._send(self._clamd))
        while self._held > HELD and not self._sending.done():
            started = asyncio.get_running_loop().time()
            self._room.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), max(0.0, self._patience - self._waited))
            self._waited += asyncio.get_running_loop().time() - started
            if self._waited >= self._patience:
                await self.abandon()
        if not self._sending.done():
            self._chunks.append(bytes(chunk))
            self._held += len(chunk)
            self._moved.set()

    async def finish(self) -> Verdict:
        """Return what clamd says of all bytes, waiting for it no longer than the scan's patience."""
        if self._clamd is None:
            return NO_SCANNER
        if self._sending is None:  # an empty file
            return WAITING
        self._ended = True
        self._moved.set()
        done, _ = await asyncio.wait({self._sending}, timeout=self._patience)
        if not done:
            await self.abandon()
        return WAITING if self._sending.cancelled() else self._sending.result()

    async def abandon(self) -> None:
        """Stop: clamd forgets what it was shown."""
        self._chunks.clear()
        self._held = 0
        if self._sending is not None and not self._sending.done():
            self._sending.cancel()
            await asyncio.wait({self._sending})

    async def _send(self, clamd: Clamd) -> Verdict:
        try:
            async with _Session(clamd) as session:
                engine = await session.ask("VERSION")
                await session.begin_stream()
                while (chunk := await self._next()) and await session.send(chunk):
                    pass
                verdict = _verdict(await session.end_stream(), engine)
                return WAITING if chunk and verdict.outcome is Outcome.CLEAN else verdict  # it has not seen all
        except (ScannerAwayError, OSError):
            return WAITING
        finally:
            self._room.set()

    async def _next(self) -> bytes:
        """Return the next bytes, none at the end."""
        while not self._chunks:
            if self._ended:
                return b""
            self._moved.clear()
            await self._moved.wait()
        chunk = self._chunks.popleft()
        self._held -= len(chunk)
        self._room.set()
        return chunk


async def ask_engine(clamd: Clamd, *, patience: float = PATIENCE) -> str:
    """Return clamd's engine and the date of its definitions. Raises :class:`ScannerAwayError`."""
    try:
        async with asyncio.timeout(patience), _Session(clamd) as session:
            return await session.ask("VERSION")
    except (OSError, TimeoutError) as error:
        raise ScannerAwayError("clamd does not answer") from error


class _Session:
    """A connection to clamd under IDSESSION: several commands, each answer numbered and ended by a zero byte.

    Plain sockets: a stream that can't be written to any more would hide what clamd said before it closed its end.
    """

    def __init__(self, clamd: Clamd) -> None:
        self._clamd = clamd
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()

    async def __aenter__(self) -> Self:
        if isinstance(self._clamd, UnixClamd):
            self._socket = socket.socket(socket.AF_UNIX)
            address: Any = self._clamd.path
        else:
            found = await self._loop.getaddrinfo(self._clamd.host, self._clamd.port, type=socket.SOCK_STREAM)
            family, _, _, _, address = found[0]
            self._socket = socket.socket(family)
        self._socket.setblocking(False)
        try:
            await self._loop.sock_connect(self._socket, address)
            await self._loop.sock_sendall(self._socket, b"zIDSESSION\0")
        except BaseException:
            self._socket.close()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._socket.close()

    async def ask(self, command: str) -> str:
        """Send a command that is one line, and return its answer."""
        await self._loop.sock_sendall(self._socket, f"z{command}\0".encode())
        return await self._answer()

    async def begin_stream(self) -> None:
        """Say that bytes follow."""
        await self._loop.sock_sendall(self._socket, b"zINSTREAM\0")

    async def send(self, chunk: bytes) -> bool:
        """Send bytes, each piece after its length; ``False`` once clamd takes no more."""
        for start in range(0, len(chunk), PIECE):
            piece = chunk[start : start + PIECE]
            if self._has_answered():
                return False
            try:
                await self._loop.sock_sendall(self._socket, struct.pack("!I", len(piece)) + piece)
            except OSError:
                return False
        return True

    async def end_stream(self) -> str:
        """Say that all bytes were sent, and return what clamd says of them."""
        with contextlib.suppress(OSError):
            await self._loop.sock_sendall(self._socket, struct.pack("!I", 0))
        return await self._answer()

    def _has_answered(self) -> bool:
        """Tell whether clamd speaks before all was sent: then it wants no more, and would soon reset the connection."""
        try:
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except OSError:  # nothing yet
            return False

    async def _answer(self) -> str:
        while b"\0" not in self._received:
            piece = await self._loop.sock_recv(self._socket, _LONGEST_ANSWER)
            self._received += piece
            if not piece or len(self._received) > _LONGEST_ANSWER:
                raise ScannerAwayError("clamd left without an answer")
        line, _, rest = bytes(self._received).partition(b"\0")
        self._received = bytearray(rest)
        _, found, text = line.decode("utf-8", "replace").partition(": ")
        if not found:
            raise ScannerAwayError("this is no clamd")
        return "".join(character for character in text if character.isprintable()).strip()


def _verdict(answer: str, engine: str) -> Verdict:
    """Read ``stream: OK``, ``stream: <signature> FOUND`` or an error. Raises :class:`ScannerAwayError`."""
    engine = engine[:120]
    if answer == "stream: OK":
        return Verdict(Outcome.CLEAN, engine=engine)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        signature = answer.removeprefix("stream: ").removesuffix(" FOUND")
        if signature.startswith(_ENCRYPTED):
            return Verdict(Outcome.UNSCANNED, Because.ENCRYPTED, engine=engine)
        if signature.startswith(_CUT_SHORT):
            return Verdict(Outcome.UNSCANNED, Because.TOO_LARGE, engine=engine)
        return Verdict(Outcome.INFECTED, signature=signature[:200], engine=engine)
    if _TOO_LARGE in answer:
        return Verdict(Outcome.UNSCANNED, Because.TOO_LARGE, engine=engine)
    raise ScannerAwayError("clamd could not scan")
