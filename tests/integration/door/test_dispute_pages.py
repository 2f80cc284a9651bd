import html
import re

import pytest

from odr.disputes import queries
from odr.disputes.lifecycle import Stage
from odr.visibility.actor import CentreRole
from tests.builders import an_account
from tests.journey import DRAFT, a_journey
from tests.mailbox import link_to


@pytest.fixture
async def journey(platform):
    return await a_journey(platform)


def words(answer):
    return html.unescape(answer.text.replace("<wbr>", ""))


FORM = {name: text for name in DRAFT.__struct_fields__ if isinstance(text := getattr(DRAFT, name), str)}


async def write_pages(client, form):
    """Go through the questionnaire, page by page; returns the draft's path."""
    assert (await client.get("/disputes/new")).status_code == 200
    saved = await client.post("/disputes/new", data=form)
    draft, _, page = saved.headers["location"].rpartition("/")
    while page != "draft":
        assert (await client.get(f"{draft}/{page}")).status_code == 200
        saved = await client.post(f"{draft}/{page}", data=form)
        assert saved.status_code == 303
        path, _, page = saved.headers["location"].partition("?")[0].rpartition("/")
        assert page == "draft" or path == draft
    assert (await client.get(draft)).status_code == 200
    return draft


async def test_a_request_is_written_checked_and_sent_by_pages(platform, sign_in):
    claimant = await an_account(platform, "Claire")
    client = await sign_in(claimant)
    draft = await write_pages(client, FORM | {"wished": ""})
    check = draft.replace("/draft", "/check")
    missing = await client.post(check)
    assert missing.status_code == 422
    assert "issue que vous souhaitez" in words(missing)
    assert DRAFT.facts in words(await client.get(check))
    await client.post(f"{draft}/outcome", data=FORM)
    sent = await client.post(check)
    assert sent.status_code == 303
    page = words(await client.get(sent.headers["location"]))
    assert "Votre demande est partie au centre" in page
    assert "Le centre" in page


async def test_a_wrong_answer_shows_its_error_and_keeps_all_the_rest(platform, sign_in):
    client = await sign_in(await an_account(platform, "Claire"))
    draft = await write_pages(client, FORM)
    loss = {"amount": "beaucoup", "currency": "EUR", "loss": 'Des "ventes" <ici>'}
    answer = await client.post(f"{draft}/loss", data=loss)
    assert answer.status_code == 422
    for page in (answer, await client.get(f"{draft}/loss")):  # it is kept as it was typed, and said again
        assert 'href="#f-amount"' in page.text
        assert 'value="beaucoup"' in page.text
        assert 'Des "ventes" <ici>' in words(page)
        assert "<ici>" not in page.text
    refused = await client.post(draft.replace("/draft", "/check"))
    assert refused.status_code == 422
    assert "#f-amount" in refused.text


async def test_the_centre_qualifies_appoints_and_invites_by_pages(journey, sign_in):
    await journey.file()
    here = f"/disputes/{journey.dispute_id}"
    client = await sign_in(await journey.secretariat())
    assert "zirconite" in words(await client.get(f"{here}/qualify"))
    assert (await client.post(f"{here}/qualify", data={"decision": ""})).status_code == 422
    assert (await client.post(f"{here}/qualify", data={"decision": "no", "reason": ""})).status_code == 422
    assert (await client.post(f"{here}/qualify", data={"decision": "yes"})).status_code == 303
    assert "Maya Médiatrice" in words(await client.get(f"{here}/mediator"))
    for chosen in ("", "x", str(journey.claimant_id)):
        assert (await client.post(f"{here}/mediator", data={"mediator": chosen})).status_code == 422
    assert (await client.post(f"{here}/mediator", data={"mediator": str(journey.mediator_id)})).status_code == 303
    assert DRAFT.contact_email in (await client.get(f"{here}/invite")).text
    contact = {"contact_name": "René", "contact_email": "pas une adresse", "language": "fr"}
    assert (await client.post(f"{here}/invite", data=contact)).status_code == 422
    assert (await client.post(f"{here}/invite", data={**contact, "contact_email": "r@l.example"})).status_code == 303
    assert await link_to(journey.platform, "r@l.example")
    assert (await client.post(f"{here}/qualify", data={"decision": "yes"})).status_code == 409


async def test_the_page_tells_each_what_is_awaited_from_whom(journey, sign_in):
    await journey.accept(await journey.to_invited())
    mediator = await sign_in(await journey.mediator())
    claimant = await sign_in(await journey.claimant())
    here = f"/disputes/{journey.dispute_id}"
    assert f'href="{here}/independence"' in (await mediator.get(here)).text
    other = words(await claimant.get(here))
    assert f"{here}/independence" not in other
    assert "Le médiateur, Maya Médiatrice" in other
    assert (await mediator.post(f"{here}/independence", data={"independent": "yes"})).status_code == 422
    parties = [str(party.id) for party in (await journey.facts()).parties]
    none = {f"none-{key}": "yes" for key in (*parties, "counsel", "matter")}
    declared = await mediator.post(f"{here}/independence", data={**none, "independent": "yes"})
    assert declared.status_code == 303
    assert f'href="{here}/appointment#a-' in (await claimant.get(here)).text
    await journey.accept_mediator()
    await journey.sign()
    rooms = set(re.findall(rf"{here}/rooms/[0-9a-f-]+", (await claimant.get(here)).text))
    assert len(rooms) == 3


