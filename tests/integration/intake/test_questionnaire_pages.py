import html

import pytest
from sqlalchemy import delete, select

from odr.disputes.models import Dispute
from odr.people.models import SignInSession
from odr.spaces.queries import spaces_for
from tests.builders import an_account
from tests.journey import DRAFT, a_journey


@pytest.fixture
async def journey(platform):
    return await a_journey(platform)


def words(answer):
    return html.unescape(answer.text)


async def test_each_page_is_kept_as_typed_and_found_again_three_weeks_later(journey, sign_in, clock):
    here = f"/disputes/{journey.dispute_id}/draft"
    client = await sign_in(await journey.claimant())
    await client.post(f"{here}/urgency", data={"urgent": "date", "urgent_on": "31/12", "then": "list"})
    clock.advance(days=21)
    async with journey.platform.unit() as uow:
        await uow.session.execute(delete(SignInSession))
    assert (await client.get(here)).headers["location"].startswith("/sign-in")
    client = await sign_in(await journey.claimant())
    listed = words(await client.get(here))
    assert "À corriger" in listed
    page = words(await client.get(f"{here}/urgency"))
    assert 'value="31/12"' in page
    assert "Erreur" in page
    done = await client.post(f"{here}/urgency", data={"urgent": "date", "urgent_on": "2027-01-31", "then": "next"})
    assert done.headers["location"] == f"{here}/outcome"


async def test_an_answer_that_leads_to_a_question_shows_it_on_the_same_page(journey, sign_in):
    here = f"/disputes/{journey.dispute_id}/draft/contract"
    client = await sign_in(await journey.claimant())
    assert "Que dit cette clause" not in words(await client.get(here))
    again = await client.post(here, data={"mediation": "yes", "then": "next"})
    assert again.headers["location"] == f"{here}?more=1#f-mediation_words"
    assert "Que dit cette clause" in words(await client.get(again.headers["location"]))
    on = await client.post(here, data={"mediation": "yes", "mediation_words": "Article 22", "then": "next"})
    assert on.headers["location"].endswith("/draft/steps")


async def test_steps_are_added_one_by_one_each_with_its_date_and_proof(journey, sign_in):
    claimant = await journey.claimant()
    here = f"/disputes/{journey.dispute_id}/draft/steps"
    client = await sign_in(claimant)
    async with journey.platform.unit(write=False) as uow:
        (room,) = await spaces_for(uow, claimant, journey.dispute_id)
    lodged = await client.post(
        f"/disputes/{journey.dispute_id}/rooms/{room.id}/exhibits",
        data={"csrf_token": client.headers["X-CSRF-Token"], "title": "Mise en demeure du 2 mars"},
        files={"file": ("lrar.txt", b"mise en demeure", "text/plain")},
    )
    assert lodged.status_code == 303
    page = words(await client.get(here))
    assert "C-1 · Mise en demeure du 2 mars" in page
    proof = page.split('<option value="')[-3 if "C-1" in page else 0]
    exhibit = next(part[:36] for part in page.split('<option value="') if "C-1 ·" in part)
    assert proof
    step = {"step_1_what": "notice", "step_1_on": "2026-03-02", "step_1_proof": exhibit}
    more = await client.post(here, data={**step, "then": "row"})
    assert more.headers["location"] == f"{here}?more=1"
    assert "Démarche 2" in words(await client.get(more.headers["location"]))
    stranger = await an_account(journey.platform, "Étienne")
    other = await sign_in(stranger)
    assert (await other.get(here)).status_code == 404
    forged = await client.post(here, data={**step, "step_1_proof": str(room.id)})
    assert forged.status_code == 422


async def test_a_page_that_is_none_is_not_found_and_nobody_elses_draft_is_shown(journey, sign_in):
    here = f"/disputes/{journey.dispute_id}/draft"
    client = await sign_in(await journey.claimant())
    assert (await client.get(f"{here}/nothing")).status_code == 404
    assert (await client.post(f"{here}/nothing", data={})).status_code == 404
    for other in (await journey.secretariat(), await journey.mediator()):
        stranger = await sign_in(other)
        for path in ("", "/about", "/others"):
            assert (await stranger.get(here + path)).status_code == 404
        assert (await stranger.post(f"{here}/about", data={"title": "x"})).status_code == 404
    await journey.file()
    assert (await client.get(f"{here}/about")).status_code == 409
    assert (await client.post(f"{here}/about", data={"title": "x"})).status_code == 409


async def test_several_companies_may_be_called_to_the_table(journey, sign_in):
    here = f"/disputes/{journey.dispute_id}/draft/others"
    client = await sign_in(await journey.claimant())
    typed = {name: getattr(DRAFT, name) for name in ("respondent", "contact_name", "contact_email")}
    second = {
        "other_1_name": "Assurances du Quai",
        "other_1_contact_name": "Ana",
        "other_1_contact_email": "a@q.example",
    }
    third = {"other_2_name": "Hébergeur", "other_2_contact_name": "Hugo", "other_2_contact_email": "h@h.example"}
    assert (await client.post(here, data={**typed, **second, **third})).status_code == 303
    assert [party.name for party in (await journey.facts()).respondents] == [
        DRAFT.respondent, "Assurances du Quai", "Hébergeur",
    ]  # fmt: skip
    await client.post(here, data={**typed, **third})
    assert [party.prefix for party in (await journey.facts()).respondents] == ["R", "R2"]
    page = words(await client.get(here))
    assert "Hébergeur" in page
    assert "Assurances du Quai" not in page


async def test_answers_are_sealed_at_rest(journey, sign_in):
    client = await sign_in(await journey.claimant())
    await client.post(f"/disputes/{journey.dispute_id}/draft/loss", data={"loss": "zircon perdu", "currency": "EUR"})
    async with journey.platform.unit(write=False) as uow:
        assert b"zircon" not in await uow.session.scalar(select(Dispute.statement_sealed))
