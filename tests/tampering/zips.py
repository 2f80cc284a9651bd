"""Tamperings with the ZIP that a sealed record lies in."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from typing import Final

from tests.tampering.records import contents, rezipped, zipped
from tests.tampering.table import REFERENCE, Good, Handed, flipped, tampering

ZIP: Final = "The ZIP of a sealed record"
CENTRAL: Final = b"PK\x01\x02"


def handed(good: Good, whole: bytes) -> Handed:
    return Handed(whole, good.seal.to_json())


def with_entry(good: Good, add: Callable[[zipfile.ZipFile], object]) -> Handed:
    """The record, with one more entry written by ``add``."""
    whole = io.BytesIO(rezipped(contents(good.record)))
    with zipfile.ZipFile(whole, "a") as archive:
        add(archive)
    return handed(good, whole.getvalue())


def patched(whole: bytes, signature: bytes, offset: int, value: bytes, *, last: bool = True) -> bytes:
    """A ZIP with a field of its last (or first) header of a kind overwritten."""
    at = (whole.rindex(signature) if last else whole.index(signature)) + offset
    return whole[:at] + value + whole[at + len(value) :]


@tampering(ZIP, "a symbolic link", "bytes")
def zip_link(good: Good) -> Handed:
    def add(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo(f"{REFERENCE}/data/evidence/link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")

    return with_entry(good, add)


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
    import warnings  # noqa: PLC0415 -- only here

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return with_entry(good, lambda archive: archive.writestr(f"{REFERENCE}/bagit.txt", b"x"))


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
    whole = io.BytesIO(zipped({"hidden.txt": b"hidden" * 10}))
    with zipfile.ZipFile(whole, "a") as archive:
        for path, data in contents(good.record).items():
            archive.writestr(zipfile.ZipInfo(f"{REFERENCE}/{path}"), data)
    with_hidden = whole.getvalue()
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
