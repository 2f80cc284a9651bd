"""Deposits that survive: each sealed segment durable in the store and its row committed before the offset counts.

One process writes to an upload at a time (vault/leases.py). What was torn is opened as far as it is authentic, and
sealed again with the rest under a fresh salt (vault/appending.py). A running digest lives in memory; where it was lost
it is made again from the sealed segments.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault import envelope
from vault.appending import Appending, Digests, Watch
from vault.deposit import Received, new_object_key
from vault.envelope import SEALED_SEGMENT_SIZE, SEGMENT_SIZE, Buffer
from vault.errors import StoreError, UploadBusyError, UploadMissingError, UploadUnfinishedError
from vault.filling import Target
from vault.finishing import Finishing
from vault.keys.keyring import KeyRing
from vault.keys.secret import Secret, zero
from vault.leases import LEASE_SECONDS, Leases, Sessions, Writer, open_data_key
from vault.opened import Opened
from vault.pipeline import MAX_SIZE
from vault.presence import Presence
from vault.refs import ItemRef, SpaceRef
from vault.stores.base import ObjectStore
from vault.tables import upload_segments, uploads
from vault.upload_rows import forget, item_of, row_of, segments_of
from vault.upload_rows import now as now_ms


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload is: its announced size, its durable bytes, when it expires, whether all of it is one object."""

    upload: UUID
    size: int
    offset: int
    expires_at: datetime
    finished: bool


