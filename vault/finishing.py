"""The end of a resumable deposit: its sealed segments made one object, and the SHA-256 of all its bytes."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from vault import contexts
from vault.appending import Digests, Watch
from vault.deposit import check_digest
from vault.digest import RunningDigest
from vault.envelope import MessageReader
from vault.errors import ObjectMissingError, SealError, UploadUnfinishedError
from vault.keys.secret import Secret
from vault.leases import Sessions, Writer
from vault.pipeline import StoredSegment
from vault.settled import settled
from vault.stores.base import ObjectStore, Piece
from vault.upload_rows import item_of, segments_of


class Finishing:
    """Finishes the deposits of one process."""

    def __init__(self, tenant: UUID, store: ObjectStore, digests: Digests) -> None:
        self._tenant = tenant
        self._store = store
        self._digests = digests

    async def finish(
        self, sessions: Sessions, writer: Writer, expected_sha256: bytes | None, watch: Watch | None
    ) -> bytes:
        """Finish it under its lease. Raises as Uploads.finish."""
        row = writer.row
        if row.received != row.size:
            raise UploadUnfinishedError("not all bytes that were announced have come")
        async with sessions() as session:
            found = await segments_of(session, row.upload)
        version = row.object_version
        if version is None:
            version = await asyncio.to_thread(self._complete, row, [piece for _, piece in found])
            async with sessions() as session:
                await writer.commit(session, object_version=version)
        sha256: bytes | None = row.sha256
        if sha256 is None:
            passed = self._digests.known(row.upload, row.size)
            if passed is None:
                passed = await self._read_again(writer, version, [segment for segment, _ in found], watch)
            sha256 = passed.sha256()
        check_digest(sha256, expected_sha256)
        async with sessions() as session:
            await writer.commit(session, sha256=sha256)
        return sha256

    def _complete(self, row: Row[Any], pieces: list[Piece]) -> str:
        """Publish the object (blocks). If it was done before a crash that kept us from noting it, find it."""
        try:
            return self._store.complete(row.object_key, row.store_upload, pieces)
        except ObjectMissingError:
            size = sum(piece.size for piece in pieces)
            for each in self._store.objects(row.object_key.rpartition("/")[0]):
                if each.key == row.object_key and each.size == size:
                    return each.version
            raise

    async def _read_again(
        self, writer: Writer, version: str, segments: list[StoredSegment], watch: Watch | None
    ) -> RunningDigest:
        """Open every sealed segment once more, to hash the bytes that passed before a restart."""
        digest = RunningDigest()
        place, offset = (writer.row.object_key, version), 0
        for segment in segments:
            last = segment.number == len(segments) - 1
            context = contexts.segment_context(self._tenant, item_of(writer.row), segment.number, last=last)
            reading = asyncio.to_thread(self._open_segment, place, offset, segment, context, writer.data_key, digest)
            plain = await settled(asyncio.create_task(reading))
            writer.note()
            if watch is not None:
                await watch(plain)
            offset += segment.sealed_size
        return digest

    def _open_segment(
        self,
        place: tuple[str, str],
        offset: int,
        segment: StoredSegment,
        context: bytes,
        data_key: Secret,
        digest: RunningDigest,
    ) -> memoryview:
        sealed = self._store.read(*place, offset, segment.sealed_size)
        if len(sealed) != segment.sealed_size:
            raise SealError("the store gives back fewer bytes than it took")
        reader = MessageReader(data_key, context, len(sealed), lambda start, length: sealed[start : start + length])
        plain = reader.read(0, segment.size)
        digest.update(plain)
        return plain
