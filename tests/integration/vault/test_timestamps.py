"""Time stamps of real authorities on loopback, right ones and wrong ones."""

import http.server
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from tests.services.programs import find_program
from tests.services.time_authorities import make_openssl_keys, openssl_reply, openssl_verifies, start_certificate
from vault.authority import Authority, make_authority, reply, serve
from vault.errors import TimeStampError
from vault.timestamps import TimeAuthority, check_token, request_stamp, sort_certificates

MESSAGE = b"entente.test/log\n1\nroot\n"


def request(message: bytes = MESSAGE, *, nonce: bool = True):
    return TimestampRequestBuilder(nonce=nonce).data(message).hash_algorithm(HashAlgorithm.SHA256).build()


@pytest.fixture
def demo(tmp_path: Path):
    return make_authority(tmp_path / "demo")


@pytest.fixture(params=["certomancer", "openssl_authority", "demo_authority"])
def authority(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def demo_authority(tmp_path: Path):
    with serve(tmp_path / "demo") as authority:
        yield authority


def test_a_token_of_each_authority_holds_here_and_for_openssl(authority: TimeAuthority, tmp_path: Path):
    token = request_stamp(MESSAGE, authority)
    facts = check_token(token, MESSAGE, [authority.root()], policy=authority.policy_oid)
    assert abs(facts.time - datetime.now(UTC)) < timedelta(minutes=5)
    assert facts.policy == authority.policy_oid
    assert openssl_verifies(tmp_path, token, MESSAGE, authority.root_certificate_pem)


def test_a_token_over_other_bytes_is_refused(authority: TimeAuthority):
    token = request_stamp(MESSAGE, authority)
    with pytest.raises(TimeStampError, match="other bytes"):
        check_token(token, MESSAGE + b" ", [authority.root()])


def test_another_policy_is_refused(authority: TimeAuthority):
    with pytest.raises(TimeStampError, match="policy"):
        request_stamp(MESSAGE, replace(authority, policy_oid="1.2.3.4.5"))


def test_another_root_is_refused(authority: TimeAuthority, tmp_path: Path):
    other = make_authority(tmp_path / "other").root_pem
    with pytest.raises(TimeStampError, match="not signed by this authority"):
        request_stamp(MESSAGE, replace(authority, root_certificate_pem=other))


def test_a_root_of_the_same_name_with_another_key_is_refused(tmp_path: Path):
    one, other = make_authority(tmp_path / "one"), make_authority(tmp_path / "other")
    assert one.root.subject == other.root.subject
    token = reply(request().as_bytes(), one, 1, datetime.now(UTC))
    with pytest.raises(TimeStampError):
        check_token(token, MESSAGE, [other.root])


def test_an_answer_to_another_request_is_refused(demo):
    first = request()
    token = reply(request().as_bytes(), demo, 1, datetime.now(UTC))
    with pytest.raises(TimeStampError, match="nonce"):
        check_token(token, MESSAGE, [demo.root], nonce=first.nonce)


def test_a_replayed_answer_without_nonce_is_refused(demo):
    old = reply(request(nonce=False).as_bytes(), demo, 1, datetime.now(UTC))
    with answering(old) as url, pytest.raises(TimeStampError, match="nonce"):
        request_stamp(MESSAGE, TimeAuthority("replays", url, demo.root_pem, None, independent=False))


@pytest.mark.parametrize(
    ("usage", "critical"), [(ExtendedKeyUsageOID.CODE_SIGNING, True), (ExtendedKeyUsageOID.TIME_STAMPING, False)]
)
def test_a_certificate_that_may_not_stamp_is_refused(usage, critical):
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    life = (now - timedelta(days=1), now + timedelta(days=1))
    root = (
        start_certificate("root", "root", root_key, *life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    certificate = start_certificate("stamps", "root", key, *life)
    certificate = certificate.add_extension(x509.ExtendedKeyUsage([usage]), critical=critical)
    bad = Authority(key, certificate.sign(root_key, hashes.SHA256()), root)
    token = reply(request().as_bytes(), bad, 1, now)
    with pytest.raises(TimeStampError, match="not signed by this authority"):
        check_token(token, MESSAGE, [root])


@pytest.mark.parametrize("years", [-1, 11])
def test_a_token_from_outside_its_certificate_s_life_is_refused(demo, years):
    token = reply(request().as_bytes(), demo, 1, datetime.now(UTC) + timedelta(days=366 * years))
    with pytest.raises(TimeStampError, match="not valid then"):
        check_token(token, MESSAGE, [demo.root])


def test_a_token_outlives_its_certificate(tmp_path: Path):
    """A certificate that has expired since stamped within its life: the token still holds."""
    make_openssl_keys(tmp_path, valid=(timedelta(days=-10), timedelta(seconds=3)))
    query = tmp_path / "query.tsq"
    query.write_bytes(request().as_bytes())
    token = openssl_reply(find_program("openssl"), tmp_path, query)
    root = x509.load_pem_x509_certificate((tmp_path / "root.pem").read_bytes())
    threading.Event().wait(3.2)
    assert root.not_valid_after_utc < datetime.now(UTC)
    assert check_token(token, MESSAGE, [root]).time < datetime.now(UTC)


def test_an_unsorted_certificate_set_is_put_in_order(demo):
    token = reply(request().as_bytes(), demo, 1, datetime.now(UTC))
    certificates = sorted(certificate.public_bytes(Encoding.DER) for certificate in (demo.certificate, demo.root))
    unsorted = token.replace(b"".join(certificates), b"".join(reversed(certificates)))
    assert unsorted != token
    with pytest.raises(TimeStampError):
        check_token(unsorted, MESSAGE, [demo.root])
    assert sort_certificates(unsorted) == token
    with answering(unsorted) as url, pytest.raises(TimeStampError, match="nonce"):
        request_stamp(MESSAGE, TimeAuthority("unsorted", url, demo.root_pem, None, independent=False))


@pytest.mark.parametrize("place", range(0, 1400, 23))
def test_no_flipped_bit_of_a_token_goes_unseen(demo, place):
    token = bytearray(reply(request().as_bytes(), demo, 1, datetime(2026, 11, 22, 12, tzinfo=UTC)))
    honest = decode_timestamp_response(bytes(token))
    if place >= len(token):
        pytest.skip("the token is shorter")
    token[place] ^= 1
    try:
        facts = check_token(bytes(token), MESSAGE, [demo.root])
    except TimeStampError:
        return
    # what no signature covers may change, never what the token says
    assert (facts.time, facts.serial) == (honest.tst_info.gen_time, honest.tst_info.serial_number)


def test_a_rejection_is_no_time_stamp(demo):
    rejected = reply(b"\x30\x03\x02\x01\x01", demo, 1, datetime.now(UTC))
    with pytest.raises(TimeStampError):
        sort_certificates(rejected)
    with pytest.raises(TimeStampError):
        check_token(rejected, MESSAGE, [demo.root])


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"no", b"\x1f\x01\x00"])
def test_rubbish_is_refused(demo, data):
    with pytest.raises(TimeStampError):
        sort_certificates(data)
    with pytest.raises(TimeStampError):
        check_token(data, MESSAGE, [demo.root])
    assert reply(data, demo, 1, datetime.now(UTC)) == b"\x30\x05\x30\x03\x02\x01\x02"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "127.0.0.1"])
