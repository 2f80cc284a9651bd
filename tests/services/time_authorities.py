"""Two time-stamp authorities that are not ours: certomancer's, and one of `openssl ts`."""

import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import tsp
from asn1crypto.algos import RSASSAPSSParams
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.services.programs import LOOPBACK, accepts_connections, find_program, free_port, running_program
from vault import TimeAuthority

CERTOMANCER_POLICY = "1.3.6.1.4.1.4146.2.3"
OPENSSL_POLICY = "1.2.3.4.1"
PEM = serialization.Encoding.PEM

CERTOMANCER_CONFIG = """
external-url-prefix: "http://{host}:{port}"
keysets:
  tests:
    path-prefix: .
    keys:
      root: {{path: root.key}}
      tsa: {{path: tsa.key}}
      brief: {{path: tsa.key}}
pki-architectures:
  tests:
    keyset: tests
    entity-defaults: {{country-name: FR, organization-name: Entente tests}}
    entities:
      root: {{common-name: Certomancer root}}
      tsa: {{common-name: Certomancer time stamps}}
      brief: {{common-name: Certomancer time stamps that end in 30 days}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2100-01-01T00:00:00+0000"}}
        extensions:
          - {{id: basic_constraints, critical: true, value: {{ca: true}}}}
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [key_cert_sign, crl_sign]}}}}
      tsa:
        subject: tsa
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2100-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
          - id: crl_distribution_points
            smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [revoked]}}}}
      brief:
        template: tsa
        subject: brief
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "{soon}"}}
    services:
      crl-repo:
        revoked: {{for-issuer: root, issuer-cert: root, simulated-update-schedule: P30D}}
      time-stamping:
        stamps: {{signing-cert: tsa, certs-to-embed: [root]}}
        brief: {{signing-cert: brief, certs-to-embed: [root]}}
"""

OPENSSL_CONFIG = """
[tsa]
default_tsa = entente
[entente]
serial = {directory}/serial
crypto_device = builtin
signer_cert = {directory}/tsa.pem
signer_key = {directory}/tsa.key
signer_digest = sha256
default_policy = {policy}
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@contextmanager
def running_certomancer(directory: Path) -> Iterator[TimeAuthority]:
    """certomancer's authority, whose answers bear its whole chain."""
    program = find_program("certomancer")
    port = free_port()
    for name in ("root", "tsa"):
        (directory / f"{name}.key").write_bytes(key_pem(new_key()))
    soon = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%M:%S}+0000"
    (directory / "certomancer.yml").write_text(CERTOMANCER_CONFIG.format(host=LOOPBACK, port=port, soon=soon))
    subprocess.run(  # noqa: S603 -- fixed program
        [program, "--config", "certomancer.yml", "summon", "tests", "root", "root.pem"],
        cwd=directory,
        check=True,
        capture_output=True,
    )
    argv = [program, "--config", "certomancer.yml", "animate", "--port", str(port), "--no-web-ui"]
    with running_program(argv, log=directory / "certomancer.log", ready=lambda: accepts_connections(port)):
        root = (directory / "root.pem").read_bytes()
        url = f"http://{LOOPBACK}:{port}/tests/tsa/stamps"
        yield TimeAuthority("Certomancer", url, root, CERTOMANCER_POLICY, independent=True)


@contextmanager
def running_openssl_authority(directory: Path, kind: str = "rsa") -> Iterator[TimeAuthority]:
    """`openssl ts -reply` behind a small server; its answers bear the signer's certificate, not the chain.

    ``kind``: rsa, pss (its certificates are signed with RSA-PSS), p256, p384 or p521.
    """
    program = find_program("openssl")
    make_openssl_keys(directory, kind=kind)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = directory / "query.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = openssl_reply(program, directory, query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the overridden method's own name
            """Stay silent."""

    server = http.server.HTTPServer((LOOPBACK, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        url = f"http://{LOOPBACK}:{server.server_address[1]}/"
        root = (directory / "root.pem").read_bytes()
        yield TimeAuthority("OpenSSL", url, root, OPENSSL_POLICY, independent=True)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def openssl_reply(program: str, directory: Path, query: Path, *extra: str) -> bytes:
    """What `openssl ts -reply` answers to a request."""
    answer = directory / "answer.tsr"
    subprocess.run(  # noqa: S603 -- fixed program
        [program, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", query, "-out", answer, *extra],
        cwd=directory,
        check=True,
        capture_output=True,
    )
    return answer.read_bytes()


def openssl_verifies(directory: Path, token: bytes, message: bytes, root_pem: bytes) -> bool:
    """Whether `openssl ts -verify` takes a token."""
    program = shutil.which("openssl")
    assert program
    for name, data in (("token.tsr", token), ("message", message), ("pinned.pem", root_pem)):
        (directory / name).write_bytes(data)
    argv = [program, "ts", "-verify", "-data", "message", "-in", "token.tsr", "-CAfile", "pinned.pem"]
    return subprocess.run(argv, cwd=directory, check=False, capture_output=True).returncode == 0  # noqa: S603 -- fixed


def signed_with_pss(answer: bytes, key: bytes) -> bytes:
    """An authority's answer, its token signed anew with RSA-PSS by this key (PEM)."""
    read, private = tsp.TimeStampResp.load(answer), serialization.load_pem_private_key(key, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    (signer,) = read["time_stamp_token"]["content"]["signer_infos"]
    how, sha = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size), {"algorithm": "sha256"}
    signer["signature"] = private.sign(signer["signed_attrs"].untag().dump(), how, hashes.SHA256())
    named = {"hash_algorithm": sha, "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": sha}, "salt_length": 32}
    signer["signature_algorithm"] = {"algorithm": "rsassa_pss", "parameters": RSASSAPSSParams(named)}
    written: bytes = read.dump(force=True)
    return written


def make_openssl_keys(
    directory: Path,
    *,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
    critical: bool = True,
    valid: tuple[timedelta, timedelta] = (timedelta(days=-1), timedelta(days=3650)),
    kind: str = "rsa",
) -> None:
    """Root, authority and configuration of `openssl ts` in a directory; faulty ones on request."""
    now = datetime.now(UTC)
    root_key, key = new_key(kind), new_key(kind)
    digest = DIGESTS.get(kind, hashes.SHA256())
    how = padding.PSS(padding.MGF1(digest), digest.digest_size) if kind == "pss" else None
    root = (
        start_certificate("OpenSSL root", "OpenSSL root", root_key, now + timedelta(days=-3650), now + valid[1])
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, digest, rsa_padding=how)
    )
    certificate = (
        start_certificate("OpenSSL time stamps", "OpenSSL root", key, now + valid[0], now + valid[1])
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=critical)
        .sign(root_key, digest, rsa_padding=how)
    )
    (directory / "root.pem").write_bytes(root.public_bytes(PEM))
    (directory / "tsa.pem").write_bytes(certificate.public_bytes(PEM))
    (directory / "tsa.key").write_bytes(key_pem(key))
    (directory / "serial").write_text("01\n")
    (directory / "tsa.cnf").write_text(OPENSSL_CONFIG.format(directory=directory, policy=OPENSSL_POLICY))


def start_certificate(
    subject: str, issuer: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    builder = x509.CertificateBuilder(name(issuer), name(subject), key.public_key(), x509.random_serial_number())
    return builder.not_valid_before(start).not_valid_after(end)


CURVES = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
DIGESTS: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {"p384": hashes.SHA384(), "p521": hashes.SHA512()}


def new_key(kind: str = "rsa") -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(CURVES[kind]) if kind in CURVES else rsa.generate_private_key(65537, 2048)


def key_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
