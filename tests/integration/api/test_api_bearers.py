import base64
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from odr.bootstrap import Platform
from odr.ids import ExhibitId, new_id
from odr.people.models import Account
from odr.people.passwords import hash_password
from tests.application import application
from tests.builders import PUBLIC_URL, Hands, a_case, a_session, an_account
from web.api.bearer import keys_of, make_bearer
from web.signin.tokens import issue_ticket

PASSWORD = "un mot de passe assez long"


async def with_password(platform: Platform, name: str = "Paule Programme") -> Any:
    person = await an_account(platform, name)
    known = await hash_password(PASSWORD)
    async with platform.unit() as uow:
        await uow.session.execute(update(Account).where(Account.id == person.account_id).values(password_hash=known))
    return person


async def whose(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/account", headers={"Authorization": f"Bearer {token}"})


async def test_an_e_mail_and_a_password_give_a_bearer_for_a_quarter_of_an_hour(platform, program, clock: Hands) -> None:
    person = await with_password(platform)
    client = await program(None)
    answer = await client.post("/token", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 900
    token = answer.json()["access_token"]
    assert (await whose(client, token)).json()["email"] == person.email
    clock.advance(seconds=901)
    late = await whose(client, token)
    assert (late.status_code, late.json()["code"]) == (401, "bearer_refused")
    assert late.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_bearer_leaves_no_browser_session_behind(platform, program) -> None:
    person = await with_password(platform)
    client = await program(None)
    await client.post("/token", json={"email": person.email, "password": PASSWORD})
    async with platform.unit(write=False) as uow:
        from odr.people.queries import sessions_of  # noqa: PLC0415 -- only here

        assert await sessions_of(uow, person) == ()


async def test_no_refusal_tells_whether_an_account_exists(platform, program) -> None:
    person = await with_password(platform)
    client = await program(None)
    known = await client.post("/token", json={"email": person.email, "password": "wrong wrong wrong"})
    unknown = await client.post("/token", json={"email": "nobody@example.org", "password": "wrong wrong wrong"})
    said = [{key: value for key, value in each.json().items() if key != "reference"} for each in (known, unknown)]
    assert known.status_code == unknown.status_code == 401
    assert said[0] == said[1]


async def test_guessing_passwords_is_throttled_as_sign_in_is(platform, program) -> None:
    person = await with_password(platform)
    client = await program(None)
    for _attempt in range(5):
        answer = await client.post("/token", json={"email": person.email, "password": "wrong wrong wrong"})
        assert answer.status_code == 401
    answer = await client.post("/token", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-8] + "AAAAAAAA",
        lambda token: encoded({"alg": "none", "typ": "at+jwt"}) + "." + token.split(".")[1] + ".",
        lambda token: encoded({"alg": "HS256", "typ": "at+jwt"}) + "." + ".".join(token.split(".")[1:]),
        lambda token: token.split(".")[0] + "." + encoded({"sub": str(new_id())}) + "." + token.split(".")[2],
        lambda token: token + "=",
        lambda _token: "a.b.c",
        lambda _token: "x" * 5000,
    ],
    ids=["signature", "none", "another family", "payload", "padding", "nonsense", "endless"],
)
async def test_a_forged_bearer_is_refused_without_saying_why(platform, program, forge) -> None:
    case = await a_case(platform)
    client = await program(None)
    token = make_bearer(platform, case.people["claimant"].account_id).access_token
    assert (await whose(client, token)).status_code == 200
    answer = await whose(client, forge(token))
    assert (answer.status_code, answer.json()["code"]) == (401, "bearer_refused")


async def test_a_download_ticket_is_no_bearer(platform, program) -> None:
    case = await a_case(platform)
    ticket = issue_ticket(
        keys_of(platform), case.people["claimant"].account_id, ExhibitId(new_id()), now=platform.clock()
    )
    assert (await whose(await program(None), ticket)).status_code == 401


async def test_the_bearer_of_a_closed_account_is_refused(platform, program) -> None:
    person = await an_account(platform, "Fermée Entretemps")
    client = await program(person)
    assert (await client.get("/account")).status_code == 200
    async with platform.unit() as uow:
        await uow.session.execute(update(Account).where(Account.id == person.account_id).values(disabled_at=uow.now()))
    assert (await client.get("/account")).status_code == 401


async def test_a_cookie_means_nothing_to_the_api(platform) -> None:
    case = await a_case(platform)
    token = await a_session(platform, case.people["claimant"])
    app: Any = application(platform)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, cookies={"entente": token}) as browser:
        assert (await browser.get("/disputes")).status_code == 200
        answer = await browser.get("/api/v1/disputes")
    assert (answer.status_code, answer.json()["code"]) == (401, "bearer_needed")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_refusals_come_in_the_language_that_was_asked_for(program) -> None:
    french = (await (await program(None, "fr")).get("/account")).json()
    english = (await (await program(None, "en")).get("/account")).json()
    assert french["title"] == "Connectez-vous"
    assert english["title"] == "Please sign in"


async def test_an_unknown_field_is_refused_and_not_repeated(program) -> None:
    client = await program(None)
    answer = await client.post("/token", json={"email": "a@example.org", "password": "x", "<script>": 1})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert "script" not in answer.text


async def test_what_is_no_json_is_told_so(program) -> None:
    answer = await (await program(None)).post("/token", content=b"{nope", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
