"""Who of a party's team lodges, lays before everyone, takes back and consents; pages offer nothing that is refused."""

import re

import pytest
from sqlalchemy import update

from odr.people.models import SeatRow
from odr.people.queries import load_actor
from odr.visibility.actor import SeatRole
from tests.builders import a_case
from tests.integration.evidence.hands import PDF, lodge, lodged, post


@pytest.fixture
async def team(platform, sign_in):
    """A case; a client for the claimant's second person in any role; one for the first person, one for the mediator."""
    case = await a_case(platform)
    second = case.people["claimant_counsel"]

    async def as_a(role):
        async with platform.unit() as uow:
            await uow.session.execute(update(SeatRow).where(SeatRow.id == second.seats[0].seat_id).values(role=role))
        async with platform.unit(write=False) as uow:
            return await sign_in(await load_actor(uow, second.account_id))

    return case, as_a, await sign_in(case.people["claimant"]), await sign_in(case.people["mediator"])


async def asked(case, claimant, mediator):
    told = await lodged(claimant, case, "caucus_claimant", content=PDF + b"%calcul", title="Notre calcul")
    answer = await post(mediator, f"{told['url']}/ask", purpose="Pour comparer.", form="original", days="7")
    assert answer.status_code == 303, answer.text
    seen = re.search(r'name="seen" value="([^"]+)"', (await claimant.get(f"{told['url']}/consent")).text)
    assert seen is not None
    return told["url"], seen[1]


async def test_a_member_lodges_apart_but_neither_lays_before_everyone_nor_takes_back_nor_consents(team):
    case, as_a, claimant, mediator = team
    member = await as_a(SeatRole.MEMBER)
    draft = await lodged(member, case, "private_claimant", title="Un relevé")
    apart = await lodged(member, case, "caucus_claimant", content=PDF + b"%autre", title="Un autre")
    refused = await lodge(member, case, "joint", content=PDF + b"%joint", json=False)
    assert refused.status_code == 403
    assert "à son conseil ou à son interlocuteur référent" in refused.text
    assert 'type="file"' not in (await member.get(f"/disputes/{case.id}/rooms/{case.spaces['joint']}")).text
    page = (await member.get(draft["url"])).text
    assert "share?into=caucus" in page
    assert "share?into=joint" not in page
    assert "withdraw-from?room=private" in page
    assert (await post(member, f"{draft['url']}/share", into="joint")).status_code == 403
    assert "withdraw-from?room=caucus" not in (await member.get(apart["url"])).text
    assert (await post(member, f"{apart['url']}/withdraw-from", room="caucus")).status_code == 403
    url, seen = await asked(case, claimant, mediator)
    page = (await member.get(url)).text
    assert "Son représentant ou son conseil répond." in page
    assert "/consent" not in page
    for path in ("consent", "refuse"):
        answer = await post(member, f"{url}/{path}", seen=seen)
        assert answer.status_code == 403
        assert "Le représentant de votre entreprise ou son conseil en décide" in answer.text
    assert (await member.get(f"{url}/consent")).status_code == 403


async def test_a_coordinator_lays_before_everyone_and_takes_back_but_does_not_consent(team):
    case, as_a, claimant, mediator = team
    coordinator = await as_a(SeatRole.COORDINATOR)
    told = await lodged(coordinator, case, "joint", title="Le planning")
    assert (await post(coordinator, f"{told['url']}/withdraw")).status_code == 303
    url, seen = await asked(case, claimant, mediator)
    assert (await post(coordinator, f"{url}/consent", seen=seen)).status_code == 403
    room = f"/disputes/{case.id}/rooms/{case.spaces['caucus_claimant']}"
    assert (await coordinator.get(f"{room}/statements")).status_code == 403
    assert f'{room}/statements"' not in (await coordinator.get(f"{room}/tickets")).text
    assert (
        await post(coordinator, f"{url}/withdraw-from", room="caucus")
    ).status_code == 303  # the request ends with it
    assert "demande votre accord" not in (await claimant.get(f"/disputes/{case.id}")).text


async def test_a_counsel_consents_and_withdraws_the_consent_that_a_coordinator_may_not(team):
    case, as_a, claimant, mediator = team
    url, seen = await asked(case, claimant, mediator)
    counsel = await as_a(SeatRole.COUNSEL)
    assert (await post(counsel, f"{url}/consent", seen=seen)).status_code == 303
    coordinator = await as_a(SeatRole.COORDINATOR)
    assert f'href="{url}/withdraw"' not in (await coordinator.get(url)).text
    assert (await post(coordinator, f"{url}/withdraw")).status_code == 403
    counsel = await as_a(SeatRole.COUNSEL)
    assert (await post(counsel, f"{url}/withdraw")).status_code == 303


async def test_a_member_who_lodges_a_newer_version_ends_what_was_asked_about_the_older_one(team):
    case, as_a, claimant, mediator = team
    url, _seen = await asked(case, claimant, mediator)
    member = await as_a(SeatRole.MEMBER)
    answer = await lodge(member, case, "caucus_claimant", content=b"%PDF-1.7\n2 0 obj\n%%EOF\n", replaces=url[-36:])
    assert answer.status_code == 201, answer.text
    assert "/consent" not in (await claimant.get(url)).text
