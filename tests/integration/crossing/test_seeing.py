"""Seeing as a party: the same lines, the same words; nothing of its own rooms; nothing done, nothing recorded."""

import re
from uuid import UUID

import pytest
from sqlalchemy import func, select

from odr.crossing.answering import allow_statement
from odr.crossing.commands import Asked, propose_statement
from odr.evidence.consents import give_consent
from odr.evidence.disclosures import ask_disclosure
from odr.ids import ExhibitId
from odr.offers.commands import TypedOffer
from odr.offers.models import OfferReading
from tests.builders import a_case
from tests.integration.disputes.offering import make
from tests.integration.evidence.hands import lodged, post, room

EXHIBITS = re.compile(r'<table class="table" id="_exhibits">.*?</table>', re.DOTALL)
MESSAGES = re.compile(r'<article class="message".*?</article>', re.DOTALL)


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "respondent", "mediator", "stranger", "secretariat", "expert")
    return case, {name: await sign_in(case.people[name]) for name in names}


def plainly(case, page, side):
    text = EXHIBITS.findall(page)[0].replace(f"/as/{case.parties[side]}", "")
    text = re.sub(r' · <a href="[^"]*/receipt[^>]*>.*?</a>', "", text)  # who lodged it may have its receipt: a person's
    return re.sub(r' <span class="badge" data-tone="accent">[^<]*</span>', "", text)


async def ledgers(platform, case):
    async with platform.unit(write=False) as uow:
        return {name: len(await uow.vault.ledger.events(uow.session, case.ref(name))) for name in case.spaces}


async def test_the_mediator_sees_the_very_lines_that_each_party_sees(platform, table):
    case, clients = table
    await lodged(clients["claimant"], case, "joint", content=b"1", title="Le contrat")
    taken = await lodged(clients["respondent"], case, "joint", content=b"2", title="Le planning")
    await post(clients["respondent"], f"{taken['url']}/withdraw")
    for name in ("claimant", "respondent", "mediator"):
        await post(clients[name], f"{room(case, 'joint')}/messages", text=f"Ici {name}.")
    apart = await lodged(clients["claimant"], case, "caucus_claimant", content=b"3", title="Zirconite")
    await lodged(clients["claimant"], case, "private_claimant", content=b"4", title="Ampoule")
    await post(clients["claimant"], f"{room(case, 'caucus_claimant')}/messages", text="Zirconite en aparté.")
    before = await ledgers(platform, case)
    for side in ("claimant", "respondent"):
        seen = (await clients["mediator"].get(f"/disputes/{case.id}/as/{case.parties[side]}")).text
        own = (await clients[side].get(room(case, "joint"))).text
        assert plainly(case, seen, side) == plainly(case, own, side)
        strip = re.compile(r" data-mine|<time[^>]*>[^<]*</time>")
        assert [strip.sub("", each) for each in MESSAGES.findall(seen)] == [
            strip.sub("", each) for each in MESSAGES.findall(own)
        ]
        assert "Zirconite" not in seen
        assert "Ampoule" not in seen
        main = seen[seen.index("<main") : seen.index("</main>")]
        assert "<form" not in main
    assert await ledgers(platform, case) == before
    hidden = f"/disputes/{case.id}/as/{case.parties['claimant']}/exhibits/{apart['id']}"
    assert (await clients["mediator"].get(hidden)).status_code == 404


