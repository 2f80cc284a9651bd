"""A link that was forwarded: whatever it is for, it takes the code that was mailed to its own address."""

import asyncio

import pytest

from odr.disputes.answering import pass_on
from odr.disputes.arriving import arrive, arrive_as_newcomer, calling, see_invitation
from odr.disputes.links import ask_for_code
from odr.disputes.team import invite_team_member
from odr.errors import ConflictError, InvalidInputError, LinkExpiredError, NotPermittedError
from odr.intake.complaints import complain, correct_contact
from odr.people.inviting import invite_colleague
from tests.builders import an_account
from tests.journey import DRAFT, GOOD
from tests.mailbox import code_to, link_to, mails

OTHER = "nina@lysandrel.example"


async def invitation(journey):
    await journey.to_invited()
    return DRAFT.contact_email


async def complaint(journey):
    async with journey.platform.unit() as uow:
        await complain(uow, await journey.claimant(), journey.dispute_id)
    return DRAFT.contact_email


async def corrected_complaint(journey):
    await complaint(journey)
    party = (await journey.facts()).respondents[0]
    async with journey.platform.unit() as uow:
        await correct_contact(uow, await journey.claimant(), journey.dispute_id, party.id, name="Nina", email=OTHER)
    return OTHER


async def colleague(journey):
    token = await journey.to_invited()
    await pass_on(journey.platform, token, name="Nina", email=OTHER, code=await journey.open(token))
    return OTHER


async def team(journey):
    await journey.file()
    async with journey.platform.unit() as uow:
        await invite_team_member(
            uow, await journey.claimant(), journey.dispute_id, email=OTHER, name="Nina", role="counsel", language="fr"
        )
    return OTHER


async def centre(journey):
    async with journey.platform.unit() as uow:
        await invite_colleague(
            uow, await journey.secretariat(), email=OTHER, name="Nina", language="fr", role="mediator"
        )
    return OTHER


@pytest.fixture(params=[invitation, complaint, corrected_complaint, colleague, team, centre], ids=lambda f: f.__name__)
async def link(request, journey):
    """A link's token, and the address that it was mailed to."""
    address = await request.param(journey)
    return await link_to(journey.platform, address), address


def come(journey, token, code):
    typed = {"name": "Ève", "password": GOOD, "again": GOOD, "language": "fr", "zone": "Europe/Paris"}
    return arrive_as_newcomer(journey.platform, token, code=code, **typed)


async def refused(journey, token, code):
    with pytest.raises(InvalidInputError) as error:
        await come(journey, token, code)
    return error.value.fields["code"]


def another(code, by=1):
    return f"{(int(code.replace(chr(160), '')) + by) % 1_000_000:06d}"


async def see(journey, token):
    async with journey.platform.unit(write=False) as uow:
        return await calling(uow, token)


async def ask(journey, token):
    async with journey.platform.unit() as uow:
        await ask_for_code(uow, token)


async def test_a_forwarded_link_gives_a_stranger_nothing(journey, link):
    token, address = link
    call = await see(journey, token)
    assert (call.needs_proof, call.opened) == (True, False)
    before = len(await mails(journey.platform, address))
    assert await refused(journey, token, "") == "required"
    assert await refused(journey, token, "123456") == "code_spent"  # none has been sent yet
    async with journey.platform.unit() as uow:
        await see_invitation(uow, token)
        await see_invitation(uow, token)
    assert (await see(journey, token)).opened
    assert len(await mails(journey.platform, address)) == before + 1
    known = await an_account(journey.platform, "Étienne")
    with pytest.raises(NotPermittedError, match="other_address"):
        async with journey.platform.unit() as uow:
            await arrive(uow, known, token)
    assert await refused(journey, token, another(await code_to(journey.platform, address))) == "code_wrong"
    assert not (await see(journey, token)).link.has_account


async def test_wrong_codes_are_counted_old_ones_age_and_of_two_with_the_right_one_one_comes(journey, link, clock):
    token, address = link
    first = await journey.open(token)
    said = [await refused(journey, token, given) for given in (*[another(first)] * 5, first)]
    assert said == ["code_wrong"] * 4 + ["code_spent"] * 2
    with pytest.raises(ConflictError, match="code_lately"):
        await ask(journey, token)
    clock.advance(minutes=1)
    await ask(journey, token)
    second = await code_to(journey.platform, address)
    if second != first:
        assert await refused(journey, token, first) == "code_wrong"
    clock.advance(minutes=61)
    assert await refused(journey, token, second) == "code_spent"
    await ask(journey, token)
    third = await code_to(journey.platform, address)
    come_both = await asyncio.gather(*(come(journey, token, third) for _ in range(2)), return_exceptions=True)
    failed = [each for each in come_both if isinstance(each, BaseException)]
    assert len(failed) == 1
    assert isinstance(failed[0], LinkExpiredError | ConflictError)
    with pytest.raises(LinkExpiredError):
        await come(journey, token, third)


async def test_the_code_of_one_link_opens_no_other(journey):
    await complaint(journey)
    theirs = await link_to(journey.platform, DRAFT.contact_email)
    await journey.open(theirs)
    own = await centre(journey)
    mine = await link_to(journey.platform, own)
    await journey.open(mine)
    assert await refused(journey, theirs, await code_to(journey.platform, own)) == "code_wrong"
