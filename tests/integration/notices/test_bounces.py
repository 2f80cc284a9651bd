"""A mail that comes back: the address is marked, whoever can mend it is told, and nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from odr.disputes.inviting import invite_party
from odr.disputes.team import invite_team_member
from odr.errors import LinkExpiredError, NotPermittedError, SignInRefusedError
from odr.ids import new_id
from odr.notices.bounces import failing_of, is_failing, mend_address, take_report
from odr.notices.models import Bounce, Notice
from odr.notices.queries import mailbox_of
from odr.notices.reports import Report
from odr.notices.terms import NoticeKind
from odr.outbox import JobState
from odr.people.addresses import KEPT_DAYS, ask_for_address, former_address, put_address_back, take_address
from odr.people.models import Account, Invitation
from odr.people.passwords import hash_password
from odr.people.signing_in import sign_in as sign_in_by_password
from odr.spaces.commands import post_message
from odr.spaces.queries import space_of
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import an_account
from tests.integration.notices.test_mails import by_smtp, jobs
from tests.journey import DRAFT
from tests.mailbox import mails, text_of

GOOD = "quatre mots que je retiens"


async def failing(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return (await mailbox_of(uow, actor)).failing


async def report(journey, mail_id, address):
    async with journey.platform.unit() as uow:
        return await take_report(uow, Report(mail_id, frozenset({address}), "5.1.1"))


async def a_bounced_notice(journey):
    """The claimant is told that the centre can mediate; that mail comes back."""
    await journey.file()
    await journey.qualify()
    await Worker(journey.platform).drain()
    claimant = await journey.claimant()
    async with journey.platform.unit(write=False) as uow:
        notice = await uow.session.scalar(select(Notice).where(Notice.account_id == claimant.account_id))
    assert await report(journey, notice.mail_id, claimant.email)
    return claimant, notice


async def test_a_server_that_refuses_the_address_marks_it_and_the_notice_stays_on_the_site(
    journey, mail_catcher, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_catcher.ca_file))
    by_smtp(journey.platform, mail_catcher)
    secretariat = await journey.secretariat()
    mail_catcher.refuse(secretariat.email)
    await journey.file()
    await Worker(journey.platform).drain()
    assert await jobs(journey.platform, JobState.PARKED) == []
    async with journey.platform.unit(write=False) as uow:
        mailbox = await mailbox_of(uow, secretariat)
        bounce = await uow.session.scalar(select(Bounce))
    assert (mailbox.unread, mailbox.failing, bounce.status) == (1, True, "550")
    mail_catcher.accept(secretariat.email)
    async with journey.platform.unit() as uow:
        await mend_address(uow, secretariat.account_id)
    await Worker(journey.platform).drain()
    (caught,) = mail_catcher.to(secretariat.email)
    assert "Votre courriel du jour" in caught.message["Subject"]
    assert not await failing(journey, secretariat)


async def test_a_report_marks_the_address_once_and_no_more_mail_goes_there_until_it_is_mended(journey):
    claimant, notice = await a_bounced_notice(journey)
    assert await failing(journey, claimant)
    assert not await report(journey, notice.mail_id, claimant.email)
    before = len(await mails(journey.platform, claimant.email))
    await journey.appoint()
    assert len(await mails(journey.platform, claimant.email)) == before
    async with journey.platform.unit() as uow:
        await mend_address(uow, claimant.account_id)
    new = (await mails(journey.platform, claimant.email))[before:]
    assert len(new) == 1
    assert "peut mener la médiation" in text_of(new[0])
    assert "médiateur a été désigné" in text_of(new[0])


async def test_a_digest_that_comes_back_marks_the_address_too(journey):
    claimant, _notice = await a_bounced_notice(journey)
    async with journey.platform.unit() as uow:
        await mend_address(uow, claimant.account_id)
    message = (await mails(journey.platform, claimant.email))[-1]
    async with journey.platform.unit(write=False) as uow:
        mail_id = await uow.session.scalar(select(Notice.mail_id).where(Notice.account_id == claimant.account_id))
    assert str(mail_id) in message["Message-ID"]
    assert await report(journey, mail_id, claimant.email)
    assert await failing(journey, claimant)


async def test_a_mail_that_its_reader_forwarded_says_nothing_of_their_own_address(journey):
    await journey.file()
    await Worker(journey.platform).drain()
    secretariat = await journey.secretariat()
    async with journey.platform.unit(write=False) as uow:
        notice = await uow.session.scalar(select(Notice))
    assert not await report(journey, notice.mail_id, "somebody@elsewhere.example")
    assert not await report(journey, new_id(), secretariat.email)
    assert not await failing(journey, secretariat)


async def test_an_invitation_that_comes_back_is_shown_to_the_secretariat_until_it_is_sent_elsewhere(journey):
    await journey.to_invited()
    secretariat = await journey.secretariat()
    message = next(m for m in await mails(journey.platform, DRAFT.contact_email) if "/invitation/" in text_of(m))
    mail_id = type(new_id())(message["Message-ID"].strip("<>").partition("@")[0])
    assert await report(journey, mail_id, DRAFT.contact_email)
    async with journey.platform.unit(write=False) as uow:
        (found,) = await failing_of(uow, secretariat, journey.dispute_id)
        with pytest.raises(NotPermittedError):
            await failing_of(uow, await journey.claimant(), journey.dispute_id)
    assert (found.name, found.invited, found.status) == (DRAFT.contact_name, True, "5.1.1")
    assert DRAFT.contact_email not in found.address
    async with journey.platform.unit() as uow:
        await invite_party(
            uow, secretariat, journey.dispute_id, contact_name="René", contact_email="r.dumontel@lysandrel.example"
        )
    async with journey.platform.unit(write=False) as uow:
        assert await failing_of(uow, secretariat, journey.dispute_id) == ()


async def test_the_secretariat_sees_whom_of_the_table_no_mail_reaches(journey):
    claimant, _notice = await a_bounced_notice(journey)
    async with journey.platform.unit(write=False) as uow:
        (found,) = await failing_of(uow, await journey.secretariat(), journey.dispute_id)
    assert (found.name, found.invited) == (claimant.name, False)


async def failing_now(journey):
    async with journey.platform.unit(write=False) as uow:
        return await failing_of(uow, await journey.secretariat(), journey.dispute_id)


async def test_a_mail_of_something_said_apart_that_comes_back_shows_with_the_next_one_that_all_may_know_of(
    journey, clock
):
    await journey.to_open()
    mediator, claimant = await journey.mediator(), await journey.claimant()
    async with journey.platform.unit() as uow:
        await uow.session.execute(update(Notice).values(sent_at=uow.now(), read_at=uow.now()))
        caucus = await space_of(uow, journey.dispute_id, SpaceKind.CAUCUS, claimant.party_in(journey.dispute_id))
        await post_message(uow, mediator, journey.dispute_id, caucus.id, text="Entre nous.")
    await Worker(journey.platform).drain()
    async with journey.platform.unit(write=False) as uow:
        notice = await uow.session.scalar(select(Notice).where(Notice.kind == NoticeKind.SOMETHING_NEW_APART))
    assert await report(journey, notice.mail_id, claimant.email)
    assert await failing(journey, claimant), "its holder is told at once"
    assert await failing_now(journey) == ()
    clock.advance(days=3)
    async with journey.platform.unit() as uow:
        joint = await space_of(uow, journey.dispute_id, SpaceKind.JOINT)
        await post_message(uow, mediator, journey.dispute_id, joint.id, text="À tous.")
    await Worker(journey.platform).drain()
    (found,) = await failing_now(journey)
    assert found.name == claimant.name
    assert clock() - found.since < timedelta(minutes=1), "not of the day on which something was said apart"


async def test_an_invitation_into_a_team_that_comes_back_is_its_partys_own_affair(journey, sign_in):
    await journey.to_open()
    claimant = await journey.claimant()
    address = "introuvable@trehoublan.example"
    async with journey.platform.unit() as uow:
        await invite_team_member(
            uow, claimant, journey.dispute_id, email=address, name="Nolwenn", role="member", language="fr"
        )
        link = await uow.session.scalar(select(Invitation.id).where(Invitation.email == address))
    await Worker(journey.platform).drain()
    assert await report(journey, link, address)
    assert await failing_now(journey) == ()
    page = await (await sign_in(claimant)).get(f"/disputes/{journey.dispute_id}/team")
    assert "Le courriel est revenu" in page.text


async def with_password(journey, actor):
    hashed = await hash_password(GOOD)
    async with journey.platform.unit() as uow:
        account = await uow.session.get(Account, actor.account_id)
        account.password_hash = hashed


async def token_for(journey, address):
    text = text_of((await mails(journey.platform, address))[-1])
    return text.partition("/account/address/")[2].split()[0]


async def test_another_address_is_taken_by_the_link_that_it_gets_and_by_nobody_else(journey):
    claimant = await journey.claimant()
    await with_password(journey, claimant)
    new = "claire@autre.example"
    await ask_for_address(journey.platform, claimant, email=new, password=GOOD, address="192.0.2.1")
    token = await token_for(journey, new)
    async with journey.platform.unit() as uow:
        for actor, given in ((await journey.secretariat(), token), (claimant, "x" * 43)):
            with pytest.raises(LinkExpiredError):
                await take_address(uow, actor, given)
    with pytest.raises(LinkExpiredError):
        await journey.accept(token)  # it opens no other door
    async with journey.platform.unit() as uow:
        assert await take_address(uow, claimant, token) == new
    async with journey.platform.unit() as uow:
        with pytest.raises(LinkExpiredError):
            await take_address(uow, claimant, token)
    assert (await journey.claimant()).email == new


async def test_an_address_that_somebody_has_gets_no_link_and_the_answer_is_the_same(journey):
    claimant, other = await journey.claimant(), await an_account(journey.platform, "Une Autre")
    await with_password(journey, claimant)
    await ask_for_address(journey.platform, claimant, email=other.email, password=GOOD, address="192.0.2.1")
    assert await mails(journey.platform, other.email) == []


async def test_an_address_that_was_taken_meanwhile_stays_its_holders(journey):
    claimant = await journey.claimant()
    await with_password(journey, claimant)
    await ask_for_address(journey.platform, claimant, email="a@b.example", password=GOOD, address="192.0.2.1")
    token = await token_for(journey, "a@b.example")
    other = await an_account(journey.platform, "Une Autre")
    async with journey.platform.unit() as uow:
        account = await uow.session.get(Account, other.account_id)
        account.email = "a@b.example"
    async with journey.platform.unit() as uow:
        with pytest.raises(LinkExpiredError):
            await take_address(uow, claimant, token)
    async with journey.platform.unit(write=False) as uow:
        assert not await is_failing(uow, claimant.account_id)


async def changed_to(journey, actor, new):
    await ask_for_address(journey.platform, actor, email=new, password=GOOD, address="192.0.2.1")
    token = await token_for(journey, new)
    async with journey.platform.unit() as uow:
        await take_address(uow, actor, token)


async def way_back(journey, address):
    text = text_of((await mails(journey.platform, address))[-1])
    return text.partition("/former-address/")[2].split()[0]


async def test_the_former_address_is_told_and_can_be_put_back_for_a_week_by_who_reads_its_mails(journey, sign_in):
    claimant = await journey.claimant()
    await with_password(journey, claimant)
    thief = await sign_in(claimant)
    await changed_to(journey, claimant, "voleur@autre.example")
    told = text_of((await mails(journey.platform, claimant.email))[-1])
    assert "voleur" not in told
    token = await way_back(journey, claimant.email)
    await changed_to(journey, await journey.claimant(), "encore@autre.example")
    second = await way_back(journey, "voleur@autre.example")

    nobody = await sign_in(None)
    path = f"/former-address/{token}"
    assert "Remettre mon adresse" in (await nobody.get(path)).text
    wrong = await nobody.post(path, data={"password": "court", "again": "court"})
    assert wrong.status_code == 422
    assert (await thief.get("/account")).status_code == 200
    good = {"password": "cinq mots que je retiens bien", "again": "cinq mots que je retiens bien"}
    put = await nobody.post(path, data=good)
    assert put.status_code == 303
    assert (await journey.claimant()).email == claimant.email
    assert (await thief.get("/account")).status_code == 303
    with pytest.raises(SignInRefusedError):
        await sign_in_by_password(journey.platform, email=claimant.email, password=GOOD, address="192.0.2.1")
    for spent in (token, second):
        assert (await nobody.get(f"/former-address/{spent}")).status_code == 410
        with pytest.raises(LinkExpiredError):
            await put_address_back(journey.platform, spent, new=good["password"], again=good["again"], device="")


async def test_the_way_back_ends_after_a_week_and_where_somebody_else_has_the_address(journey, clock):
    claimant = await journey.claimant()
    await with_password(journey, claimant)
    await changed_to(journey, claimant, "claire@autre.example")
    token = await way_back(journey, claimant.email)
    async with journey.platform.unit() as uow:
        assert (await former_address(uow, token)).email == claimant.email
        with pytest.raises(LinkExpiredError):
            await former_address(uow, "x" * 43)
    with pytest.raises(LinkExpiredError):
        await journey.accept(token)  # it opens no other door
    other = await an_account(journey.platform, "Une Autre")
    async with journey.platform.unit() as uow:
        account = await uow.session.get(Account, other.account_id)
        account.email = claimant.email
    async with journey.platform.unit(write=False) as uow:
        with pytest.raises(LinkExpiredError):
            await former_address(uow, token)
    async with journey.platform.unit() as uow:
        account = await uow.session.get(Account, other.account_id)
        account.email = "libre@exemple.example"
    clock.advance(days=KEPT_DAYS + 1)
    async with journey.platform.unit(write=False) as uow:
        with pytest.raises(LinkExpiredError):
            await former_address(uow, token)
