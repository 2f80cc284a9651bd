import dataclasses

from sqlalchemy import select, update

from odr.notices.jobs import send_mail
from odr.notices.models import Notice
from odr.outbox import Job, JobRow, JobState
from odr.people.models import Account
from odr.settings import SmtpMail
from odr.spaces.commands import post_message
from odr.spaces.queries import spaces_for
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.journey import DRAFT
from tests.mailbox import mails, text_of

SECRETS = ("zirconite", "ampoule", "CRM", "Tréhoublan", "Lysandrel", "48 000", "48000", "retard", "Dumontel Ren")


async def notices(platform):
    async with platform.unit(write=False) as uow:
        return list(await uow.session.scalars(select(Notice).order_by(Notice.at)))


async def jobs(platform, state):
    async with platform.unit(write=False) as uow:
        return list(await uow.session.scalars(select(JobRow).where(JobRow.state == state)))


async def room(journey, actor, kind):
    async with journey.platform.unit(write=False) as uow:
        return next(space for space in await spaces_for(uow, actor, journey.dispute_id) if space.kind is kind)


async def say(journey, actor, kind, text):
    space = await room(journey, actor, kind)
    async with journey.platform.unit() as uow:
        await post_message(uow, actor, journey.dispute_id, space.id, text=text)


async def test_no_mail_holds_a_word_of_the_case(journey):
    await journey.to_open()
    await say(journey, await journey.claimant(), SpaceKind.CAUCUS, "Notre plancher secret : 31 000 euros.")
    await say(journey, await journey.claimant(), SpaceKind.JOINT, "Nous proposons une remise.")
    found = await mails(journey.platform)
    assert len(found) > 8
    for message in found:
        words = str(message["Subject"]) + "".join(
            part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
        )
        for secret in (*SECRETS, "plancher", "31 000", "remise"):
            assert secret not in words, (secret, message["Subject"])


async def test_what_is_said_apart_is_told_to_its_own_side_and_the_mediator_only(journey):
    await journey.to_open()
    respondent, mediator = await journey.respondent(), await journey.mediator()
    before = len(await mails(journey.platform, respondent.email)), len(await mails(journey.platform, mediator.email))
    await say(journey, await journey.claimant(), SpaceKind.CAUCUS, "Pour vous seule.")
    after = len(await mails(journey.platform, respondent.email)), len(await mails(journey.platform, mediator.email))
    assert after == (before[0], before[1] + 1)


async def test_everyone_is_told_at_the_same_instant_and_nobody_of_their_own_act(journey):
    await journey.to_open()
    claimant = await journey.claimant()
    await mails(journey.platform)
    known = {notice.id for notice in await notices(journey.platform)}
    await say(journey, claimant, SpaceKind.JOINT, "Bonjour à tous.")
    await Worker(journey.platform).drain()
    new = [notice for notice in await notices(journey.platform) if notice.id not in known]
    assert {notice.account_id for notice in new} == {
        (await journey.respondent()).account_id,
        (await journey.mediator()).account_id,
    }
    assert len({notice.at for notice in new}) == 1


async def test_ten_messages_before_the_mail_leaves_make_one_mail(journey):
    await journey.to_open()
    respondent = await journey.respondent()
    before = len(await mails(journey.platform, respondent.email))
    for number in range(10):
        await say(journey, await journey.claimant(), SpaceKind.JOINT, f"Message {number}")
    async with journey.platform.unit() as uow:  # the mails wait until every "tell" is done
        await uow.session.execute(update(JobRow).where(JobRow.kind == "tell").values(run_at=journey.platform.clock()))
    assert len(await mails(journey.platform, respondent.email)) - before in {1, 2}


async def test_each_reads_mails_in_their_own_language(journey):
    async with journey.platform.unit() as uow:
        await uow.session.execute(update(Account).where(Account.id == journey.secretariat_id).values(language="en"))
    await journey.file()
    (message,) = await mails(journey.platform, (await journey.secretariat()).email)
    assert "A new request for mediation" in message["Subject"]
    await journey.qualify()
    (message,) = await mails(journey.platform, (await journey.claimant()).email)
    assert "Le centre peut" in message["Subject"]