class Uploads:
    """Resumable deposits. Errors of all: VaultError and its children."""

    def __init__(
        self,
        tenant: UUID,
        keys: KeyRing,
        store: ObjectStore,
        *,
        local: Path | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._tenant = tenant
        self._keys = keys
        self._store = store
        self.leases = Leases(keys, Presence(local), lease_seconds)
        self._digests = Digests()
        self._finishing = Finishing(tenant, store, self._digests)

    async def begin(
        self, session: AsyncSession, item: ItemRef, space: SpaceRef, *, size: int, lifetime: timedelta
    ) -> UUID:
        """Begin the upload of ``size`` bytes (one at least); its id. The store is asked for nothing yet.

        The data key is made now and kept only wrapped under the space's key. ``lifetime`` runs from the last byte.
        """
        if not 0 < size <= MAX_SIZE:
            raise ValueError(f"an upload has 1 to {MAX_SIZE} bytes")
        object_key = new_object_key(self._tenant)
        data_key = Secret.fresh(envelope.KEY_SIZE)
        try:
            return await self._insert(
                session, item, space, data_key, lifetime, size=size, object_key=object_key, received=0
            )
        finally:
            zero(data_key)

    async def adopt(self, session: AsyncSession, received: Received, space: SpaceRef, *, lifetime: timedelta) -> UUID:
        """Hold what was received at one go as an upload that is finished; its id. Raises SpaceMissingError."""
        upload = await self._insert(
            session,
            received.item,
            space,
            received.data_key,
            lifetime,
            size=received.size,
            object_key=received.object_key,
            received=received.size,
            object_version=received.object_version,
            sha256=received.sha256,
        )
        rows = [
            {
                "upload": upload,
                "number": each.number,
                "size": each.size,
                "sealed_size": each.sealed_size,
                "sealed_sha256": each.sealed_sha256,
                "tag": "",  # the store's word for a part: its object is complete, nobody asks any more
            }
            for each in received.segments
        ]
        await session.execute(insert(upload_segments), rows)
        return upload

    async def _insert(
        self,
        session: AsyncSession,
        item: ItemRef,
        space: SpaceRef,
        data_key: Buffer,
        lifetime: timedelta,
        **columns: Any,  # noqa: ANN401 -- columns' values
    ) -> UUID:
        upload = uuid4()
        version, wrapped = await self._keys.wrap_apart(session, space, item, data_key)
        milliseconds = lifetime // timedelta(milliseconds=1)
        await session.execute(
            insert(uploads).values(
                upload=upload,
                collection=item.collection,
                item=item.item,
                version=item.version,
                space=space.space,
                key_version=version,
                wrapped=wrapped,
                store_upload="",
                fence=0,
                lease_until=0,
                holder="",
                lifetime=milliseconds,
                expires_at=now_ms() + milliseconds,
                **columns,
            )
        )
        return upload

    async def progress(self, session: AsyncSession, wanted: Collection[UUID]) -> list[UploadProgress]:
        """How far these uploads are; those that are not under way any more are left out."""
        rows = await session.execute(select(uploads).where(uploads.c.upload.in_(wanted)))
        return [
            UploadProgress(
                row.upload,
                row.size,
                row.received,
                datetime.fromtimestamp(row.expires_at / 1000, UTC),
                finished=row.object_version is not None,
            )
            for row in rows
        ]

    async def append(
        self, sessions: Sessions, upload: UUID, offset: int, chunks: AsyncIterator[bytes], *, watch: Watch | None = None
    ) -> int:
        """Seal what ``chunks`` gives from ``offset`` on; the durable offset after it: a whole segment, or the end.

        ``offset`` is what is durable, or what ``settle`` told; ``watch`` sees all from :meth:`watched_from` on.
        Raises UploadMissingError, UploadOffsetError, UploadBusyError, TooLargeError beyond the announced size,
        StoreError, and what ``chunks`` and ``watch`` raise; the segments that were whole by then are kept even so.
        """
        writer = await self.leases.take(sessions, upload, offset=offset)
        appending = self._appending(sessions, writer, watch)
        await self.leases.guard(sessions, writer, appending.take(chunks, offset), appending.end)
        return appending.received

    @staticmethod
    def watched_from(offset: int) -> int:
        """Where the segment begins that an appending from ``offset`` on goes on with: all of it passes once more."""
        return offset // SEGMENT_SIZE * SEGMENT_SIZE

    async def settle(self, sessions: Sessions, upload: UUID) -> int:
        """Keep what the last writer left torn, durably; the offset to go on from. While somebody writes: what counts.

        Raises UploadMissingError, StoreError.
        """
        async with sessions() as session:
            row = await row_of(session, upload)
        if not row.store_upload or row.received == row.size or not await self._holds(row):
            return int(row.received)
        try:
            writer = await self.leases.take(sessions, upload, offset=None)
        except UploadBusyError:
            return int(row.received)
        appending = self._appending(sessions, writer, None)
        torn = await self.leases.guard(sessions, writer, appending.salvage(), appending.end)
        return appending.received + len(torn)

    async def _holds(self, row: Row[Any]) -> bool:
        """Whether there is anything of the segment that comes next."""
        torn, place = self._store.torn, row.received // SEGMENT_SIZE * SEALED_SEGMENT_SIZE
        if torn is None:
            return False
        return bool(await asyncio.to_thread(torn.found, row.object_key, row.store_upload, place, 1))

    def _appending(self, sessions: Sessions, writer: Writer, watch: Watch | None) -> Appending:
        row = writer.row
        target = Target(self._store, self._tenant, item_of(row), row.object_key, writer.data_key, durable=True)
        return Appending(target, sessions, writer, self._digests, watch)

    async def finish(
        self,
        sessions: Sessions,
        upload: UUID,
        *,
        expected_sha256: bytes | None = None,
        watch: Watch | None = None,
    ) -> bytes:
        """Make the upload one object and hold its SHA-256 against the one announced; the SHA-256.

        Where the running digest was lost the sealed segments are read once more, and ``watch`` sees them. May be
        called again. Raises UploadMissingError, UploadUnfinishedError, UploadBusyError,
        DigestMismatchError, SealError, StoreError.
        """
        writer = await self.leases.take(sessions, upload, offset=None)
        return await self.leases.guard(
            sessions, writer, self._finishing.finish(sessions, writer, expected_sha256, watch)
        )

    async def opened(self, session: AsyncSession, upload: UUID) -> Opened:
        """Open a finished upload for reading by ranges. Raises UploadMissingError, UploadUnfinishedError."""
        row = await row_of(session, upload)
        if row.object_version is None or row.sha256 is None:
            raise UploadUnfinishedError("this upload is not finished")
        data_key = await open_data_key(self._keys, session, row)
        try:
            place = (row.object_key, row.object_version)
            return Opened(self._store, place, self._tenant, item_of(row), data_key, size=row.size, sha256=row.sha256)
        finally:
            zero(data_key)

    async def hand_over(self, session: AsyncSession, upload: UUID) -> Received:
        """A finished upload as an item to keep; its own rows and wrapped key go with this transaction.

        Raises UploadMissingError, UploadUnfinishedError.
        """
        row = await row_of(session, upload, lock=True)
        if row.object_version is None or row.sha256 is None:
            raise UploadUnfinishedError("this upload is not finished")
        found = await segments_of(session, upload)
        received = Received(
            item=item_of(row),
            size=row.size,
            sha256=row.sha256,
            sealed_size=sum(piece.size for _, piece in found),
            segments=tuple(segment for segment, _ in found),
            object_key=row.object_key,
            object_version=row.object_version,
            data_key=await open_data_key(self._keys, session, row),
        )
        await forget(session, upload)
        self._digests.forget(upload)
        return received

    async def abort(self, sessions: Sessions, upload: UUID) -> None:
        """Give an upload up: its wrapped key is destroyed first, then its bytes. One that is gone is no error."""
        async with sessions() as session:
            try:
                row = await row_of(session, upload, lock=True)
            except UploadMissingError:
                return
            await forget(session, upload)
        self._digests.forget(upload)
        with suppress(StoreError):  # what the store keeps, no key opens any more: the sweep removes it
            if row.object_version is not None:
                await asyncio.to_thread(self._store.delete, row.object_key, row.object_version)
            elif row.store_upload:
                await asyncio.to_thread(self._store.abort, row.object_key, row.store_upload)

    async def expired(self, session: AsyncSession, *, now: datetime, limit: int = 1000) -> list[UUID]:
        """Uploads whose time is over and to which nobody writes."""
        moment = int(now.timestamp() * 1000)
        found = await session.execute(
            select(uploads.c.upload)
            .where(uploads.c.expires_at < moment, uploads.c.lease_until < now_ms())
            .order_by(uploads.c.expires_at)
            .limit(limit)
        )
        return list(found.scalars())
