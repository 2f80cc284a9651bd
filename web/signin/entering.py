"""Letting a browser in and out: its session cookie, where it came from, and what it had typed before it lapsed."""

from typing import Final

import msgspec
from litestar import Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType

from odr.people.commands import NewSession
from web.answer import Answer, AnyRequest, frame, go, own_path
from web.rendering import render
from web.security import anti_forgery_token, cookie_name, read_cookie

LIFE_SECONDS: Final = 7 * 24 * 3600
KEPT_LIMIT: Final = 64 * 1024
KEPT_FIELDS: Final = 200
SECRET_FIELDS: Final = frozenset({"password", "again", "current", "csrf_token"})


def address_of(request: AnyRequest) -> str:
    """Return where a request came from, for counting attempts."""
    return request.client.host if request.client else ""


def device_of(request: AnyRequest) -> str:
    """Return what the browser calls itself, for the list of one's sessions."""
    return request.headers.get("user-agent", "")


def present_token(request: AnyRequest) -> str | None:
    """Return the session token that the browser holds, living or dead."""
    return read_cookie(request.scope, _cookie(request))


def let_in(request: AnyRequest, session: NewSession, answer: Answer) -> Answer:
    """Give the browser its new session's cookie with ``answer``."""
    answer.set_cookie(_session_cookie(request, session.token, LIFE_SECONDS))
    return answer


def let_out(request: AnyRequest, answer: Answer) -> Answer:
    """Take the session's cookie away: with the same attributes, or browsers keep a ``__Host-`` cookie as it is."""
    answer.set_cookie(_session_cookie(request, "", 0))
    return answer


def _session_cookie(request: AnyRequest, value: str, seconds: int) -> Cookie:
    is_https: bool = request.app.state.platform.settings.is_https
    return Cookie(
        key=_cookie(request), value=value, max_age=seconds, path="/", secure=is_https, httponly=True, samesite="lax"
    )


def after_sign_in(request: AnyRequest, session: NewSession, *, path: str, kept: str, kept_path: str) -> Answer:
    """Go where the person wanted to go; or show what they had typed before their session lapsed, ready to send."""
    fields = read_kept(kept)
    if not fields or own_path(kept_path, "") == "":
        return let_in(request, session, go(own_path(path, "/disputes")))
    shown = frame(request) | {"csrf_token": anti_forgery_token(session.token)}
    text = render("signin/continue.html", **shown, kept_path=kept_path, fields=fields)
    return let_in(request, session, Response(text, media_type=MediaType.HTML))


async def typed_so_far(request: AnyRequest) -> str:
    """Return what a form sent while nobody was signed in, as JSON pairs without its secrets; ``""`` if nothing."""
    if request.method != "POST" or "application/x-www-form-urlencoded" not in request.headers.get("content-type", ""):
        return ""
    data = await request.form()
    pairs = [
        (name, value)
        for name, value in data.multi_items()
        if isinstance(value, str) and name not in SECRET_FIELDS and not name.startswith("kept")
    ]
    text = msgspec.json.encode(pairs).decode()
    return text if pairs and len(pairs) <= KEPT_FIELDS and len(text.encode()) <= KEPT_LIMIT else ""


def read_kept(text: str) -> list[tuple[str, str]]:
    """Read back what :func:`typed_so_far` returned; anything else gives nothing."""
    if not text or len(text.encode()) > KEPT_LIMIT:
        return []
    try:
        pairs = msgspec.json.decode(text, type=list[tuple[str, str]])
    except msgspec.DecodeError:
        return []
    return [(name, value) for name, value in pairs if name not in SECRET_FIELDS][:KEPT_FIELDS]


def _cookie(request: AnyRequest) -> str:
    return cookie_name(https=request.app.state.platform.settings.is_https)
