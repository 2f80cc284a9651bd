import html
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, update

from odr.people.commands import create_account, invite_person
from odr.people.models import Account, SignInSession
from odr.people.passwords import hash_password
from odr.people.queries import load_actor
from odr.visibility.actor import CentreRole
from tests.application import application
from tests.builders import PUBLIC_URL, an_account
from tests.journey import DRAFT, GOOD, a_journey
from tests.mailbox import code_to, link_to
from web.security import anti_forgery_token

EMAIL = "claire@exemple.fr"


@pytest.fixture
async def claire(platform):
    password_hash = await hash_password(GOOD)
    async with platform.unit() as uow:
        account_id = await create_account(uow, email=EMAIL, name="Claire Martin", password_hash=password_hash)
    async with platform.unit(write=False) as uow:
        return await load_actor(uow, account_id)


@pytest.fixture
async def browser_of(platform):
    """A browser that keeps cookies and sends what its forms hold, as a real one does."""
    app: Any = application(platform)  # httpx and Litestar spell ASGI apart

    def make():
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url=PUBLIC_URL,
            headers={"Origin": PUBLIC_URL, "Accept-Language": "fr"},
        )

    return make


def token_in(page):
    found = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    assert found
    return found[1]


async def send(client, page_path, path=None, /, **fields):
    page = await client.get(page_path)
    return await client.post(path or page_path, data={"csrf_token": token_in(page), **fields})


async def enter(client, password=GOOD, email=EMAIL, **more):
    return await send(client, "/sign-in", email=email, password=password, **more)


@pytest.mark.usefixtures("claire")
async def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_gets(browser_of):
    async with browser_of() as client:
        answer = await enter(client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/disputes")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert (await client.get("/disputes")).status_code == 200


@pytest.mark.usefixtures("claire")
async def test_a_refusal_is_the_same_page_for_an_unknown_address_and_keeps_what_was_typed(browser_of):
    pages = []
    for email in (EMAIL, "nobody@exemple.fr"):
        async with browser_of() as client:
            answer = await enter(client, "a wrong password", email)
            assert answer.status_code == 401
            assert f'value="{email}"' in answer.text
            assert "a wrong password" not in answer.text
            pages.append(answer.text.replace(email, ""))
    assert pages[0] == pages[1]


@pytest.mark.usefixtures("claire")
async def test_too_many_attempts_are_told_with_how_long_to_wait(browser_of):
    async with browser_of() as client:
        for _ in range(5):
            await enter(client, "a wrong password")
        answer = await enter(client)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 901


@pytest.mark.usefixtures("claire")
@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/a\r\nX: 1"]
)
async def test_signing_in_never_leads_to_another_site(browser_of, path):
    async with browser_of() as client:
        answer = await enter(client, next=path)
        assert answer.headers["location"] == "/disputes"


@pytest.mark.usefixtures("claire")
async def test_whoever_was_on_their_way_arrives_there_after_signing_in(browser_of):
    async with browser_of() as client:
        answer = await client.get("/account")
        assert answer.headers["location"] == "/sign-in?next=/account"
        page = await client.get(answer.headers["location"])
        assert 'name="next" value="/account"' in page.text
        answer = await enter(client, next="/account")
        assert answer.headers["location"] == "/account"


async def test_a_form_sent_after_the_session_lapsed_loses_nothing(platform, claire, browser_of):
    async with browser_of() as client:
        await enter(client)
        form = await client.get("/disputes/new")
        async with platform.unit() as uow:
            await uow.session.execute(delete(SignInSession))
        typed = {"title": 'Un titre "tapé" <2>', "facts": "Ligne 1\r\nLigne 2", "password": "secret", "then": "list"}
        typed |= {"category": "defects"}
        refused = await client.post("/disputes/new", data={"csrf_token": token_in(form), **typed})
        assert refused.status_code == 401
        assert "secret" not in html.unescape(refused.text)
        kept = re.search(r'name="kept" value="([^"]*)"', refused.text)
        assert kept
        answer = await client.post(
            "/sign-in",
            data={
                "csrf_token": token_in(refused),
                "email": claire.email,
                "password": GOOD,
                "kept": html.unescape(kept[1]),
                "kept_path": "/disputes/new",
            },
        )
        assert answer.status_code == 200
        fields = {
            html.unescape(name): html.unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text)
        }
        assert fields["title"] == typed["title"]
        assert fields["facts"] == "Ligne 1\r\nLigne 2"
        assert 'action="/disputes/new"' in answer.text
        saved = await client.post("/disputes/new", data=fields)
        assert saved.status_code == 303
        page = await client.get(saved.headers["location"])
        assert "Un titre &#34;tapé&#34; &lt;2&gt;" in page.text


