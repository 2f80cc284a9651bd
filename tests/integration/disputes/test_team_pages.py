"""A team's pages as browsers meet them; and that who was removed loses sight at once, mid-download too."""

import re
from datetime import timedelta

import pytest

from odr.disputes.team import remove_team_member
from odr.errors import NotFoundError
from odr.evidence.openings import open_exhibit
from tests.builders import PUBLIC_URL, a_case
from tests.integration.losses.hands import lodge_text
from web.api.bearer import make_bearer

MANDATE = {"limit": "up_to", "ceiling": "60 000", "given_by": "Zoé Gérante", "given_on": "2026-01-15"}


@pytest.fixture
async def case(platform):
    return await a_case(platform)


def team(case):
    return f"/disputes/{case.id}/team"


def seat(case, who):
    return f"{team(case)}/{case.people[who].seats[0].seat_id}"


def said_by(answer):
    return re.sub(r"\s+", " ", answer.text.translate({0x202F: " ", 0xA0: " ", 0x2019: "'"}))


async def test_a_team_is_made_up_by_forms_alone(platform, case, sign_in):
    leader, counsel = await sign_in(case.people["claimant"]), await sign_in(case.people["claimant_counsel"])
    shown = said_by(await leader.get(team(case)))
    assert "Pas de plafond" in shown or "Sans plafond" in shown
    assert "Ce que chaque rôle permet" in shown
    saved = await leader.post(f"{seat(case, 'claimant')}/mandate", data=MANDATE)
    assert saved.headers["location"] == f"{team(case)}?done=saved"
    assert "60 000,00 €" in said_by(await leader.get(team(case)))
    assert "Zoé Gérante" in said_by(await counsel.get(seat(case, "claimant")))
    raised = await leader.post(f"{seat(case, 'claimant')}/mandate", data={**MANDATE, "ceiling": "90 000"})
    assert raised.status_code == 422
    assert "Cela dépasse votre propre mandat" in said_by(raised)
    assert 'value="90 000"' in said_by(raised)
    day = (platform.clock() + timedelta(days=9)).date().isoformat()
    to = str(case.people["claimant_counsel"].seats[0].seat_id)
    await leader.post(f"{seat(case, 'claimant')}/delegation", data={"to": to, "last_day": day})
    assert "supplée Claire Demandeur jusqu'au" in said_by(await counsel.get(team(case)))
    assert "Denis Conseil assure la suppléance" in said_by(await leader.get(seat(case, "claimant")))
    assert (await counsel.post(f"{seat(case, 'claimant')}/delegation", data={"act": "end"})).status_code == 303
    assert (await counsel.post(f"{seat(case, 'claimant')}/role", data={"role": "member"})).status_code == 403
    left = await leader.post(f"{seat(case, 'claimant')}/end")
    assert left.status_code == 409
    assert "Votre entreprise n'aurait plus de représentant" in said_by(left)
    await leader.post(f"{seat(case, 'claimant_counsel')}/role", data={"role": "representative"})
    assert "Sans mandat : ne peut pas signer" in said_by(await counsel.get(team(case)))
    await leader.post(f"{seat(case, 'claimant_counsel')}/mandate", data=MANDATE)
    assert (await leader.post(f"{seat(case, 'claimant')}/end")).headers["location"] == "/disputes"
    assert (await leader.get(team(case))).status_code == 404
    assert (await counsel.get(team(case))).status_code == 200


async def test_the_other_side_the_mediator_and_the_centre_find_no_page_of_a_team(case, sign_in):
    leader = await sign_in(case.people["claimant"])
    await leader.post(f"{seat(case, 'claimant')}/mandate", data=MANDATE)
    for who in ("respondent", "mediator", "secretariat", "stranger"):
        client = await sign_in(case.people[who])
        assert (await client.get(seat(case, "claimant"))).status_code == 404, who
        for act in ("mandate", "role", "delegation", "end"):
            assert (await client.post(f"{seat(case, 'claimant')}/{act}", data=MANDATE)).status_code == 404, (who, act)
        for page in ("", "/team"):
            assert "60 000" not in said_by(await client.get(f"/disputes/{case.id}{page}")), who


async def test_whoever_is_removed_loses_sight_at_once_by_browser_and_by_program(platform, case, sign_in):
    leader, counsel = await sign_in(case.people["claimant"]), await sign_in(case.people["claimant_counsel"])
    bearer = {
        "Authorization": f"Bearer {make_bearer(platform, case.people['claimant_counsel'].account_id).access_token}"
    }
    api = f"{PUBLIC_URL}/api/v1/disputes/{case.id}"
    assert (await counsel.get(team(case))).status_code == 200
    assert (await counsel.get(api, headers=bearer)).status_code == 200
    assert (await leader.post(f"{seat(case, 'claimant_counsel')}/end")).status_code == 303
    assert (await counsel.get(team(case))).status_code == 404
    assert (await counsel.get(f"/disputes/{case.id}/rooms/{case.spaces['joint']}")).status_code == 404
    assert (await counsel.get(api, headers=bearer)).status_code == 404


async def test_a_download_under_way_is_cut_off_when_its_reader_is_removed(platform, case, clock):
    exhibit = await lodge_text(platform, case, "claimant", "joint", "Contrat")
    reader = case.people["claimant_counsel"]
    opened = await open_exhibit(platform, reader, case.id, exhibit)
    pieces = opened.read(0, opened.facts.size)
    async with platform.unit() as uow:
        await remove_team_member(uow, case.people["claimant"], case.id, reader.seats[0].seat_id)
    clock.advance(seconds=2)
    with pytest.raises(NotFoundError):
        await anext(pieces)


async def test_a_download_of_who_keeps_their_seat_is_watched_and_goes_on(platform, case, clock):
    exhibit = await lodge_text(platform, case, "claimant", "joint", "Contrat")
    opened = await open_exhibit(platform, case.people["claimant_counsel"], case.id, exhibit)
    clock.advance(seconds=2)
    assert b"".join([piece async for piece in opened.read(0, opened.facts.size)]) == b"Contrat\n"
