"""One's page of notices, its count, one's choices and the daily mail: each sees their own, at the same instant."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from odr.errors import InvalidInputError, NotFoundError
from odr.ids import AccountId, JobId, new_id
from odr.notices.choices import CHOOSABLE, choices_of, save_choices
from odr.notices.commands import mark_all_read, open_notice
from odr.notices.jobs import send_digest
from odr.notices.models import Notice
from odr.notices.queries import PAGE, mailbox_of, notices_of
from odr.notices.terms import How, NoticeKind
from odr.outbox import Job, JobRow
from odr.people.models import Account, SeatRow
from odr.spaces.commands import post_message
from odr.spaces.queries import spaces_for
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.mailbox import mails, text_of


async def say(journey, actor, kind, text="Bonjour."):
    async with journey.platform.unit() as uow:
        space = next(space for space in await spaces_for(uow, actor, journey.dispute_id) if space.kind is kind)
        await post_message(uow, actor, journey.dispute_id, space.id, text=text)
    await Worker(journey.platform).drain()


async def unread(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return (await mailbox_of(uow, actor)).unread


async def read_everything(journey, *actors):
    async with journey.platform.unit() as uow:
        for actor in actors:
            await mark_all_read(uow, actor)


async def choose(journey, actor, how, hour="8"):
    async with journey.platform.unit() as uow:
        await save_choices(uow, actor, hows=dict.fromkeys(CHOOSABLE, how.value), hour=hour)


async def test_a_notice_stands_on_its_readers_page_until_it_is_opened_and_leads_there(journey):
    await journey.to_open()
    await Worker(journey.platform).drain()
    respondent = await journey.respondent()
    await read_everything(journey, respondent)
    await say(journey, await journey.claimant(), SpaceKind.JOINT)
    async with journey.platform.unit() as uow:
        row = (await notices_of(uow, respondent)).rows[0]
        assert row.kind is NoticeKind.SOMETHING_NEW_TOGETHER
        assert (await mailbox_of(uow, respondent)).unread == 1
        assert await open_notice(uow, respondent, row.id) == f"/disputes/{journey.dispute_id}"
        assert (await mailbox_of(uow, respondent)).unread == 0


async def test_nobody_opens_anothers_notice_and_an_unknown_one_looks_the_same(journey):
    await journey.file()
    await Worker(journey.platform).drain()
    async with journey.platform.unit() as uow:
        (row,) = (await notices_of(uow, await journey.secretariat())).rows
        for notice_id in (row.id, JobId(uuid4())):
            with pytest.raises(NotFoundError):
                await open_notice(uow, await journey.claimant(), notice_id)


async def test_what_one_side_does_apart_changes_neither_count_nor_list_of_the_other(journey):
    await journey.to_open()
    respondent = await journey.respondent()
    await Worker(journey.platform).drain()
    async with journey.platform.unit(write=False) as uow:
        before = await mailbox_of(uow, respondent), await notices_of(uow, respondent)
    for _ in range(3):
        await say(journey, await journey.claimant(), SpaceKind.CAUCUS)
    async with journey.platform.unit(write=False) as uow:
        assert (await mailbox_of(uow, respondent), await notices_of(uow, respondent)) == before


async def test_who_leaves_a_table_no_longer_sees_what_was_told_there(journey):
    await journey.to_open()
    await Worker(journey.platform).drain()
    respondent = await journey.respondent()
    assert await unread(journey, respondent) > 0
    async with journey.platform.unit() as uow:
        await uow.session.execute(
            update(SeatRow).where(SeatRow.account_id == respondent.account_id).values(until=uow.now())
        )
    respondent = await journey.respondent()
    assert await unread(journey, respondent) == 0
    async with journey.platform.unit(write=False) as uow:
        assert (await notices_of(uow, respondent)).rows == ()


async def test_notices_are_fifty_a_page_and_each_stands_once(journey):
    secretariat = await journey.secretariat()
    async with journey.platform.unit() as uow:
        for minute in range(PAGE + 5):
            uow.session.add(
                Notice(
                    id=JobId(new_id()),
                    account_id=secretariat.account_id,
                    dispute_id=None,
                    kind=NoticeKind.DISPUTE_FILED.value,
                    at=uow.now() - timedelta(minutes=minute // 2),
                    how=How.IN_APP,
                    mail_id=None,
                    sent_at=None,
                    read_at=None,
                )
            )
    async with journey.platform.unit(write=False) as uow:
        first = await notices_of(uow, secretariat)
        second = await notices_of(uow, secretariat, before=first.older)
        strange = await notices_of(uow, secretariat, before="tomorrow~never")
    assert (len(first.rows), len(second.rows), second.older) == (PAGE, 5, "")
    assert len({row.id for row in first.rows + second.rows}) == PAGE + 5
    assert strange == first


async def test_one_daily_mail_tells_what_was_not_read_at_the_hour_that_its_reader_chose(journey, clock):
    await journey.to_open()
    claimant, respondent = await journey.claimant(), await journey.respondent()
    await Worker(journey.platform).drain()
    await choose(journey, respondent, How.DAILY, hour="7")
    already = len(await mails(journey.platform, respondent.email))
    for _ in range(3):
        await say(journey, claimant, SpaceKind.JOINT)
        clock.advance(minutes=1)
    assert len(await mails(journey.platform, respondent.email)) == already
    async with journey.platform.unit(write=False) as uow:
        digests = list(await uow.session.scalars(select(JobRow).where(JobRow.kind == "send_digest")))
    assert len(digests) == 1
    clock.advance(seconds=(digests[0].run_at - journey.platform.clock()).total_seconds() + 1)
    new = (await mails(journey.platform, respondent.email))[already:]
    assert [message["Subject"] for message in new] == ["Votre courriel du jour\u00a0: un avis"]
    assert text_of(new[0]).count("https://") + text_of(new[0]).count("http://") == 1
    clock.advance(days=2)
    assert len(await mails(journey.platform, respondent.email)) == already + 1


async def test_what_was_read_meanwhile_is_in_no_daily_mail(journey, clock):
    await journey.to_open()
    respondent = await journey.respondent()
    await choose(journey, respondent, How.DAILY)
    already = len(await mails(journey.platform, respondent.email))
    await say(journey, await journey.claimant(), SpaceKind.JOINT)
    await read_everything(journey, respondent)
    clock.advance(days=2)
    assert len(await mails(journey.platform, respondent.email)) == already


async def test_who_wants_no_mail_is_told_on_the_site_at_the_same_instant_as_everybody(journey):
    await journey.to_open()
    respondent, mediator = await journey.respondent(), await journey.mediator()
    await choose(journey, respondent, How.IN_APP)
    already = len(await mails(journey.platform, respondent.email))
    await read_everything(journey, respondent, mediator)
    await say(journey, await journey.claimant(), SpaceKind.JOINT)
    async with journey.platform.unit(write=False) as uow:
        theirs = [(await notices_of(uow, actor)).rows[0] for actor in (respondent, mediator)]
    assert theirs[0].at == theirs[1].at
    assert (theirs[0].how, theirs[0].sent_at) == (How.IN_APP, None)
    assert theirs[1].sent_at is not None
    assert len(await mails(journey.platform, respondent.email)) == already


async def test_a_signature_that_is_awaited_is_mailed_to_both_at_once_whatever_they_chose(journey):
    token = await journey.to_invited()
    await choose(journey, await journey.claimant(), How.IN_APP)
    await journey.accept(token)
    for actor in (await journey.claimant(), await journey.respondent()):
        subjects = [message["Subject"] for message in await mails(journey.platform, actor.email)]
        assert any("attend votre signature" in subject for subject in subjects)


async def test_a_daily_mail_sent_before_a_crash_is_not_sent_twice(journey, clock):
    await journey.to_open()
    respondent = await journey.respondent()
    await choose(journey, respondent, How.DAILY)
    already = len(await mails(journey.platform, respondent.email))
    await say(journey, await journey.claimant(), SpaceKind.JOINT)
    job = Job(JobId(new_id()), "send_digest", {"account_id": str(respondent.account_id), "waited": False}, 1, "here")
    await send_digest(journey.platform, job)
    async with journey.platform.unit() as uow:  # the mail has left, and then the lights go out
        await uow.session.execute(update(Notice).where(Notice.mail_id == job.id).values(sent_at=None))
    await send_digest(journey.platform, job)
    clock.advance(days=2)
    assert len(await mails(journey.platform, respondent.email)) == already + 1


async def test_choices_are_refused_with_the_field_that_is_wrong_and_kept_otherwise(journey):
    claimant = await journey.claimant()
    good = {family.value: How.DAILY.value for family in CHOOSABLE}
    for hows, hour, field in (
        ({**good, "talk": "by pigeon"}, "8", "talk"),
        (good, "24", "hour"),
        (good, "", "hour"),
        (good, "-1", "hour"),
        (good, "٣", "hour"),
    ):
        async with journey.platform.unit() as uow:
            with pytest.raises(InvalidInputError) as refused:
                await save_choices(uow, claimant, hows=hows, hour=hour)
        assert refused.value.fields == {field: "choose_one"}
    await choose(journey, claimant, How.DAILY, hour="18")
    await choose(journey, claimant, How.IN_APP, hour="6")
    async with journey.platform.unit(write=False) as uow:
        chosen = await choices_of(uow, claimant.account_id)
        nobody = await choices_of(uow, AccountId(new_id()))
    assert (set(chosen.hows.values()), chosen.hour) == ({How.IN_APP}, 6)
    assert nobody.hows == {}


async def test_no_digest_goes_to_a_disabled_account(journey, clock):
    await journey.to_open()
    respondent = await journey.respondent()
    await choose(journey, respondent, How.DAILY)
    already = len(await mails(journey.platform, respondent.email))
    await say(journey, await journey.claimant(), SpaceKind.JOINT)
    async with journey.platform.unit() as uow:
        await uow.session.execute(
            update(Account).where(Account.id == respondent.account_id).values(disabled_at=uow.now())
        )
    clock.advance(days=2)
    assert len(await mails(journey.platform, respondent.email)) == already
