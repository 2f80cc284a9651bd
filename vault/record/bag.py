"""A bag (BagIt 1.0, RFC 8493) written as a ZIP stream, in constant memory; every file is in a manifest.

Payload first, then the tag files that need its digests, then the two manifests. RFC 8493 leaves the tag manifest
itself unlisted: its digest is the seal.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vault.errors import RecordError
from vault.record.archive import Archive, Source, source_from_bytes
from vault.record.names import PathSet, check_path

PAYLOAD: Final = "data/"
DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
OWN_FILES: Final = ("bagit.txt", "bag-info.txt", MANIFEST, TAG_MANIFEST)


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it went into the bag: its path, its size and its SHA-256."""

    path: str
    size: int
    sha256: bytes


@dataclass(slots=True)
class Bag:
    """Writes one bag. ``seal`` is the tag manifest's SHA-256, once the stream has ended.

    ``tags`` are tag files; ``late_tags`` makes more of them from what the payload turned out to be.
    ``info`` are lines of bag-info.txt; Bagging-Date and Payload-Oxum are added.
    """

    name: str
    made_at: datetime
    payload: Sequence[Source]
    tags: Sequence[Source]
    late_tags: Callable[[Sequence[Written]], Sequence[Source]]
    info: Sequence[tuple[str, str]]
    seal: bytes | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Refuse names that could climb out of the bag or collide, before any byte is written."""
        check_path(self.name)
        if "/" in self.name:
            raise RecordError("a bag's name is one folder")
        if not all(source.path.startswith(PAYLOAD) for source in self.payload):
            raise RecordError("payload lies under data/")
        self._check(self.tags)

    async def stream(self) -> AsyncIterator[bytes]:
        """Write the bag; may be run once. Raises RecordError when a file is not of its declared size."""
        archive = Archive(self.made_at)
        payload: list[Written] = []
        async for chunk in self._add(archive, self.payload, payload):
            yield chunk
        late = self.late_tags(payload)
        self._check([*self.tags, *late])
        tags: list[Written] = []
        first = [
            source_from_bytes("bagit.txt", DECLARATION),
            source_from_bytes("bag-info.txt", self._info(payload)),
            source_from_bytes(MANIFEST, manifest(payload)),
        ]
        async for chunk in self._add(archive, [*first, *self.tags, *late], tags):
            yield chunk
        listing = manifest(tags)
        async for chunk in self._add(archive, [source_from_bytes(TAG_MANIFEST, listing)], []):
            yield chunk
        yield archive.close()
        self.seal = hashlib.sha256(listing).digest()

    async def _add(self, archive: Archive, sources: Sequence[Source], done: list[Written]) -> AsyncIterator[bytes]:
        for source in sources:
            digest = hashlib.sha256()
            placed = Source(f"{self.name}/{source.path}", source.size, source.chunks)
            async for chunk in archive.add(placed, watch=digest.update):
                yield chunk
            done.append(Written(source.path, source.size, digest.digest()))

    def _check(self, tags: Sequence[Source]) -> None:
        paths = PathSet()
        for path in (*OWN_FILES, *(source.path for source in (*self.payload, *tags))):
            paths.add(path)
        if any(source.path.startswith(PAYLOAD) for source in tags):
            raise RecordError("tag files lie outside data/")

    def _info(self, payload: Sequence[Written]) -> bytes:
        size = sum(written.size for written in payload)
        lines = [*self.info, ("Bagging-Date", f"{self.made_at:%Y-%m-%d}"), ("Payload-Oxum", f"{size}.{len(payload)}")]
        if any("\n" in text or "\r" in text or ":" in label for label, value in lines for text in (label, value)):
            raise RecordError("a line of bag-info.txt would break in two")
        return "".join(f"{label}: {value}\n" for label, value in lines).encode()


def manifest(files: Sequence[Written]) -> bytes:
    """Write a manifest, sorted by path (RFC 8493 section 2.1.3)."""
    lines = sorted(f"{encode_path(written.path)}\0{written.sha256.hex()}" for written in files)
    return "".join("{1}  {0}\n".format(*line.split("\0")) for line in lines).encode()


def encode_path(path: str) -> str:
    """Percent-encode what a manifest's line could not bear: CR, LF and the percent sign itself."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
