"""Each refusal is answered as page, fragment or JSON, in the reader's language; the wiring takes HANDLERS."""

import secrets
from typing import Any, Final
from urllib.parse import quote

import structlog
from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.types import Scope

from odr.errors import InvalidInputError, OdrError, TooManyAttemptsError, UnavailableError
from odr.words import _, phrase, reader
from web.answer import Answer, AnyRequest, SettingsLike, frame, go, page, wants_fragment, wants_json
from web.errors.leading import way_on
from web.errors.table import status_of, words_for
from web.errors.words import Words
from web.rendering import render

KEPT: Final = phrase("If you had typed something, it is still in the form when you go back.")
log = structlog.get_logger("web")


class SignInNeededError(Exception):
    """Nobody is signed in, and this page is for people who are. ``kept``: what a lapsed form held, ready to send."""

    def __init__(self, kept: str = "") -> None:
        """Keep what was typed (see web/signin/entering.py)."""
        super().__init__()
        self.kept = kept


def show_error(request: AnyRequest, status: int, words: Words, **extra: object) -> Answer:
    """Answer an error as a page, a fragment or JSON, always with a reference that the log has too."""
    reference = secrets.token_hex(4)
    log.info("refused", status=status, reference=reference, route=_template_of(request.scope), **extra)
    title, what_to_do = _(words.title), _(words.what_to_do)
    kept = _(KEPT) if request.method == "POST" else ""
    if request.url.path.startswith("/api/") or wants_json(request):
        return Response(
            {"title": title, "what_to_do": what_to_do, "reference": reference, **extra},
            status_code=status,
            media_type=MediaType.JSON,
        )
    fragment = wants_fragment(request)
    template = "errors/_fragment.html" if fragment else "errors/page.html"
    framed = frame(request)
    return Response(
        render(
            template,
            **framed,
            way_on=way_on(status, request.method, request.url.path, known=bool(framed["csrf_token"])),
            status=status,
            title=title,
            happened="",
            kept=kept,
            what_to_do=what_to_do,
            reference=reference,
        ),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"HX-Reswap": "beforeend"} if fragment else None,  # below the form, which keeps what was typed
    )


def refusal_page(settings: SettingsLike, scope: Scope, status: int, code: str) -> bytes:
    """Return the page of a refusal made before any handler: nobody is known yet, and nothing was read."""
    reference = secrets.token_hex(4)
    log.info("refused_at_the_gate", status=status, reference=reference, code=code)
    words = words_for(status, code)
    text = render(
        "errors/page.html",
        reader=reader.get(),
        centre_name=settings.centre_name,
        demo=settings.demo,
        here=scope["path"],
        status=status,
        title=_(words.title),
        happened="",
        kept="",
        what_to_do=_(words.what_to_do),
        reference=reference,
        way_on=way_on(status, _said(scope, "method"), scope["path"], known=False),
    )
    return text.encode()


def _template_of(scope: Scope) -> str:
    """Return the route's template, which holds no id and no token of the path."""
    return _said(scope, "path_template")


def _said(scope: Scope, key: str) -> str:
    found: dict[str, object] = {**scope}
    return str(found.get(key, ""))


def on_refusal(request: AnyRequest, error: OdrError) -> Answer:
    """Answer one of odr's refusals."""
    status = status_of(error)
    extra: dict[str, object] = {"code": error.code}
    if isinstance(error, InvalidInputError):
        extra["fields"] = error.fields
    answer = show_error(request, status, words_for(status, error.code), **extra)
    if isinstance(error, TooManyAttemptsError):
        answer.headers["Retry-After"] = str(error.details.get("seconds", 60))
    if isinstance(error, UnavailableError):
        answer.headers["Retry-After"] = "30"
    return answer


def on_sign_in_needed(request: AnyRequest, error: SignInNeededError) -> Answer:
    """Lead to sign-in and back again, with what was typed; scripts get a 401."""
    if request.url.path.startswith("/api/") or wants_json(request) or wants_fragment(request):
        return show_error(request, 401, words_for(401))
    if request.method == "GET":
        return go(f"/sign-in?next={quote(request.url.path)}")
    here = request.url.path
    return page(request, "signin/page.html", status=401, form=None, next="/disputes", kept=error.kept, kept_path=here)


def on_http_error(request: AnyRequest, error: HTTPException) -> Answer:
    """Answer what Litestar itself refuses: missing routes, wrong methods, unreadable bodies."""
    code = "not_found" if error.status_code in {404, 405} else f"http_{error.status_code}"
    return show_error(request, error.status_code, words_for(error.status_code), code=code)


def on_several(request: AnyRequest, errors: ExceptionGroup[Exception]) -> Answer:
    """Answer what a unit of work made of a lower layer's error while it closed: Litestar hands both over in a group."""
    refusals = errors.subgroup(OdrError)
    first: Exception = errors.exceptions[0] if refusals is None else refusals.exceptions[0]
    return on_refusal(request, first) if isinstance(first, OdrError) else on_bug(request, errors)


def on_bug(request: AnyRequest, error: Exception) -> Answer:
    """Answer what nobody foresaw: a calm page, and the whole story in the log under the same reference."""
    log.error("bug", error=type(error).__name__, exc_info=error)
    return show_error(request, 500, words_for(500), code="internal")


HANDLERS: Final[dict[type[Exception] | int, Any]] = {
    OdrError: on_refusal,
    SignInNeededError: on_sign_in_needed,
    HTTPException: on_http_error,
    ExceptionGroup: on_several,
    Exception: on_bug,
}
