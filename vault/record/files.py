"""Reading a record's files, from a ZIP or a folder, without trusting either: names, links, counts, sizes, ratios."""

import io
import os
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol

from vault.errors import RecordError
from vault.record.names import PathSet, check_path

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_FILES: Final = 100_000
MAX_TOTAL: Final = 1 << 40
MAX_RATIO: Final = 200
_FREE_RATIO: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_DESCRIBED: Final = 0x8
_LOCAL_HEADER: Final = 30
_LONGEST_DESCRIPTOR: Final = 24
_END_RECORD: Final = 22
_WIDE_END: Final = 76
_MAX16: Final = 0xFFFF
_MAX32: Final = 0xFFFFFFFF


class Files(Protocol):
    """Files under their relative paths."""

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path and size in bytes."""
        ...

    def open(self, path: str) -> IO[bytes]:
        """Read one file. Raises RecordError."""
        ...


class ZipFiles:
    """Files of a ZIP, checked before the first is read. Raises RecordError."""

    def __init__(self, source: Path | IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise RecordError("this is not a ZIP that can be read") from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        paths = PathSet()
        entries = self._zip.infolist()
        if len(entries) > MAX_FILES:
            raise RecordError(f"the ZIP holds more than {MAX_FILES} files")
        for entry in entries:
            _check_entry(entry)
            if entry.orig_filename.endswith("/"):
                check_path(entry.orig_filename[:-1])
                continue
            paths.add(entry.orig_filename)
            self._entries[entry.orig_filename] = entry
        if sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise RecordError("the ZIP says that it holds more than can be read")
        _check_layout(self._zip, entries)

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path and size in bytes, as the directory declares them; reading stops at that size."""
        return {path: entry.file_size for path, entry in self._entries.items()}

    def open(self, path: str) -> IO[bytes]:
        """Read one file; its CRC is checked at the end."""
        try:
            return self._zip.open(self._entries[path])
        except (KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
            raise RecordError(f"{path} cannot be read from the ZIP") from None

    def inside(self, path: str) -> "ZipFiles":
        """Open a ZIP that lies in this one, stored as it is."""
        entry, whole = self._entries[path], self._zip.fp
        if entry.compress_type != zipfile.ZIP_STORED or whole is None:
            raise RecordError("the record inside is compressed: unpack this ZIP first")
        whole.seek(entry.header_offset)
        header = whole.read(_LOCAL_HEADER)
        start = entry.header_offset + _LOCAL_HEADER + _names_length(header)
        return ZipFiles(io.BufferedReader(_Window(whole, start, entry.file_size)))


class FolderFiles:
    """Files of a folder; no link is followed, and nothing but files and folders may be there. Raises RecordError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[str, int] = {}
        paths = PathSet()
        for parent, folders, files in os.walk(folder, followlinks=False):
            if any((Path(parent) / name).is_symlink() for name in folders):
                raise RecordError("the record holds a symbolic link")
            for name in files:
                place = Path(parent) / name
                facts = place.lstat()
                if not stat.S_ISREG(facts.st_mode):
                    raise RecordError("the record holds a symbolic link or something that is no file")
                path = place.relative_to(folder).as_posix()
                paths.add(path)
                self._sizes[path] = facts.st_size
                if len(self._sizes) > MAX_FILES:
                    raise RecordError(f"the folder holds more than {MAX_FILES} files")

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path and size in bytes."""
        return dict(self._sizes)

    def open(self, path: str) -> IO[bytes]:
        """Read one file, refusing a link that took its place meanwhile."""
        try:
            return os.fdopen(os.open(self._folder / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb")
        except OSError:
            raise RecordError(f"{path} cannot be read") from None


class Below:
    """Files of one folder inside others."""

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self._prefix = f"{folder}/"

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path from that folder on, and its size in bytes."""
        prefix = self._prefix
        return {path.removeprefix(prefix): size for path, size in self._files.sizes.items() if path.startswith(prefix)}

    def open(self, path: str) -> IO[bytes]:
        """Read one file."""
        return self._files.open(self._prefix + path)


class _Window(io.RawIOBase):
    """A part of an open file, as a file of its own."""

    def __init__(self, whole: IO[bytes], start: int, size: int) -> None:
        self._whole, self._start, self._size, self._place = whole, start, size, 0

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
        self._whole.seek(self._start + self._place)
        data = self._whole.read(max(0, min(len(target), self._size - self._place)))
        target[: len(data)] = data
        self._place += len(data)
        return len(data)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise RecordError("the ZIP holds a symbolic link or something that is no file")
    if entry.flag_bits & _ENCRYPTED:
        raise RecordError("the ZIP is encrypted")
    if entry.file_size > _FREE_RATIO and entry.file_size > entry.compress_size * MAX_RATIO:
        raise RecordError("a file of the ZIP would grow beyond measure when read")


def _check_layout(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a ZIP that two programs could read differently: entries that overlap, anything before, between or after.

    The directory must end the file, without a comment; each entry must begin where the one before it ends, up to a data
    descriptor.
    """
    source = archive.fp
    if source is None:
        raise RecordError("this is not a ZIP that can be read")
    length = source.seek(0, os.SEEK_END)
    source.seek(max(0, length - _END_RECORD))
    end = source.read(_END_RECORD)
    if not end.startswith(b"PK\x05\x06") or end[20:] != b"\0\0":
        raise RecordError("something follows the ZIP's directory")
    if int.from_bytes(end[10:12], "little") not in {len(entries), _MAX16}:
        raise RecordError("the ZIP counts other files than its directory names")
    expected, slack = 0, 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        source.seek(entry.header_offset)
        header = source.read(_LOCAL_HEADER)
        if not expected <= entry.header_offset <= expected + slack or len(header) < _LOCAL_HEADER:
            raise RecordError("files of the ZIP overlap, or something lies between them")
        expected = entry.header_offset + _LOCAL_HEADER + _names_length(header) + entry.compress_size
        slack = _LONGEST_DESCRIPTOR if entry.flag_bits & _DESCRIBED else 0
    size, start = int.from_bytes(end[12:16], "little"), int.from_bytes(end[16:20], "little")
    wide = _WIDE_END if _MAX32 in {size, start} or end[10:12] == b"\xff\xff" else 0
    directory = length - _END_RECORD - wide - archive.start_dir
    if not expected <= archive.start_dir <= expected + slack or size not in {_MAX32, directory}:
        raise RecordError("files of the ZIP overlap, or something lies between them")


def _names_length(local_header: bytes) -> int:
    """Length of the name and of the extra field that follow a local header."""
    return int.from_bytes(local_header[26:28], "little") + int.from_bytes(local_header[28:30], "little")
