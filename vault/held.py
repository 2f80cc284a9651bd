"""What the store holds of a segment that does not count yet: found, judged chunk by chunk, and put to use."""

import hashlib
from contextlib import suppress
from typing import Final

from vault import contexts, envelope
from vault.envelope import (
    CHUNK_SIZE,
    HEADER_SIZE,
    SEALED_CHUNK_SIZE,
    SEALED_SEGMENT_SIZE,
    SEGMENT_SIZE,
    Buffer,
    MessageReader,
)
from vault.errors import SealError
from vault.filling import Target
from vault.pipeline import StoredSegment
from vault.stores.base import Piece, Torn
from vault.torn import open_torn


class Held:
    """The segment that begins at ``start`` (bytes of plaintext) in an upload of ``whole`` bytes. All calls block."""

    def __init__(self, target: Target, upload: str, start: int, whole: int) -> None:
        self._number: Final = start // SEGMENT_SIZE
        self.size: Final = min(SEGMENT_SIZE, whole - start)
        self._target = target
        self._upload = upload
        last = start + self.size == whole
        self._context = contexts.segment_context(target.tenant, target.item, self._number, last=last)
        self._place = self._number * SEALED_SEGMENT_SIZE

    def look(self, torn: Torn) -> tuple[Buffer, Buffer]:
        """The most that is authentic from its beginning on, all or whole chunks; and the sealed bytes of that."""
        sealed_size = envelope.sealed_size(self.size)
        best: tuple[Buffer, Buffer] = b"", b""
        for each in torn.found(self._target.key, self._upload, self._place, sealed_size):
            plain = open_torn(self._target.data_key, self._context, each)
            if len(plain) == self.size // CHUNK_SIZE * CHUNK_SIZE and len(each) == sealed_size:
                with suppress(SealError):  # all but its end may stand
                    plain += self._end(each, len(plain))
                    return plain, each
            del plain[(self.size - 1) // CHUNK_SIZE * CHUNK_SIZE :]  # the end is still to come
            if len(plain) > len(best[0]):
                best = plain, memoryview(each)[: HEADER_SIZE + len(plain) // CHUNK_SIZE * SEALED_CHUNK_SIZE]
        return best

    def _end(self, sealed: bytes, start: int) -> bytes:
        """The plaintext from ``start`` on, the end authenticated. Raises SealError."""
        key, context = self._target.data_key, self._context
        reader = MessageReader(key, context, len(sealed), lambda offset, length: sealed[offset : offset + length])
        return bytes(reader.read(start, self.size))

    def store(self, sealed: Buffer) -> tuple[StoredSegment, Piece]:
        """Make all of it durable at its place, the very bytes that were found."""
        sha256, target = hashlib.sha256(sealed).digest(), self._target
        piece = target.store.put_part(
            target.key, self._upload, self._number + 1, self._place, sealed, sha256, durable=True
        )
        return StoredSegment(self._number, self.size, len(sealed), sha256), piece
