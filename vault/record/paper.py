"""The machine's receipt inside a paper, and what a certificate states: found among a PDF's embedded files; no I/O.

Nothing of the PDF is believed, not even its structure: what is found is a proof, to be read and followed as any other.
"""

import re
import zlib
from typing import Final

from vault.errors import ProofError
from vault.ledger.proofs import MAX_BYTES

MAX_PDF: Final = 16 * 1024 * 1024
PDF_SIGNATURE: Final = b"%PDF-"
_EMBEDDED: Final = re.compile(rb"/Type\s*/EmbeddedFile\b")
_STREAM: Final = re.compile(rb"stream\r?\n")
_LENGTH: Final = re.compile(rb"/Length\s+(\d{1,9})\b(?!\s+\d+\s+R)")
_PROOF: Final = re.compile(rb'"format":"entente-(?:receipt|existence)/v1"')
_DESTRUCTION: Final = re.compile(rb'"format":"entente-destruction/v1"')


def bears_signature(pdf: bytes) -> bool:
    """Whether bytes look like a PDF with an electronic signature or seal inside; whether that holds is not said."""
    return pdf.startswith(PDF_SIGNATURE) and b"/ByteRange" in pdf


def proof_on_paper(pdf: bytes) -> bytes:
    """Return the first proof that is attached to a PDF. Raises ProofError when there is none."""
    found = _attached(pdf, _PROOF)
    if found is None:
        raise ProofError("no receipt is attached to this PDF")
    return found


def destruction_on_paper(pdf: bytes) -> bytes | None:
    """Return the statement of a destruction that is attached to its certificate, if it is there."""
    return _attached(pdf, _DESTRUCTION)


def _attached(pdf: bytes, mark: re.Pattern[bytes]) -> bytes | None:
    for found in _EMBEDDED.finditer(pdf):
        opened = _STREAM.search(pdf, found.start())
        end = pdf.find(b"endstream", found.start())
        if opened is None or end < opened.start():
            continue
        head = pdf[max(pdf.rfind(b" obj", 0, found.start()), 0) : opened.start()]
        length = _LENGTH.search(head)
        stored = pdf[opened.end() : opened.end() + int(length[1]) if length else end]
        plain = _inflated(stored) if b"/FlateDecode" in head else stored
        if plain is not None and len(plain) <= MAX_BYTES and mark.search(plain):
            return plain
    return None


def _inflated(data: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(data, MAX_BYTES + 1)
    except zlib.error:
        return None
