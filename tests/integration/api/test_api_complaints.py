"""A complaint between two companies, by programs: each route as it works, and as it refuses."""

import pytest

from odr.disputes.team import invite_team_member
from odr.ids import new_id
from tests.integration.disputes.conftest import cheap_hashes
from tests.journey import DRAFT, GOOD, a_journey
from tests.mailbox import code_to, link_to

__all__ = ["cheap_hashes"]

TERMS = {"terms": "Vingt pour cent de remise."}


@pytest.fixture
async def journey(platform):
    return await a_journey(platform)


@pytest.fixture
async def complaint(journey):
    await journey.to_complaint()
    return journey


async def people(journey, program):
    """The two companies, and those who are to learn nothing."""
    return {
        "claimant": await program(await journey.claimant()),
        "respondent": await program(await journey.respondent()),
        "secretariat": await program(await journey.secretariat()),
        "mediator": await program(await journey.mediator()),
    }


def said(answer):
    return answer.status_code, answer.json().get("code") or answer.json().get("stage")


async def test_a_program_complains_and_a_forwarded_link_gives_a_stranger_no_seat(journey, program):
    here = f"/disputes/{journey.dispute_id}"
    claimant, stranger, nobody = (
        await program(await journey.claimant()), await program(await journey.secretariat()), await program(None),
    )  # fmt: skip
    assert said(await stranger.post(f"{here}/complain")) == (404, "not_found")
    assert said(await claimant.post(f"{here}/complain")) == (200, "complaint")
    assert said(await claimant.post(f"{here}/complain")) == (409, "wrong_stage")
    assert (await stranger.get(here)).status_code == 404
    link = f"/invitations/{await link_to(journey.platform, DRAFT.contact_email)}"
    shown = (await nobody.get(link)).json()
    assert (shown["needs_proof"], shown["opened"], shown["decides"]) == (True, False, False)
    typed = {"name": "Ève", "password": GOOD}
    assert (await nobody.post(link, json=typed)).json()["fields"] == {"code": "required"}
    assert (await nobody.post(f"{link}/open")).status_code == 204
    assert said(await nobody.post(f"{link}/code")) == (409, "code_lately")
    for code, problem in (("12 34", "code_wrong"), ("", "required")):
        refused = await nobody.post(link, json={**typed, "code": code})
        assert (refused.status_code, refused.json()["fields"]) == (422, {"code": problem})
    assert said(await stranger.post(f"{link}/accept")) == (403, "other_address")
    code = await code_to(journey.platform, DRAFT.contact_email)
    arrived = await nobody.post(link, json={"name": "René Dumontel", "password": GOOD, "code": code})
    assert (arrived.status_code, arrived.json()["dispute_id"]) == (201, str(journey.dispute_id))
    nobody.headers["Authorization"] = f"Bearer {arrived.json()['bearer']['access_token']}"
    assert said(await nobody.get(here)) == (200, "complaint")


async def test_an_unfinished_draft_is_no_complaint_for_a_program_either(platform, program):
    journey = await a_journey(platform, DRAFT.__class__(title="Un titre"))
    claimant = await program(await journey.claimant())
    refused = await claimant.post(f"/disputes/{journey.dispute_id}/complain")
    assert refused.status_code == 422
    assert {"facts", "contact_email"} <= set(refused.json()["fields"])


