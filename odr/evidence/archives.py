"""What a ZIP file holds, told from its directory alone, and one entry's bytes; nothing is unpacked to list it.

Reads through a seekable stream and does no other I/O. Whatever could hurt is named: either the whole archive is
refused, or the entry is left out with its reason and the others stay. Format: PKWARE APPNOTE 6.3.10.
"""

import re
import stat
import struct
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from odr.errors import UploadRefusedError
from odr.evidence.names import clean_file_name, extension_of

MOST_ENTRIES: Final = 10_000
LARGEST_DIRECTORY: Final = 16 * 1024 * 1024
TOTAL: Final = 4
"""How many times the limit of one file all entries together may measure."""
SMALL: Final = 64 * 1024 * 1024
STEEPEST: Final = 200
"""An entry larger than SMALL may be packed this many times smaller at most: real documents stay far below."""
LONGEST_PATH: Final = 400
PIECE: Final = 1024 * 1024

_LOCKED: Final = 0x1 | 0x40 | 0x2000  # encrypted, strongly encrypted, masked directory (section 4.4.4)
_UTF8: Final = 0x800
_UNIX: Final = 3
_UNICODE_PATH: Final = 0x7075  # Info-ZIP's extra field (section 4.6.9)
_LOCAL_HEADER: Final = 30
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_WIDE: Final = {0xFFFF, 0xFFFFFFFF}  # what stands where the true value is in the wide end
_LARGEST_TAIL: Final = _END.size + 0xFFFF
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_SYSTEM: Final = re.compile(
    r"(?i)(^|/)(\.ds_store|(eh)?thumbs\.db|desktop\.ini|__macosx|\.git)(/|$)|(^|/)(\._|~\$)[^/]*$"
)
_ARCHIVES: Final = frozenset({"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst", "jar", "cab", "iso"})
_BROKEN: Final = (BadZipFile, struct.error, zlib.error, EOFError, ValueError, NotImplementedError, OverflowError)


class LeftOut(StrEnum):
    """Why an entry can't become an exhibit."""

    OUTSIDE = "outside"  # its name leads out of the archive: .., a root, a drive
    UNCLEAR = "unclear"  # its name hides characters, or is none
    LINK = "link"  # no file, but a link or a device
    LOCKED = "locked"  # under a password
    METHOD = "method"  # packed in a way that is not opened here
    EMPTY = "empty"
    LARGE = "large"  # larger than a file may be
    STEEP = "steep"  # announces far more bytes than it holds
    BROKEN = "broken"  # contradicts itself


class Doubt(StrEnum):
    """What to know before an entry is chosen."""

    ARCHIVE = "archive"  # an archive in the archive: kept as a file, not opened
    TWICE = "twice"  # another entry has the same path
    SYSTEM = "system"  # made by a system, proves nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive: its place in the directory, its path as it may be shown, sizes in bytes."""

    index: int
    path: str
    size: int
    packed: int
    left_out: LeftOut | None
    doubts: tuple[Doubt, ...]

    @property
    def name(self) -> str:
        """The file's name alone, made harmless."""
        return clean_file_name(self.path)

    @property
    def ticked(self) -> bool:
        """Whether it is chosen unless somebody says otherwise."""
        return self.left_out is None and Doubt.SYSTEM not in self.doubts


@dataclass(frozen=True, slots=True)
class Listing:
    """What an archive holds: its files in their order, and how many folders hold nothing by themselves."""

    entries: tuple[Entry, ...]
    folders: int

    @property
    def total(self) -> int:
        """How many bytes the files measure that can be chosen."""
        return sum(entry.size for entry in self.entries if entry.left_out is None)


def list_archive(stream: IO[bytes], *, limit: int) -> Listing:
    """Return what an archive holds; ``limit`` is the largest size of one file, in bytes.

    Raises :class:`UploadRefusedError`: archive_unreadable, archive_too_many, archive_too_large, archive_overlaps,
    archive_without_files.
    """
    infos, start = _directory(stream)
    _refuse_overlaps(infos, start)
    files = [(index, info, _path_of(info)) for index, info in enumerate(infos)]
    files = [(index, info, path) for index, info, path in files if not path.endswith("/")]
    if sum(info.file_size for _, info, _ in files) > TOTAL * limit:
        raise UploadRefusedError("archive_too_large")
    met = Counter(path for _, _, path in files)
    entries = tuple(
        Entry(
            index=index,
            path=_shown(path),
            size=info.file_size,
            packed=info.compress_size,
            left_out=_left_out(info, path, limit),
            doubts=tuple(_doubts(path, twice=met[path] > 1)),
        )
        for index, info, path in files
    )
    if not any(entry.left_out is None for entry in entries):
        raise UploadRefusedError("archive_locked" if _all_locked(entries) else "archive_without_files")
    return Listing(entries, folders=len(infos) - len(files))