async def test_steps_that_cannot_be_undone_ask_once_and_say_who_learns(journey, sign_in):
    await journey.to_open()
    here = f"/disputes/{journey.dispute_id}/steps"
    respondent = await sign_in(await journey.respondent())
    page = words(await respondent.get(f"{here}/withdraw"))
    assert "Ce qui va se passer" in page
    assert "Toutes les parties, le médiateur et le centre" in page
    assert (await respondent.get(f"{here}/end")).status_code == 403
    assert (await respondent.get(f"{here}/settle")).status_code == 404
    assert (await respondent.get(f"{here}/resume")).status_code == 403
    mediator = await sign_in(await journey.mediator())
    assert (await mediator.get(f"{here}/resume")).status_code == 409
    assert (await mediator.post(f"{here}/suspend", data={"reason": ""})).status_code == 422
    assert (await mediator.post(f"{here}/suspend", data={"reason": "Une pause."})).status_code == 303
    assert (await mediator.post(f"{here}/resume")).status_code == 303
    assert (await respondent.post(f"{here}/withdraw", data={"reason": ""})).status_code == 303
    assert (await journey.facts()).stage is Stage.NOT_SETTLED


async def test_whoever_has_no_business_there_finds_nothing(journey, sign_in):
    await journey.to_open()
    here = f"/disputes/{journey.dispute_id}"
    for roles in (
        (),
        (CentreRole.MEDIATOR,),
        (CentreRole.EXPERT,),
        (CentreRole.ARCHIVIST,),
        (CentreRole.ADMINISTRATOR,),
    ):
        client = await sign_in(await an_account(journey.platform, "Étienne", *roles))
        for path in ("", "/request", "/team", "/draft", "/check", "/qualify", "/mediator", "/invite", "/independence"):
            assert (await client.get(here + path)).status_code == 404, (roles, path)
        assert (await journey.facts()).reference not in (await client.get("/disputes")).text


async def test_the_list_is_searched_filtered_and_paged(platform, sign_in):
    journey = await a_journey(platform)
    await journey.file()
    secretariat = await sign_in(await journey.secretariat())
    reference = (await journey.facts()).reference
    for query, shown in (
        ({}, True),
        ({"q": reference[2:6].lower()}, True),
        ({"q": "LYSANDREL"}, True),
        ({"q": "%"}, False),
        ({"q": "zirconite"}, False),
        ({"stage": "referred"}, True),
        ({"stage": "open"}, False),
        ({"stage": "nonsense"}, True),
        ({"after": "nonsense"}, True),
        ({"after": "2020-01-01T00:00:00+00:00_x"}, True),
    ):
        page = await secretariat.get("/disputes", params=query)
        assert page.status_code == 200
        assert (reference in page.text) is shown, query


async def test_a_page_is_full_and_the_rest_is_on_the_next(platform, sign_in, monkeypatch):
    journeys = [await a_journey(platform) for _ in range(3)]
    for journey in journeys:
        await journey.file()
    secretariat = await sign_in(await journeys[0].secretariat())
    monkeypatch.setattr(queries, "PAGE", 2)  # a smaller page makes the same point
    first = await secretariat.get("/disputes")
    older = re.search(r'href="(/disputes\?after=[^"]+)"', first.text)
    assert older
    second = await secretariat.get(html.unescape(older[1]))
    seen = [set(re.findall(r'href="/disputes/([0-9a-f-]{36})"', page.text)) for page in (first, second)]
    assert (len(seen[0]), len(seen[1])) == (2, 1)
    assert not seen[0] & seen[1]


async def test_the_team_page_invites_and_names_nobody_of_the_other_side(journey, sign_in):
    await journey.to_open()
    here = f"/disputes/{journey.dispute_id}/team"
    claimant = await sign_in(await journey.claimant())
    bad = await claimant.post(here, data={"name": "", "email": "x", "role": "mediator", "language": "fr"})
    assert bad.status_code == 422
    member = {"name": "Inès", "email": "ines@a.example", "role": "counsel", "language": "fr"}
    assert (await claimant.post(here, data=member)).status_code == 303
    page = words(await claimant.get(here))
    assert "ines@a.example" in page
    assert "René Dumontel" not in page
    respondent = await sign_in(await journey.respondent())
    assert "Inès" not in words(await respondent.get(here))
    assert "ines@a.example" not in words(await respondent.get(f"/disputes/{journey.dispute_id}"))
