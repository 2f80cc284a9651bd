"""Signed tokens, and the only import of python-jose: API bearers (15 minutes) and download tickets (60 seconds).

One algorithm (ES256), one key, one header for each purpose. A token's header is compared byte for byte with the only
one that we write, so nothing in it is ever interpreted: no "none", no other family, no "crit", no foreign key. Claims
are read into a closed structure after the signature holds. Not parsed here: sessions and invitations, which are random
and looked up in the database.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from jose import jwk, jws
from jose.backends.base import Key
from jose.exceptions import JOSEError

from odr.ids import AccountId, ExhibitId

ALGORITHM: Final = "ES256"
BEARER_TYPE: Final = "at+jwt"  # RFC 9068 section 2.1
TICKET_TYPE: Final = "entente-ticket+jwt"
BEARER_AUDIENCE: Final = "entente-api"
TICKET_AUDIENCE: Final = "entente-download"
BEARER_LIFE: Final = timedelta(minutes=15)
TICKET_LIFE: Final = timedelta(seconds=60)
LENGTH_LIMIT: Final = 2048
SKEW: Final = 5  # seconds between two machines' clocks, for "iat" only

C = TypeVar("C", bound="Claims")


class TokenRefusedError(Exception):
    """The token is not one of ours, not for this, or no longer valid. It doesn't say which."""


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every token says: who issued it, for what, about whom, from when to when (seconds), and its own id."""

    iss: str
    aud: str
    sub: UUID
    iat: int
    exp: int
    jti: str


class BearerClaims(Claims, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An API bearer: its subject is an account."""


class TicketClaims(Claims, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A download ticket: its subject is an account; one exhibit, and a range of its bytes if one was asked."""

    exhibit: UUID
    start: int = 0
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The one key pair, its id, and who we are as an issuer."""

    private: Key
    public: Key
    kid: str
    issuer: str


def load_token_keys(path: Path, issuer: str) -> TokenKeys:
    """Load a P-256 private key from a PEM file; raises ``ValueError`` for anything else."""
    pem = path.read_bytes()
    if not pem.lstrip().startswith(b"-----BEGIN "):
        raise ValueError("the token key must be a PEM file")
    try:
        private = jwk.construct(pem, ALGORITHM)
        known = private.to_dict()
    except (JOSEError, KeyError, AttributeError) as error:
        raise ValueError("the token key must be an elliptic-curve key") from error
    if known.get("crv") != "P-256" or "d" not in known:
        raise ValueError("the token key must be a P-256 private key")
    public = private.public_key()
    return TokenKeys(private, public, hashlib.sha256(public.to_pem()).hexdigest()[:16], issuer)


def issue_bearer(keys: TokenKeys, account_id: AccountId, *, now: datetime) -> str:
    """Return an API bearer for an account, good for 15 minutes."""
    return _sign(keys, BEARER_TYPE, BearerClaims(**_common(keys, BEARER_AUDIENCE, account_id, now, BEARER_LIFE)))


def read_bearer(keys: TokenKeys, token: str, *, now: datetime) -> AccountId:
    """Return whose API bearer this is; raises :class:`TokenRefusedError`."""
    return AccountId(_read(keys, BEARER_TYPE, BEARER_AUDIENCE, BEARER_LIFE, token, BearerClaims, now).sub)


def issue_ticket(
    keys: TokenKeys,
    account_id: AccountId,
    exhibit_id: ExhibitId,
    *,
    now: datetime,
    start: int = 0,
    stop: int | None = None,
) -> str:
    """Return a download ticket for one exhibit, or for bytes ``start`` to ``stop`` of it, good for 60 seconds."""
    common = _common(keys, TICKET_AUDIENCE, account_id, now, TICKET_LIFE)
    return _sign(keys, TICKET_TYPE, TicketClaims(exhibit=exhibit_id, start=start, stop=stop, **common))


def read_ticket(keys: TokenKeys, token: str, *, now: datetime) -> TicketClaims:
    """Return what a download ticket allows; raises :class:`TokenRefusedError`."""
    return _read(keys, TICKET_TYPE, TICKET_AUDIENCE, TICKET_LIFE, token, TicketClaims, now)


def verified_payload(token: str, key: Key, header: bytes) -> bytes:
    """Return the payload of a compact JWS whose header is exactly ``header`` (JSON, bytes) and whose signature holds.

    RFC 7515 section 5.2, with nothing left to the token's choice. Raises :class:`TokenRefusedError`.
    """
    parts = token.split(".") if len(token) <= LENGTH_LIMIT and token.isascii() else []
    if len(parts) != 3 or parts[0] != _encode(header) or any(_encode(_decode(part)) != part for part in parts):  # noqa: PLR2004 -- header, payload, signature
        raise TokenRefusedError
    try:
        jws.verify(token, key, algorithms=[ALGORITHM])
    except JOSEError as error:
        raise TokenRefusedError from error
    return _decode(parts[1])


def _common(keys: TokenKeys, audience: str, account_id: AccountId, now: datetime, life: timedelta) -> dict[str, Any]:
    return {
        "iss": keys.issuer,
        "aud": audience,
        "sub": account_id,
        "iat": int(now.timestamp()),
        "exp": int((now + life).timestamp()),
        "jti": secrets.token_urlsafe(16),
    }


def _header(keys: TokenKeys, kind: str) -> dict[str, str]:
    return {"alg": ALGORITHM, "kid": keys.kid, "typ": kind}


def _header_bytes(keys: TokenKeys, kind: str) -> bytes:
    return json.dumps(_header(keys, kind), separators=(",", ":"), sort_keys=True).encode()


def _sign(keys: TokenKeys, kind: str, claims: Claims) -> str:
    signed: str = jws.sign(msgspec.json.encode(claims), keys.private, headers=_header(keys, kind), algorithm=ALGORITHM)
    return signed


def _read(keys: TokenKeys, kind: str, audience: str, life: timedelta, token: str, claims: type[C], now: datetime) -> C:
    payload = verified_payload(token, keys.public, _header_bytes(keys, kind))
    try:
        said = msgspec.json.decode(payload, type=claims)
    except msgspec.DecodeError as error:
        raise TokenRefusedError from error
    seconds = now.timestamp()
    timely = said.iat - SKEW <= seconds < said.exp and said.exp - said.iat <= life.total_seconds() + 1
    if said.iss != keys.issuer or said.aud != audience or not said.jti or not timely:
        raise TokenRefusedError
    return said


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise TokenRefusedError from error