def read_entry(stream: IO[bytes], index: int, *, limit: int) -> Iterator[bytes]:
    """Give the bytes of the entry at ``index``, in pieces of 1 MiB at most; never more than the directory announces.

    Raises :class:`UploadRefusedError` (``entry_broken``) where they end early, or are not those of their checksum.
    """
    infos, _ = _directory(stream)
    try:
        info = infos[index]
        if _left_out(info, _path_of(info), limit) is not None:
            raise UploadRefusedError("entry_broken")
        left = info.file_size
        with ZipFile(stream) as archive, archive.open(info) as file:
            while left and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece
            if left or file.read(1):
                raise UploadRefusedError("entry_broken")
    except (*_BROKEN, IndexError) as error:
        raise UploadRefusedError("entry_broken") from error


def _directory(stream: IO[bytes]) -> tuple[list[ZipInfo], int]:
    """Read an archive's directory once its size and its count are known to be small enough; where it starts."""
    try:
        count, size = _announced(stream)
    except _BROKEN as error:
        raise UploadRefusedError("archive_unreadable") from error
    if count > MOST_ENTRIES or size > LARGEST_DIRECTORY:
        raise UploadRefusedError("archive_too_many")
    try:
        archive = ZipFile(stream)
    except _BROKEN as error:
        raise UploadRefusedError("archive_unreadable") from error
    infos = archive.infolist()
    if len(infos) != count:
        raise UploadRefusedError("archive_unreadable")
    return infos, archive.start_dir


def _announced(stream: IO[bytes]) -> tuple[int, int]:
    """Return how many entries the end of the archive announces, and how many bytes of directory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _LARGEST_TAIL))
    tail = stream.read(_LARGEST_TAIL)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0:
        raise BadZipFile
    _, disk, first_disk, _, count, directory, offset, _ = _END.unpack_from(tail, place)
    if disk != first_disk:
        raise BadZipFile
    locator = place - _LOCATOR_64.size
    if not {count, directory, offset} & _WIDE or locator < 0 or tail[locator : locator + 4] != b"PK\x06\x07":
        return count, directory
    stream.seek(_LOCATOR_64.unpack_from(tail, locator)[2])
    wide = _END_64.unpack(stream.read(_END_64.size))
    if wide[0] != b"PK\x06\x06":
        raise BadZipFile
    return wide[7], wide[8]


def _refuse_overlaps(infos: list[ZipInfo], start: int) -> None:
    """Refuse an archive whose entries share bytes: that is how a small one becomes enormous."""
    end = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < end:
            raise UploadRefusedError("archive_overlaps")
        end = info.header_offset + _LOCAL_HEADER + len(_raw_name(info)) + info.compress_size
    if end > start:
        raise UploadRefusedError("archive_overlaps" if len(infos) > 1 else "archive_unreadable")


def _raw_name(info: ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _path_of(info: ZipInfo) -> str:
    """Return an entry's name: Unicode as it says so, or as it reads so, else in the old code page; ``/`` separates."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = _raw_name(info)
        try:
            name = _unicode_path(info.extra, raw) or raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp437")
    return unicodedata.normalize("NFC", name).replace("\\", "/")


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Return the name that Info-ZIP's extra field gives, if it was written for this very name."""
    while len(extra) >= 4:  # noqa: PLR2004 -- a field's head
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:  # noqa: PLR2004 -- version and checksum
            return field[5:].decode() if struct.unpack_from("<L", field, 1)[0] == zlib.crc32(raw) else None
    return None


def _left_out(info: ZipInfo, path: str, limit: int) -> LeftOut | None:
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    parts = path.split("/")
    reasons = (
        (LeftOut.OUTSIDE, path.startswith("/") or ".." in parts or bool(_DRIVE.match(path))),
        (LeftOut.UNCLEAR, not parts[-1].strip(". ") or any(_hides(c) for c in path)),
        (LeftOut.LINK, bool(stat.S_IFMT(mode)) and not stat.S_ISREG(mode)),
        (LeftOut.LOCKED, bool(info.flag_bits & _LOCKED)),
        (LeftOut.METHOD, info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}),
        (LeftOut.EMPTY, info.file_size == 0),
        (LeftOut.LARGE, info.file_size > limit),
        (LeftOut.STEEP, info.file_size > SMALL and info.file_size > STEEPEST * info.compress_size),
        (LeftOut.BROKEN, info.compress_type == ZIP_STORED and info.file_size != info.compress_size),
    )
    return next((reason for reason, applies in reasons if applies), None)


def _hides(character: str) -> bool:
    return character in _DIRECTIONS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _doubts(path: str, *, twice: bool) -> Iterator[Doubt]:
    if extension_of(path.rpartition("/")[2]) in _ARCHIVES:
        yield Doubt.ARCHIVE
    if twice:
        yield Doubt.TWICE
    if _SYSTEM.search(path):
        yield Doubt.SYSTEM


def _shown(path: str) -> str:
    """Return a path that a page can show: nothing hidden, no longer than it may be, its end kept."""
    plain = "".join("\N{REPLACEMENT CHARACTER}" if _hides(c) else c for c in path)
    return plain if len(plain) <= LONGEST_PATH else f"…{plain[1 - LONGEST_PATH :]}"


def _all_locked(entries: tuple[Entry, ...]) -> bool:
    return bool(entries) and all(entry.left_out is LeftOut.LOCKED for entry in entries)
