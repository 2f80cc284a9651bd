"""The pages of the expert's mission: what each one does there, and what they must not tell."""

import json

import pytest

from odr.expertise.examining import post_report, write_note
from odr.people.models import Account
from tests.builders import nobody_objects
from tests.integration.conftest import People
from tests.integration.expertise.desk import QUESTIONS, Desk


def path_of(desk: Desk) -> str:
    return f"/disputes/{desk.id}/expertise/{desk.mission_id}"


async def test_the_whole_mission_by_forms_alone(desk: Desk, sign_in: People):
    here = path_of(desk)
    expert, mediator = await sign_in(desk.expert), await sign_in(desk.mediator)
    assert "Acceptez-vous" in (await expert.get(here)).text
    refused = await expert.post(f"{here}/accept", data={"declaration": "Un ancien <client>."})
    assert refused.status_code == 422
    assert "Un ancien &lt;client&gt;." in refused.text
    accepted = await expert.post(f"{here}/accept", data={"declaration": "Aucun lien.", "independent": "yes"})
    assert accepted.headers["location"].endswith("done=accepted")
    assert "peuvent encore" in (await mediator.get(here)).text
    await nobody_objects(desk.platform, desk.id, desk.claimant, desk.respondent)
    choosing = await mediator.get(f"{here}/supply")
    assert "C-1</span> · Le contrat" in choosing.text
    assert "Note gardée en aparté" not in choosing.text
    nothing = await mediator.post(f"{here}/supply", data={})
    assert nothing.status_code == 422
    two = {"exhibits": [str(desk.exhibits["C-1"]), str(desk.exhibits["R-1"])]}
    supplied = await mediator.post(f"{here}/supply", data=two)
    assert supplied.headers["location"].endswith("done=supplied")
    noted = await expert.post(f"{here}/notes", data={"text": "Une note à moi."})
    assert noted.status_code == 303
    paper = await desk.paper()
    shown = (await expert.get(here)).text
    assert "Une note à moi." in shown
    assert f"{here}/report?exhibit={paper}" in shown
    assert "au même moment" in (await expert.get(f"{here}/report?exhibit={paper}")).text
    posted = await expert.post(f"{here}/report", data={"exhibit": str(paper)})
    assert posted.headers["location"].endswith("done=reported")
    party = await sign_in(desk.respondent)
    assert "E-1" in (await party.get(here)).text
    seen = await party.get(f"{here}/seen")
    assert seen.headers["content-type"].startswith("application/json")
    assert [one["number"] for one in json.loads(seen.content)["supplied"]] == ["C-1", "R-1"]
    assert (await party.get(f"/disputes/{desk.id}/exhibits/{paper}/file")).content == b"%PDF report"


async def test_the_mediator_asks_an_expert_on_a_page_that_keeps_what_was_typed(desk: Desk, sign_in: People):
    browser = await sign_in(desk.mediator)
    here = f"/disputes/{desk.id}/expertise"
    assert "Omar Autre" in (await browser.get(f"{here}/new")).text
    refused = await browser.post(f"{here}/new", data={"expert": "", "questions": "Une question ?"})
    assert refused.status_code == 422
    assert "Une question ?" in refused.text
    asked = await browser.post(
        f"{here}/new", data={"expert": str(desk.other_expert.account_id), "questions": "Une question ?"}
    )
    assert asked.status_code == 303
    assert "Omar Autre" in (await browser.get(here)).text


async def test_the_expert_declines_and_is_led_away(desk: Desk, sign_in: People):
    browser = await sign_in(desk.expert)
    declined = await browser.post(f"{path_of(desk)}/decline", data={"reason": ""})
    assert declined.headers["location"].startswith("/disputes?")
    assert (await browser.get(path_of(desk))).status_code == 404


async def test_the_mediator_ends_a_mission_after_a_page_that_says_what_it_does(desk: Desk, sign_in: People):
    browser = await sign_in(desk.mediator)
    assert "ne voit plus rien" in (await browser.get(f"{path_of(desk)}/end")).text
    assert (await browser.post(f"{path_of(desk)}/end")).headers["location"].endswith("done=ended")
    assert (await browser.post(f"{path_of(desk)}/end")).status_code == 409


