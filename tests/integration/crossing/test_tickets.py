"""Tickets for exhibits: they hold for a time, a party may offer one, the card consented to is the card that stands."""

import re
from uuid import UUID

import pytest

from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, ConsentMissingError, InvalidInputError, NotPermittedError
from odr.evidence.consents import give_consent, offer_disclosure
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.tickets import disclosure_of
from odr.ids import ExhibitId
from odr.tasks import awaited
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.evidence.hands import lodged, post, room

SHOWN = re.compile(r'<tr>\s*<td data-label="[^"]*"><span class="number".*?</tr>', re.DOTALL)


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "respondent", "mediator", "stranger")
    return case, {name: await sign_in(case.people[name]) for name in names}


async def events(platform, case, space):
    async with platform.unit(write=False) as uow:
        return [event.event["event"] for event in await uow.vault.ledger.events(uow.session, case.ref(space))]


def card_on(page):
    return re.sub(r'datetime="[^"]*"', "", SHOWN.findall(page)[-1])


async def test_the_card_consented_to_is_byte_for_byte_the_line_in_the_joint_list(platform, table):
    case, clients = table
    await lodged(clients["claimant"], case, "joint", content=b"1", title="Le contrat")
    told = await lodged(
        clients["claimant"], case, "caucus_claimant", content=b"2", title="Nos marges", document_date="2025-03-04"
    )
    await post(clients["mediator"], f"{told['url']}/ask", purpose="Comprendre", form="original", days="5")
    asked = card_on((await clients["claimant"].get(f"{told['url']}/consent")).text)
    async with platform.unit() as uow:
        claire, exhibit_id = case.people["claimant"], ExhibitId(UUID(told["id"]))
        request = await disclosure_of(uow, claire, case.id, exhibit_id)
        assert request is not None
        await give_consent(uow, claire, case.id, exhibit_id, seen=request.id)
    before = card_on((await clients["mediator"].get(f"{told['url']}/disclose")).text)
    await post(clients["mediator"], f"{told['url']}/disclose")
    stands = card_on((await clients["respondent"].get(room(case, "joint"))).text)
    assert asked == before == stands
    assert "Nos marges" in stands
    assert "C-2" in stands


async def test_the_redacted_copy_is_shown_as_it_would_stand_before_one_consents(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=b"1", title="Tout")
    copy = await lodged(clients["claimant"], case, "caucus_claimant", content=b"2", title="Caviardé")
    await post(clients["mediator"], f"{told['url']}/ask", purpose="Comprendre", form="redacted")
    first = (await clients["claimant"].get(f"{told['url']}/consent")).text
    assert "Caviardé" not in card_on(first) if SHOWN.search(first) else True
    shown = (await clients["claimant"].get(f"{told['url']}/consent?instead={copy['id']}")).text
    assert "Caviardé" in card_on(shown)
    assert f'name="instead" value="{copy["id"]}"' in shown


async def test_a_request_and_a_consent_hold_for_their_time_only(platform, table, clock):
    case, clients = table
    claire, maya = case.people["claimant"], case.people["mediator"]
    told = [
        ExhibitId(UUID((await lodged(clients["claimant"], case, "caucus_claimant", content=each))["id"]))
        for each in (b"1", b"2")
    ]
    async with platform.unit() as uow:
        seen = [await ask_disclosure(uow, maya, case.id, each, purpose="x", form="original", days=3) for each in told]
        await give_consent(uow, claire, case.id, told[0], seen=seen[0])
    clock.advance(days=8)
    async with platform.unit() as uow:
        with pytest.raises(ConsentMissingError):
            await disclose(uow, maya, case.id, told[0])
        with pytest.raises(ConflictError):
            await give_consent(uow, claire, case.id, told[1], seen=seen[1])
        view = await disclosure_of(uow, claire, case.id, told[0])
        assert view is not None
        assert view.lapsed
    await Worker(platform).drain()
    assert (await events(platform, case, "caucus_claimant")).count("DisclosureLapsed") == 2
    async with platform.unit() as uow:
        for actor in (claire, maya):
            dispute = await visible_dispute(uow, actor, case.id)
            assert not [task for task in await awaited(uow, actor, dispute) if "exhibits" in task.href]
        await ask_disclosure(uow, maya, case.id, told[0], purpose="encore", form="original")


async def test_a_party_is_reminded_of_a_request_in_time(platform, table, clock):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    await post(clients["mediator"], f"{told['url']}/ask", purpose="x", form="original")
    clock.advance(days=12)
    await Worker(platform).drain()
    assert (await events(platform, case, "caucus_claimant"))[-1] == "DisclosureReminded"


async def test_a_party_offers_an_exhibit_unasked(platform, table, program):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant", title="Le planning")
    assert "Le planning" in card_on((await clients["claimant"].get(f"{told['url']}/offer")).text)
    assert (await post(clients["claimant"], f"{told['url']}/offer", days="0")).status_code == 422
    assert (await post(clients["claimant"], f"{told['url']}/offer", days="10")).status_code == 303
    assert (await post(clients["claimant"], f"{told['url']}/offer", days="10")).status_code == 409
    assert "Le planning" in (await clients["mediator"].get(f"{room(case, 'caucus_claimant')}/tickets")).text
    assert (await post(clients["mediator"], f"{told['url']}/disclose")).status_code == 303
    assert "Le planning" in (await clients["respondent"].get(room(case, "joint"))).text
    assert (await clients["respondent"].get(f"{told['url']}/offer")).status_code == 404

    other = await lodged(clients["claimant"], case, "caucus_claimant", content=b"autre")
    machine = await program(case.people["claimant"])
    made = await machine.post(f"/disputes/{case.id}/exhibits/{other['id']}/disclosure/offer", json={"days": 2})
    assert made.json()["offered"]
    async with platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await offer_disclosure(uow, case.people["mediator"], case.id, ExhibitId(UUID(other["id"])), purpose="")
        with pytest.raises(InvalidInputError):
            await ask_disclosure(
                uow,
                case.people["mediator"],
                case.id,
                ExhibitId(UUID(other["id"])),
                purpose="x",
                form="original",
                days=91,
            )
