"""A time-stamp authority for the demo and for tests, on loopback; never independent, and it says so in its name.

It answers RFC 3161 requests with tokens that any verifier reads: critical key usage, signing-certificate-v2
(RFC 5035), certificates in DER order. Its keys lie beside it, unprotected but for their file mode.
"""

import hashlib
import http
import http.server
import os
import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vault import der
from vault.errors import TimeStampError
from vault.timestamps import TimeAuthority

NAME: Final = "Demo authority, not independent"
POLICY: Final = "2.25.217303884317706143951163946812937103527"
_MAX_REQUEST: Final = 4096
_YEARS: Final = timedelta(days=3650)
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_ECDSA_SHA256: Final = "1.2.840.10045.4.3.2"
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.47"
_CONTEXT_0: Final = 0xA0
_POLL_SECONDS: Final = 0.05
_REJECTED: Final = b"\x30\x05\x30\x03\x02\x01\x02"
_KNOWN_IMPRINTS: Final = {_SHA256: 32, "2.16.840.1.101.3.4.2.2": 48, "2.16.840.1.101.3.4.2.3": 64}


@dataclass(frozen=True, slots=True)
class Authority:
    """Keys of an authority: the one that signs tokens, its certificate, and the root that certified it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    root: x509.Certificate

    @property
    def root_pem(self) -> bytes:
        """Return the root certificate to pin, in PEM."""
        return self.root.public_bytes(serialization.Encoding.PEM)


def make_authority(directory: Path, *, lifetime: timedelta = _YEARS) -> Authority:
    """Load the authority kept in ``directory``, or make it there (key files of mode 0600), valid for ``lifetime``."""
    names = [directory / name for name in ("authority.key", "authority.pem", "root.pem")]
    if not all(name.exists() for name in names):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = _new_authority(datetime.now(UTC), lifetime)
        pem = serialization.Encoding.PEM
        key = made.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        for name, data in zip(names, (key, made.certificate.public_bytes(pem), made.root_pem), strict=True):
            with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
    private = serialization.load_pem_private_key(names[0].read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TimeStampError("the demo authority's key is not the one that it makes")
    certificate, root = (x509.load_pem_x509_certificate(name.read_bytes()) for name in names[1:])
    return Authority(private, certificate, root)


def reply(request: bytes, authority: Authority, serial: int, now: datetime) -> bytes:
    """Answer one DER TimeStampReq with a DER TimeStampResp (RFC 3161 section 2.4); a bad request gets a rejection."""
    try:
        imprint, nonce = _read_request(request)
    except TimeStampError:
        return _REJECTED
    moment = now.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()
    info = der.encode(
        der.SEQUENCE,
        der.integer(1),
        der.oid(POLICY),
        imprint,
        der.integer(serial),
        der.encode(der.GENERALIZED_TIME, moment),
        nonce,
    )
    status = der.encode(der.SEQUENCE, der.integer(0))
    return der.encode(der.SEQUENCE, status, _sign(info, authority))


@contextmanager
def serve(directory: Path, port: int = 0) -> Generator[TimeAuthority]:
    """Run the authority of ``directory`` on loopback until the context ends; port 0 takes a free one."""
    authority = make_authority(directory)

    class Handler(http.server.BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > _MAX_REQUEST:
                self.send_error(http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return
            answer = reply(self.rfile.read(int(length)), authority, secrets.randbits(63), datetime.now(UTC))
            self.send_response(http.HTTPStatus.OK)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the overridden method's own name
            """Keep the demo's output to what its reader needs."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, args=(_POLL_SECONDS,), name="demo time authority", daemon=True
    )
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        yield TimeAuthority(NAME, url, authority.root_pem, POLICY, independent=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _new_authority(now: datetime, lifetime: timedelta) -> Authority:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Entente demo time root, not independent")
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    root = (
        _builder(root_name, root_name, root_key.public_key(), now, lifetime)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(root_key, hashes.SHA256())
    )
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        _builder(_name(f"Entente {NAME.lower()}"), root_name, key.public_key(), now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(stamping, critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return Authority(key, certificate, root)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _read_request(request: bytes) -> tuple[bytes, bytes]:
    """Take the imprint and the nonce (or nothing) out of a request, as they are encoded."""
    top = der.read(request, 0, len(request))
    parts = list(der.children(request, top))
    if top.tag != der.SEQUENCE or len(parts) < 2 or parts[1].tag != der.SEQUENCE:  # noqa: PLR2004 -- version, imprint
        raise TimeStampError("this is no time-stamp request")
    imprint = list(der.children(request, parts[1]))
    algorithm = next(der.children(request, imprint[0]), None) if imprint else None
    known = {der.oid(dotted): size for dotted, size in _KNOWN_IMPRINTS.items()}
    size = known.get(der.whole(request, algorithm)) if algorithm else None
    if size is None or imprint[-1].tag != der.OCTETS or imprint[-1].stop - imprint[-1].content != size:
        raise TimeStampError("the request's digest is of an unknown kind")
    nonce = next((part for part in parts[2:] if part.tag == der.INTEGER), None)
    return der.whole(request, parts[1]), der.whole(request, nonce) if nonce else b""


def _sign(info: bytes, authority: Authority) -> bytes:
    """Wrap a TSTInfo into signed CMS data (RFC 5652 section 5, RFC 3161 section 2.4.2)."""
    encoding = serialization.Encoding.DER
    certificate = authority.certificate.public_bytes(encoding)
    sha256 = der.encode(der.SEQUENCE, der.oid(_SHA256))
    certified = der.encode(der.SEQUENCE, der.encode(der.OCTETS, hashlib.sha256(certificate).digest()))
    attributes = sorted(
        (
            _attribute(_CONTENT_TYPE, der.oid(_TST_INFO)),
            _attribute(_MESSAGE_DIGEST, der.encode(der.OCTETS, hashlib.sha256(info).digest())),
            _attribute(_SIGNING_CERTIFICATE, der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, certified))),
        )
    )
    signature = authority.key.sign(der.encode(der.SET, *attributes), ec.ECDSA(hashes.SHA256()))
    issuer = authority.certificate.issuer.public_bytes()
    signer = der.encode(
        der.SEQUENCE,
        der.integer(1),
        der.encode(der.SEQUENCE, issuer, der.integer(authority.certificate.serial_number)),
        sha256,
        der.encode(_CONTEXT_0, *attributes),
        der.encode(der.SEQUENCE, der.oid(_ECDSA_SHA256)),
        der.encode(der.OCTETS, signature),
    )
    signed = der.encode(
        der.SEQUENCE,
        der.integer(3),
        der.set_of(sha256),
        der.encode(der.SEQUENCE, der.oid(_TST_INFO), der.encode(_CONTEXT_0, der.encode(der.OCTETS, info))),
        der.encode(_CONTEXT_0, *sorted((certificate, authority.root.public_bytes(encoding)))),
        der.set_of(signer),
    )
    return der.encode(der.SEQUENCE, der.oid(_SIGNED_DATA), der.encode(_CONTEXT_0, signed))


def _attribute(kind: str, value: bytes) -> bytes:
    return der.encode(der.SEQUENCE, der.oid(kind), der.set_of(value))
