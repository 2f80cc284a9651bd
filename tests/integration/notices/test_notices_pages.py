"""The pages of notices: what they show, what they refuse, and what stands in every page's frame."""

import re

import pytest
from sqlalchemy import select

from odr.ids import new_id
from odr.notices.models import Notice
from odr.notices.queries import mailbox_of
from odr.people.models import Account
from odr.people.passwords import hash_password
from odr.worker import Worker
from tests.integration.notices.test_bounces import GOOD, a_bounced_notice
from tests.mailbox import mails, text_of


@pytest.fixture
async def secretary(journey, sign_in):
    await journey.file()
    await Worker(journey.platform).drain()
    return await sign_in(await journey.secretariat())


def count_in(page):
    found = re.search(r'class="count" aria-hidden="true">([^<]+)<', page.text)
    return found.group(1) if found else None


async def test_the_frame_counts_what_is_unread_and_opening_a_notice_leads_to_its_dispute(journey, secretary):
    assert count_in(await secretary.get("/disputes")) == "1"
    listed = await secretary.get("/notices")
    assert "Une nouvelle demande de médiation est arrivée au centre" in listed.text
    (path,) = re.findall(r'action="(/notices/[0-9a-f-]+/open)"', listed.text)
    answer = await secretary.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/disputes/{journey.dispute_id}")
    assert count_in(await secretary.get("/notices")) is None


async def test_all_are_marked_as_read_at_once(secretary):
    assert (await secretary.post("/notices/read")).headers["location"] == "/notices?done=read"
    page = await secretary.get("/notices?done=read")
    assert "Tout est marqué comme lu." in page.text
    assert count_in(page) is None


async def test_a_notice_that_is_nobodys_or_anothers_is_not_there(journey, secretary, sign_in):
    async with journey.platform.unit(write=False) as uow:
        notice_id = await uow.session.scalar(select(Notice.id))
    claimant = await sign_in(await journey.claimant())
    assert (await claimant.post(f"/notices/{notice_id}/open")).status_code == 404
    assert (await secretary.post(f"/notices/{new_id()}/open")).status_code == 404
    assert (await (await sign_in(None)).get("/notices")).headers["location"].startswith("/sign-in")


async def test_choices_are_kept_and_a_wrong_one_is_shown_with_what_was_chosen(secretary):
    good = {"procedure": "daily", "agreements": "in_app", "talk": "in_app", "expertise": "at_once"}
    good |= {"archive": "daily", "hour": "18"}
    refused = await secretary.post("/notices/choices", data={**good, "hour": "36"})
    assert refused.status_code == 422
    assert "Choisissez" in refused.text
    assert re.search(r'name="talk" value="in_app" checked', refused.text)
    assert (await secretary.post("/notices/choices", data=good)).status_code == 303
    kept = await secretary.get("/notices/choices?done=saved")
    for name in ("procedure", "agreements", "talk", "expertise", "archive"):
        assert re.search(rf'name="{name}" value="{good[name]}" checked', kept.text)
    assert '<option value="18" selected>' in kept.text


async def test_whose_mails_come_back_is_told_on_every_page_until_it_is_mended(journey, sign_in):
    claimant, _notice = await a_bounced_notice(journey)
    browser = await sign_in(claimant)
    for path in ("/disputes", "/account", f"/disputes/{journey.dispute_id}"):
        assert "Nos courriels ne vous parviennent plus" in (await browser.get(path)).text
    secretary = await sign_in(await journey.secretariat())
    page = (await secretary.get(f"/disputes/{journey.dispute_id}")).text
    assert "Claire Demandeur ne reçoit plus nos courriels" in page
    assert claimant.email not in page
    other = await sign_in(await journey.mediator())
    assert "courriels" not in (await other.get("/disputes")).text
    assert (await browser.post("/notices/mended")).headers["location"] == "/notices?done=mended"
    assert "ne vous parviennent plus" not in (await browser.get("/notices?done=mended")).text


async def test_another_address_mends_it_and_every_step_keeps_what_was_typed(journey, sign_in):
    claimant, _notice = await a_bounced_notice(journey)
    hashed = await hash_password(GOOD)
    async with journey.platform.unit() as uow:
        account = await uow.session.get(Account, claimant.account_id)
        assert account is not None
        account.password_hash = hashed
    browser = await sign_in(claimant)
    wrong = await browser.post("/account/address", data={"email": "claire@", "password": GOOD})
    assert wrong.status_code == 422
    assert 'value="claire@"' in wrong.text
    wrong = await browser.post("/account/address", data={"email": "claire@autre.example", "password": "une autre"})
    assert wrong.status_code == 422
    assert "votre mot de passe" in wrong.text
    same = await browser.post("/account/address", data={"email": claimant.email, "password": GOOD})
    assert "déjà votre adresse" in same.text
    sent = await browser.post("/account/address", data={"email": "claire@autre.example", "password": GOOD})
    assert "Consultez votre nouvelle messagerie" in sent.text
    text = text_of((await mails(journey.platform, "claire@autre.example"))[-1])
    path = "/account/address/" + text.partition("/account/address/")[2].split()[0]
    assert "Utiliser la nouvelle adresse" in (await browser.get(path)).text
    assert (await browser.post(path)).headers["location"] == "/account?done=address_changed"
    assert (await browser.post(path)).status_code == 410
    async with journey.platform.unit(write=False) as uow:
        assert not (await mailbox_of(uow, claimant)).failing
    waited = (await mails(journey.platform, "claire@autre.example"))[-1]
    assert "peut mener la médiation" in text_of(waited)
