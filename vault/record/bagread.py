"""Reading a bag (RFC 8493) and checking every file against its manifests, in constant memory."""

import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Final

from vault.errors import RecordError
from vault.record.bag import MANIFEST, PAYLOAD, TAG_MANIFEST
from vault.record.files import Files
from vault.record.names import PathSet, check_path

MAX_TAG_FILE: Final = 64 * 1024 * 1024
_READ_BYTES: Final = 1024 * 1024
_ALGORITHMS: Final = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
_DECLARATION: Final = re.compile(r"BagIt-Version: ([0-9]+)\.([0-9]+)\r?\nTag-File-Character-Encoding: (\S+)\r?\n?")
_MANIFEST: Final = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_LINE: Final = re.compile(r"([0-9A-Fa-f]+)[ \t]+\*?(\S.*)")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_OLDEST: Final = (0, 93)
_NEWEST: Final = (1, 0)
_OXUM: Final = re.compile(r"^Payload-Oxum[ \t]*:[ \t]*([0-9]+)\.([0-9]+)[ \t]*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BagFacts:
    """A bag whose every listed file was read and found right."""

    files: int
    size: int
    tag_manifest_sha256: bytes | None


def read_bag(files: Files, *, sealed: bool) -> BagFacts:
    """Check a whole bag. ``sealed`` asks for all that our own records promise beyond RFC 8493.

    That is: version 1.0 in UTF-8, SHA-256 manifests, no file left to fetch, and **every** file in a manifest (the tag
    manifest alone is in none). Raises RecordError that names the first thing that is wrong.
    """
    sizes = files.sizes
    encoding = _declaration(_read(files, sizes, "bagit.txt"), sealed=sealed)
    if "fetch.txt" in sizes:
        raise RecordError("the bag leaves files to be fetched from elsewhere")
    expected = _expected(files, sizes, encoding, sealed=sealed)
    if sealed and (strays := sizes.keys() - expected.keys() - {TAG_MANIFEST}):
        raise RecordError(f"{min(strays)} is in no manifest")
    for path, digests in expected.items():
        _check_file(files, sizes, path, digests)
    payload = [size for path, size in sizes.items() if path.startswith(PAYLOAD)]
    if "bag-info.txt" in sizes:
        oxum = _OXUM.search(_text(files, sizes, "bag-info.txt", encoding))
        if oxum and (int(oxum[1]), int(oxum[2])) != (sum(payload), len(payload)):
            raise RecordError("the bag does not hold as much as it says (Payload-Oxum)")
    seal = hashlib.sha256(_read(files, sizes, TAG_MANIFEST)).digest() if TAG_MANIFEST in sizes else None
    return BagFacts(len(payload), sum(payload), seal)


def read_small(files: Files, path: str) -> bytes:
    """Read a file of at most 64 MiB whole. Raises RecordError when it is missing or larger."""
    return _read(files, files.sizes, path)


def _declaration(data: bytes, *, sealed: bool) -> str:
    try:
        match = _DECLARATION.fullmatch(data.decode())
    except UnicodeDecodeError:
        match = None
    if match is None:
        raise RecordError("bagit.txt is not as RFC 8493 asks")
    version, encoding = (int(match[1]), int(match[2])), match[3]
    if not _OLDEST <= version <= _NEWEST or (sealed and (version != _NEWEST or encoding != "UTF-8")):
        raise RecordError("the bag is of a version or an encoding that is not read here")
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise RecordError("the bag is in an unknown encoding") from None
    return encoding


def _expected(files: Files, sizes: Mapping[str, int], encoding: str, *, sealed: bool) -> dict[str, dict[str, str]]:
    """Digests that the manifests promise: path → algorithm → hexadecimal digest."""
    found = {path: match for path in sizes if (match := _MANIFEST.fullmatch(path))}
    if sealed and not {MANIFEST, TAG_MANIFEST} <= found.keys():
        raise RecordError("the bag lacks a SHA-256 manifest")
    if all(match[1] for match in found.values()):
        raise RecordError("the bag has no manifest")
    expected: dict[str, dict[str, str]] = {}
    payload = {path for path in sizes if path.startswith(PAYLOAD)}
    for path, match in found.items():
        tag, algorithm = bool(match[1]), match[2]
        if algorithm not in _ALGORITHMS:
            raise RecordError("a manifest of the bag uses an unknown digest")
        lines = _manifest(_text(files, sizes, path, encoding), sealed=sealed)
        if any(entry.startswith(PAYLOAD) == tag for entry in lines):
            raise RecordError(f"{path} lists a file that it must not list")
        if not tag and (strays := payload ^ lines.keys()):
            raise RecordError(f"{min(strays)} is listed but missing, or there but not listed in {path}")
        for entry, digest in lines.items():
            expected.setdefault(entry, {})[algorithm] = digest
    return expected


def _manifest(text: str, *, sealed: bool) -> dict[str, str]:
    lines: dict[str, str] = {}
    paths = PathSet()
    for line in _LINE_END.split(text):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise RecordError("a line of a manifest is malformed")
        path = match[2].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        if not sealed:
            path = path.removeprefix("./")
        check_path(path)
        if path in lines:
            raise RecordError(f"{path} is listed twice")
        paths.add(path)
        lines[path] = match[1].lower()
    return lines


def _check_file(files: Files, sizes: Mapping[str, int], path: str, expected: Mapping[str, str]) -> None:
    if path not in sizes:
        raise RecordError(f"{path} is listed but missing")
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in expected}
    count = 0
    with files.open(path) as source:
        while chunk := _chunk(source, path):
            count += len(chunk)
            for digest in digests.values():
                digest.update(chunk)
    if count != sizes[path]:
        raise RecordError(f"{path} is not as long as it was said to be")
    for name, value in expected.items():
        if digests[name].hexdigest() != value:
            raise RecordError(f"{path} is not the file that was sealed")


def _text(files: Files, sizes: Mapping[str, int], path: str, encoding: str) -> str:
    try:
        return _read(files, sizes, path).decode(encoding)
    except UnicodeDecodeError:
        raise RecordError(f"{path} is not in the bag's encoding") from None


def _read(files: Files, sizes: Mapping[str, int], path: str) -> bytes:
    if path not in sizes:
        raise RecordError(f"{path} is missing")
    if sizes[path] > MAX_TAG_FILE:
        raise RecordError(f"{path} is too large to be what it says")
    with files.open(path) as source:
        data = b""
        while chunk := _chunk(source, path):
            data += chunk
            if len(data) > MAX_TAG_FILE:
                raise RecordError(f"{path} is too large to be what it says")
    return data


def _chunk(source: IO[bytes], path: str) -> bytes:
    try:
        return source.read(_READ_BYTES)
    except OSError:
        raise RecordError(f"{path} is damaged") from None