@pytest.mark.usefixtures("claire")
@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", ""])
async def test_kept_words_are_never_sent_elsewhere(browser_of, path):
    async with browser_of() as client:
        answer = await enter(client, kept='[["title","x"]]', kept_path=path)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/disputes"


@pytest.mark.usefixtures("claire")
@pytest.mark.parametrize("kept", ["[", "{}", '[["a"]]', "[[1,2]]", "x" * 70_000])
async def test_broken_kept_words_are_dropped(browser_of, kept):
    async with browser_of() as client:
        answer = await enter(client, kept=kept, kept_path="/disputes/new")
        assert answer.status_code == 303


@pytest.mark.usefixtures("claire")
async def test_a_browser_with_a_dead_cookie_can_sign_in(browser_of):
    async with browser_of() as client:
        client.cookies.set("entente", "dead", domain="127.0.0.1")
        answer = await enter(client)
        assert answer.status_code == 303
        assert (await client.get("/account")).status_code == 200


@pytest.mark.usefixtures("claire")
async def test_a_cookie_set_before_sign_in_is_not_the_session_after(browser_of):
    async with browser_of() as client:
        client.cookies.set("entente", "planted", domain="127.0.0.1")
        answer = await enter(client)
        assert "entente=planted" not in answer.headers["set-cookie"]
        assert client.cookies["entente"] != "planted"


@pytest.mark.usefixtures("claire")
async def test_signing_out_closes_the_session_on_our_side_too(browser_of):
    async with browser_of() as client:
        await enter(client)
        token = client.cookies["entente"]
        await send(client, "/account", "/sign-out")
        client.cookies.set("entente", token, domain="127.0.0.1")
        assert (await client.get("/account")).status_code == 303


async def test_an_account_reads_pages_in_its_own_language(platform, claire, browser_of):
    async with platform.unit() as uow:
        await uow.session.execute(update(Account).where(Account.id == claire.account_id).values(language="en"))
    async with browser_of() as client:
        await enter(client)
        page = await client.get("/account")
        assert 'lang="en"' in page.text
        assert "My account" in page.text


@pytest.mark.usefixtures("claire")
async def test_the_account_page_changes_name_password_and_sessions(browser_of):
    async with browser_of() as client, browser_of() as other:
        await enter(client)
        await enter(other)
        answer = await send(client, "/account", name="Claire M.", language="en", zone="Europe/Zurich")
        assert answer.status_code == 303
        assert "Claire M." in (await client.get("/account")).text
        bad = await send(client, "/account", name="", language="xx", zone="Mars/Olympus")
        assert bad.status_code == 422
        wrong = await send(
            client, "/account", "/account/password", current="no", password="un autre secret", again="un autre secret"
        )
        assert wrong.status_code == 422
        right = await send(
            client, "/account", "/account/password", current=GOOD, password="un autre secret", again="un autre secret"
        )
        assert right.status_code == 303
        assert (await client.get("/account")).status_code == 200
        assert (await other.get("/account")).status_code == 303


async def test_signing_up_answers_the_same_whether_the_address_is_known(platform, claire, browser_of):
    pages = []
    for email in (claire.email, "new@exemple.fr"):
        async with browser_of() as client:
            answer = await send(client, "/sign-up", name="N", email=email)
            assert answer.status_code == 200
            pages.append(answer.text)
    assert pages[0] == pages[1]
    async with browser_of() as client:
        token = await link_to(platform, "new@exemple.fr")
        path = f"/invitation/{token}"
        assert "new@exemple.fr" not in (await client.get(path)).text
        answer = await send(client, path, name="N", password=GOOD, again=GOOD, language="fr", zone="Europe/Paris")
        assert answer.headers["location"].startswith("/disputes")