async def test_an_expert_meets_nothing_but_what_was_supplied_on_any_page(desk: Desk, sign_in: People):
    await desk.accept()
    await desk.supply("C-2")
    browser = await sign_in(desk.expert)
    room = f"/disputes/{desk.id}/rooms/{await desk.desk_id()}"
    for page in (path_of(desk), f"/disputes/{desk.id}/expertise", room):
        shown = await browser.get(page)
        assert shown.status_code == 200
        for hidden in ("Le contrat", "La facture", "Note gardée", "C-1", "R-1", str(desk.exhibits["secret"])):
            assert hidden not in shown.text, (page, hidden)
    assert (await browser.get(f"/disputes/{desk.id}/exhibits/{desk.exhibits['C-2']}")).status_code == 200
    for number in ("C-1", "R-1", "secret"):
        exhibit = f"/disputes/{desk.id}/exhibits/{desk.exhibits[number]}"
        for page in (exhibit, f"{exhibit}/file", f"{exhibit}/receipt"):
            shown = await browser.get(page)
            assert shown.status_code == 404
            assert "Le contrat" not in shown.text
    for name, space_id in desk.case.spaces.items():
        assert (await browser.get(f"/disputes/{desk.id}/rooms/{space_id}")).status_code == 404, name
    for page in ("supply", "end"):
        assert (await browser.get(f"{path_of(desk)}/{page}")).status_code == 403
    assert (await browser.get(f"/disputes/{desk.id}/expertise/new")).status_code == 403
    assert (await browser.get(f"/disputes/{desk.id}/agreements")).status_code == 404


@pytest.mark.parametrize("who", ["claimant", "respondent", "mediator"])
async def test_the_experts_notes_and_papers_stay_on_the_desk(desk: Desk, sign_in: People, who: str):
    await desk.accept()
    async with desk.platform.unit() as uow:
        await write_note(uow, desk.expert, desk.id, desk.mission_id, text="Une note à moi.")
    paper = await desk.paper()
    browser = await sign_in(desk.case.people[who])
    shown = await browser.get(path_of(desk))
    assert QUESTIONS.splitlines()[0] in shown.text
    for hidden in ("Une note à moi.", "Rapport (report)", str(paper), str(await desk.desk_id())):
        assert hidden not in shown.text
    assert (await browser.get(f"{path_of(desk)}/report?exhibit={paper}")).status_code == 404
    assert (await browser.get(f"{path_of(desk)}/seen")).status_code == 404
    assert (await browser.get(f"/disputes/{desk.id}/rooms/{await desk.desk_id()}")).status_code == 404
    assert (await browser.post(f"{path_of(desk)}/notes", data={"text": "x"})).status_code == 403
    assert (await browser.post(f"{path_of(desk)}/report", data={"exhibit": str(paper)})).status_code == 403


@pytest.mark.parametrize("who", ["secretariat", "archivist", "stranger"])
async def test_nothing_of_a_mission_leaks_to_anybody_else(desk: Desk, sign_in: People, who: str):
    await desk.accept()
    await desk.supply("C-1")
    browser = await sign_in(desk.case.people[who])
    for page in ("", "/supply", "/end", "/seen", "/report?exhibit=" + str(desk.exhibits["C-1"])):
        shown = await browser.get(path_of(desk) + page)
        assert shown.status_code == 404, page
        assert "cahier des charges" not in shown.text
    assert (await browser.get(f"/disputes/{desk.id}/expertise")).status_code == 404
    for act in ("accept", "decline", "notes", "report", "supply", "end"):
        answered = await browser.post(f"{path_of(desk)}/{act}", data={"exhibit": str(desk.exhibits["C-1"])})
        assert answered.status_code == 404, act
        assert "cahier des charges" not in answered.text


async def test_another_expert_of_the_centre_learns_nothing(desk: Desk, sign_in: People):
    browser = await sign_in(desk.other_expert)
    assert (await browser.get(path_of(desk))).status_code == 404
    assert (await browser.post(f"{path_of(desk)}/accept", data={"declaration": "Moi."})).status_code == 404


async def test_hostile_addresses_are_not_found(desk: Desk, sign_in: People):
    await desk.accept()
    expert, mediator = await sign_in(desk.expert), await sign_in(desk.mediator)
    assert (await expert.get(f"{path_of(desk)}/report?exhibit=../../etc")).status_code == 404
    assert (await expert.get(f"{path_of(desk)}/report")).status_code == 404
    assert (await mediator.post(f"{path_of(desk)}/supply", data={"exhibits": "x"})).status_code == 404


async def test_the_pages_are_in_english_too(desk: Desk, sign_in: People):
    await desk.accept()
    paper = await desk.paper()
    async with desk.platform.unit() as uow:
        await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=paper)
        account = await uow.session.get_one(Account, desk.claimant.account_id)
        account.language = "en"
    browser = await sign_in(desk.claimant)
    shown = (await browser.get(path_of(desk))).text
    assert "What the expert had seen by then" in shown
    assert "Lettre de mission" not in shown
