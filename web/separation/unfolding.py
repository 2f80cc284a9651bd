"""A sealed record laid out for comparison: its files in their order, each without what cryptography draws by lot."""

import hashlib
import io
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from zipfile import ZipFile

from odr.words import Reader, available, exact_size, size, use_reader

ZIP: Final = b"PK\x03\x04"
PDF: Final = b"%PDF"
_SIZE: Final = re.compile(rb"<premis:size>\d+</premis:size>")
_OXUM: Final = re.compile(rb"Payload-Oxum: \d+\.")
_DIGEST: Final = re.compile(rb"[0-9a-f]{64}|[A-Za-z0-9+/]{43}=")
PAYLOAD: Final = "data/"
_PREMIS: Final = "metadata/premis.xml"
_INFO: Final = "bag-info.txt"


@dataclass(slots=True)
class Lots:
    """Digests and lengths of what differs by lot alone, and what stands for each: the same in every life."""

    digests: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    lengths: dict[re.Pattern[bytes], tuple[bytes, tuple[bytes, ...]]] = field(
        default_factory=dict[re.Pattern[bytes], tuple[bytes, tuple[bytes, ...]]]
    )
    """How a length is told: what stands for it, and the words without any of which a text does not tell it."""

    def replace(self, raw: bytes) -> bytes:
        """Return a text that names these digests and lengths instead of telling them."""
        if self.digests:
            raw = _DIGEST.sub(lambda found: self.digests.get(found[0], found[0]), raw)
        for told, (said, words) in self.lengths.items():
            if any(word in raw for word in words):  # a pattern is tried at each place of a text: a hundred times slower
                raw = told.sub(said, raw)
        return raw

    def digest(self, what: str, content: bytes) -> None:
        """Name the SHA-256 of something."""
        digest, said = hashlib.sha256(content), f"[digest of {what}]".encode()
        self.digests[digest.hexdigest().encode()] = self.digests[b64encode(digest.digest())] = said

    def length(self, what: str, drawn: int, plain: int) -> None:
        """Name a length, in bytes and as people read it; what is compared is ``plain``, the length without the lot."""
        as_read: list[bytes] = []
        for language in available:
            with use_reader(Reader(language)):
                as_read += [words.encode() for words in (size(drawn), exact_size(drawn))]
        told = re.compile(rb"(?<![\d,])(?:%d(?!\d)|%s)" % (drawn, b"|".join(map(re.escape, as_read))))
        self.lengths[told] = (f"[length of {what}: {plain}]".encode(), (b"%d" % drawn, *as_read))


def unfolded(body: bytes, lots: Lots, plainly: Callable[[bytes], bytes], what: str = "the package") -> bytes:
    """Return a ZIP as text: its files by name, in their order, each as ``plainly`` says it, ZIPs among them unfolded.

    Digests and lengths of what differs by lot are then known to ``lots``, and stand by name in all that follows.
    """
    parts: list[bytes] = []
    shorter = drawn = told = 0
    lengths: dict[str, int] = {}
    for path, about, held in _files(body):
        inner = path.partition("/")[2]
        if held.startswith(ZIP) and "/" not in path:
            said = unfolded(held, lots, plainly, "the record")
        else:
            said = plainly(_without_lengths(inner, held, lengths))
        if said != held:
            lots.digest(path, held)
        if held.startswith(PDF) and len(said) != len(held):
            lots.length(path, len(held), len(said))
        lengths[inner] = len(said)
        if inner.startswith(PAYLOAD):
            drawn, told = drawn + len(held), told + len(said)
        shorter += len(held) - len(said)
        parts.append(f"\n=== {path} {about}\n".encode() + said)
    if told != drawn:
        lots.length("the payload", drawn, told)
    lots.digest(what, body)
    lots.length(what, len(body), len(body) - shorter)
    return b"".join(parts)


def first_revision(body: bytes) -> bytes:
    """Return a PDF as it was before it was sealed, and how often it was added to: seals, certificates, stamps."""
    end = body.find(b"%%EOF") + len(b"%%EOF")
    return body[:end] + f"\n[{body.count(b'%%EOF') - 1} revisions]".encode()


def _files(body: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Give the files of a ZIP: name, what else its directory tells (moment, rights, packing, notes), bytes."""
    with ZipFile(io.BytesIO(body)) as packed:
        yield "", f"{packed.comment!r}", b""
        for member in packed.infolist():
            moment, packing = member.date_time, (member.compress_type, member.flag_bits, member.create_system)
            about = f"{moment} {packing} {member.external_attr} {len(member.extra)} {member.comment!r}"
            yield member.filename, about, packed.read(member)


def _without_lengths(path: str, held: bytes, lengths: dict[str, int]) -> bytes:
    """Let a description of the payload tell the lengths that are compared, and not those that are drawn."""
    payload = [length for name, length in lengths.items() if name.startswith(PAYLOAD)]
    if path == _PREMIS:
        told = iter(payload)
        return _SIZE.sub(lambda _found: f"<premis:size>{next(told)}</premis:size>".encode(), held)
    if path == _INFO:
        return _OXUM.sub(f"Payload-Oxum: {sum(payload)}.".encode(), held)
    return held