async def test_a_forgotten_password_is_set_by_the_page_of_its_link(platform, claire, browser_of):
    async with browser_of() as client:
        await send(client, "/password-forgotten", email=claire.email)
        path = f"/invitation/{await link_to(platform, claire.email)}"
        short = await send(client, path, password="court", again="court")
        assert short.status_code == 422
        answer = await send(client, path, password="un autre secret", again="un autre secret")
        assert answer.status_code == 303
        assert (await client.get("/account")).status_code == 200
        assert (await client.get(path)).status_code == 410


async def test_a_stranger_with_a_forwarded_link_sees_a_masked_address_and_no_way_in(platform, claire, browser_of):
    journey = await a_journey(platform)
    path = f"/invitation/{await journey.to_invited()}"
    async with browser_of() as client:
        await enter(client, email=claire.email)
        page = await client.get(path)
        await client.post(f"{path}/open", data={"csrf_token": token_in(page)})
        page = await client.get(path)
        assert "r…@l….example" in page.text
        assert DRAFT.contact_email not in page.text
        assert f'action="{path}"' not in page.text
        forced = await client.post(path, data={"csrf_token": token_in(page)})
        assert forced.status_code == 403
        assert (await client.get(f"/disputes/{journey.dispute_id}")).status_code == 404


async def test_the_invited_accept_by_the_page(platform, browser_of):
    journey = await a_journey(platform)
    path = f"/invitation/{await journey.to_invited()}"
    async with browser_of() as client:
        page = await client.get(path)
        for withheld in (DRAFT.title, DRAFT.company, DRAFT.contact_email):
            assert withheld not in html.unescape(page.text)
        assert (await send(client, f"{path}/open")).headers["location"] == path
        page = await client.get(path)
        for secret in ("zirconite", "ampoule", "48 000"):
            assert secret not in page.text
        assert DRAFT.title in html.unescape(page.text)
        typed = {"name": "René", "password": GOOD, "again": GOOD, "language": "fr", "zone": "Europe/Paris"}
        wrong = await send(client, path, code="000 00", **typed)
        assert wrong.status_code == 422
        assert "René" in wrong.text
        code = await code_to(platform, DRAFT.contact_email)
        answer = await send(client, path, code=code, **typed)
        assert answer.headers["location"] == f"/disputes/{journey.dispute_id}?done=joined"
        late = await client.get(path)
        assert late.status_code == 410
        assert "déjà" in late.text
        assert (await client.get(answer.headers["location"])).status_code == 200
        request = await client.get(f"/disputes/{journey.dispute_id}/request")
        assert "zirconite" in request.text


async def test_the_invited_with_an_account_sign_in_first_and_come_back(platform, claire, browser_of):
    journey = await a_journey(platform)
    await journey.file()
    await journey.qualify()
    async with platform.unit() as uow:
        _, token = await invite_person(uow, None, email=claire.email, name="C", language="fr")
    async with browser_of() as client:
        path = f"/invitation/{token}"
        page = await client.get(path)
        assert f"/sign-in?next={path}" in page.text
        assert 'name="password"' not in page.text
        sneaky = await client.post(
            path, data={"name": "X", "password": "volé de longue date", "again": "volé de longue date"}
        )
        assert sneaky.status_code == 409
        answer = await enter(client, email=claire.email, next=path)
        assert answer.headers["location"] == path
        assert (await send(client, path)).status_code == 303


async def test_the_invited_decline_by_the_page_without_an_account(platform, browser_of):
    journey = await a_journey(platform)
    path = f"/invitation/{await journey.to_invited()}"
    async with browser_of() as client:
        assert (await client.get(f"{path}/decline")).headers["location"] == path
        await send(client, f"{path}/open")
        assert (await client.get(f"{path}/decline")).status_code == 200
        code = await code_to(platform, DRAFT.contact_email)
        lost = await send(client, f"{path}/decline", reason="Non merci.", tell_reason="yes", code="")
        assert (lost.status_code, "Non merci." in lost.text) == (422, True)
        assert (await send(client, f"{path}/code", then="decline")).status_code == 409
        answer = await send(client, f"{path}/decline", reason="Non merci.", tell_reason="yes", code=code)
        assert answer.status_code == 200
        assert (await client.get(path)).status_code == 410