async def test_a_mail_carries_the_newest_checkpoint_as_it_was_signed(journey):
    await journey.file()
    await Worker(journey.platform).queue_recurring()
    await mails(journey.platform)
    await journey.qualify()
    async with journey.platform.unit(write=False) as uow:
        newest = await uow.vault.ledger.newest_checkpoint(uow.session)
    assert newest is not None
    message = (await mails(journey.platform, (await journey.claimant()).email))[-1]
    assert newest.text.decode().strip() in text_of(message).replace("\r\n", "\n")


async def test_a_mail_sent_before_a_crash_is_not_sent_twice(journey):
    await journey.file()
    await mails(journey.platform)
    (notice,) = await notices(journey.platform)
    job = Job(notice.id, "send_mail", {"notice_id": str(notice.id)}, 2, "another")
    await send_mail(journey.platform, job)
    async with journey.platform.unit() as uow:
        await uow.session.execute(update(Notice).values(sent_at=None))
    await send_mail(journey.platform, job)
    assert len(await mails(journey.platform)) == 1


async def test_a_disabled_account_gets_no_mail(journey):
    async with journey.platform.unit() as uow:
        await uow.session.execute(
            update(Account).where(Account.id == journey.secretariat_id).values(disabled_at=uow.now())
        )
    await journey.file()
    assert await mails(journey.platform) == []


def by_smtp(platform, catcher, **changes):
    mail = SmtpMail(catcher.host, catcher.port, catcher.user, catcher.password, starttls=True)
    platform.settings = dataclasses.replace(platform.settings, mail=dataclasses.replace(mail, **changes))


async def test_mails_leave_by_smtp_under_tls_and_signed_in(journey, mail_catcher, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_catcher.ca_file))
    by_smtp(journey.platform, mail_catcher)
    await journey.file()
    await Worker(journey.platform).drain()
    (caught,) = mail_catcher.mails
    assert caught.over_tls
    assert caught.signed_in
    assert caught.recipients == ((await journey.secretariat()).email,)
    assert "nouvelle demande de médiation" in caught.message["Subject"]
    assert await jobs(journey.platform, JobState.PARKED) == []


async def test_a_server_that_says_later_is_tried_again(journey, mail_catcher, monkeypatch, clock):
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_catcher.ca_file))
    by_smtp(journey.platform, mail_catcher)
    address = (await journey.secretariat()).email
    mail_catcher.refuse(address, "450 4.2.1 Later")
    await journey.file()
    await Worker(journey.platform).drain()
    assert mail_catcher.mails == []
    (waiting,) = [job for job in await jobs(journey.platform, JobState.READY) if job.kind == "send_mail"]
    assert waiting.last_error == "UnavailableError mail_later"
    mail_catcher.accept(address)
    clock.advance(hours=1)
    await Worker(journey.platform).drain()
    assert len(mail_catcher.to(address)) == 1


async def test_a_wrong_password_a_dead_server_and_an_unknown_authority_send_nothing(journey, mail_catcher, monkeypatch):
    by_smtp(journey.platform, mail_catcher)  # its certificate is nobody's we trust
    await journey.file()
    await Worker(journey.platform).drain()
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_catcher.ca_file))
    by_smtp(journey.platform, mail_catcher, password="a wrong one")
    await journey.qualify()
    await Worker(journey.platform).drain()
    by_smtp(journey.platform, mail_catcher, port=9)
    await journey.appoint()
    await Worker(journey.platform).drain()
    assert mail_catcher.mails == []
    unsent = [job for state in (JobState.READY, JobState.PARKED) for job in await jobs(journey.platform, state)]
    assert {job.last_error for job in unsent if job.kind == "send_mail"} == {
        "UnavailableError mail_away",
        "RefusedForGoodError mail_refused",
    }


async def test_the_invited_are_the_only_ones_whose_mail_has_their_link(journey):
    await journey.to_invited()
    links = [message["To"] for message in await mails(journey.platform) if "/invitation/" in text_of(message)]
    assert links == [DRAFT.contact_email]
