"""What every request passes before any body is read (host, origin, size, token), and every answer's headers."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send

FORM_LIMIT: Final = 1024 * 1024
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_FIELD: Final = "csrf_token"  # noqa: S105 -- a field's name
TOKEN_HEADER: Final = b"x-csrf-token"
STREAMED: Final = re.compile(r"/disputes/[0-9a-f-]{36}/rooms/[0-9a-f-]{36}/exhibits", re.IGNORECASE)
"""The one form whose token its handler reads, as its first field, before its files (web/evidence/lodging.py)."""

HARMLESS: Final = frozenset({"/log/witness"})
"""Forms that change nothing, whoever sends them, and so need no token."""

Refusal = Callable[[Scope, int, str], bytes]
"""Makes the page of a refusal: scope, status, code → HTML in the reader's language."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def anti_forgery_token(session_token: str) -> str:
    """Return the token that a session's forms carry: derived from the session's secret, useless without it."""
    return hashlib.sha256(b"entente-anti-forgery/v1\0" + session_token.encode()).hexdigest()


def matches(session_token: str, given: str) -> bool:
    """Compare a form's token with the session's, in constant time."""
    return hmac.compare_digest(anti_forgery_token(session_token).encode(), given.encode())


def cookie_name(*, https: bool) -> str:
    """Return the session cookie's name: ``__Host-`` binds it to this host and to TLS; loopback HTTP can't have that."""
    return "__Host-entente" if https else "entente"


def read_cookie(scope: Scope, name: str) -> str | None:
    """Return a cookie's value from the raw headers; the first one wins."""
    for key, value in scope["headers"]:
        if key == b"cookie":
            for part in value.decode("latin-1").split(";"):
                cookie, _, text = part.strip().partition("=")
                if cookie == name:
                    return text
    return None


async def harden(message: Message, scope: Scope) -> None:
    """Set the headers of every answer, errors and missing routes included (a ``before_send`` hook)."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        if name not in headers:
            headers[name] = value
    if not scope["path"].startswith("/static/") and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"


class Gate:
    """ASGI layer: refuses what comes from another site, another host, or is too large, before anything reads it."""

    def __init__(self, app: ASGIApp, *, public_url: str, cookie: str, refusal: Refusal) -> None:
        """Guard ``app``, reached at ``public_url``; ``refusal`` makes the page of a refusal."""
        self.app = app
        self.refusal = refusal
        self.origin = public_url
        self.host = urlsplit(public_url).netloc.encode()
        self.cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if headers.get(b"host") != self.host and scope["path"] != "/health":
            await self._refuse(scope, send, 421, "wrong_host")
            return
        if scope["method"] in SAFE_METHODS or scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        if not self._same_site(headers):
            await self._refuse(scope, send, 403, "other_site")
            return
        token = read_cookie(scope, self.cookie)
        content_type = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        free = scope["path"] in HARMLESS
        if token and not free and not (content_type == b"multipart/form-data" and STREAMED.fullmatch(scope["path"])):
            given = headers.get(TOKEN_HEADER, b"").decode("latin-1")
            if not given and content_type == b"application/x-www-form-urlencoded":
                body = await read_all(receive, FORM_LIMIT)
                if body is None:
                    await self._refuse(scope, send, 413, "form_too_large")
                    return
                given = parse_qs(body.decode("utf-8", "replace")).get(TOKEN_FIELD, [""])[0]
                receive = replay(body, receive)
            if not matches(token, given):
                await self._refuse(scope, send, 403, "stale_form")
                return
        await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, send: Send, status: int, code: str) -> None:
        """Answer a refusal, hardened as every answer."""
        body = self.refusal(scope, status, code)
        headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
        headers += [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _same_site(self, headers: Mapping[bytes, bytes]) -> bool:
        origin = headers.get(b"origin")
        if origin is not None:
            return origin.decode("latin-1") == self.origin
        return headers.get(b"sec-fetch-site", b"") in {b"same-origin", b"none"}


async def read_all(receive: Receive, limit: int) -> bytes | None:
    """Read a whole body of at most ``limit`` bytes; ``None`` if it is longer or cut off."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"]
        if len(body) > limit:
            return None
        if not message["more_body"]:
            return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives ``body`` once, then what comes after it (a disconnect)."""
    given = False

    async def again() -> HTTPReceiveMessage:
        nonlocal given
        if given:
            return await receive()  # type: ignore[return-value]  # only HTTP messages come here
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
