"""A ZIP read as strictly as it was written: what our writer would not have written, byte for byte, is refused.

From the directory's names, sizes, checksums and one date, every header is made again and held against the file, so
that no byte of it means nothing, and no two programs can read two different records out of it.
"""

import io
import os
import stat
import struct
import zlib
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from vault.errors import RecordError
from vault.record.files import MAX_FILES
from vault.record.headers import MAX16, MAX32, central_header, describe, end_of, local_header
from vault.record.names import PathSet

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_TOTAL: Final = 1 << 40
MAX_CENTRAL: Final = 64 * 1024 * 1024
_CENTRAL: Final = 46
_END: Final = 22
_WIDE_END: Final = 76
_ENCRYPTED: Final = 0x1
_UNREADABLE: Final = "this is not a ZIP that can be read"
_OTHER: Final = (
    "the ZIP is not as it was written: another program made it anew, or it was altered (the folder that it unpacks to "
    "can still be verified)"
)
_READ_BYTES: Final = 1024 * 1024


class _Entry(NamedTuple):
    """One file: its path, where its bytes begin, how many they are, and their checksum."""

    path: str
    start: int
    size: int
    crc: int


class ZipFiles:
    """Files of a ZIP, every header checked before the first is read. Raises RecordError."""

    def __init__(self, whole: IO[bytes]) -> None:
        self._whole = whole
        try:
            self._entries = {entry.path: entry for entry in _read_directory(whole)}
        except (OSError, struct.error):
            raise RecordError(_UNREADABLE) from None

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path and size in bytes."""
        return {path: entry.size for path, entry in self._entries.items()}

    def open(self, path: str) -> IO[bytes]:
        """Read one file from its beginning; its checksum is held against it at the end (OSError)."""
        entry = self._entry(path)
        return io.BufferedReader(_Window(self._whole, entry.start, entry.size, entry.crc), _READ_BYTES)

    def inside(self, path: str) -> "ZipFiles":
        """Open a ZIP that lies in this one."""
        entry = self._entry(path)
        return ZipFiles(io.BufferedReader(_Window(self._whole, entry.start, entry.size, None)))

    def check(self, path: str) -> None:
        """Hold a file that nothing else vouches for against its checksum."""
        try:
            with self.open(path) as source:
                while source.read(_READ_BYTES):
                    pass
        except OSError:
            raise RecordError(f"{path} is damaged") from None

    def _entry(self, path: str) -> _Entry:
        if path not in self._entries:
            raise RecordError(f"{path} cannot be read from the ZIP")
        return self._entries[path]


def _read_directory(whole: IO[bytes]) -> list[_Entry]:
    length = whole.seek(0, os.SEEK_END)
    count, size, start = _read_end(whole, length)
    if count > MAX_FILES:
        raise RecordError(f"the ZIP holds more than {MAX_FILES} files")
    if size > MAX_CENTRAL or start + size > length:
        raise RecordError(_UNREADABLE)
    central = _bytes_at(whole, start, size)
    entries: list[_Entry] = []
    paths, at, place, total, stamp = PathSet(), 0, 0, 0, None
    for _number in range(count):
        entry, stamp, at = _read_entry(whole, central, at, place, stamp)
        paths.add(entry.path)
        entries.append(entry)
        place = entry.start + entry.size + len(describe(0, 0, large=entry.size >= MAX32))
        total += entry.size
    if total > MAX_TOTAL:
        raise RecordError("the ZIP says that it holds more than can be read")
    if (at, place) != (size, start):
        raise RecordError("files of the ZIP overlap, or something lies between them")
    return entries


def _read_end(whole: IO[bytes], length: int) -> tuple[int, int, int]:
    """How many files the directory names, its size and where it begins; nothing may follow it."""
    if length < _END:
        raise RecordError(_UNREADABLE)
    end = _bytes_at(whole, length - _END, _END)
    if not end.startswith(b"PK\x05\x06"):
        raise RecordError("something follows the ZIP's directory")
    count, size, start = struct.unpack_from("<HII", end, 10)
    if count == MAX16 or MAX32 in {size, start}:
        if length < _END + _WIDE_END:
            raise RecordError(_UNREADABLE)
        end = _bytes_at(whole, length - _END - _WIDE_END, _WIDE_END + _END)
        count, size, start = struct.unpack_from("<QQQ", end, 32)
    if end != end_of(count, size, start) or start + size + len(end) != length:
        raise RecordError(_OTHER)
    return count, size, start


def _read_entry(
    whole: IO[bytes], central: bytes, at: int, place: int, stamp: tuple[int, int] | None
) -> tuple[_Entry, tuple[int, int], int]:
    """The entry that the directory names ``at``, and whose own header must lie in its ``place``."""
    flags, time, date, crc, _packed, size = struct.unpack_from("<HxxHHIII", central, at + 8)
    named, extra, attributes = (
        *struct.unpack_from("<HH", central, at + 28),
        *struct.unpack_from("<I", central, at + 38),
    )
    if stat.S_IFMT(attributes >> 16) not in {0, stat.S_IFREG}:
        raise RecordError("the ZIP holds a symbolic link or something that is no file")
    if flags & _ENCRYPTED:
        raise RecordError("the ZIP is encrypted")
    name = central[at + _CENTRAL : at + _CENTRAL + named]
    if size == MAX32:
        (size,) = struct.unpack_from("<Q", central, at + _CENTRAL + named + 4)
    if size > MAX_TOTAL:
        raise RecordError("the ZIP says that it holds more than can be read")
    large, after = size >= MAX32, at + _CENTRAL + named + extra
    header, descriptor = local_header(name, (time, date), large=large), describe(crc, size, large=large)
    start = place + len(header)
    as_written = (
        stamp in {None, (time, date)}
        and central[at:after] == central_header(name, (time, date), crc, size, place)
        and _bytes_at(whole, place, len(header)) == header
        and _bytes_at(whole, start + size, len(descriptor)) == descriptor
    )
    if not as_written:
        raise RecordError(_OTHER)
    try:
        return _Entry(name.decode(), start, size, crc), (time, date), after
    except UnicodeDecodeError:
        raise RecordError(_UNREADABLE) from None


def _bytes_at(whole: IO[bytes], start: int, size: int) -> bytes:
    whole.seek(start)
    return whole.read(size)


class _Window(io.RawIOBase):
    """A part of an open file, as a file of its own; read from end to end, its checksum is held against it."""

    def __init__(self, whole: IO[bytes], start: int, size: int, crc: int | None) -> None:
        self._whole, self._start, self._size, self._place = whole, start, size, 0
        self._expected, self._crc, self._passed = crc, 0, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: "Buffer", /) -> int:
        target = memoryview(buffer).cast("B")
        data = _bytes_at(self._whole, self._start + self._place, max(0, min(len(target), self._size - self._place)))
        target[: len(data)] = data
        if self._passed == self._place:
            self._crc = zlib.crc32(data, self._crc)
            self._passed += len(data)
        self._place += len(data)
        if self._expected is not None and self._passed == self._size and self._crc != self._expected:
            raise OSError("the bytes do not have their checksum")
        return len(data)
