"""The seal inside a PDF: what it covers, whether it holds, and what was added after it; no I/O.

Our own part finds the signatures and checks the document time stamps. Whether the seal itself holds, and whether what
follows it is proofs only, pyHanko says, where it is installed: it is no part of the verifier, and nothing else rests on
it. The certificate is the one that the PDF brought, and said to be so: who made a seal, its fingerprint tells.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from vault import der
from vault.certificates import issued_by, named
from vault.errors import TimeStampError
from vault.ledger.entry import JSON
from vault.record.report import Verdict, fails, holds, in_english, in_french, not_claimed
from vault.timestamps import check_token

_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
_END: Final = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
_STAMP: Final = re.compile(rb"/SubFilter\s*/ETSI\.RFC3161\b")
_HEX: Final = re.compile(rb"<[0-9A-Fa-f]*>")
_MOST: Final = 64
"""Signatures of one PDF that are looked at, and ends of its revisions."""
_GRANTED: Final = der.encode(der.SEQUENCE, der.integer(0))
_CERTIFICATES: Final = 0xA0


class _BrokenError(Exception):
    """What makes a seal worthless, in both languages."""

    def __init__(self, english: str, french: str) -> None:
        super().__init__(english)
        self.english, self.french = english, french


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature in a PDF: it covers all up to ``stop`` but for the gap that holds ``cms`` (DER, then zeros)."""

    start: int
    gap_end: int
    stop: int
    cms: bytes
    is_stamp: bool

    def covered(self, pdf: bytes) -> bytes:
        """The bytes under the signature."""
        return pdf[: self.start] + pdf[self.gap_end : self.stop]


@dataclass(frozen=True, slots=True)
class _Time:
    """When a document was stamped (UTC), and whether the reader trusted that authority beforehand."""

    at: datetime
    trusted: bool


def signatures_in(pdf: bytes) -> list[Signed]:
    """Signatures by where what they cover ends; whether they hold is not said. What is no signature is left out."""
    found: list[Signed] = []
    for place in list(_RANGE.finditer(pdf))[:_MOST]:
        start, gap_end, length = (int(each) for each in place.groups())
        gap = pdf[start:gap_end]
        if gap_end + length > len(pdf) or len(gap) % 2 or not _HEX.fullmatch(gap):
            continue
        head = pdf[max(pdf.rfind(b" obj", 0, min(start, place.start())), 0) : start]
        tail = pdf[gap_end : max(pdf.find(b"endobj", max(gap_end, place.end())), gap_end)]
        is_stamp = _STAMP.search(head + tail) is not None
        found.append(Signed(start, gap_end, gap_end + length, bytes.fromhex(gap[1:-1].decode()), is_stamp))
    return sorted(found, key=lambda each: each.stop)


def earlier_revision(pdf: bytes, named: Sequence[JSON]) -> int | None:
    """The length of the revision of this file that has one of these SHA-256 digests (hexadecimal), if one has."""
    for place in list(_END.finditer(pdf))[:_MOST]:
        if place.end() < len(pdf) and hashlib.sha256(pdf[: place.end()]).hexdigest() in named:
            return place.end()
    return None


def judge_seal(pdf: bytes, trusted: Sequence[x509.Certificate]) -> Verdict:
    """Tell what the seal of a PDF says by itself, whatever any receipt says."""
    signed = signatures_in(pdf)
    seals = [each for each in signed if not each.is_stamp]
    if not seals:
        return fails("no seal could be found in it", "aucun cachet n'a pu y être trouvé")
    try:
        times = [_time_of(each, pdf, trusted) for each in signed if each.is_stamp]
        signer = _examined(pdf)
    except _BrokenError as broken:
        return fails(broken.english, broken.french)
    except ImportError:
        return not_claimed(
            "the PDF bears an electronic seal or signature, not examined here, for pyHanko is not installed: open it "
            "in a PDF reader, or run pdfsig",
            "le PDF porte un cachet ou une signature électronique, non examiné ici car pyHanko n'est pas installé : "
            "ouvrez-le dans un lecteur PDF, ou lancez pdfsig",
        )
    return _said(signer, seals[0], len(pdf), times, trusted)


