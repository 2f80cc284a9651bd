"""The platform's seal on documents: a private key and its certificates, in one PEM file of mode 0600.

An operator places what a certification authority issued there. Where nothing is, a first use makes a key and a
certificate that nobody vouches for, and whose own name says so.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from vault.errors import ConfigurationError
from vault.keys.files import create_secret, read_secret

INTERNAL: Final = "Cachet interne, non qualifié - Internal seal, not qualified"
_LIFETIME: Final = timedelta(days=3653)
_NAME_LENGTH: Final = 64  # X.520's upper bound of a common or organisation name
_MINIMUM_RSA: Final = 3072


@dataclass(frozen=True, slots=True)
class PdfSeal:
    """A key (PKCS #8, DER) and its certificates (DER): the key's own first, the one to be trusted last."""

    key: bytes = field(repr=False)
    certificates: tuple[bytes, ...]

    @property
    def until(self) -> datetime:
        """When the certificate ends, after which nothing can be sealed with it."""
        return x509.load_der_x509_certificate(self.certificates[0]).not_valid_after_utc


def load_pdf_seal(path: Path | None, holder: str) -> PdfSeal:
    """Read the seal, made first where it is missing; without a path it is made in memory, for trials.

    ``holder`` is who seals, as a new certificate names them. Raises ConfigurationError.
    """
    if path is None:
        return _read(_made(holder), "the seal")
    if not path.exists():
        create_secret(path, _made(holder))
    return _read(bytes(read_secret(path)), str(path))


def _made(holder: str) -> bytes:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, holder[:_NAME_LENGTH] or "Entente"),
            x509.NameAttribute(NameOID.COMMON_NAME, INTERNAL),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.public_bytes(Encoding.PEM)


def _read(pem: bytes, where: str) -> PdfSeal:
    try:
        key = load_pem_private_key(pem, password=None)
        certificates = x509.load_pem_x509_certificates(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError(f"{where} must hold a private key and its certificates, in PEM") from None
    strong = isinstance(key, ec.EllipticCurvePrivateKey) or (
        isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _MINIMUM_RSA
    )
    if not strong:
        raise ConfigurationError(f"{where} must hold an elliptic-curve key, or an RSA key of {_MINIMUM_RSA} bits")
    known = cast("ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey", key)
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if certificates[0].public_key().public_bytes(*form) != known.public_key().public_bytes(*form):
        raise ConfigurationError(f"{where}: its first certificate must be that of its key")
    secret = known.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return PdfSeal(secret, tuple(each.public_bytes(Encoding.DER) for each in certificates))
