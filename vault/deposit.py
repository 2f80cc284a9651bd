"""The way in at one go: what arrives becomes one sealed object, or nothing is left of it."""

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from vault import envelope
from vault.digest import RunningDigest
from vault.errors import DigestMismatchError, StoreError
from vault.filling import Target
from vault.keys.secret import Secret, zero
from vault.pipeline import MAX_SIZE, Landed, Pipeline, StoredSegment
from vault.refs import ItemRef
from vault.settled import settled
from vault.stores.base import ObjectStore, Piece

_cleanings: Final[set[asyncio.Task[None]]] = set()


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
    deposit = _Deposit(Target(store, tenant, item, new_object_key(tenant), Secret.fresh(envelope.KEY_SIZE)))
    try:
        await deposit.pipeline.take(chunks, min(limit, MAX_SIZE))
        deposit.check(expected_sha256)
        return await deposit.publish()
    except BaseException:
        cleaning = asyncio.create_task(deposit.abandon())
        _cleanings.add(cleaning)
        cleaning.add_done_callback(_cleanings.discard)
        await asyncio.shield(cleaning)
        raise


def new_object_key(tenant: UUID) -> str:
    """A name for an object that nobody can guess, under its tenant's."""
    name = secrets.token_hex(16)
    return f"{tenant}/{name[:2]}/{name}"


def check_digest(sha256: bytes, expected: bytes | None) -> None:
    """Hold the digest of all bytes against the one announced, if one was. Raises DigestMismatchError."""
    if expected is not None and not hmac.compare_digest(expected, sha256):
        raise DigestMismatchError("the bytes received do not have the SHA-256 that was announced")


class _Deposit:
    """One upload under way, and what has landed of it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._segments: list[StoredSegment] = []
        self._pieces: list[Piece] = []
        self._digest = RunningDigest()
        self._beginning: asyncio.Task[str] | None = None
        self._completing: asyncio.Task[str] | None = None
        self.pipeline = Pipeline(target, self._begun, self._landed)

    def check(self, expected_sha256: bytes | None) -> None:
        """Hold the digest of all that landed against the one announced."""
        check_digest(self._digest.sha256(), expected_sha256)

    async def publish(self) -> Received:
        """Complete the object."""
        target, upload = self._target, await self._begun()
        self._completing = asyncio.create_task(
            asyncio.to_thread(target.store.complete, target.key, upload, self._pieces)
        )
        version = await settled(self._completing)
        return Received(
            item=target.item,
            size=self._digest.size,
            sha256=self._digest.sha256(),
            sealed_size=sum(segment.sealed_size for segment in self._segments),
            segments=tuple(self._segments),
            object_key=target.key,
            object_version=version,
            data_key=target.data_key,
        )

    async def abandon(self) -> None:
        """Wait for the threads under way, then take everything away."""
        store, key = self._target.store, self._target.key
        await self.pipeline.settle()
        zero(self._target.data_key)
        with suppress(StoreError):
            if self._completing is not None:
                version = await self._completing
                await asyncio.to_thread(store.delete, key, version)
                return
        with suppress(StoreError):
            if self._beginning is not None:
                await asyncio.to_thread(store.abort, key, await self._beginning)

    async def _begun(self) -> str:
        if self._beginning is None:
            self._beginning = asyncio.create_task(asyncio.to_thread(self._target.store.begin, self._target.key))
        return await settled(self._beginning)

    async def _landed(self, landed: Landed) -> None:
        self._segments.append(landed.segment)
        self._pieces.append(landed.piece)
        self._digest = landed.digest
