"""Tamperings with a PDF that the platform sealed, and its receipt: a PDF reader finds them too (test_pdf_seal.py)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final
from unittest.mock import patch

import typst
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers

from tests.pades import appended, second_signer
from tests.proofs import a_receipt, stamped_by
from tests.tampering.table import Good, Handed, flipped, sha256, tampering
from vault import JSON
from vault.authority import serve
from vault.pdf.papers import Papers

SEALED: Final = "A sealed document (PDF) and its receipt"
_TEXT: Final = b'#set document(title: "Accord")\n#set text(lang: "fr")\n= Accord\nLes parties sont convenues.'


@cache
def set_document() -> bytes:
    """A document as typst sets it: tagged PDF/A-3a."""
    made_at = datetime(2026, 1, 1, tzinfo=UTC)
    return typst.compile(_TEXT, format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=made_at)


def sealed_document(good: Good) -> bytes:
    """The same, sealed and time-stamped."""
    return _sealed(good.folder)


@cache
def _sealed(folder: Path) -> bytes:
    with serve(folder / "pdf") as authority, ThreadPoolExecutor(1) as apart:  # pyHanko wants a loop of its own
        return apart.submit(Papers(None, "Centre", [authority]).seal, set_document()).result().pdf


def document(good: Good) -> Handed:
    """A sealed document and its receipt, as they are."""
    return handed(good, sealed_document(good))


def handed(good: Good, pdf: bytes) -> Handed:
    whole = sealed_document(good)
    event: dict[str, JSON] = {"event": "AgreementDocumented", "sha256": sha256(whole), "size": len(whole)}
    return Handed(pdf, stamped_by(a_receipt(event), good.authority).to_json())


@tampering(SEALED, "one bit under the seal", "bytes", "seal")
def document_flipped(good: Good) -> Handed:
    whole = sealed_document(good)
    return handed(good, flipped(whole, whole.index(b"/CreationDate") + 20))


@tampering(SEALED, "a revision appended after the seal", "bytes", "seal")
def document_appended(good: Good) -> Handed:
    return handed(good, appended(sealed_document(good)))


@tampering(SEALED, "a second signer", "bytes", "seal")
def document_signed_twice(good: Good) -> Handed:
    return handed(good, signed_twice(sealed_document(good)))


@tampering(SEALED, "its proofs of validity (DSS) and its document time stamp cut off", "bytes")
def document_stripped(good: Good) -> Handed:
    return handed(good, stripped(sealed_document(good), set_document()))


@tampering(SEALED, "the document as it was set, without its seal", "bytes")
def document_unsealed(good: Good) -> Handed:
    return handed(good, set_document())


@tampering(
    SEALED,
    "a revision appended after the seal, and covered with a time stamp of somebody else's",
    "bytes",
    "seal",
    note="the command finds the change in the seal; the page does not read what follows the seal, and says so",
)
def document_covered(good: Good) -> Handed:
    return handed(good, _covered(good.folder))


@cache
def _covered(folder: Path) -> bytes:
    changed = appended(_sealed(folder))
    with serve(folder / "else") as authority, ThreadPoolExecutor(1) as apart:
        return apart.submit(Papers(None, "Else", [authority]).stamp, changed).result().pdf


class Signed:
    """What a sealed document bears: the seal's certificate, and the roots of its time stamps."""

    def __init__(self, pdf: bytes) -> None:
        reader = PdfFileReader(BytesIO(pdf))
        (seal,) = reader.embedded_regular_signatures
        self.certificate = load_der_x509_certificate(seal.signer_cert.dump())
        stamps = [each for one in reader.embedded_timestamp_signatures for each in one.other_embedded_certs]
        self.roots = [load_der_x509_certificate(each.dump()) for each in stamps if each.issuer == each.subject]


def stripped(pdf: bytes, as_set: bytes) -> bytes:
    """A sealed document cut back to its bare seal, before any proof was added."""
    return pdf[: pdf.index(b"%%EOF", len(as_set)) + len(b"%%EOF\n")]


def signed_twice(pdf: bytes) -> bytes:
    """A sealed document that somebody else signed after the seal, by a program that asks nobody whether it may."""
    how = signers.PdfSignatureMetadata(field_name="Second")
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    with patch.object(signers.PdfSigner, "_enforce_certification_constraints"), ThreadPoolExecutor(1) as apart:
        out = apart.submit(signers.sign_pdf, writer, how, signer=second_signer()).result()
    written: bytes = out.getvalue()
    return written