def test_an_address_that_is_not_http_is_refused(demo, url):
    with pytest.raises(TimeStampError):
        request_stamp(MESSAGE, TimeAuthority("odd", url, demo.root_pem, None, independent=False))


def test_an_authority_that_does_not_answer_is_an_error_not_a_hang(demo):
    with answering(b"") as url:
        pass
    with pytest.raises(TimeStampError, match="does not answer"):
        request_stamp(MESSAGE, TimeAuthority("gone", url, demo.root_pem, None, independent=False))


@pytest.mark.parametrize(("status", "kind"), [(500, "application/timestamp-reply"), (200, "text/html")])
def test_another_answer_is_refused(demo, status, kind):
    with answering(b"<html>", status=status, kind=kind) as url, pytest.raises(TimeStampError, match="instead of"):
        request_stamp(MESSAGE, TimeAuthority("page", url, demo.root_pem, None, independent=False))


def test_an_endless_answer_is_cut(demo):
    with answering(b"\x30" * 200_000) as url, pytest.raises(TimeStampError, match="too large"):
        request_stamp(MESSAGE, TimeAuthority("endless", url, demo.root_pem, None, independent=False))


def test_a_root_that_is_no_certificate_is_named():
    with pytest.raises(TimeStampError, match="PEM certificate"):
        TimeAuthority("bad", "http://127.0.0.1:1/", b"nothing", None, independent=False).root()


def test_the_demo_authority_keeps_its_keys_to_itself(tmp_path: Path):
    first, again = make_authority(tmp_path / "demo"), make_authority(tmp_path / "demo")
    assert first.certificate == again.certificate
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "demo").iterdir()} == {0o600}
    assert "not independent" in first.certificate.subject.rfc4514_string()


@contextmanager
def answering(answer: bytes, *, status: int = 200, kind: str = "application/timestamp-reply"):
    """A server that answers always the same."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format, *args) -> None:  # noqa: A002 -- the overridden method's own name
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