async def test_programs_propose_and_the_other_company_accepts(complaint, program):
    here = f"/disputes/{complaint.dispute_id}"
    who = await people(complaint, program)
    assert (await who["claimant"].get(f"{here}/proposals")).json() == []
    assert (await who["respondent"].post(f"{here}/proposals", json={"terms": " "})).json()["fields"] == {
        "terms": "required"
    }
    former = (await who["respondent"].post(f"{here}/proposals", json={"terms": "Dix pour cent."})).json()["id"]
    made = await who["respondent"].post(f"{here}/proposals", json=TERMS)
    assert made.status_code == 201
    listed = (await who["claimant"].get(f"{here}/proposals")).json()
    assert [(each["text"], each["state"], each["theirs"]) for each in listed] == [
        (TERMS["terms"], "standing", True),
        ("Dix pour cent.", "replaced", False),
    ]
    accept = f"{here}/proposals/{made.json()['id']}/accept"
    assert said(await who["respondent"].post(accept)) == (403, "own_proposal")
    assert said(await who["claimant"].post(f"{here}/proposals/{former}/accept")) == (409, "changed_meanwhile")
    assert said(await who["claimant"].post(f"{here}/proposals/{new_id()}/accept")) == (404, "not_found")
    for outside in ("secretariat", "mediator"):
        for answer in (
            await who[outside].get(f"{here}/proposals"),
            await who[outside].post(f"{here}/proposals", json=TERMS),
            await who[outside].post(accept),
        ):
            assert said(answer) == (404, "not_found")
    assert said(await who["claimant"].post(accept)) == (200, "settled_directly")
    assert said(await who["claimant"].post(accept)) == (409, "changed_meanwhile")
    for late in (
        await who["claimant"].post(f"{here}/proposals", json=TERMS),
        await who["claimant"].post(f"{here}/refer", json={}),
        await who["respondent"].post(f"{here}/contest", json={"reason": "Trop tard."}),
    ):
        assert said(late) == (409, "wrong_stage")
    assert (await who["respondent"].get(f"{here}/proposals")).json()[0]["state"] == "accepted"
    assert (await who["secretariat"].get(here)).status_code == 404


async def test_a_member_of_a_team_reads_but_does_not_settle(complaint, program):
    here = f"/disputes/{complaint.dispute_id}"
    claimant = await complaint.claimant()
    async with complaint.platform.unit() as uow:
        await invite_team_member(
            uow,
            claimant,
            complaint.dispute_id,
            email="dsi@trehoublan.example",
            name="Yves Membre",
            role="member",
            language="fr",
        )
    taken = await complaint.take(await link_to(complaint.platform, "dsi@trehoublan.example"), "Yves Membre")
    member, respondent = await program(await complaint.actor(taken)), await program(await complaint.respondent())
    made = (await respondent.post(f"{here}/proposals", json=TERMS)).json()["id"]
    assert (await member.get(f"{here}/proposals")).json()[0]["text"] == TERMS["terms"]
    for answer in (
        await member.post(f"{here}/proposals", json=TERMS),
        await member.post(f"{here}/proposals/{made}/accept"),
        await member.post(f"{here}/settle", json={"reason": "C'est réglé."}),
        await member.post(f"{here}/refer", json={}),
    ):
        assert said(answer) == (403, "not_permitted")


async def test_a_program_contests_a_complaint_and_so_refers_it(complaint, program):
    here = f"/disputes/{complaint.dispute_id}"
    who = await people(complaint, program)
    contest = f"{here}/contest"
    assert (await who["respondent"].post(contest, json={})).json()["fields"] == {"reason": "required"}
    assert said(await who["claimant"].post(contest, json={"reason": "Non."})) == (403, "not_permitted")
    assert said(await who["secretariat"].post(contest, json={"reason": "Non."})) == (404, "not_found")
    assert said(await who["respondent"].post(contest, json={"reason": "Le retard est le leur."})) == (200, "referred")
    assert said(await who["secretariat"].get(here)) == (200, "referred")
    assert said(await who["respondent"].post(contest, json={"reason": "Encore."})) == (409, "wrong_stage")


async def test_either_company_refers_a_complaint_by_program(complaint, program):
    here = f"/disputes/{complaint.dispute_id}"
    who = await people(complaint, program)
    assert said(await who["secretariat"].post(f"{here}/refer", json={})) == (404, "not_found")
    assert said(await who["respondent"].post(f"{here}/refer", json={})) == (200, "referred")
    assert said(await who["claimant"].post(f"{here}/refer", json={})) == (409, "wrong_stage")


async def test_the_claimant_closes_its_complaint_by_program(complaint, program):
    here = f"/disputes/{complaint.dispute_id}"
    who = await people(complaint, program)
    settle = f"{here}/settle"
    assert (await who["claimant"].post(settle, json={})).json()["fields"] == {"reason": "required"}
    assert said(await who["respondent"].post(settle, json={"reason": "C'est réglé."})) == (403, "not_permitted")
    assert said(await who["mediator"].post(settle, json={"reason": "C'est réglé."})) == (404, "not_found")
    assert said(await who["claimant"].post(settle, json={"reason": "La livraison est là."})) == (
        200,
        "settled_directly",
    )
    assert said(await who["claimant"].post(settle, json={"reason": "Encore."})) == (409, "wrong_stage")
