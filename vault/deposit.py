"""The way in: bytes are cut into segments, sealed and hashed on worker threads, and stored while the rest arrives."""

import asyncio
import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from vault import envelope
from vault.digest import RunningDigest
from vault.envelope import SEGMENT_SIZE, Buffer
from vault.errors import DigestMismatchError, StoreError, TooLargeError
from vault.keys.secret import Secret, zero
from vault.refs import ItemRef
from vault.settled import settled
from vault.stores.base import ObjectStore, Piece

MAX_SEGMENTS: Final = 10_000  # the parts that one S3 object may have
MAX_SIZE: Final = MAX_SEGMENTS * SEGMENT_SIZE
IN_FLIGHT: Final = 2

_cleanings: Final[set[asyncio.Task[None]]] = set()


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """One sealed segment: its number from 0, its sizes in bytes, and the SHA-256 of its sealed bytes."""

    number: int
    size: int
    sealed_size: int
    sealed_sha256: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """An item version that rests sealed in the store and is recorded nowhere yet: keep it, or discard it."""

    item: ItemRef
    size: int
    sha256: bytes
    sealed_size: int
    segments: tuple[StoredSegment, ...]
    object_key: str
    object_version: str
    data_key: Secret = field(repr=False)

    def __del__(self) -> None:
        """Overwrite the data key, whether the item was kept or discarded."""
        zero(self.data_key)


async def receive(
    store: ObjectStore,
    tenant: UUID,
    item: ItemRef,
    chunks: AsyncIterator[bytes],
    *,
    limit: int,
    expected_sha256: bytes | None = None,
) -> Received:
    """Seal to the store all that ``chunks`` gives, in constant memory.

    Whatever goes wrong, cancellation included, the store keeps nothing of it, unless it doesn't answer any more (then
    the sweep removes it). Raises TooLargeError beyond ``limit`` bytes, DigestMismatchError, StoreError, and what
    ``chunks`` raises.
    """
    deposit = _Deposit(store, tenant, item)
    try:
        await deposit.take(chunks, min(limit, MAX_SIZE))
        deposit.check(expected_sha256)
        return await deposit.publish()
    except BaseException:
        cleaning = asyncio.create_task(deposit.abandon())
        _cleanings.add(cleaning)
        cleaning.add_done_callback(_cleanings.discard)
        await asyncio.shield(cleaning)
        raise


@dataclass(frozen=True, slots=True)
class _Flight:
    """One segment on its way, and the buffers that it frees when it lands."""

    sealing: asyncio.Task[tuple[StoredSegment, Piece]]
    hashing: asyncio.Task[None]
    plain: bytearray
    sealed: bytearray


