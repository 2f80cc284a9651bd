"""Tamperings with the ZIP that a sealed record lies in."""

import io
import stat
import struct
import zipfile
from collections.abc import AsyncIterator, Callable
from typing import Final

from tests.proofs import NOW, gathered
from tests.tampering.records import contents, rezipped, zipped
from tests.tampering.table import REFERENCE, Good, Handed, flipped, package, tampering
from vault.record.archive import Archive, source_from_bytes

ZIP: Final = "The ZIP of a sealed record"
CENTRAL: Final = b"PK\x01\x02"


def handed(good: Good, whole: bytes) -> Handed:
    return Handed(whole, good.seal.to_json())


def with_entry(good: Good, add: Callable[[zipfile.ZipFile], object]) -> Handed:
    """The record, with one more entry written by ``add`` with another program."""
    whole = io.BytesIO(rezipped(contents(good.record)))
    with zipfile.ZipFile(whole, "a") as archive:
        add(archive)
    return handed(good, whole.getvalue())


def zipped_twice(files: list[tuple[str, bytes]]) -> bytes:
    """A record of these files as ours are written, in which a path may stand twice."""

    async def stream() -> AsyncIterator[bytes]:
        archive = Archive(NOW)
        for path, data in files:
            async for chunk in archive.add(source_from_bytes(f"{REFERENCE}/{path}", data)):
                yield chunk
        yield archive.close()

    return gathered(stream())


def patched(whole: bytes, signature: bytes, offset: int, value: bytes, *, last: bool = True) -> bytes:
    """A ZIP with a field of its last (or first) header of a kind overwritten."""
    at = (whole.rindex(signature) if last else whole.index(signature)) + offset
    return whole[:at] + value + whole[at + len(value) :]


@tampering(ZIP, "a file made a symbolic link", "bytes")
def zip_link(good: Good) -> Handed:
    mode = struct.pack("<I", (stat.S_IFLNK | 0o777) << 16)
    return handed(good, patched(good.record, CENTRAL, 38, mode))


@tampering(ZIP, "a file that grows a thousandfold when it is read", "bytes")
def zip_bomb(good: Good) -> Handed:
    entry = f"{REFERENCE}/data/evidence/bomb"
    return with_entry(good, lambda archive: archive.writestr(entry, bytes(8 << 20), zipfile.ZIP_DEFLATED))


