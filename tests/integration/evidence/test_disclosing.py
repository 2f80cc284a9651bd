"""Moving one's own exhibits, and consent before disclosure."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select, update

from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.errors import (
    ConflictError,
    ConsentMissingError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    WrongStageError,
)
from odr.evidence.commands import share_exhibit
from odr.evidence.consents import give_consent, refuse_consent, withdraw_consent
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.models import Consent, ExhibitVersion
from odr.evidence.queries import tasks, visible_exhibit
from odr.evidence.tickets import disclosure_of
from odr.evidence.withdrawing import take_back
from odr.ids import PartyId, new_id
from odr.parties.models import Party, Side
from odr.visibility.terms import SpaceKind
from odr.words import use_language
from tests.builders import a_case, item_of
from tests.integration.evidence.hands import PDF, lodge, lodged, numbers_on, post, room
from vault import AccessError


@pytest.fixture
async def table(platform, sign_in):
    """A case and a client for everybody at its table."""
    case = await a_case(platform)
    names = ("claimant", "claimant_counsel", "respondent", "mediator", "expert", "stranger", "secretariat", "archivist")
    return case, {name: await sign_in(case.people[name]) for name in names}


def id_of(told):
    return UUID(told["id"])


async def events(platform, case, space):
    async with platform.unit(write=False) as uow:
        return [event.event for event in await uow.vault.ledger.events(uow.session, case.ref(space))]


async def test_an_exhibit_goes_from_draft_to_caucus_to_joint_and_stays_in_each(platform, table):
    case, clients = table
    claire = clients["claimant"]
    told = await lodged(claire, case, "private_claimant", title="Le contrat")
    for into, words in (("caucus", "aparté"), ("joint", "")):
        confirm = await claire.get(f"{told['url']}/share?into={into}")
        assert confirm.status_code == 200
        assert "Le contrat" in confirm.text
        assert words in confirm.text
        done = await post(claire, f"{told['url']}/share", into=into)
        assert done.status_code == 303
    for space in ("private_claimant", "caucus_claimant", "joint"):
        assert numbers_on((await claire.get(room(case, space))).text) == ["C-1"]
    async with platform.unit(write=False) as uow:
        view = await visible_exhibit(uow, case.people["claimant"], case.id, id_of(told))
        assert [place.kind for place in view.placements] == [SpaceKind.JOINT, SpaceKind.CAUCUS, SpaceKind.PRIVATE]
    for name in ("respondent", "mediator"):
        assert (await clients[name].get(f"{told['url']}/file")).content == PDF


async def test_the_joint_ledger_says_the_same_of_every_way_in(platform, table):
    case, clients = table
    claire, mediator = clients["claimant"], clients["mediator"]
    await lodged(claire, case, "joint", content=b"1")
    shared = await lodged(claire, case, "caucus_claimant", content=b"2")
    await post(claire, f"{shared['url']}/share", into="joint")
    disclosed = await lodged(claire, case, "caucus_claimant", content=b"3")
    await post(mediator, f"{disclosed['url']}/ask", purpose="Pour comprendre", form="original")
    async with platform.unit() as uow:
        asked = await disclosure_of(uow, case.people["claimant"], case.id, id_of(disclosed))
        assert asked is not None
        await give_consent(uow, case.people["claimant"], case.id, id_of(disclosed), seen=asked.id)
    assert (await post(mediator, f"{disclosed['url']}/disclose")).status_code == 303

    said = await events(platform, case, "joint")
    alike = [
        {key: value for key, value in event.items() if key not in {"at", "number", "exhibit_id", "sha256", "title"}}
        for event in said
    ]
    assert len(alike) == 3
    assert alike[0] == alike[1] == alike[2]
    assert alike[0]["rule"] == "V14"
    assert alike[0]["actor_id"] == str(case.people["claimant"].account_id)


async def test_only_its_own_party_shares_an_exhibit(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    for name in ("respondent", "expert", "stranger", "secretariat", "archivist"):
        assert (await post(clients[name], f"{told['url']}/share", into="joint")).status_code == 404
    assert (await post(clients["mediator"], f"{told['url']}/share", into="joint")).status_code == 403
    assert (await post(clients["claimant"], f"{told['url']}/share", into="private")).status_code == 422
    async with platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await share_exhibit(uow, case.people["mediator"], case.id, id_of(told), into="joint")


async def test_of_two_people_sharing_at_once_the_second_is_told(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "private_claimant")
    answers = await asyncio.gather(
        *(post(clients[name], f"{told['url']}/share", into="joint") for name in ("claimant", "claimant_counsel"))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert numbers_on((await clients["respondent"].get(room(case, "joint"))).text) == ["C-1"]


async def test_a_shared_exhibit_can_be_taken_back_until_another_party_opens_it(platform, table):
    case, clients = table
    claire, rene, mediator = clients["claimant"], clients["respondent"], clients["mediator"]
    first = await lodged(claire, case, "joint", content=b"1", title="Un secret")
    second = await lodged(claire, case, "joint", content=b"2", title="Le reste")
    await mediator.get(f"{first['url']}/file")  # the mediator's reading does not count
    assert (await claire.get(f"{first['url']}/withdraw")).status_code == 200
    assert (await post(claire, f"{first['url']}/withdraw")).status_code == 303

    page = (await rene.get(room(case, "joint"))).text
    assert numbers_on(page) == ["C-1", "C-2"]
    assert "Un secret" not in page
    for client in (rene, mediator):
        assert (await client.get(first["url"])).status_code == 404
        assert (await client.get(f"{first['url']}/file")).status_code == 404
        assert (await client.get(f"{first['url']}/receipt")).status_code == 404
    assert (await claire.get(f"{first['url']}/file")).content == b"1"  # it is in the draft now
    assert numbers_on((await claire.get(room(case, "private_claimant"))).text) == ["C-1"]
    item = await item_of(platform, id_of(first))
    async with platform.unit(write=False) as uow:
        with pytest.raises(AccessError):
            await uow.vault.open(uow.session, item, case.ref("joint"))

    await rene.get(f"{second['url']}/file")
    assert (await claire.get(f"{second['url']}/withdraw")).status_code == 404
    refused = await post(claire, f"{second['url']}/withdraw")
    assert refused.status_code == 409
    assert (await lodged(claire, case, "joint", content=b"3"))["number"] == "C-3"
    await post(claire, f"{first['url']}/share", into="joint")
    assert numbers_on((await rene.get(room(case, "joint"))).text) == ["C-1", "C-2", "C-3"]


async def test_taking_back_and_opening_at_once_leave_one_winner(table):
    case, clients = table
    for number in range(4):
        told = await lodged(clients["claimant"], case, "joint", content=bytes([number]))
        taken, opened = await asyncio.gather(
            post(clients["claimant"], f"{told['url']}/withdraw"), clients["respondent"].get(f"{told['url']}/file")
        )
        assert (taken.status_code, opened.status_code) in {(303, 404), (409, 200)}


async def test_nothing_is_disclosed_without_a_consent(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    mediator = clients["mediator"]
    assert (await post(mediator, f"{told['url']}/disclose")).status_code == 409
    await post(mediator, f"{told['url']}/ask", purpose="Pour le débat", form="original")
    assert (await post(mediator, f"{told['url']}/disclose")).status_code == 409
    async with platform.unit() as uow:
        await refuse_consent(uow, case.people["claimant"], case.id, id_of(told), reason="Pas maintenant")
    assert (await post(mediator, f"{told['url']}/disclose")).status_code == 409
    assert "Pas maintenant" in (await mediator.get(told["url"])).text
    assert numbers_on((await clients["respondent"].get(room(case, "joint"))).text) == []


async def test_the_whole_way_by_pages(platform, table):
    case, clients = table
    claire, rene, mediator = clients["claimant"], clients["respondent"], clients["mediator"]
    told = await lodged(claire, case, "caucus_claimant", title="Notre calcul")
    assert (await claire.get(f"{told['url']}/consent")).status_code == 404
    assert (await mediator.get(f"{told['url']}/ask")).status_code == 200
    empty = await post(mediator, f"{told['url']}/ask", purpose="", form="original")
    assert empty.status_code == 422
    assert (await post(mediator, f"{told['url']}/ask", purpose="Éclairer le prix", form="original")).status_code == 303
    asked = await claire.get(f"{told['url']}/consent")
    assert "Éclairer le prix" in asked.text
    assert "Société respondent" in asked.text
    with use_language("fr"):
        async with platform.unit(write=False) as uow:
            assert len(await tasks(uow, case.people["claimant"], case.id)) == 1
            assert await tasks(uow, case.people["mediator"], case.id) == ()
            assert await tasks(uow, case.people["respondent"], case.id) == ()
    seen = asked.text.split('name="seen" value="')[1][:36]
    assert (await post(claire, f"{told['url']}/consent", seen=seen)).status_code == 303
    async with platform.unit(write=False) as uow:
        assert len(await tasks(uow, case.people["mediator"], case.id)) == 1
    assert (await mediator.get(f"{told['url']}/disclose")).status_code == 200
    assert (await post(mediator, f"{told['url']}/disclose")).status_code == 303
    assert numbers_on((await rene.get(room(case, "joint"))).text) == ["C-1"]
    page = (await rene.get(told["url"])).text
    assert "Claire Demandeur" in page  # whose exhibit it is; not who disclosed it
    assert "Maya" not in page
    assert (await rene.get(f"{told['url']}/file")).content == PDF
    assert (await claire.get(f"{told['url']}/withdraw")).status_code == 404  # it has been opened


async def test_a_consent_is_for_what_was_seen(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    claire, maya = case.people["claimant"], case.people["mediator"]
    async with platform.unit() as uow:
        first = await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Un", form="original")
    async with platform.unit() as uow:
        with pytest.raises(ConflictError):
            await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Deux", form="original")
        await refuse_consent(uow, claire, case.id, id_of(told), reason="")
    async with platform.unit() as uow:
        await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Deux", form="original")
    async with platform.unit() as uow:
        with pytest.raises(ConflictError):
            await give_consent(uow, claire, case.id, id_of(told), seen=first)


async def test_a_consent_covers_its_digest_and_its_recipients_only(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    claire, maya = case.people["claimant"], case.people["mediator"]
    async with platform.unit() as uow:
        asked = await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Un", form="original")
        await give_consent(uow, claire, case.id, id_of(told), seen=asked)
    async with platform.unit() as uow:
        await uow.session.execute(update(Consent).values(sha256=bytes(32)))
    async with platform.unit() as uow:
        with pytest.raises(ConsentMissingError):
            await disclose(uow, maya, case.id, id_of(told))
    async with platform.unit() as uow:
        found = select(ExhibitVersion.sha256).where(ExhibitVersion.exhibit_id == id_of(told))
        sha = (await uow.session.scalars(found)).one()
        await uow.session.execute(update(Consent).values(sha256=sha))
        uow.session.add(
            Party(
                id=PartyId(new_id()), dispute_id=case.id, side=Side.RESPONDENT, ordinal=2, name="L'intégrateur",
                registration="", address="", joined_at=uow.now(),
            )
        )  # fmt: skip
    async with platform.unit() as uow:
        with pytest.raises(ConsentMissingError):  # a newcomer at the table was not among the recipients
            await disclose(uow, maya, case.id, id_of(told))


async def test_a_redacted_copy_crosses_over_instead_of_the_original(platform, table):
    case, clients = table
    original = await lodged(clients["claimant"], case, "caucus_claimant", content=b"tout")
    copy = await lodged(clients["claimant"], case, "caucus_claimant", content=b"t**t")
    foreign = await lodged(clients["respondent"], case, "caucus_respondent", content=b"autre")
    claire, maya = case.people["claimant"], case.people["mediator"]
    async with platform.unit() as uow:
        asked = await ask_disclosure(uow, maya, case.id, id_of(original), purpose="Un", form="redacted")
        for wrong in (None, id_of(original), id_of(foreign)):
            with pytest.raises(InvalidInputError):
                await give_consent(uow, claire, case.id, id_of(original), seen=asked, instead=wrong)
        await give_consent(uow, claire, case.id, id_of(original), seen=asked, instead=id_of(copy))
    async with platform.unit() as uow:
        await disclose(uow, maya, case.id, id_of(original))
    rene = clients["respondent"]
    assert (await rene.get(f"{original['url']}/file")).status_code == 404
    assert (await rene.get(f"{copy['url']}/file")).content == b"t**t"


async def test_a_consent_can_be_withdrawn_until_the_exhibit_is_opened(platform, table):
    case, clients = table
    claire, maya = case.people["claimant"], case.people["mediator"]
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    for disclosed in (False, True):
        async with platform.unit() as uow:
            asked = await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Un", form="original")
            await give_consent(uow, claire, case.id, id_of(told), seen=asked)
        if disclosed:
            async with platform.unit() as uow:
                await disclose(uow, maya, case.id, id_of(told))
        async with platform.unit() as uow:
            await withdraw_consent(uow, claire, case.id, id_of(told))
        async with platform.unit() as uow:
            with pytest.raises(ConsentMissingError):
                await disclose(uow, maya, case.id, id_of(told))
        assert (await clients["respondent"].get(f"{told['url']}/file")).status_code == 404
    async with platform.unit() as uow:
        asked = await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Trois", form="original")
        await give_consent(uow, claire, case.id, id_of(told), seen=asked)
        await disclose(uow, maya, case.id, id_of(told))
    await clients["respondent"].get(f"{told['url']}/file")
    async with platform.unit() as uow:
        with pytest.raises(ConflictError):
            await withdraw_consent(uow, claire, case.id, id_of(told))
        consents = list(await uow.session.scalars(select(Consent).where(Consent.first_opened_at.is_not(None))))
        assert len(consents) == 1
    names = [event["event"] for event in await events(platform, case, "caucus_claimant")]
    assert names.count("ConsentWithdrawn") == 2
    assert names.count("ExhibitDisclosed") == 2


async def test_who_may_neither_ask_nor_answer(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    exhibit, people = id_of(told), case.people
    async with platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await ask_disclosure(uow, people["claimant"], case.id, exhibit, purpose="x", form="original")
        with pytest.raises(NotFoundError):
            await ask_disclosure(uow, people["respondent"], case.id, exhibit, purpose="x", form="original")
        asked = await ask_disclosure(uow, people["mediator"], case.id, exhibit, purpose="x", form="original")
        with pytest.raises(NotPermittedError):
            await give_consent(uow, people["mediator"], case.id, exhibit, seen=asked)
        with pytest.raises(NotFoundError):
            await give_consent(uow, people["respondent"], case.id, exhibit, seen=asked)
        with pytest.raises(NotPermittedError):
            await disclose(uow, people["claimant"], case.id, exhibit)
        with pytest.raises(NotPermittedError):
            await take_back(uow, people["mediator"], case.id, exhibit)


async def test_nothing_moves_any_more_once_the_mediation_is_over(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    async with platform.unit() as uow:
        (await uow.session.get_one(Dispute, case.id)).stage = Stage.NOT_SETTLED
    async with platform.unit() as uow:
        with pytest.raises(WrongStageError):
            await share_exhibit(uow, case.people["claimant"], case.id, id_of(told), into="joint")
        with pytest.raises(WrongStageError):
            await ask_disclosure(uow, case.people["mediator"], case.id, id_of(told), purpose="x", form="original")
    assert (await lodge(clients["claimant"], case, "caucus_claimant", content=b"2")).status_code == 409
    assert (await clients["claimant"].get(f"{told['url']}/file")).content == PDF
