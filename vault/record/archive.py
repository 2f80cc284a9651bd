"""A ZIP written as a stream: entries stored, in a given order, with one given date, of a length known beforehand.

Data descriptors follow each entry (bit 3), names are UTF-8 (bit 11), ZIP64 appears only where it is needed
(APPNOTE 6.3.10). The same entries always give the same bytes.
"""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vault.errors import RecordError

_FLAGS: Final = 0x0808
_STORED: Final = 0
_PLAIN: Final = 20
_ZIP64: Final = 45
_UNIX: Final = 3 << 8
_FILE_MODE: Final = 0o100644 << 16
_MAX32: Final = 0xFFFFFFFF
_MAX16: Final = 0xFFFF
_FIRST_YEAR: Final = 1980
_LAST_YEAR: Final = 2107


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be written: its path, its size in bytes, and how to read it from the start."""

    path: str
    size: int
    chunks: Callable[[], AsyncIterator[bytes]]


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
        stamp = _dos_time(self.made_at)
        large = source.size >= _MAX32
        header = _local_header(name, stamp, large=large)
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
        descriptor = _descriptor(crc, count, large=large)
        yield descriptor
        self._central.append(_central_header(name, stamp, crc, count, self._offset))
        self._offset += len(header) + count + len(descriptor)

    def close(self) -> bytes:
        """Return the central directory, which ends the archive."""
        central = b"".join(self._central)
        return central + _end(len(self._central), len(central), self._offset)


def archive_size(entries: Sequence[tuple[str, int]]) -> int:
    """Length of the ZIP that holds these (path, size) in this order."""
    offset = central = 0
    for path, size in entries:
        name, large = path.encode(), size >= _MAX32
        central += len(_central_header(name, (0, 0), 0, size, offset))
        offset += len(_local_header(name, (0, 0), large=large)) + size + len(_descriptor(0, size, large=large))
    return offset + central + len(_end(len(entries), central, offset))


def _take(chunk: bytes, crc: int, watch: Callable[[bytes], object] | None) -> int:
    if watch is not None:
        watch(chunk)
    return zlib.crc32(chunk, crc)


def _dos_time(moment: datetime) -> tuple[int, int]:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise RecordError("a ZIP cannot bear this date")
    date = (moment.year - _FIRST_YEAR) << 9 | moment.month << 5 | moment.day
    return moment.hour << 11 | moment.minute << 5 | moment.second // 2, date


def _local_header(name: bytes, stamp: tuple[int, int], *, large: bool) -> bytes:
    extra = struct.pack("<HHQQ", 1, 16, 0, 0) if large else b""
    size = _MAX32 if large else 0
    version = _ZIP64 if large else _PLAIN
    fixed = struct.pack(
        "<4sHHHHHIIIHH", b"PK\x03\x04", version, _FLAGS, _STORED, *stamp, 0, size, size, len(name), len(extra)
    )
    return fixed + name + extra


def _descriptor(crc: int, size: int, *, large: bool) -> bytes:
    return struct.pack("<4sIQQ" if large else "<4sIII", b"PK\x07\x08", crc, size, size)


def _central_header(name: bytes, stamp: tuple[int, int], crc: int, size: int, offset: int) -> bytes:
    wide = (struct.pack("<QQ", size, size) if size >= _MAX32 else b"") + (
        struct.pack("<Q", offset) if offset >= _MAX32 else b""
    )
    extra = struct.pack("<HH", 1, len(wide)) + wide if wide else b""
    version = _ZIP64 if wide else _PLAIN
    return (
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            _UNIX | version,
            version,
            _FLAGS,
            _STORED,
            *stamp,
            crc,
            min(size, _MAX32),
            min(size, _MAX32),
            len(name),
            len(extra),
            0,
            0,
            0,
            _FILE_MODE,
            min(offset, _MAX32),
        )
        + name
        + extra
    )


def _end(count: int, central: int, offset: int) -> bytes:
    wide = b""
    if count >= _MAX16 or central >= _MAX32 or offset >= _MAX32:
        wide = struct.pack(
            "<4sQHHIIQQQQ", b"PK\x06\x06", 44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, central, offset
        ) + struct.pack("<4sIQI", b"PK\x06\x07", 0, offset + central, 1)
    number = min(count, _MAX16)
    return wide + struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, number, number, min(central, _MAX32), min(offset, _MAX32), 0
    )
