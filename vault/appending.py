"""One appending to a resumable deposit: bytes sealed, stored and committed segment by segment."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import insert

from vault.digest import RunningDigest
from vault.envelope import SEALED_SEGMENT_SIZE, SEGMENT_SIZE, Buffer
from vault.errors import ObjectMissingError, UploadMissingError, UploadOffsetError
from vault.filling import Target
from vault.held import Held
from vault.leases import Sessions, Writer
from vault.pipeline import Landed, Pipeline, StoredSegment
from vault.settled import settled
from vault.stores.base import Piece
from vault.tables import upload_segments
from vault.upload_rows import now

_P = ParamSpec("_P")
_T = TypeVar("_T")
PASSAGES: Final = 1024

Watch = Callable[[memoryview], Awaitable[None]]
"""Hears each segment's plaintext in its order, lent until the call ends."""


class Digests:
    """The running digests of what is durable, of the latest so many uploads of this process."""

    def __init__(self) -> None:
        self._digests: OrderedDict[UUID, RunningDigest] = OrderedDict()

    def known(self, upload: UUID, size: int) -> RunningDigest | None:
        """A copy of the digest of the first ``size`` bytes, or None where they passed before this process began."""
        if not size:
            return RunningDigest()
        found = self._digests.get(upload)
        return found.copy() if found is not None and found.size == size else None

    def remember(self, upload: UUID, digest: RunningDigest) -> None:
        """Keep the newest digest."""
        self._digests[upload] = digest
        self._digests.move_to_end(upload)
        while len(self._digests) > PASSAGES:
            self._digests.popitem(last=False)

    def forget(self, upload: UUID) -> None:
        """Let a digest go."""
        self._digests.pop(upload, None)


class Appending:
    """One appending under way."""

    def __init__(
        self, target: Target, sessions: Sessions, writer: Writer, digests: Digests, watch: Watch | None
    ) -> None:
        row = writer.row
        self.received: int = row.received
        self._target = target
        self._sessions = sessions
        self._writer = writer
        self._store = target.store
        self._store_upload: str = row.store_upload
        self._digests = digests
        self._watch = watch
        self._digest = digests.known(row.upload, row.received)
        self._working: asyncio.Task[Any] | None = None
        self._pipeline: Pipeline | None = None

    async def take(self, chunks: AsyncIterator[bytes], offset: int) -> None:
        """Take what comes from ``offset`` on; whole segments are kept whatever happens, and what is torn is held.

        Raises UploadOffsetError where it is neither the end of what counts nor of what is held.
        """
        begun = self.received
        torn = await self.salvage(wanted=offset > begun)
        if offset not in {begun, self.received + len(torn)}:
            raise UploadOffsetError(self.received + len(torn))
        first = self.received // SEGMENT_SIZE
        self._pipeline = Pipeline(self._target, self._upload, self._landed, first=first, digest=self._digest)
        try:
            left = self._writer.row.size - self.received
            beginning = [torn] if torn else []
            del torn  # eight megabytes that are taken once
            await self._pipeline.take_announced(self._noted(beginning, chunks), left)
        except ObjectMissingError as error:
            raise UploadMissingError("this upload was given up meanwhile") from error

    async def salvage(self, *, wanted: bool = True) -> Buffer:
        """Count whole segments that are held and were not counted; the plaintext of the torn one, kept from now on.

        Unless it is ``wanted``: then whatever is held is dropped.
        """
        torn, row = self._store.torn, self._writer.row
        if torn is None or not self._store_upload or self.received == row.size:
            return b""
        plain: Buffer = b""
        sealed: Buffer = b""
        while wanted and self.received < row.size:
            held = Held(self._target, self._store_upload, self.received, row.size)
            plain, sealed = await self._apart(held.look, torn)
            if len(plain) < held.size:
                break
            segment, piece = await self._apart(held.store, sealed)
            if self._digest is not None:
                self._digest.update(plain)
            await self._count(segment, piece, None if self._digest is None else self._digest.copy())
            plain, sealed = b"", b""
        if self.received == row.size:
            return b""
        place = self.received // SEGMENT_SIZE * SEALED_SEGMENT_SIZE
        await self._apart(torn.keep, row.object_key, self._store_upload, place, sealed)
        return plain

    async def _apart(self, work: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> _T:
        """Work on a thread, which is waited for in the end whatever happens: nobody else writes before."""
        self._writer.note()
        working = asyncio.create_task(asyncio.to_thread(work, *given, **named))
        self._working = working
        return await settled(working)

    async def end(self) -> None:
        """Let what flies land."""
        if self._working is not None:
            await asyncio.wait([self._working])
        if self._pipeline is not None:
            with suppress(Exception):  # whoever took the bytes was told already
                await self._pipeline.drain()
            await self._pipeline.settle()

    async def _noted(self, beginning: list[Buffer], chunks: AsyncIterator[bytes]) -> AsyncIterator[Buffer]:
        if beginning:
            yield beginning.pop()
        async for chunk in chunks:
            self._writer.note()
            yield chunk

    async def _upload(self) -> str:
        """The store's id for this upload, begun with its first segment; the lease is sure by then."""
        if self._writer.doubtful:
            async with self._sessions() as session:
                await self._writer.commit(session)
        if not self._store_upload:
            beginning = asyncio.create_task(asyncio.to_thread(self._store.begin, self._writer.row.object_key))
            self._store_upload = await settled(beginning)
            async with self._sessions() as session:  # whoever finds what is held must know where
                await self._writer.commit(session, store_upload=self._store_upload)
        return self._store_upload

    async def _landed(self, landed: Landed) -> None:
        await self._count(landed.segment, landed.piece, None if self._digest is None else landed.digest)
        if self._watch is not None:
            await self._watch(landed.plain)

    async def _count(self, segment: StoredSegment, piece: Piece, digest: RunningDigest | None) -> None:
        """Commit a segment's row; only now its bytes count."""
        row = self._writer.row
        received = self.received + segment.size
        async with self._sessions() as session:
            await self._writer.commit(session, received=received, expires_at=now() + row.lifetime)
            await session.execute(
                insert(upload_segments).values(
                    upload=row.upload,
                    number=segment.number,
                    size=segment.size,
                    sealed_size=segment.sealed_size,
                    sealed_sha256=segment.sealed_sha256,
                    tag=piece.tag,
                )
            )
        self.received = received
        if digest is not None:
            self._digests.remember(row.upload, digest)
