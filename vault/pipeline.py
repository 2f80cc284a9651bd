"""Bytes into sealed segments: cut, sealed, hashed and stored on worker threads while the rest arrives.

One segment fills while two are in flight, whatever the size. A segment *lands* when the store has it, the running
digest has passed it, and everybody before it has landed; only then does its owner hear of it, one after the other.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from weakref import WeakSet

from vault import contexts, envelope
from vault.digest import RunningDigest
from vault.envelope import SEALED_SEGMENT_SIZE, SEGMENT_SIZE, Buffer
from vault.errors import TooLargeError
from vault.keys.secret import Secret
from vault.refs import ItemRef
from vault.settled import settled
from vault.stores.base import ObjectStore, Piece

MAX_SEGMENTS: Final = 10_000  # the parts that one S3 object may have
MAX_SIZE: Final = MAX_SEGMENTS * SEGMENT_SIZE
IN_FLIGHT: Final = 2

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
class Target:
    """Where sealed segments go, what they are sealed for and with. ``durable``: each on the disk before it lands."""

    store: ObjectStore
    tenant: UUID
    item: ItemRef
    key: str
    data_key: Secret
    durable: bool = False


@dataclass(frozen=True, slots=True)
class _Flight:
    """One segment on its way."""

    sealing: asyncio.Task[tuple[StoredSegment, Piece]]
    hashing: asyncio.Task[RunningDigest]
    landing: asyncio.Task[None]


class _Spares:
    """Buffers that served: fresh memory costs as much as encrypting it. Some are kept, for each run under way."""

    def __init__(self, size: int, runs: "WeakSet[Pipeline]") -> None:
        self._size = size
        self._runs = runs
        self._free: list[bytearray] = []

    def take(self) -> bytearray:
        """A whole segment's buffer."""
        return self._free.pop() if self._free else bytearray(self._size)

    def give_back(self, buffer: bytearray) -> None:
        """Keep a whole segment's buffer, or let it go."""
        if len(buffer) == self._size:
            self._free.append(buffer)
        self.let_go()

    def let_go(self) -> None:
        """Keep no more than the runs under way may use."""
        del self._free[_SPARE * len(self._runs) :]


_runs: Final[WeakSet["Pipeline"]] = WeakSet()
_plain: Final = _Spares(SEGMENT_SIZE, _runs)
_sealed: Final = _Spares(SEALED_SEGMENT_SIZE, _runs)


class Pipeline:
    """One run of segments from ``first`` on. ``upload`` gives the store's id for it, asked at the first segment.

    ``landed`` hears of each segment in its order; whatever it raises ends the run.
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
        self._flying: deque[_Flight] = deque()
        self._hashing: asyncio.Task[RunningDigest] | None = None
        self._landing: asyncio.Task[None] | None = None
        _runs.add(self)

    async def take(self, chunks: AsyncIterator[bytes], limit: int) -> None:
        """Read to the end of an item whose size nobody knows before, and see every segment land.

        Raises TooLargeError beyond ``limit`` bytes, what ``chunks`` and ``landed`` raise, StoreError.
        """
        buffer, filled, size = _plain.take(), 0, 0
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise TooLargeError("more bytes came than are allowed here")
            rest = memoryview(chunk)
            while rest:
                if filled == SEGMENT_SIZE:  # only now is it known not to be the last
                    await self._send(buffer, filled, last=False)
                    buffer, filled = _plain.take(), 0
                taken = min(len(rest), SEGMENT_SIZE - filled)
                buffer[filled : filled + taken] = rest[:taken]
                filled += taken
                rest = rest[taken:]
        await self._send(buffer, filled, last=True)
        await self.drain()

    async def take_announced(self, chunks: AsyncIterator[bytes], left: int) -> None:
        """Read some of the ``left`` bytes that an item still lacks: whole segments fly at once, a torn one is dropped.

        Raises TooLargeError beyond them, what ``chunks`` and ``landed`` raise, StoreError; call ``drain`` even so.
        """
        buffer, filled = _plain.take(), 0
        async for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                if not left:
                    raise TooLargeError("more bytes came than were announced")
                length = min(left, SEGMENT_SIZE)
                taken = min(len(rest), length - filled)
                buffer[filled : filled + taken] = rest[:taken]
                filled += taken
                rest = rest[taken:]
                if filled == length:
                    left -= filled
                    await self._send(buffer, filled, last=not left)
                    buffer, filled = _plain.take(), 0
        _plain.give_back(buffer)
        await self.drain()

    async def drain(self) -> None:
        """See every segment in flight land. Raises as ``take`` does."""
        while self._flying:
            await self._land()
        self._end()

    async def settle(self) -> None:
        """Wait until no thread is at work any more, however it ends."""
        flying: list[asyncio.Task[Any]] = [
            task for each in self._flying for task in (each.sealing, each.hashing, each.landing)
        ]
        await asyncio.gather(*flying, return_exceptions=True)
        self._end()

    def _end(self) -> None:
        _runs.discard(self)
        for spares in (_plain, _sealed):
            spares.let_go()

    async def _send(self, buffer: bytearray, filled: int, *, last: bool) -> None:
        upload = await self._upload()
        while len(self._flying) >= IN_FLIGHT:
            await self._land()
        plain = memoryview(buffer)[:filled]
        whole = filled == SEGMENT_SIZE
        sealed = _sealed.take() if whole else bytearray(envelope.sealed_size(filled))
        self._hashing = asyncio.create_task(self._hash(self._hashing, plain))
        sealing = asyncio.create_task(
            asyncio.to_thread(self._seal_and_store, upload, self._number, plain, sealed, last=last)
        )
        self._landing = asyncio.create_task(self._follow(self._landing, sealing, self._hashing, plain, sealed))
        self._flying.append(_Flight(sealing, self._hashing, self._landing))
        self._number += 1

    async def _land(self) -> None:
        await settled(self._flying[0].landing)
        self._flying.popleft()

    async def _follow(
        self,
        before: asyncio.Task[None] | None,
        sealing: asyncio.Task[tuple[StoredSegment, Piece]],
        hashing: asyncio.Task[RunningDigest],
        plain: memoryview,
        sealed: bytearray,
    ) -> None:
        """Land: after the store, the digest and the segment before; then lend the buffers to the next one."""
        segment, piece = await settled(sealing)
        digest = await settled(hashing)
        if before is not None:
            await settled(before)
        await self._landed(Landed(segment, piece, digest, plain))
        buffer = plain.obj
        plain.release()
        if isinstance(buffer, bytearray):
            _plain.give_back(buffer)
        _sealed.give_back(sealed)

    async def _hash(self, before: asyncio.Task[RunningDigest] | None, plain: Buffer) -> RunningDigest:
        if before is not None:
            await before
        await asyncio.to_thread(self._digest.update, plain)
        return self._digest.copy()

    def _seal_and_store(
        self, upload: str, number: int, plain: Buffer, sealed: bytearray, *, last: bool
    ) -> tuple[StoredSegment, Piece]:
        target = self._target
        context = contexts.segment_context(target.tenant, target.item, number, last=last)
        envelope.seal(target.data_key, context, plain, memoryview(sealed))
        sha256 = hashlib.sha256(sealed).digest()
        offset = number * SEALED_SEGMENT_SIZE
        piece = target.store.put_part(target.key, upload, number + 1, offset, sealed, sha256, durable=target.durable)
        return StoredSegment(number, len(plain), len(sealed), sha256), piece
