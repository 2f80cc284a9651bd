"""Bytes into sealed segments: cut, sealed, hashed and stored on worker threads while the rest arrives.

One segment fills while two are in flight, whatever the size. A segment *lands* when the store has it, the running
digest has passed it, and everybody before it has landed; only then does its owner hear of it, one after the other.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakSet

from vault.digest import RunningDigest
from vault.envelope import SEGMENT_SIZE, Buffer
from vault.errors import TooLargeError
from vault.filling import Segment, Target, plain_buffers, sealed_buffers
from vault.memory import give_free_pages_back
from vault.settled import settled
from vault.stores.base import Piece
from vault.torn import STRIDE

MAX_SEGMENTS: Final = 10_000  # the parts that one S3 object may have
MAX_SIZE: Final = MAX_SEGMENTS * SEGMENT_SIZE
IN_FLIGHT: Final = 2
AHEAD: Final = 5 * 1024 * 1024
"""Bytes that may have been taken and not be held yet."""

_SPARE: Final = IN_FLIGHT + 1


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """One sealed segment: its number from 0, its sizes in bytes, and the SHA-256 of its sealed bytes."""

    number: int
    size: int
    sealed_size: int
    sealed_sha256: bytes


@dataclass(frozen=True, slots=True)
class Landed:
    """A segment that the store has. ``digest`` is of all bytes up to its end; ``plain`` is lent until the call ends."""

    segment: StoredSegment
    piece: Piece
    digest: RunningDigest
    plain: memoryview


@dataclass(frozen=True, slots=True)
class _Flight:
    """One segment on its way."""

    sealing: asyncio.Task[tuple[StoredSegment, Piece]]
    hashing: asyncio.Task[RunningDigest]
    landing: asyncio.Task[None]


_runs: Final[WeakSet["Pipeline"]] = WeakSet()


class Pipeline:
    """One run of segments from ``first`` on. ``upload`` gives the store's id for it, asked as each segment begins.

    ``landed`` hears of each segment in its order; whatever it raises ends the run. Where parts must be durable one by
    one, what is not whole yet is held; where the store itself can't, and another machine so wouldn't find it, nothing
    is read besides while a segment is in flight: then whoever is killed has taken no more than a segment's bytes that
    are lost.
    """

    def __init__(
        self,
        target: Target,
        upload: Callable[[], Awaitable[str]],
        landed: Callable[[Landed], Awaitable[None]],
        *,
        first: int = 0,
        digest: RunningDigest | None = None,
    ) -> None:
        self._target = target
        self._upload = upload
        self._landed = landed
        self._number = first
        self._digest = RunningDigest() if digest is None else digest
        self._torn = target.store.torn if target.durable else None
        self._alone = target.durable and (self._torn is None or not self._torn.shared)
        self._filling: Segment | None = None
        self._open: list[Segment] = []
        self._steps: deque[tuple[asyncio.Task[None], int]] = deque()
        self._loose = 0  # bytes that were taken and are not held yet
        self._flying: deque[_Flight] = deque()
        self._sealing: asyncio.Task[None] | None = None
        self._hashing: asyncio.Task[RunningDigest] | None = None
        self._landing: asyncio.Task[None] | None = None
        _runs.add(self)

    async def take(self, chunks: AsyncIterator[bytes], limit: int) -> None:
        """Read to the end of an item whose size nobody knows before, and see every segment land.

        Raises TooLargeError beyond ``limit`` bytes, what ``chunks`` and ``landed`` raise, StoreError.
        """
        filling, size = self._fresh(), 0
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise TooLargeError("more bytes came than are allowed here")
            rest = memoryview(chunk)
            while rest:
                if filling.filled == SEGMENT_SIZE:  # only now is it known not to be the last
                    await self._send(filling, last=False)
                    filling = self._fresh()
                rest = filling.fill(rest, SEGMENT_SIZE)
        await self._send(filling, last=True)
        await self.drain()

    async def take_announced(self, chunks: AsyncIterator[Buffer], left: int) -> None:
        """Read some of the ``left`` bytes that an item still lacks: whole segments fly at once, a torn one is held.

        Raises TooLargeError beyond them, what ``chunks`` and ``landed`` raise, StoreError; call ``drain`` even so.
        """
        filling = self._fresh()
        async for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                if not left:
                    raise TooLargeError("more bytes came than were announced")
                length = min(left, SEGMENT_SIZE)
                before, rest = len(rest), filling.fill(rest, length)
                self._loose += before - len(rest)
                if filling.filled == length:
                    await self._send(filling, last=left == length)
                    left -= length
                    filling = self._fresh()
                elif self._torn is not None and filling.filled - filling.asked >= STRIDE:
                    await self._begin(filling, length, last=left == length)
                    await self._keep_up(filling)
        await self.drain()

    async def drain(self) -> None:
        """See every segment in flight land, and what is torn held. Raises as ``take`` does."""
        filling, self._filling = self._filling, None
        if filling is not None and filling.begun and filling.whole_chunks > filling.asked:
            self._step(filling)
        while self._steps:
            await self._stepped()
        while self._flying:
            await self._land()
        self._end()

    async def settle(self) -> None:
        """Wait until no thread is at work any more, however it ends."""
        flying: list[asyncio.Task[Any]] = [
            task for each in self._flying for task in (each.sealing, each.hashing, each.landing)
        ]
        await asyncio.gather(*(step for step, _ in self._steps), *flying, return_exceptions=True)
        self._end()

    def _end(self) -> None:
        while self._open:
            self._open.pop().give_back()
        _runs.discard(self)
        _let_go()

    def _fresh(self) -> Segment:
        self._filling = Segment(self._target, self._number)
        self._open.append(self._filling)
        self._number += 1
        return self._filling

    async def _begin(self, segment: Segment, size: int, *, last: bool) -> None:
        if not segment.begun:
            segment.begin(await self._upload(), size, last=last)

    def _step(self, segment: Segment, *, end: bool = False) -> asyncio.Task[None]:
        """Have what came sealed and held, after what came before."""
        upto = segment.filled if end else segment.whole_chunks
        self._sealing = asyncio.create_task(self._seal(self._sealing, segment, upto, end=end))
        self._steps.append((self._sealing, upto - segment.asked))
        segment.asked = upto
        return self._sealing

    async def _stepped(self) -> None:
        step, size = self._steps[0]
        await settled(step)
        self._steps.popleft()
        self._loose -= size

    async def _keep_up(self, segment: Segment) -> None:
        """One step at a time, as large as it has become meanwhile; little is taken that is not held."""
        while self._steps and (self._steps[0][0].done() or self._loose > AHEAD):
            await self._stepped()
        if not self._steps:
            self._step(segment)

    async def _seal(self, before: asyncio.Task[None] | None, segment: Segment, upto: int, *, end: bool) -> None:
        if before is not None:
            await settled(before)
        await asyncio.to_thread(segment.seal, upto, self._torn, end=end)

    async def _send(self, segment: Segment, *, last: bool) -> None:
        await self._begin(segment, segment.filled, last=last)
        sealed = None
        if self._torn is not None:
            sealed = self._step(segment, end=True)
            while self._loose > AHEAD:
                await self._stepped()
        while len(self._flying) >= IN_FLIGHT:
            await self._land()
        self._filling = None
        self._hashing = asyncio.create_task(self._hash(self._hashing, segment))
        sealing = asyncio.create_task(self._store(sealed, segment))
        self._landing = asyncio.create_task(self._follow(self._landing, sealing, self._hashing, segment))
        self._flying.append(_Flight(sealing, self._hashing, self._landing))
        while self._alone and self._flying:
            await self._land()

    async def _store(self, sealed: asyncio.Task[None] | None, segment: Segment) -> tuple[StoredSegment, Piece]:
        if sealed is not None:
            await settled(sealed)
            piece = await asyncio.to_thread(segment.store, held=True)
        else:
            piece = await asyncio.to_thread(_seal_and_store, segment)
        return StoredSegment(segment.number, segment.filled, len(segment.sealed), segment.sha256), piece

    async def _land(self) -> None:
        await settled(self._flying[0].landing)
        self._flying.popleft()

    async def _follow(
        self,
        before: asyncio.Task[None] | None,
        sealing: asyncio.Task[tuple[StoredSegment, Piece]],
        hashing: asyncio.Task[RunningDigest],
        segment: Segment,
    ) -> None:
        """Land: after the store, the digest and the segment before; then lend the buffers to the next one."""
        stored, piece = await settled(sealing)
        digest = await settled(hashing)
        if before is not None:
            await settled(before)
        with segment.plain as plain:
            await self._landed(Landed(stored, piece, digest, plain))
        self._open.remove(segment)
        segment.give_back()
        _let_go()

    async def _hash(self, before: asyncio.Task[RunningDigest] | None, segment: Segment) -> RunningDigest:
        if before is not None:
            await before
        with segment.plain as plain:
            await asyncio.to_thread(self._digest.update, plain)
        return self._digest.copy()


def _seal_and_store(segment: Segment) -> Piece:
    segment.seal(segment.filled, None, end=True)
    return segment.store(held=False)


def _let_go() -> None:
    """Keep no more buffers than the runs under way may use."""
    for each in (plain_buffers, sealed_buffers):
        each.let_go(_SPARE * len(_runs))
    if not _runs:
        give_free_pages_back()