def _examined(pdf: bytes) -> x509.Certificate:
    """Have pyHanko examine the first seal; its certificate. Raises _BrokenError, ImportError."""
    reading: Any = import_module("pyhanko.pdf_utils.reader")
    cms: Any = import_module("pyhanko.sign.validation.generic_cms")
    try:
        seal: Any = reading.PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
        seal.compute_integrity_info()
        facts: dict[str, Any] = seal.summarise_integrity_info()
        digest: bytes = seal.compute_digest()
        held: tuple[bool, bool] = cms.validate_sig_integrity(seal.signer_info, seal.signer_cert, "data", digest)
        certificate = x509.load_der_x509_certificate(seal.signer_cert.dump())
    except Exception as error:
        raise _BrokenError(
            f"the seal cannot be read ({type(error).__name__})", f"le cachet est illisible ({type(error).__name__})"
        ) from error
    if held != (True, True):
        raise _BrokenError(
            "the seal does not hold: what it covers was changed",
            "le cachet ne tient pas : ce qu'il couvre a été modifié",
        )
    if not facts["docmdp_ok"]:
        raise _BrokenError(
            "the seal holds for the bytes that it covers, but more than proofs of it was added afterwards: a change, "
            "or another signature",
            "le cachet tient pour les octets qu'il couvre, mais autre chose que ses preuves a été ajouté ensuite : "
            "une modification, ou une autre signature",
        )
    return certificate


def _time_of(stamp: Signed, pdf: bytes, trusted: Sequence[x509.Certificate]) -> _Time | None:
    """When a document was stamped, under a root that is trusted or enclosed; None where there is neither.

    Raises _BrokenError for a stamp over other bytes.
    """
    try:
        token = der.whole(stamp.cms, der.read(stamp.cms, 0, len(stamp.cms)))
        roots = [*trusted, *_enclosed_roots(token)]
        facts = check_token(der.encode(der.SEQUENCE, _GRANTED, token), stamp.covered(pdf), roots)
    except TimeStampError as error:
        if "other bytes" in str(error):
            raise _BrokenError(
                "a time stamp in it is over other bytes", "un horodatage qu'il porte est celui d'autres octets"
            ) from error
        return None
    return _Time(facts.time.astimezone(UTC), facts.root in trusted)


def _enclosed_roots(token: bytes) -> list[x509.Certificate]:
    """Certificates that a token bears and that vouch for themselves."""
    wrapped = list(der.children(token, der.read(token, 0, len(token))))[-1]
    (signed,) = der.children(token, wrapped)
    found: list[x509.Certificate] = []
    for part in der.children(token, signed):
        for each in der.children(token, part) if part.tag == _CERTIFICATES else ():
            with suppress(ValueError):
                certificate = x509.load_der_x509_certificate(der.whole(token, each))
                found += [certificate] if certificate.issuer == certificate.subject else []
    return found


def _said(
    signer: x509.Certificate,
    seal: Signed,
    size: int,
    times: Sequence[_Time | None],
    trusted: Sequence[x509.Certificate],
) -> Verdict:
    name, print_of_it = named(signer.subject), signer.fingerprint(hashes.SHA256()).hex()
    vouched = any(root == signer or issued_by(signer, root) for root in trusted)
    whose = "whose certificate you trust" if vouched else f"by the certificate enclosed (SHA-256 {print_of_it})"
    de_qui = "dont vous tenez le certificat pour sûr" if vouched else f"par le certificat joint (SHA-256 {print_of_it})"
    first = next((each for each in times if each is not None), None)
    when, quand = ", with no time stamp of the whole", ", sans horodatage du tout"
    if first is not None:
        by = "" if first.trusted else ", says an authority whose certificate is enclosed"
        selon = "" if first.trusted else ", selon une autorité dont le certificat est joint"
        when = f", time-stamped {first.at:%Y-%m-%d %H:%M:%S} UTC{by}"
        quand = f", horodaté le {first.at:%d/%m/%Y %H:%M:%S} UTC{selon}"
    more = "; only proofs of it follow" if seal.stop < size else ""
    suite = " ; seules ses preuves suivent" if seal.stop < size else ""
    return holds(
        f"the seal “{name}” holds, {whose}, over the first {in_english(seal.stop, 'byte')}{when}{more}",
        f"le cachet « {name} » tient, {de_qui}, sur {in_french(seal.stop, 'octet')} depuis le début{quand}{suite}",
    )
