"""Time stamps: asking an RFC 3161 authority for a token over exact bytes, and checking one against a pinned root.

A certificate is judged at the token's own time, as it must be for a token to outlive its certificate. Revocation is
**not** checked: no authority's lists are fetched, neither here nor by the offline verifier.
"""

import hashlib
import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from vault.der import children, read, whole
from vault.errors import TimeStampError

MAX_TOKEN: Final = 64 * 1024
TIMEOUT_SECONDS: Final = 20.0
_READ_BYTES: Final = 8 * 1024
_CERTIFICATES: Final = 0xA0
_IMPRINTS: Final = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}


@dataclass(frozen=True, slots=True)
class TimeAuthority:
    """A time-stamp authority: where it answers, and by which root and policy its answers are known.

    ``independent`` says whether it is run by someone else than this platform and its parties.
    """

    name: str
    url: str
    root_certificate_pem: bytes
    policy_oid: str | None
    independent: bool

    def root(self) -> x509.Certificate:
        """Read the pinned root certificate. Raises TimeStampError when it is none."""
        try:
            return x509.load_pem_x509_certificate(self.root_certificate_pem)
        except ValueError:
            raise TimeStampError(f"the root certificate of {self.name} is not a PEM certificate") from None

    def root_der(self) -> bytes:
        """Return the pinned root certificate in DER."""
        return self.root().public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What a token that holds says: its time (UTC), its serial, its policy, the authority's certificate subject.

    ``until``: when the first of the certificates ends on which it rests (its signer's, its root's).
    """

    time: datetime
    serial: int
    policy: str
    subject: str
    root: x509.Certificate
    until: datetime


def request_stamp(message: bytes, authority: TimeAuthority) -> bytes:
    """Have ``message`` stamped: SHA-256 imprint, a fresh nonce, certificates asked for. Returns the DER answer.

    The answer is verified against the authority's pinned root and policy before it is returned.
    Blocks up to 20 seconds. Raises TimeStampError when there is no answer in time, or it does not hold.
    """
    request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    token = sort_certificates(_post(authority.url, request.as_bytes()))
    check_token(token, message, [authority.root()], policy=authority.policy_oid, nonce=request.nonce)
    return token


def request_over_digest(
    request: bytes, digest: bytes, nonce: int, authority: TimeAuthority
) -> tuple[bytes, TokenFacts]:
    """Send a DER request over a SHA-256 digest that another library made; the answer, verified, and what it says.

    Blocks up to 20 seconds. Raises TimeStampError as ``request_stamp`` does.
    """
    token = sort_certificates(_post(authority.url, request))
    return token, _facts(_decode(token), digest, [authority.root()], policy=authority.policy_oid, nonce=nonce)


def check_token(
    token: bytes,
    message: bytes,
    roots: Sequence[x509.Certificate],
    *,
    policy: str | None = None,
    nonce: int | None = None,
) -> TokenFacts:
    """Verify an RFC 3161 answer (DER TimeStampResp) over ``message`` against any one of ``roots``.

    Checked: granted, imprint, signature, chain to the root at the token's time, critical time-stamping key usage, and
    the policy and nonce when given. **Not** checked: revocation. Raises TimeStampError.
    """
    answer = _decode(token)
    hashing = _IMPRINTS.get(answer.tst_info.message_imprint.hash_algorithm.dotted_string)
    digest = hashing(message).digest() if hashing else b""
    return _facts(answer, digest, roots, policy=policy, nonce=nonce)


def _facts(
    answer: TimeStampResponse,
    digest: bytes,
    roots: Sequence[x509.Certificate],
    *,
    policy: str | None,
    nonce: int | None,
) -> TokenFacts:
    """Verify an answer over a digest of the kind that it names itself."""
    imprint = answer.tst_info.message_imprint
    if imprint.hash_algorithm.dotted_string not in _IMPRINTS or digest != imprint.message:
        raise TimeStampError("the time stamp is over other bytes")
    if nonce is not None and answer.tst_info.nonce != nonce:
        raise TimeStampError("the time stamp answers another request (nonce)")
    if policy is not None and answer.tst_info.policy.dotted_string != policy:
        raise TimeStampError("the time stamp was issued under another policy")
    root = next((root for root in roots if _holds_under(answer, digest, root)), None)
    if root is None:
        raise TimeStampError("the time stamp is not signed by this authority, or its certificate was not valid then")
    info = answer.tst_info
    signer = _signer(answer)
    until = min(signer.not_valid_after_utc, root.not_valid_after_utc)
    subject = signer.subject.rfc4514_string()
    return TokenFacts(info.gen_time, info.serial_number, info.policy.dotted_string, subject, root, until)


def sort_certificates(token: bytes) -> bytes:
    """Put the (unsigned) certificate set of an answer in DER order; some authorities do not.

    Nothing else changes, and no signature covers that set (RFC 5652 section 5.1). Raises TimeStampError.
    """
    if len(token) > MAX_TOKEN:
        raise TimeStampError("the time stamp is too large")
    answer = read(token, 0, len(token))
    parts = list(children(token, answer))
    if len(parts) != 2:  # noqa: PLR2004 -- status and token, RFC 3161 section 2.4.2
        raise TimeStampError("the authority granted no time stamp")
    wrapped = list(children(token, parts[1]))[-1]
    (signed,) = children(token, wrapped)
    for part in children(token, signed):
        if part.tag == _CERTIFICATES:
            ordered = sorted(whole(token, certificate) for certificate in children(token, part))
            return token[: part.content] + b"".join(ordered) + token[part.stop :]
    return token


def _decode(token: bytes) -> TimeStampResponse:
    if len(token) > MAX_TOKEN:
        raise TimeStampError("the time stamp is too large")
    try:
        answer = decode_timestamp_response(token)
        if answer.status != 0:
            raise TimeStampError("the authority granted no time stamp")
        _ = answer.tst_info
    except ValueError:
        raise TimeStampError("this is not a time stamp (RFC 3161)") from None
    return answer


def _holds_under(answer: TimeStampResponse, digest: bytes, root: x509.Certificate) -> bool:
    try:
        return VerifierBuilder(roots=[root]).build().verify(answer, digest)
    except (VerificationError, ValueError):
        return False


def _signer(answer: TimeStampResponse) -> x509.Certificate:
    """The certificate that signed; its presence was checked when the answer was verified."""
    (signer,) = answer.signed_data.signer_infos
    for data in answer.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(data)
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            return certificate
    raise TimeStampError("the time stamp does not bear its signer's certificate")


def _post(url: str, request: bytes) -> bytes:
    """Send one request; bounded in time and size, no redirection is followed."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TimeStampError("a time authority's address begins with http:// or https://")
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    deadline = time.monotonic() + TIMEOUT_SECONDS
    try:
        connection = made(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS / 2)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
            connection.request("POST", path, request, headers)
            with connection.getresponse() as answer:
                kind = answer.headers.get_content_type()
                if answer.status != http.HTTPStatus.OK or kind != "application/timestamp-reply":
                    raise TimeStampError(
                        f"the time authority answered {answer.status} ({kind}) instead of a time stamp"
                    )
                return _read(answer, deadline)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TimeStampError(f"the time authority does not answer: {type(error).__name__}") from None


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    data = b""
    while part := answer.read1(_READ_BYTES):
        data += part
        if len(data) > MAX_TOKEN:
            raise TimeStampError("the time authority's answer is too large")
        if time.monotonic() > deadline:
            raise TimeStampError("the time authority's answer takes too long")
    return data
