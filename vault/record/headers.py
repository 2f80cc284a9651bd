"""The headers of the one ZIP that we write: a writer puts them down, a reader holds every byte of a file against them.

Entries are stored, data descriptors follow each (bit 3), names are UTF-8 (bit 11), all bear one date, and ZIP64 appears
only where it is needed (APPNOTE 6.3.10).
"""

import struct
from datetime import datetime
from typing import Final

from vault.errors import RecordError

FLAGS: Final = 0x0808
STORED: Final = 0
FILE_MODE: Final = 0o100644 << 16
MAX32: Final = 0xFFFFFFFF
MAX16: Final = 0xFFFF
_PLAIN: Final = 20
_ZIP64: Final = 45
_UNIX: Final = 3 << 8
_FIRST_YEAR: Final = 1980
_LAST_YEAR: Final = 2107


def dos_time(moment: datetime) -> tuple[int, int]:
    """Time and date as a ZIP writes them. Raises RecordError outside its years."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise RecordError("a ZIP cannot bear this date")
    date = (moment.year - _FIRST_YEAR) << 9 | moment.month << 5 | moment.day
    return moment.hour << 11 | moment.minute << 5 | moment.second // 2, date


def local_header(name: bytes, stamp: tuple[int, int], *, large: bool) -> bytes:
    """What stands before an entry."""
    extra = struct.pack("<HHQQ", 1, 16, 0, 0) if large else b""
    size = MAX32 if large else 0
    version = _ZIP64 if large else _PLAIN
    fixed = struct.pack(
        "<4sHHHHHIIIHH", b"PK\x03\x04", version, FLAGS, STORED, *stamp, 0, size, size, len(name), len(extra)
    )
    return fixed + name + extra


def describe(crc: int, size: int, *, large: bool) -> bytes:
    """What stands behind an entry."""
    return struct.pack("<4sIQQ" if large else "<4sIII", b"PK\x07\x08", crc, size, size)


def central_header(name: bytes, stamp: tuple[int, int], crc: int, size: int, offset: int) -> bytes:
    """What the directory says of an entry."""
    wide = (struct.pack("<QQ", size, size) if size >= MAX32 else b"") + (
        struct.pack("<Q", offset) if offset >= MAX32 else b""
    )
    extra = struct.pack("<HH", 1, len(wide)) + wide if wide else b""
    version = _ZIP64 if wide else _PLAIN
    return (
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            _UNIX | version,
            version,
            FLAGS,
            STORED,
            *stamp,
            crc,
            min(size, MAX32),
            min(size, MAX32),
            len(name),
            len(extra),
            0,
            0,
            0,
            FILE_MODE,
            min(offset, MAX32),
        )
        + name
        + extra
    )


def end_of(count: int, central: int, offset: int) -> bytes:
    """The end of a directory of ``central`` bytes that begins at ``offset``."""
    wide = b""
    if count >= MAX16 or central >= MAX32 or offset >= MAX32:
        wide = struct.pack(
            "<4sQHHIIQQQQ", b"PK\x06\x06", 44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, central, offset
        ) + struct.pack("<4sIQI", b"PK\x06\x07", 0, offset + central, 1)
    number = min(count, MAX16)
    return wide + struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, number, number, min(central, MAX32), min(offset, MAX32), 0
    )
