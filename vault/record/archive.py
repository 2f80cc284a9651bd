"""A ZIP written as a stream: entries stored, in a given order, with one given date, of a length known beforehand.

The same entries always give the same bytes.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vault.errors import RecordError
from vault.record.headers import MAX32, central_header, describe, dos_time, end_of, local_header


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be written: its path, its size in bytes, and how to read it from the start.

    ``checked_at``: when its stored bytes were last read whole against their digests and found right, if they were.
    """

    path: str
    size: int
    chunks: Callable[[], AsyncIterator[bytes]]
    checked_at: datetime | None = None


def source_from_bytes(path: str, data: bytes) -> Source:
    """Return a source of bytes already in memory."""

    async def chunks() -> AsyncIterator[bytes]:
        if data:
            yield data

    return Source(path, len(data), chunks)


@dataclass(slots=True)
class Archive:
    """A ZIP being written: feed it entries, then close it; every method yields the bytes to send on."""

    made_at: datetime
    _offset: int = 0
    _central: list[bytes] = field(default_factory=list[bytes])

    async def add(self, source: Source, *, watch: Callable[[bytes], object] | None = None) -> AsyncIterator[bytes]:
        """Write one entry; ``watch`` is given each chunk in a worker thread (to hash it).

        Raises RecordError when the source has another size than it declared.
        """
        name = source.path.encode()
        stamp = dos_time(self.made_at)
        large = source.size >= MAX32
        header = local_header(name, stamp, large=large)
        yield header
        crc, count = 0, 0
        async for chunk in source.chunks():
            count += len(chunk)
            if count > source.size:
                raise RecordError(f"{source.path} is longer than it was said to be")
            crc = await asyncio.to_thread(_take, chunk, crc, watch)
            yield chunk
        if count != source.size:
            raise RecordError(f"{source.path} is shorter than it was said to be")
        descriptor = describe(crc, count, large=large)
        yield descriptor
        self._central.append(central_header(name, stamp, crc, count, self._offset))
        self._offset += len(header) + count + len(descriptor)

    def close(self) -> bytes:
        """Return the central directory, which ends the archive."""
        central = b"".join(self._central)
        return central + end_of(len(self._central), len(central), self._offset)


def archive_size(entries: Sequence[tuple[str, int]]) -> int:
    """Length of the ZIP that holds these (path, size) in this order."""
    offset = central = 0
    for path, size in entries:
        name, large = path.encode(), size >= MAX32
        central += len(central_header(name, (0, 0), 0, size, offset))
        offset += len(local_header(name, (0, 0), large=large)) + size + len(describe(0, size, large=large))
    return offset + central + len(end_of(len(entries), central, offset))


def _take(chunk: bytes, crc: int, watch: Callable[[bytes], object] | None) -> int:
    if watch is not None:
        watch(chunk)
    return zlib.crc32(chunk, crc)