class _Deposit:
    """One upload under way. Memory: one segment filling, and two in flight, plain and sealed."""

    def __init__(self, store: ObjectStore, tenant: UUID, item: ItemRef) -> None:
        self._store = store
        self._tenant = tenant
        self._item = item
        name = secrets.token_hex(16)
        self._key = f"{tenant}/{name[:2]}/{name}"
        self._data_key = Secret.fresh(envelope.KEY_SIZE)
        self._digest = RunningDigest()
        self._segments: list[StoredSegment] = []
        self._pieces: list[Piece] = []
        self._number = 0
        self._offset = 0
        self._flying: deque[_Flight] = deque()
        self._free_plain: list[bytearray] = []
        self._free_sealed: list[bytearray] = []
        self._hashing: asyncio.Task[None] | None = None
        self._beginning: asyncio.Task[str] | None = None
        self._completing: asyncio.Task[str] | None = None

    def check(self, expected_sha256: bytes | None) -> None:
        """Hold the digest of all bytes against the one announced, if one was."""
        if expected_sha256 is not None and not hmac.compare_digest(expected_sha256, self._digest.sha256()):
            raise DigestMismatchError("the bytes received do not have the SHA-256 that was announced")

    async def take(self, chunks: AsyncIterator[bytes], limit: int) -> None:
        """Read all, and see every segment stored."""
        buffer, filled, size = self._plain_buffer(), 0, 0
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise TooLargeError("more bytes came than are allowed here")
            rest = memoryview(chunk)
            while rest:
                if filled == SEGMENT_SIZE:  # only now is it known not to be the last
                    await self._send(buffer, filled, last=False)
                    buffer, filled = self._plain_buffer(), 0
                taken = min(len(rest), SEGMENT_SIZE - filled)
                buffer[filled : filled + taken] = rest[:taken]
                filled += taken
                rest = rest[taken:]
        await self._send(buffer, filled, last=True)
        while self._flying:
            await self._land()

    async def publish(self) -> Received:
        """Complete the object."""
        upload = await self._begun()
        self._completing = asyncio.create_task(asyncio.to_thread(self._store.complete, self._key, upload, self._pieces))
        version = await settled(self._completing)
        return Received(
            item=self._item,
            size=self._digest.size,
            sha256=self._digest.sha256(),
            sealed_size=self._offset,
            segments=tuple(self._segments),
            object_key=self._key,
            object_version=version,
            data_key=self._data_key,
        )

    async def abandon(self) -> None:
        """Wait for the threads under way, then take everything away."""
        flying: list[asyncio.Task[Any]] = [task for each in self._flying for task in (each.sealing, each.hashing)]
        await asyncio.gather(*flying, return_exceptions=True)
        zero(self._data_key)
        with suppress(StoreError):
            if self._completing is not None:
                version = await self._completing
                await asyncio.to_thread(self._store.delete, self._key, version)
                return
        with suppress(StoreError):
            if self._beginning is not None:
                await asyncio.to_thread(self._store.abort, self._key, await self._beginning)

    async def _begun(self) -> str:
        if self._beginning is None:
            self._beginning = asyncio.create_task(asyncio.to_thread(self._store.begin, self._key))
        return await settled(self._beginning)

    async def _send(self, buffer: bytearray, filled: int, *, last: bool) -> None:
        upload = await self._begun()
        while len(self._flying) >= IN_FLIGHT:
            await self._land()
        plain = memoryview(buffer)[:filled]
        size = envelope.sealed_size(filled)
        reused = self._free_sealed.pop() if self._free_sealed and filled == SEGMENT_SIZE else None
        sealed = reused or bytearray(size)
        self._hashing = asyncio.create_task(self._hash(self._hashing, plain))
        context = envelope.segment_context(self._tenant, self._item, self._number, last=last)
        sealing = asyncio.create_task(
            asyncio.to_thread(self._seal_and_store, upload, self._number, self._offset, context, plain, sealed)
        )
        self._flying.append(_Flight(sealing, self._hashing, buffer, sealed))
        self._number += 1
        self._offset += size

    async def _land(self) -> None:
        flight = self._flying[0]
        segment, piece = await settled(flight.sealing)
        await settled(flight.hashing)
        self._flying.popleft()
        self._free_plain.append(flight.plain)
        self._free_sealed.append(flight.sealed)
        self._segments.append(segment)
        self._pieces.append(piece)

    def _plain_buffer(self) -> bytearray:
        """A segment's buffer, a used one if there is any: fresh memory costs as much as encrypting it."""
        return self._free_plain.pop() if self._free_plain else bytearray(SEGMENT_SIZE)

    async def _hash(self, before: asyncio.Task[None] | None, plain: Buffer) -> None:
        if before is not None:
            await before
        await asyncio.to_thread(self._digest.update, plain)

    def _seal_and_store(
        self, upload: str, number: int, offset: int, context: bytes, plain: Buffer, sealed: bytearray
    ) -> tuple[StoredSegment, Piece]:
        envelope.seal(self._data_key, context, plain, memoryview(sealed))
        sha256 = hashlib.sha256(sealed).digest()
        piece = self._store.put_part(self._key, upload, number + 1, offset, sealed, sha256)
        return StoredSegment(number, len(plain), len(sealed), sha256), piece
