"""Joint choice by ranking: blind until both are in or time is over, decided by the rule, nobody learns the other's."""

import pytest

from odr.appointment.choosing import ask_for_a_person, list_mediators, rank_mediators
from odr.appointment.lists import ChoiceOutcome, choice_of
from odr.appointment.queries import appointments_of
from odr.appointment.seats import appoint_mediator
from odr.chronicle import happened
from odr.disputes.lifecycle import Stage
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.visibility.actor import CentreRole
from odr.worker import Worker
from tests.builders import an_account
from tests.mailbox import link_to

DRAFT_MAIL = "rene@lysandrel.example"


async def everybody_here(journey):
    """Both parties are at the table, no mediator yet; returns three mediators to list."""
    await journey.file()
    await journey.qualify()
    await journey.invite()
    await journey.accept(await link_to(journey.platform, DRAFT_MAIL))
    others = [await an_account(journey.platform, name, CentreRole.MEDIATOR) for name in ("Ada Une", "Basile Deux")]
    return [journey.mediator_id, *(other.account_id for other in others)]


async def lists(journey, accounts, strikes=""):
    async with journey.platform.unit() as uow:
        await list_mediators(uow, await journey.secretariat(), journey.dispute_id, accounts=accounts, strikes=strikes)


async def ranks(journey, actor, *order, struck=()):
    said = {account: str(place) for place, account in enumerate(order, start=1)} | dict.fromkeys(struck, "strike")
    async with journey.platform.unit() as uow:
        await rank_mediators(uow, actor, journey.dispute_id, ranks=said)


