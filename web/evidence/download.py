"""How a file leaves: its headers, and which range of it was asked for (RFC 6266, 8187, 9110); no I/O."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from litestar import Response

from odr.evidence.names import download_name
from odr.evidence.openings import FileFacts

SAFE_TYPES: Final = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that a browser shows without running anything. Everything else leaves as plain bytes."""

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_ATTR_CHARS: Final = "!#$&+-.^_`|~"


@dataclass(frozen=True, slots=True)
class Slice:
    """The bytes ``[start, stop)`` of a file of ``size`` bytes; ``partial`` when they answer a Range."""

    start: int
    stop: int
    size: int
    partial: bool

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.stop - self.start


def etag_of(sha256: bytes) -> str:
    """Return a file's strong entity tag: its digest."""
    return f'"{sha256.hex()}"'


def slice_of(size: int, etag: str, range_header: str | None, if_range: str | None) -> Slice | None:
    """Return what to send: the range asked for, or all of it where it doesn't apply; ``None`` = unsatisfiable (416).

    Several ranges, other units and malformed ones are ignored, as RFC 9110 section 14.2 allows; so is a range under an
    If-Range that is not this very file's strong tag.
    """
    whole = Slice(0, size, size, partial=False)
    found = _RANGE.fullmatch(range_header.strip()) if range_header else None
    if found is None or (if_range is not None and if_range.strip() != etag):
        return whole
    first, last = found.groups()
    if not first and not last:
        return whole
    if not first:
        length = min(int(last), size)
        return Slice(size - length, size, size, partial=True) if length else None
    start = int(first)
    stop = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return whole
    return Slice(start, stop, size, partial=True) if start < size else None


def headers_of(facts: FileFacts, piece: Slice) -> dict[str, str]:
    """Return the headers of a file or of a range of it: always a download, never a page of this site."""
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Disposition": disposition(facts.file_name),
        "Content-Length": str(piece.length),
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "ETag": etag_of(facts.sha256),
        "X-Content-Type-Options": "nosniff",
    }
    if piece.partial:
        headers["Content-Range"] = f"bytes {piece.start}-{piece.stop - 1}/{piece.size}"
    return headers


def type_of(facts: FileFacts) -> str:
    """Return the Content-Type under which a file leaves."""
    return facts.media_type if facts.media_type in SAFE_TYPES else "application/octet-stream"


def proof_file(name: str, proof: bytes) -> Response[bytes]:
    """Answer with a proof to save, byte for byte: canonical JSON."""
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "no-store"}
    return Response(proof, media_type="application/json", headers=headers)


def disposition(name: str) -> str:
    """Return a Content-Disposition that saves under ``name``: exact for today's browsers, in ASCII for the others."""
    safe = download_name(name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    fallback = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in plain).strip() or "document"
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(safe, safe=_ATTR_CHARS)}"
