"""A certification authority for tests: issues seals and time authorities, and publishes who is revoked (nobody)."""

import http.server
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.pades import private_pem, signing_usage
from tests.services.programs import LOOPBACK
from tests.services.time_authorities import start_certificate
from vault import TimeAuthority
from vault.authority import Authority, reply

NAME = "Autorité de l'Essai"
DAY = timedelta(days=1)
LONG = 7300 * DAY


class Issuer:
    """Its root, the time authorities that it certified (by the path they answer at), and its list of the revoked."""

    def __init__(self, url: str = "http://127.0.0.1:9") -> None:
        self.url = url
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.now = datetime.now(UTC)
        start = start_certificate(NAME, NAME, self.key, self.now - DAY, self.now + LONG)
        ca = x509.BasicConstraints(ca=True, path_length=None)
        self.root = start.add_extension(ca, critical=True).sign(self.key, hashes.SHA256())
        self.authorities: dict[str, Authority] = {}

    @property
    def root_der(self) -> bytes:
        return self.root.public_bytes(Encoding.DER)

    def revoked(self, at: datetime) -> bytes:
        """The list of the revoked (DER) as it is published at a moment."""
        started = x509.CertificateRevocationListBuilder(self.root.subject, at - timedelta(minutes=1), at + 7 * DAY)
        started = started.add_extension(x509.CRLNumber(1), critical=False)
        return (
            started.add_extension(self._identifier, critical=False)
            .sign(self.key, hashes.SHA256())
            .public_bytes(Encoding.DER)
        )

    def time_authority(self, name: str, lasting: timedelta) -> TimeAuthority:
        """One whose certificate lasts so long; it answers while the issuer is served."""
        key = ec.generate_private_key(ec.SECP256R1())
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        issued = self._issued(name, key, lasting).add_extension(purpose, critical=True)
        self.authorities[f"/{name}"] = Authority(key, issued.sign(self.key, hashes.SHA256()), self.root)
        return TimeAuthority(name, f"{self.url}/{name}", self.root.public_bytes(Encoding.PEM), None, independent=True)

    def seal(
        self,
        path: Path,
        lasting: timedelta,
        *,
        purpose: x509.ObjectIdentifier | None = None,
        may_sign: bool = True,
        with_issuer: bool = True,
    ) -> None:
        """Write a seal's file: a key, its certificate, and the one that vouches for it."""
        key = ec.generate_private_key(ec.SECP256R1())
        issued = self._issued("Centre de l'Essai", key, lasting)
        issued = issued.add_extension(signing_usage(allowed=may_sign), critical=True)
        if purpose is not None:
            issued = issued.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        chain = [issued.sign(self.key, hashes.SHA256()), *([self.root] if with_issuer else [])]
        path.write_bytes(private_pem(key) + b"".join(each.public_bytes(Encoding.PEM) for each in chain))
        path.chmod(0o600)

    @property
    def _identifier(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())

    def _issued(self, name: str, key: ec.EllipticCurvePrivateKey, lasting: timedelta) -> x509.CertificateBuilder:
        where = x509.UniformResourceIdentifier(f"{self.url}/revoked.crl")
        places = x509.CRLDistributionPoints([x509.DistributionPoint([where], None, None, None)])
        started = start_certificate(name, NAME, key, self.now - 2 * DAY, self.now + lasting)
        return started.add_extension(self._identifier, critical=False).add_extension(places, critical=False)


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer whose time authorities answer and whose list is published, on loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("application/pkix-crl", issuer.revoked(datetime.now(UTC)))

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path not in issuer.authorities:
                self.send_error(404)
                return
            answer = reply(asked, issuer.authorities[self.path], secrets.randbits(63), datetime.now(UTC))
            self._answer("application/timestamp-reply", answer)

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the overridden method's own name
            """Stay silent."""

    server = http.server.HTTPServer((LOOPBACK, 0), Handler)
    issuer = Issuer(f"http://{LOOPBACK}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