async def choice(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return await choice_of(uow, actor, journey.dispute_id)


async def test_the_last_ranking_decides_and_nobody_learns_the_others(journey):
    one, two, three = await everybody_here(journey)
    await lists(journey, [one, two, three])
    await ranks(journey, await journey.claimant(), one, two, three)
    for actor in (await journey.respondent(), await journey.secretariat()):
        seen = await choice(journey, actor)
        assert (seen.is_open, seen.ranks) == (True, {})
    await ranks(journey, await journey.claimant(), two, three, struck=[one])
    await ranks(journey, await journey.respondent(), one, two, three)
    mine, theirs = await choice(journey, await journey.claimant()), await choice(journey, await journey.respondent())
    assert (mine.outcome, mine.chosen) == (ChoiceOutcome.DECIDED, "Ada Une")
    assert mine.ranks == {two: "1", three: "2", one: "strike"}
    assert theirs.ranks == {one: "1", two: "2", three: "3"}
    (view,) = await appointments_of_(journey)
    assert (view.name, view.chosen_together) == ("Ada Une", True)
    journey.mediator_id = two
    assert await choice(journey, await journey.mediator()) is None, "who mediates is not told whom else was considered"
    async with journey.platform.unit(write=False) as uow:
        told = await happened(uow, await journey.respondent(), journey.dispute_id)
    assert sum("classé les médiateurs" in line.text for line in told) == 1
    with pytest.raises(ConflictError, match="list_closed"):
        await ranks(journey, await journey.claimant(), one, two, three)


async def appointments_of_(journey):
    async with journey.platform.unit(write=False) as uow:
        return await appointments_of(uow, await journey.claimant(), journey.dispute_id)


async def test_at_the_deadline_the_rule_decides_with_what_is_there(journey, clock):
    accounts = await everybody_here(journey)
    await lists(journey, accounts)
    listed = (await choice(journey, await journey.claimant())).listed
    await ranks(journey, await journey.respondent(), *(one.account_id for one in reversed(listed)))
    clock.advance(days=12)
    with pytest.raises(ConflictError, match="list_closed"):
        await ranks(journey, await journey.claimant(), *accounts)
    await Worker(journey.platform).drain()
    seen = await choice(journey, await journey.claimant())
    assert (seen.outcome, seen.chosen) == (ChoiceOutcome.DECIDED, listed[-1].name)


async def test_when_everybody_is_struck_the_centre_proposes_anew(journey):
    one, two, three = await everybody_here(journey)
    await lists(journey, [one, two, three], strikes="2")
    with pytest.raises(InvalidInputError) as refused:
        await ranks(journey, await journey.claimant(), struck=[one, two, three])
    assert refused.value.fields == {"": "too_many_strikes"}
    await ranks(journey, await journey.claimant(), three, struck=[one, two])
    await ranks(journey, await journey.respondent(), one, two, struck=[three])
    assert (await choice(journey, await journey.claimant())).outcome is ChoiceOutcome.NONE_LEFT
    assert await appointments_of_(journey) == ()
    await lists(journey, [one, two, three])
    assert (await choice(journey, await journey.claimant())).is_open


async def test_a_side_may_ask_that_a_person_chooses_and_nobody_is_told_which(journey):
    accounts = await everybody_here(journey)
    await lists(journey, accounts)
    async with journey.platform.unit() as uow:
        await ask_for_a_person(uow, await journey.claimant(), journey.dispute_id)
    assert (await choice(journey, await journey.respondent())).outcome is ChoiceOutcome.BY_A_PERSON
    async with journey.platform.unit(write=False) as uow:
        told = await happened(uow, await journey.respondent(), journey.dispute_id)
    assert [line.by for line in told if "choix commun" in line.text] == [""]
    await journey.appoint()
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING


async def test_who_may_list_and_rank_and_what_a_list_and_a_ranking_must_be(journey):
    accounts = await everybody_here(journey)
    with pytest.raises(NotPermittedError):
        async with journey.platform.unit() as uow:
            await list_mediators(uow, await journey.claimant(), journey.dispute_id, accounts=accounts)
    for wrong, code in ((accounts[:2], "choose_three_to_seven"), ([*accounts, journey.claimant_id], "choose_one")):
        with pytest.raises(InvalidInputError) as refused:
            await lists(journey, wrong)
        assert refused.value.fields == {"mediators": code}
    with pytest.raises(InvalidInputError):
        await lists(journey, accounts, strikes="3")
    await lists(journey, accounts)
    with pytest.raises(ConflictError, match="listed_already"):
        await lists(journey, accounts)
    with pytest.raises(NotPermittedError):
        await ranks(journey, await journey.secretariat(), *accounts)
    with pytest.raises(InvalidInputError) as refused:
        await ranks(journey, await journey.claimant(), accounts[0])
    assert set(refused.value.fields.values()) == {"choose_one"}
    async with journey.platform.unit() as uow:
        await appoint_mediator(uow, await journey.secretariat(), journey.dispute_id, account_id=accounts[0])
    assert (await choice(journey, await journey.claimant())).outcome is ChoiceOutcome.WITHDRAWN


async def test_the_pages_explain_the_rule_and_keep_what_was_chosen(journey, sign_in):
    accounts = await everybody_here(journey)
    here = f"/disputes/{journey.dispute_id}/choice"
    office = await sign_in(await journey.secretariat())
    assert (await office.post(f"{here}/new", data={"mediators": [str(accounts[0])]})).status_code == 422
    sent = await office.post(f"{here}/new", data={"mediators": [str(one) for one in accounts]})
    assert sent.status_code == 303
    client = await sign_in(await journey.claimant())
    who = f"/disputes/{journey.dispute_id}/appointment"
    assert f'href="{here}">Classez les médiateurs' in (await client.get(who)).text
    assert f'href="{here}">Voir la liste' in (await office.get(who)).text
    assert here not in (await (await sign_in(await journey.mediator())).get(who)).text
    page = (await client.get(here)).text
    assert "La règle, la même pour tous" in page
    twice = {f"rank-{one}": "1" for one in accounts}
    again = await client.post(here, data=twice)
    assert again.status_code == 422
    assert "Un autre médiateur a déjà ce rang." in again.text
    good = {f"rank-{one}": str(place) for place, one in enumerate(accounts, start=1)}
    assert (await client.post(here, data=good)).status_code == 303
    assert "Modifier notre classement" in (await client.get(here)).text
    assert f'href="{here}">Voir la liste' in (await client.get(who)).text
