"""What holds for every route there is, those of tomorrow included: they are read from the application's own table."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from odr.archive.verifying import page_policy
from odr.bootstrap import Platform, build_platform
from odr.first_start import make_environment
from odr.settings import read_settings
from tests.application import application
from tests.builders import Case, a_browser, a_case
from tests.integration.separation.walking import OTHERS, a_walker, routes
from web.security import CONTENT_SECURITY_POLICY, FORM_LIMIT, HARMLESS, HEADERS, anti_forgery_token
from web.separation.walking import Route, Seen, Walker

PUBLIC = {
    ("GET", path)
    for path in (
        "/",
        "/about/proof",
        "/about/seal",
        "/about/seal.pem",
        "/about/score",
        "/verify",
        "/health",
        "/sign-in",
        "/sign-up",
        "/password-forgotten",
        "/invitation/{token:str}",
        "/invitation/{token:str}/decline",
        "/invitation/{token:str}/colleague",
        "/former-address/{token:str}",
        "/api/schema",
        "/api/schema/openapi.json",
        "/api/schema/{path:str}",
        "/api/v1/keys",
        "/api/v1/invitations/{token:str}",
        "/static/{file_path:path}",
        "/log/witness",
    )
} | {
    ("POST", path)
    for path in (
        "/sign-in",
        "/sign-up",
        "/sign-out",
        "/password-forgotten",
        "/language",
        "/former-address/{token:str}",
        "/invitation/{token:str}",
        "/invitation/{token:str}/open",
        "/invitation/{token:str}/code",
        "/invitation/{token:str}/colleague",
        "/invitation/{token:str}/decline",
        "/api/v1/token",
        "/api/v1/invitations/{token:str}",
        "/api/v1/invitations/{token:str}/open",
        "/api/v1/invitations/{token:str}/code",
        "/api/v1/invitations/{token:str}/pass-on",
        "/api/v1/invitations/{token:str}/accept",
        "/api/v1/invitations/{token:str}/decline",
        "/api/v1/accounts",
        "/log/witness",
    )
}
"""All that answers whoever asks. A new route that should be on it is put here by hand, and seen by whoever reviews."""

REGISTER = {
    ("GET", path)
    for path in (
        "/log/key",
        "/log/key.pem",
        "/log/keys",
        "/log/checkpoint",
        "/log/checkpoint/{size:str}",
        "/log/consistency",
        "/log/tile/{name:path}",
    )
}
"""What outsiders mirror: the same for everybody, so any site's script may read it, and it may be kept."""

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FORM = "application/x-www-form-urlencoded"


def filled(route: Route, case: Case | None = None) -> str:
    """A route's path with ids that exist where we know one, else random ones."""
    known = {"dispute_id": str(case.id), "space_id": str(case.spaces["joint"])} if case else {}
    return route.fill({name: known.get(name) or OTHERS.get(name) or str(uuid4()) for name in route.parameters})


@pytest.fixture
async def case(platform: Platform) -> Case:
    return await a_case(platform)


@pytest.fixture
async def claimant(platform: Platform, case: Case) -> AsyncIterator[Walker]:
    async with a_walker(platform, application(platform), case.people["claimant"]) as walker:
        yield walker


@pytest.fixture
async def nobody(platform: Platform) -> AsyncIterator[Walker]:
    async with a_walker(platform, application(platform), None) as walker:
        yield walker


def assert_hardened(answer: Seen) -> None:
    headers = [(name.decode().lower(), value.decode()) for name, value in answer.headers]
    names = [name for name, _value in headers]
    assert len(set(names) - {"set-cookie"}) == len([name for name in names if name != "set-cookie"]), answer
    given = dict(headers)
    own = answer.asked == "/verify" and answer.status == 200
    policy = f"{page_policy()}; frame-ancestors 'none'" if own else CONTENT_SECURITY_POLICY
    assert given["content-security-policy"] == policy, answer.asked
    expected = {**HEADERS, "Content-Security-Policy": policy}
    register = answer.asked.startswith("/log/") and given.get("access-control-allow-origin") == "*"
    if register:
        assert not {"set-cookie", "vary"} & set(names), answer.asked
        expected["Cross-Origin-Resource-Policy"] = "cross-origin"
    assert {name: given.get(name.lower()) for name in HEADERS} == expected, answer.asked
    if not answer.asked.startswith("/static/") and not register:
        assert given["cache-control"] == "no-store", answer.asked
    assert not {"server", "x-powered-by", "via"} & set(names), answer.asked


async def test_every_answer_of_every_route_is_hardened(platform: Platform, case: Case, claimant: Walker) -> None:
    for route in routes(platform, "GET", "HEAD", "OPTIONS", *UNSAFE):
        answer = await claimant.ask(filled(route, case), route.method)
        assert answer.status < 500, (route, answer.body)
        assert_hardened(answer)
    for path, method in (
        ("/nowhere", "GET"),
        ("/disputes", "PATCH"),
        ("/static/../app.py", "GET"),
        ("/disputes/x", "GET"),
    ):
        assert_hardened(await claimant.ask(path, method))