async def test_an_exhibits_card_is_seen_as_the_party_sees_it(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", title="Le contrat")
    path = f"/disputes/{case.id}/as/{case.parties['respondent']}/exhibits/{told['id']}"
    seen = (await clients["mediator"].get(path)).text
    own = (await clients["respondent"].get(told["url"])).text
    listed = re.compile(r'<dl class="summary-list">.*?</dl>', re.DOTALL)
    assert listed.findall(seen)[0] == listed.findall(own)[0]


OFFERS = re.compile(r'<table class="table" id="_offers-.*?</table>', re.DOTALL)
TERMS = re.compile(r'<section id="_terms".*?</section>', re.DOTALL)


async def opening_count(platform):
    async with platform.unit(write=False) as uow:
        return await uow.session.scalar(select(func.count()).select_from(OfferReading))


async def test_offers_are_seen_as_each_party_finds_them_and_a_preview_opens_none(platform, table, program):
    case, clients = table
    asked = await make(platform, case, "claimant", TypedOffer("Douze mille, et la reprise.", "12 000"))
    answer = await make(platform, case, "respondent", TypedOffer("Huit mille.", "8 000"), instead_of=asked)
    gone = await make(platform, case, "claimant", TypedOffer("Glissée par erreur.", "38 000"))
    await post(clients["claimant"], f"/disputes/{case.id}/offers/{gone}/quarantine", why="Une erreur.")
    for side in ("claimant", "respondent"):
        path = f"/disputes/{case.id}/as/{case.parties[side]}"
        unread = (await clients["mediator"].get(path)).text
        assert "000,00" not in unread  # a preview of what the mediator has not opened would open it for them
        assert unread.count("Vous ne l’avez pas ouverte vous-même") == 1  # noqa: RUF001 -- French typography
        card = (await clients["mediator"].get(f"{path}/offers/{answer}")).text
        assert "Huit mille." not in card
        assert f'href="/disputes/{case.id}/offers/{answer}"' in card
    for offer in (asked, answer):
        await clients["mediator"].get(f"/disputes/{case.id}/offers/{offer}")
    before = await ledgers(platform, case), await opening_count(platform)
    for side in ("claimant", "respondent"):
        path = f"/disputes/{case.id}/as/{case.parties[side]}"
        seen = OFFERS.findall((await clients["mediator"].get(path)).text)
        own = OFFERS.findall((await clients[side].get(f"/disputes/{case.id}/offers")).text)
        assert [each.replace(f"/as/{case.parties[side]}", "") for each in seen] == own
        assert "Huit mille." in (await clients["mediator"].get(f"{path}/offers/{answer}")).text
        stopped = (await clients["mediator"].get(f"{path}/offers/{gone}")).text
        assert "Retirée de l" in stopped
        assert "Glissée" not in stopped
    api = await program(case.people["mediator"])
    told = (await api.get(f"/disputes/{case.id}/as/{case.parties['claimant']}")).json()["offers"]
    amounts = {each["id"]: each["amount_cents"] for each in told}
    assert amounts == {str(asked): 1_200_000, str(answer): None, str(gone): None}
    assert (await ledgers(platform, case), await opening_count(platform)) == before
    path = f"/disputes/{case.id}/as/{case.parties['claimant']}/offers/{answer}"
    seen = TERMS.findall((await clients["mediator"].get(path)).text)
    assert seen == TERMS.findall((await clients["claimant"].get(f"/disputes/{case.id}/offers/{answer}")).text)
    for name in ("claimant", "respondent", "stranger", "secretariat", "expert"):
        assert (await clients[name].get(path)).status_code == 404


async def test_nobody_else_looks_with_anothers_eyes(table, program):
    case, clients = table
    await lodged(clients["claimant"], case, "joint")
    path = f"/disputes/{case.id}/as/{case.parties['respondent']}"
    for name in ("claimant", "respondent", "stranger", "secretariat", "expert"):
        assert (await clients[name].get(path)).status_code == 404
    assert (await clients["mediator"].get(f"/disputes/{case.id}/as/{case.id}")).status_code == 404
    machine, other = await program(case.people["mediator"]), await program(case.people["respondent"])
    assert len((await machine.get(path)).json()["exhibits"]) == 1
    assert (await other.get(path)).status_code == 404


async def test_it_is_shown_as_it_would_be_after_a_sharing_and_nothing_is_shared(platform, table):
    case, clients = table
    await lodged(clients["claimant"], case, "joint", content=b"1", title="Le contrat")
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=b"2", title="Nos marges")
    exhibit_id = ExhibitId(UUID(told["id"]))
    claire, maya = case.people["claimant"], case.people["mediator"]
    async with platform.unit() as uow:
        seen = await ask_disclosure(uow, maya, case.id, exhibit_id, purpose="x", form="original")
        await give_consent(uow, claire, case.id, exhibit_id, seen=seen)
        apart = case.spaces["caucus_claimant"]
        sentence = await propose_statement(uow, maya, case.id, apart, Asked("Une phrase à dire.", "x"))
        await allow_statement(uow, claire, case.id, sentence)
    before = await ledgers(platform, case)
    path = f"/disputes/{case.id}/as/{case.parties['respondent']}/after"
    after = await clients["mediator"].get(f"{path}/exhibits/{told['id']}")
    assert after.status_code == 200
    shown = plainly(case, after.text, "respondent")
    assert "Nos marges" in shown
    assert "C-2" in shown
    assert "Une phrase à dire." in (await clients["mediator"].get(f"{path}/statements/{sentence}")).text
    for name in ("claimant", "respondent"):
        assert (await clients[name].get(f"{path}/exhibits/{told['id']}")).status_code == 404
    assert await ledgers(platform, case) == before
    page = (await clients["respondent"].get(room(case, "joint"))).text
    assert "Nos marges" not in page
    assert "Une phrase" not in page
    assert (await post(clients["mediator"], f"{told['url']}/disclose")).status_code == 303
    stands = plainly(case, (await clients["respondent"].get(room(case, "joint"))).text, "respondent")
    moment = re.compile(r'datetime="[^"]*"')
    assert moment.sub("", shown) == moment.sub("", stands)


async def test_without_a_consent_there_is_nothing_to_see_afterwards(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    path = f"/disputes/{case.id}/as/{case.parties['respondent']}/after/exhibits/{told['id']}"
    assert (await clients["mediator"].get(path)).status_code == 409
