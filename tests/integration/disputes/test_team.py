import pytest

from odr.disputes.commands import withdraw
from odr.disputes.queries import visible_dispute
from odr.disputes.team import (
    invite_team_member,
    remove_team_member,
    team_of,
    withdraw_team_link,
)
from odr.errors import ConflictError, InvalidInputError, LinkExpiredError, NotFoundError, NotPermittedError
from tests.mailbox import link_to


async def invite(journey, actor, email="ines@avocats.example", role="counsel"):
    async with journey.platform.unit() as uow:
        return await invite_team_member(
            uow, actor, journey.dispute_id, email=email, name="Inès", role=role, language="fr"
        )


async def join(journey, email="ines@avocats.example", role="counsel"):
    await invite(journey, await journey.claimant(), email, role)
    return await journey.actor(await journey.take(await link_to(journey.platform, email), "Inès"))


async def team(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return await team_of(uow, actor, journey.dispute_id)


async def test_whom_the_representative_invites_sits_with_its_party_alone(journey):
    await journey.to_open()
    counsel = await join(journey)
    assert [seat.name for seat in (await team(journey, counsel)).seats] == ["Claire Demandeur", "Inès"]
    assert [seat.name for seat in (await team(journey, await journey.respondent())).seats] == ["René Dumontel"]


async def test_whoever_is_invited_but_not_here_is_shown_to_the_own_team_only(journey):
    await journey.to_open()
    await invite(journey, await journey.claimant())
    assert [link.email for link in (await team(journey, await journey.claimant())).invited] == ["ines@avocats.example"]
    assert (await team(journey, await journey.respondent())).invited == ()


async def test_counsel_changes_no_team_and_strangers_see_none(journey):
    await journey.to_open()
    counsel = await join(journey)
    own = (await team(journey, counsel)).seats[0].seat_id
    assert not (await team(journey, counsel)).may_change
    with pytest.raises(NotPermittedError):
        await invite(journey, counsel, "x@y.example")
    async with journey.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await remove_team_member(uow, counsel, journey.dispute_id, own)
        with pytest.raises(NotFoundError):
            await team_of(uow, await journey.mediator(), journey.dispute_id)
        with pytest.raises(NotFoundError):
            await team_of(uow, await journey.secretariat(), journey.dispute_id)


@pytest.mark.parametrize("role", ["mediator", "expert", "administrator", ""])
async def test_a_party_gives_no_role_but_its_own(journey, role):
    await journey.to_open()
    with pytest.raises(InvalidInputError) as refused:
        await invite(journey, await journey.claimant(), role=role)
    assert refused.value.fields == {"role": "choose_one"}


async def test_a_removed_member_sees_nothing_any_more(journey):
    await journey.to_open()
    counsel = await join(journey)
    (_, seat) = (await team(journey, counsel)).seats
    async with journey.platform.unit() as uow:
        await remove_team_member(uow, await journey.claimant(), journey.dispute_id, seat.seat_id)
    async with journey.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await visible_dispute(uow, await journey.actor(counsel.account_id), journey.dispute_id)


async def test_a_representative_neither_leaves_alone_nor_removes_the_other_party(journey):
    await journey.to_open()
    claimant = await journey.claimant()
    own = (await team(journey, claimant)).seats[0].seat_id
    other = (await team(journey, await journey.respondent())).seats[0].seat_id
    async with journey.platform.unit() as uow:
        with pytest.raises(ConflictError, match="no_successor"):
            await remove_team_member(uow, claimant, journey.dispute_id, own)
        with pytest.raises(NotFoundError):
            await remove_team_member(uow, claimant, journey.dispute_id, other)


async def test_a_withdrawn_link_no_longer_holds_and_nobody_withdraws_the_others(journey):
    await journey.to_open()
    token = await invite(journey, await journey.claimant())
    (link,) = (await team(journey, await journey.claimant())).invited
    async with journey.platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await withdraw_team_link(uow, await journey.respondent(), journey.dispute_id, link.id)
        await withdraw_team_link(uow, await journey.claimant(), journey.dispute_id, link.id)
    with pytest.raises(LinkExpiredError):
        await journey.take(token, "Inès", "000000")


async def test_a_link_into_a_team_gives_nothing_once_the_dispute_is_over(journey):
    await journey.to_open()
    token = await invite(journey, await journey.claimant())
    code = await journey.open(token)
    async with journey.platform.unit() as uow:
        await withdraw(uow, await journey.respondent(), journey.dispute_id, reason="")
    with pytest.raises(LinkExpiredError):
        await journey.take(token, "Inès", code)