@tampering(ZIP, "a file that says it is smaller than it is when read", "bytes")
def zip_lying(good: Good) -> Handed:
    files = {f"{REFERENCE}/{path}": data for path, data in contents(good.record).items()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    return handed(good, patched(written.getvalue(), CENTRAL, 24, struct.pack("<I", 10), last=False))


@tampering(ZIP, "an entry marked as encrypted", "bytes")
def zip_encrypted(good: Good) -> Handed:
    return handed(good, patched(good.record, CENTRAL, 8, b"\x09"))


@tampering(ZIP, "two entries that share their bytes", "bytes")
def zip_overlapping(good: Good) -> Handed:
    return handed(good, patched(good.record, CENTRAL, 42, struct.pack("<I", 0)))


@tampering(ZIP, "the same path twice", "bytes")
def zip_doubled(good: Good) -> Handed:
    files = list(contents(good.record).items())
    return handed(good, zipped_twice([*files, ("bagit.txt", b"x")]))


@tampering(ZIP, "bytes appended after its end", "bytes")
def zip_appended(good: Good) -> Handed:
    return handed(good, good.record + b"more")


@tampering(ZIP, "a comment at its end", "bytes")
def zip_commented(good: Good) -> Handed:
    whole = io.BytesIO(good.record)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.comment = b"verified by nobody"
    return handed(good, whole.getvalue())


@tampering(ZIP, "bytes put before its beginning", "bytes")
def zip_prefixed(good: Good) -> Handed:
    return handed(good, b"#!/bin/sh\nexit\n" + good.record)


@tampering(ZIP, "a file between two entries that the directory does not name", "bytes")
def zip_hidden(good: Good) -> Handed:
    files = {f"{REFERENCE}/{path}": data for path, data in contents(good.record).items()}
    with_hidden = zipped({"hidden.txt": b"hidden" * 10, **files})
    start = with_hidden.index(CENTRAL)
    size = 46 + len("hidden.txt")
    end = bytearray(with_hidden[-22:])
    count = struct.unpack_from("<H", end, 10)[0] - 1
    struct.pack_into("<HHI", end, 8, count, count, struct.unpack_from("<I", end, 12)[0] - size)
    return handed(good, with_hidden[:start] + with_hidden[start + size : -22] + bytes(end))


@tampering(ZIP, "another name in an entry's own header than in the directory", "bytes")
def zip_two_names(good: Good) -> Handed:
    name = f"{REFERENCE}/bag-info.txt".encode()
    return handed(good, good.record.replace(name, name.replace(b"info", b"data"), 1))


@tampering(ZIP, "an entry's checksum", "bytes")
def zip_checksum(good: Good) -> Handed:
    at = good.record.rindex(CENTRAL) + 16
    return handed(good, flipped(good.record, at))


@tampering(ZIP, "its last bytes cut off", "bytes")
def zip_cut(good: Good) -> Handed:
    return handed(good, good.record[:-30])


@tampering(ZIP, "its first half only", "bytes")
def zip_half(good: Good) -> Handed:
    return handed(good, good.record[: len(good.record) // 2])


@tampering(ZIP, "a name that is not UTF-8", "bytes")
def zip_bad_name(good: Good) -> Handed:
    return handed(good, good.record.replace("d'\u00e9t\u00e9".encode(), b"d'\xff\xfe\xff\xfe"))


@tampering(ZIP, "the record compressed inside its package", "bytes")
def zip_compressed_inside(good: Good) -> Handed:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(f"{REFERENCE}.zip", good.record, zipfile.ZIP_DEFLATED)
        archive.writestr(f"{REFERENCE}.receipt.json", good.seal.to_json())
    return Handed(written.getvalue(), None)


@tampering(ZIP, "more files than any record holds, says its directory", "bytes")
def zip_counting(good: Good) -> Handed:
    return handed(good, good.record[:-12] + b"\xfe\xff" + good.record[-10:])


@tampering(ZIP, "another way of packing than those that are read", "bytes")
def zip_method(good: Good) -> Handed:
    return handed(good, patched(good.record, CENTRAL, 10, struct.pack("<H", 14)))


@tampering(
    ZIP, "unpacked and packed again by another program", "bytes", note="the folder still verifies, and it says so"
)
def zip_anew(good: Good) -> Handed:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for path, data in contents(good.record).items():
            archive.writestr(zipfile.ZipInfo(f"{REFERENCE}/{path}"), data)
    return handed(good, written.getvalue())


LOCAL: Final = b"PK\x03\x04"
DESCRIPTOR: Final = b"PK\x07\x08"
FIELDS: Final[tuple[tuple[str, str, bytes, int, bytes], ...]] = (
    ("local_version", "the version that an entry's own header asks for", LOCAL, 4, b"\x2d"),
    ("local_flags", "the flags in an entry's own header", LOCAL, 6, b"\x00"),
    ("local_method", "the packing in an entry's own header", LOCAL, 8, b"\x08"),
    ("local_time", "the time in an entry's own header", LOCAL, 10, b"\x01\x00"),
    ("local_date", "the date in an entry's own header", LOCAL, 12, b"\x21\x00"),
    ("local_checksum", "a checksum in an entry's own header", LOCAL, 14, b"\x01"),
    ("local_size", "a size in an entry's own header", LOCAL, 22, b"\x01"),
    ("descriptor_checksum", "the checksum behind an entry", DESCRIPTOR, 4, b"\x00\x00\x00\x01"),
    ("descriptor_size", "the size behind an entry", DESCRIPTOR, 12, b"\x00\x00\x00\x01"),
    ("central_maker", "the system that the directory says made an entry", CENTRAL, 5, b"\x00"),
    ("central_version", "the version that the directory asks for", CENTRAL, 6, b"\x0a"),
    ("central_flags", "the flags in the directory", CENTRAL, 8, b"\x00"),
    ("central_time", "the time in the directory", CENTRAL, 12, b"\x01\x00"),
    ("central_date", "the date in the directory", CENTRAL, 14, b"\x21\x00"),
    ("central_disk", "the disk in the directory", CENTRAL, 34, b"\x01"),
    ("central_inner", "the inner attributes in the directory", CENTRAL, 36, b"\x01"),
    ("central_mode", "the rights in the directory", CENTRAL, 38, b"\x20\x00\xff"),
    ("end_disk", "the disk at the directory's end", b"PK\x05\x06", 4, b"\x01"),
    ("end_count", "the count on this disk at the directory's end", b"PK\x05\x06", 8, b"\x01"),
)
"""What an unpacking program may believe or ignore: name, in words, which header, where in it, what is put there."""


def _field(signature: bytes, offset: int, value: bytes) -> Callable[[Good], Handed]:
    return lambda good: handed(good, patched(good.record, signature, offset, value))


for _name, _what, _signature, _offset, _value in FIELDS:
    _make = _field(_signature, _offset, _value)
    _make.__name__ = f"zip_{_name}"
    tampering(ZIP, _what, "bytes")(_make)


@tampering(
    ZIP, "one date and time exchanged for another in the first entry, in its own header and in the directory", "bytes"
)
def zip_one_date(good: Good) -> Handed:
    once = patched(good.record, LOCAL, 10, b"\x01\x00\x21\x00", last=False)
    return handed(good, patched(once, CENTRAL, 12, b"\x01\x00\x21\x00", last=False))


@tampering(ZIP, "the entries named in another order by the directory", "bytes")
def zip_order(good: Good) -> Handed:
    start = good.record.index(CENTRAL)
    second = good.record.index(CENTRAL, start + 4)
    third = good.record.index(CENTRAL, second + 4)
    return handed(
        good,
        good.record[:start] + good.record[second:third] + good.record[start:second] + good.record[third:],
    )


@tampering(ZIP, "a comment of an entry in the directory", "bytes")
def zip_entry_comment(good: Good) -> Handed:
    whole = io.BytesIO(good.record)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.infolist()[0].comment = b"seen"
        archive.comment = b"x"  # has the directory written anew
        archive.comment = b""
    return handed(good, whole.getvalue())


@tampering(ZIP, "a word of the sheet that lies beside the record in its package", "bytes")
def zip_package_sheet(good: Good) -> Handed:
    whole = package(good).content
    at = whole.index(b"entente verify")
    return Handed(flipped(whole, at), None)