async def test_every_route_needs_a_sign_in_unless_it_is_on_the_public_list(platform: Platform, nobody: Walker) -> None:
    known = {(route.method, route.path) for route in routes(platform, "GET", *UNSAFE)}
    assert known >= PUBLIC | REGISTER, "the list names what is no route any more"
    for method, path in sorted(known - PUBLIC - REGISTER):
        answer = await nobody.ask(filled(Route(path, method)), method, data={"x": "1"} if method == "POST" else None)
        if answer.status == 303:
            location = dict(answer.headers)[b"location"].decode()  # a room's lists lead to the room, which asks
            assert location.startswith("/sign-in?next=") or answer.asked.startswith(f"{location}/"), (method, path)
        else:
            unread = (
                {400, 422} if path.startswith("/api/") else set()
            )  # a body of the wrong shape, known before who asks
            assert answer.status in {401} | unread, (method, path, answer.status)


@pytest.mark.parametrize(
    "content_type", [FORM, "multipart/form-data; boundary=x", "application/json", "text/plain", ""]
)
async def test_every_form_refuses_a_missing_token_whatever_it_calls_itself(
    platform: Platform, case: Case, claimant: Walker, content_type: str
) -> None:
    claimant.client.headers.pop("X-CSRF-Token")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n' if "multi" in content_type else b"a=b"
    )
    for route in routes(platform, *UNSAFE):
        if route.path.startswith("/api/") or route.path in HARMLESS:
            continue
        headers = {"Content-Type": content_type} if content_type else {}
        answer = await claimant.ask(filled(route, case), route.method, headers=headers, content=body)
        assert answer.status == 403, (route, content_type, answer.status)
        assert_hardened(answer)


async def test_every_form_refuses_another_site_before_it_is_read(
    platform: Platform, case: Case, claimant: Walker
) -> None:
    for route in routes(platform, *UNSAFE):
        if route.path.startswith("/api/"):
            continue
        answer = await claimant.ask(filled(route, case), route.method, headers={"Origin": "https://evil.example"})
        assert answer.status == 403, route


async def test_the_api_knows_nobody_by_a_cookie(platform: Platform, case: Case, claimant: Walker) -> None:
    claimant.bearer = None
    for route in routes(platform, "GET", *UNSAFE):
        if not route.path.startswith("/api/") or (route.method, route.path) in PUBLIC:
            continue
        assert (await claimant.ask(filled(route, case), route.method)).status in {400, 401, 422}, route


async def test_every_route_that_reads_refuses_a_body_beyond_its_limit(
    platform: Platform, case: Case, claimant: Walker
) -> None:
    """All but the two that take files, whose own limit is tested with the files."""
    claimant.client.headers.pop("X-CSRF-Token")  # so that the gate itself must read every form to its end
    huge = b'{"a": "' + b"x" * (FORM_LIMIT + 1) + b'"}'
    for route in routes(platform, *UNSAFE):
        if route.path.endswith("/rooms/{space_id:uuid}/exhibits"):
            continue
        is_api = route.path.startswith("/api/")
        kind = "application/json" if is_api else FORM
        answer = await claimant.ask(filled(route, case), route.method, content=huge, headers={"Content-Type": kind})
        assert answer.status == 413 or (is_api and route.shape is None), (route, answer.status)
        assert_hardened(answer)


async def test_a_session_cookie_is_bound_to_the_host_and_to_tls(platform: Platform, tmp_path: Path) -> None:
    answer = await _signed_out(platform, "https://mediation.example.org", tmp_path)
    (cookie,) = [value for name, value in answer.headers if name == b"set-cookie"]
    assert re.match(rb"__Host-entente=", cookie)
    attributes = {part.strip().lower().partition(b"=")[0] for part in cookie.split(b";")[1:]}
    assert {b"httponly", b"secure", b"path", b"samesite"} <= attributes, cookie
    assert b"domain" not in attributes


async def _signed_out(platform: Platform, public_url: str, directory: Path) -> Seen:
    database = platform.database.url.replace("sqlite+aiosqlite", "sqlite")
    environment = make_environment(directory / "https", public_url=public_url, centre_name="Centre")
    over_tls = build_platform(read_settings({**environment, "ENTENTE_DATABASE_URL": database}))
    try:
        async with a_browser(over_tls, application(over_tls), None) as client:
            client.base_url = public_url
            answer = await client.post(
                "/sign-out",
                headers={
                    "Origin": public_url,
                    "Cookie": "__Host-entente=x",
                    "X-CSRF-Token": anti_forgery_token("x"),
                },
            )
            return Seen("/sign-out", answer.status_code, tuple(answer.headers.raw), answer.content)
    finally:
        await over_tls.close()