async def test_the_invited_names_a_colleague_by_the_page(platform, browser_of):
    journey = await a_journey(platform)
    path = f"/invitation/{await journey.to_invited()}"
    async with browser_of() as client:
        await send(client, f"{path}/open")
        assert (await client.get(f"{path}/colleague")).status_code == 200
        code = await code_to(platform, DRAFT.contact_email)
        typed = {"name": "Juste Morel", "email": "juste@lysandrel.example"}
        wrong = await send(client, f"{path}/colleague", **typed, code="")
        assert (wrong.status_code, "juste@lysandrel.example" in wrong.text) == (422, True)
        assert "Juste Morel" in (await send(client, f"{path}/colleague", **typed, code=code)).text
        assert (await client.get(path)).status_code == 410
    assert await link_to(platform, "juste@lysandrel.example")


async def test_the_centre_follows_an_invitation_and_hands_its_record_out(platform, sign_in, browser_of):
    journey = await a_journey(platform)
    path = f"/invitation/{await journey.to_invited()}"
    here = f"/disputes/{journey.dispute_id}/invitation"
    office = await sign_in(await journey.secretariat())
    party = f"{here}/{(await journey.facts()).respondents[0].id}"
    assert (await send(office, f"{party}/remind")).headers["location"] == f"{here}?done=reminded"
    assert (await send(office, f"{party}/remind")).status_code == 409
    anew = await office.get(f"/disputes/{journey.dispute_id}/invite?party={party.rpartition('/')[2]}")
    assert DRAFT.contact_email in anew.text
    async with browser_of() as client:
        await send(client, f"{path}/open")
        code = await code_to(platform, DRAFT.contact_email)
        await send(client, f"{path}/decline", reason="Non merci.", code=code)
    await link_to(platform, DRAFT.contact_email)  # whatever the worker has to do
    claimant = await sign_in(await journey.claimant())
    page = await claimant.get(here)
    assert page.status_code == 200
    assert DRAFT.contact_email in page.text
    assert "Non merci." in page.text
    for client in (office, claimant):
        assert (await client.get(f"{party}/record")).content.startswith(b"%PDF")
        assert (await client.get(f"{party}/receipt")).json()["event"]["event"] == "AttemptRecorded"
    mediator = await sign_in(await journey.mediator())
    for hidden in (here, f"{party}/record", f"{party}/receipt"):
        assert (await mediator.get(hidden)).status_code == 404


async def test_the_people_page_is_for_those_who_govern_people(platform, sign_in):
    for roles, status in (((), 403), ((CentreRole.MEDIATOR,), 403), ((CentreRole.SECRETARIAT,), 200)):
        client = await sign_in(await an_account(platform, "Ivan", *roles))
        assert (await client.get("/people")).status_code == status
        posted = await client.post(
            "/people", data={"name": "N", "email": "n@exemple.fr", "role": "mediator", "language": "fr"}
        )
        assert posted.status_code == (303 if status == 200 else 403)


@pytest.mark.usefixtures("claire")
async def test_a_form_without_its_token_is_refused_and_one_from_another_site_too(browser_of):
    async with browser_of() as client:
        await enter(client)
        assert (await client.post("/account", data={"name": "X"})).status_code == 403
        good = anti_forgery_token(client.cookies["entente"])
        elsewhere = {"Origin": "https://evil.example"}
        assert (await client.post("/account", data={"csrf_token": good}, headers=elsewhere)).status_code == 403


async def test_the_page_that_verifies_is_served_whole_in_the_reader_s_language_and_leads_back(browser_of):
    async with browser_of() as visitor:
        for language in ("fr", "en"):
            page = await visitor.get("/verify", headers={"Accept-Language": language})
            assert f'data-language="{language}"' in page.text
            assert 'href="/about/proof"' in page.text
            assert "connect-src" not in page.headers["content-security-policy"]  # so none: default-src 'none'
