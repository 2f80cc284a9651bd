"""One appending to a resumable deposit: bytes sealed, stored and committed segment by segment."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

from sqlalchemy import insert

from vault.digest import RunningDigest
from vault.envelope import SEGMENT_SIZE
from vault.errors import ObjectMissingError, UploadMissingError
from vault.leases import Sessions, Writer
from vault.pipeline import Landed, Pipeline, Target
from vault.settled import settled
from vault.tables import upload_segments
from vault.upload_rows import now

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
        self._sessions = sessions
        self._writer = writer
        self._store = target.store
        self._store_upload: str = row.store_upload
        self._digests = digests
        self._watch = watch
        digest = digests.known(row.upload, row.received)
        self._known = digest is not None
        self._pipeline = Pipeline(target, self._upload, self._landed, first=row.received // SEGMENT_SIZE, digest=digest)

    async def take(self, chunks: AsyncIterator[bytes]) -> None:
        """Take what comes; whole segments are kept whatever happens."""
        try:
            await self._pipeline.take_announced(self._noted(chunks), self._writer.row.size - self.received)
        except ObjectMissingError as error:
            raise UploadMissingError("this upload was given up meanwhile") from error

    async def end(self) -> None:
        """Let what flies land."""
        with suppress(Exception):  # whoever took the bytes was told already
            await self._pipeline.drain()
        await self._pipeline.settle()

    async def _noted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
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
        return self._store_upload

    async def _landed(self, landed: Landed) -> None:
        """Commit a segment's row; only now its bytes count."""
        row, segment = self._writer.row, landed.segment
        received = self.received + segment.size
        async with self._sessions() as session:
            await self._writer.commit(
                session, received=received, store_upload=self._store_upload, expires_at=now() + row.lifetime
            )
            await session.execute(
                insert(upload_segments).values(
                    upload=row.upload,
                    number=segment.number,
                    size=segment.size,
                    sealed_size=segment.sealed_size,
                    sealed_sha256=segment.sealed_sha256,
                    tag=landed.piece.tag,
                )
            )
        self.received = received
        if self._known:
            self._digests.remember(row.upload, landed.digest)
        if self._watch is not None:
            await self._watch(landed.plain)
