"""How the API refuses: always JSON, always a code, never a redirect."""

from typing import Any, Final, cast

from litestar.exceptions import HTTPException, SerializationException, ValidationException

from web.answer import Answer, AnyRequest
from web.errors import SignInNeededError, show_error, words_for

_UNREADABLE: Final = "unreadable"
CODES: Final = {400: _UNREADABLE, 404: "not_found", 405: "not_found", 413: "too_large", 415: _UNREADABLE}


class BearerRefusedError(SignInNeededError):
    """The bearer is forged, expired, or its account is closed. All alike to whoever sent it."""


def on_sign_in_needed(request: AnyRequest, error: SignInNeededError) -> Answer:
    """Ask for a bearer (RFC 6750 section 3)."""
    refused = isinstance(error, BearerRefusedError)
    answer = show_error(request, 401, words_for(401), code="bearer_refused" if refused else "bearer_needed")
    answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if refused else "Bearer"
    return answer


def on_invalid(request: AnyRequest, error: ValidationException) -> Answer:
    """Answer a body or a parameter of the wrong shape: 422, with what is wrong where; what was sent isn't repeated."""
    found = cast("list[object]", error.extra) if isinstance(error.extra, list) else []
    wrong = [cast("dict[str, object]", each) for each in found if isinstance(each, dict)]
    fields = {str(each.get("key", ""))[:100]: "wrong_shape" for each in wrong}
    return show_error(request, 422, words_for(422), code="invalid_input", fields=fields or {"": "wrong_shape"})


def on_unreadable(request: AnyRequest, _error: SerializationException) -> Answer:
    """Answer what is no JSON at all."""
    return show_error(request, 400, words_for(400), code=_UNREADABLE)


def on_http_error(request: AnyRequest, error: HTTPException) -> Answer:
    """Answer what the framework refuses."""
    code = CODES.get(error.status_code, f"http_{error.status_code}")
    return show_error(request, error.status_code, words_for(error.status_code), code=code)


HANDLERS: Final[dict[type[Exception] | int, Any]] = {
    SignInNeededError: on_sign_in_needed,
    ValidationException: on_invalid,
    SerializationException: on_unreadable,
    HTTPException: on_http_error,
}
