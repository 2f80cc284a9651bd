"""What the seal on documents is: whom it names, who vouches for it, until when, and what readers hold against it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from vault.certificates import issued_by, named
from vault.pdf.seal import PdfSeal

_SEALING: Final = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
        "1.2.840.113583.1.1.5",  # Adobe's trust in authentic documents
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft's document signing
        ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
    }
)
"""Purposes that PDF readers take for a seal. A certificate that names no purpose serves every one."""


class Fault(StrEnum):
    """Why a PDF reader would not take what is sealed with it."""

    ENDED = "ended"
    EARLY = "early"
    USAGE = "usage"  # the key's usage allows no signature
    PURPOSE = "purpose"  # made for something else: a web server, time stamps
    CHAIN = "chain"  # a certificate of the file did not issue the one before it, or the issuer's is missing


@dataclass(frozen=True, slots=True)
class SealFacts:
    """The seal's certificate in words. ``until``: when the first certificate of its chain ends (UTC).

    ``internal``: nobody but the seal itself vouches for it. ``sha256`` is of the certificate, in DER. What level an
    issuer vouches for is not looked at: no list of trusted issuers is asked.
    """

    holder: str
    issuer: str
    internal: bool
    since: datetime
    until: datetime
    sha256: bytes
    faults: tuple[Fault, ...]


def facts_of(seal: PdfSeal, now: datetime) -> SealFacts:
    """Say what a seal is, and what is wrong with it at this moment (UTC)."""
    chain = [x509.load_der_x509_certificate(each) for each in seal.certificates]
    own = chain[0]
    return SealFacts(
        holder=named(own.subject),
        issuer=named(own.issuer),
        internal=issued_by(own, own),
        since=own.not_valid_before_utc,
        until=min(each.not_valid_after_utc for each in chain),
        sha256=own.fingerprint(hashes.SHA256()),
        faults=tuple(_faults(chain, now)),
    )


def _faults(chain: list[x509.Certificate], now: datetime) -> list[Fault]:
    found: list[Fault] = []
    if any(each.not_valid_after_utc < now for each in chain):
        found.append(Fault.ENDED)
    if any(each.not_valid_before_utc > now for each in chain):
        found.append(Fault.EARLY)
    if not _may_sign(chain[0]):
        found.append(Fault.USAGE)
    if not _for_documents(chain[0]):
        found.append(Fault.PURPOSE)
    alone = len(chain) == 1 and not issued_by(chain[0], chain[0])
    if alone or not all(issued_by(each, above) for each, above in pairwise(chain)):
        found.append(Fault.CHAIN)
    return found


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _for_documents(certificate: x509.Certificate) -> bool:
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(each.dotted_string in _SEALING for each in purposes)
