"""The gate: what comes from elsewhere, or is too large, is refused before anything reads it."""

from typing import Any
from uuid import uuid4

import pytest
from litestar.types import Message, Scope

from web.security import FORM_LIMIT, Gate, anti_forgery_token, matches

ORIGIN = "https://mediation.example.org"
SESSION = "a-session-token"


class Reached(Exception):  # noqa: N818 -- not an error: the application behind the gate was reached
    def __init__(self, body: bytes) -> None:
        self.body = body


async def behind(_scope: Scope, receive: Any, _send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message["more_body"]:
            raise Reached(body)


gate = Gate(behind, public_url=ORIGIN, cookie="entente", refusal=lambda _scope, _status, code: code.encode())


async def ask(method: str, headers: dict[str, str], parts: list[bytes], path: str = "/disputes") -> str:
    sent: list[Message] = []
    left = list(parts) or [b""]

    async def receive() -> Any:
        if not left:
            return {"type": "http.disconnect"}
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in {"host": "mediation.example.org", **headers}.items()]
    scope: Any = {"type": "http", "method": method, "path": path, "headers": raw}
    try:
        await gate(scope, receive, send)
    except Reached as reached:
        return "reached:" + reached.body.decode()
    start, body = sent
    names = {name for name, _value in start["headers"]}  # type: ignore[typeddict-item]  # a response start
    assert {b"content-security-policy", b"x-content-type-options", b"cache-control"} <= names
    return f"{start['status']}:{body['body'].decode()}"  # type: ignore[typeddict-item]


FORM = {"content-type": "application/x-www-form-urlencoded", "origin": ORIGIN}


async def test_a_page_is_read_without_ceremony() -> None:
    assert await ask("GET", {}, []) == "reached:"


async def test_another_host_is_refused_even_with_our_address_in_a_forwarded_header() -> None:
    answer = await ask("GET", {"host": "evil.example", "x-forwarded-host": "mediation.example.org"}, [])
    assert answer == "421:wrong_host"


async def test_health_is_answered_under_any_host() -> None:
    assert await ask("GET", {"host": "10.0.0.1"}, [], path="/health") == "reached:"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://mediation.example.org"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
async def test_a_form_from_another_site_is_refused(headers: dict[str, str]) -> None:
    assert await ask("POST", headers, [b"x=1"]) == "403:other_site"


async def test_a_signed_out_form_of_this_site_passes() -> None:
    assert await ask("POST", FORM, [b"email=a"]) == "reached:email=a"
    assert await ask("POST", {"sec-fetch-site": "same-origin"}, [b"x"]) == "reached:x"


async def test_a_signed_in_form_needs_its_own_token_and_reaches_the_handler_whole() -> None:
    cookie = {**FORM, "cookie": f"other=1; entente={SESSION}"}
    token = anti_forgery_token(SESSION)
    assert await ask("POST", cookie, [b"a=1"]) == "403:stale_form"
    assert await ask("POST", cookie, [b"csrf_token=" + b"0" * 64]) == "403:stale_form"
    body = [b"a=1&csrf_", f"token={token}".encode()]
    assert await ask("POST", cookie, body) == f"reached:a=1&csrf_token={token}"


async def test_a_form_that_calls_itself_multipart_passes_only_where_files_are_lodged() -> None:
    headers = {"origin": ORIGIN, "cookie": f"entente={SESSION}", "content-type": "multipart/form-data; boundary=x"}
    assert await ask("POST", headers, [b"--x"]) == "403:stale_form"
    room = f"/disputes/{uuid4()}/rooms/{uuid4()}"
    assert await ask("POST", headers, [b"--x"], path=f"{room}/exhibits") == "reached:--x"
    assert await ask("POST", headers, [b"--x"], path=f"{room}/messages") == "403:stale_form"
    assert await ask("POST", {**headers, "x-csrf-token": anti_forgery_token(SESSION)}, [b"--x"]) == "reached:--x"


async def test_a_script_may_send_the_token_as_a_header() -> None:
    headers = {"origin": ORIGIN, "cookie": f"entente={SESSION}", "content-type": "application/json"}
    assert await ask("POST", headers, [b"{}"]) == "403:stale_form"
    assert await ask("POST", {**headers, "x-csrf-token": anti_forgery_token(SESSION)}, [b"{}"]) == "reached:{}"


async def test_a_form_that_is_too_large_or_cut_off_is_refused() -> None:
    headers = {**FORM, "cookie": f"entente={SESSION}"}
    assert await ask("POST", headers, [b"x" * FORM_LIMIT, b"y"]) == "413:form_too_large"


async def test_the_api_is_no_business_of_cookies() -> None:
    assert await ask("POST", {"cookie": f"entente={SESSION}"}, [b"{}"], path="/api/v1/token") == "reached:{}"


def test_tokens_of_two_sessions_differ_and_compare_in_constant_time() -> None:
    assert matches(SESSION, anti_forgery_token(SESSION))
    assert not matches(SESSION, anti_forgery_token("another"))
    assert not matches(SESSION, "")
    assert not matches(SESSION, "é")
