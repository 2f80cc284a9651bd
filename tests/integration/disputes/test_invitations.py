import asyncio
import dataclasses
import hashlib
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from odr.agreements.reading import attempt_receipt, open_attempt
from odr.disputes.arriving import calling, decline, see_invitation
from odr.disputes.invitations import Errand, Reply, invitations_of
from odr.disputes.inviting import BETWEEN, invite_party, remind_by_hand
from odr.disputes.lifecycle import Stage
from odr.errors import ConflictError, InvalidInputError, LinkExpiredError, NotFoundError, NotPermittedError
from odr.parties.commands import add_party
from odr.parties.queries import Side
from odr.settings import SmtpMail
from odr.words import use_language
from odr.worker import Worker
from tests.builders import an_account
from tests.journey import DRAFT
from tests.mailbox import link_to, mails
from tests.paper import attached, words
from vault import verify_record

SECRETS = ("zirconite", "ampoule", "48 000", "CRM")


async def seen(journey, actor=None):
    async with journey.platform.unit(write=False) as uow:
        found = await invitations_of(uow, actor or await journey.claimant(), journey.dispute_id)
    return found[0]


async def say_no(journey, token, **said):
    async with journey.platform.unit() as uow:
        await decline(uow, token, reason=said.pop("reason", ""), **said)


async def the_record(journey, actor=None, party=0):
    await Worker(journey.platform).drain()
    party_id = (await journey.facts()).respondents[party].id
    async with journey.platform.unit(write=False) as uow:
        opened = await open_attempt(uow, actor or await journey.claimant(), journey.dispute_id, party_id)
    return b"".join([piece async for piece in opened.read(0, opened.facts.size)])


async def second_respondent(journey):
    """An insurer beside the integrator, named by the secretariat before anybody is invited."""
    facts = await journey.facts()
    async with journey.platform.unit() as uow:
        return await add_party(
            uow,
            journey.dispute_id,
            facts.procedure_space_id,
            side=Side.RESPONDENT,
            name="Bréval Assurances",
            rule="V2",
            actor_id=journey.secretariat_id,
        )


async def test_that_the_mail_left_is_kept_with_its_digest(journey):
    await journey.to_invited()
    (mail,) = (await seen(journey)).mails
    (sent,) = journey.platform.settings.mail.path.glob(f"*_{await invitation_id(journey)}.eml")
    assert mail.sha256 == hashlib.sha256(sent.read_bytes()).digest()
    assert (mail.errand, mail.name, mail.email) == (Errand.FIRST, DRAFT.contact_name, DRAFT.contact_email)
    assert mail.handed_at is not None
    assert (mail.server, mail.answer) == ("", "")


async def invitation_id(journey):
    from odr.disputes.models import InvitationMail  # noqa: PLC0415 -- for this one look behind the page

    async with journey.platform.unit(write=False) as uow:
        return await uow.session.scalar(select(InvitationMail.invitation_id))


@pytest.mark.parametrize("refused", [False, True])
async def test_what_the_mail_server_answered_is_kept(journey, mail_catcher, monkeypatch, refused):
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_catcher.ca_file))
    mail = SmtpMail(mail_catcher.host, mail_catcher.port, mail_catcher.user, mail_catcher.password, starttls=True)
    journey.platform.settings = dataclasses.replace(journey.platform.settings, mail=mail)
    if refused:
        mail_catcher.refuse(DRAFT.contact_email)
    await journey.file()
    await journey.qualify()
    await journey.invite()
    await Worker(journey.platform).drain()
    (mail,) = (await seen(journey)).mails
    assert mail.server == f"{mail_catcher.host}:{mail_catcher.port}"
    assert mail.answer.startswith("5" if refused else "250")
    assert (mail.handed_at is None, mail.refused_at is None, mail.sha256 is None) == (refused, not refused, refused)


async def test_a_programme_that_fetches_the_link_opens_nothing_a_button_does_once(journey, clock):
    token = await journey.to_invited()
    async with journey.platform.unit(write=False) as uow:
        assert not (await calling(uow, token)).opened
    assert (await seen(journey)).opened_at is None
    async with journey.platform.unit() as uow:
        await see_invitation(uow, token)
    first = (await seen(journey)).opened_at
    assert first is not None
    clock.advance(hours=1)
    async with journey.platform.unit() as uow:
        await see_invitation(uow, token)
    assert (await seen(journey)).opened_at == first
    async with journey.platform.unit(write=False) as uow:
        assert (await calling(uow, token)).opened


async def test_only_the_claimant_and_the_centre_see_an_invitations_proofs(journey):
    await journey.to_invited()
    await seen(journey, await journey.secretariat())
    for stranger in (await journey.mediator(), await an_account(journey.platform, "Étienne")):
        with pytest.raises(NotFoundError):
            await seen(journey, stranger)


@pytest.mark.parametrize(("days", "code"), [(4, "bad_days"), (61, "bad_days"), (0, "bad_days"), (-3, "bad_days")])
async def test_a_deadline_out_of_bounds_is_refused_and_nothing_is_sent(journey, days, code):
    await journey.file()
    await journey.qualify()
    with pytest.raises(InvalidInputError) as refused:
        async with journey.platform.unit() as uow:
            await invite_party(uow, await journey.secretariat(), journey.dispute_id, days=days)
    assert refused.value.fields == {"days": code}
    assert (await journey.facts()).stage is Stage.ADMISSIBLE
    assert not await mails(journey.platform, DRAFT.contact_email)


async def test_the_deadline_may_be_chosen_and_reminders_leave_half_way_and_three_days_before(journey, clock):
    await journey.file()
    await journey.qualify()
    async with journey.platform.unit() as uow:
        await invite_party(uow, await journey.secretariat(), journey.dispute_id, days=20)
    due = (await journey.facts()).reply_by
    assert due is not None
    assert 20 <= (due - clock()).days <= 24
    for days, count in ((6, 1), (4, 2), (8, 3)):
        clock.advance(days=days)
        assert len(await mails(journey.platform, DRAFT.contact_email)) == count
    subjects = [str(message["Subject"]) for message in await mails(journey.platform, DRAFT.contact_email)]
    assert ["Rappel" in subject for subject in subjects] == [False, True, True]
    clock.advance(days=6)
    await Worker(journey.platform).drain()
    assert (await seen(journey)).reply is Reply.NONE
    assert (await journey.facts()).stage is Stage.NOT_ENGAGED


async def test_the_secretariat_reminds_three_times_at_most_and_once_a_day(journey, clock):
    await journey.to_invited()
    secretariat = await journey.secretariat()
    party_id = (await journey.facts()).respondents[0].id

    async def remind(actor):
        async with journey.platform.unit() as uow:
            await remind_by_hand(uow, actor, journey.dispute_id, party_id)

    with pytest.raises(NotPermittedError):
        await remind(await journey.claimant())
    await remind(secretariat)
    with pytest.raises(ConflictError, match="reminded_lately"):
        await remind(secretariat)
    for _ in range(2):
        clock.advance(seconds=BETWEEN.total_seconds())
        await remind(secretariat)
    clock.advance(seconds=BETWEEN.total_seconds())
    with pytest.raises(ConflictError, match="reminded_enough"):
        await remind(secretariat)
    assert len(await mails(journey.platform, DRAFT.contact_email)) == 4
    await say_no(journey, await link_to(journey.platform, DRAFT.contact_email))
    with pytest.raises(ConflictError, match="not_awaited"):
        await remind(secretariat)


async def test_a_refusal_gets_its_record_of_facts_which_anyone_verifies(journey, clock, tmp_path):
    token = await journey.to_invited()
    async with journey.platform.unit() as uow:
        await see_invitation(uow, token)
    await say_no(journey, token, reason="Nous préférons le tribunal. 😀", tell_reason=True)
    pdf = await the_record(journey)
    text = words(pdf)
    for fact in (DRAFT.company, DRAFT.respondent, DRAFT.contact_email, "Nous préférons le tribunal", "a décliné"):
        assert fact in text.replace("\u00a0", " ")
    for secret in SECRETS:
        assert secret not in text
    facts = json.loads(attached(pdf, "attempt.json"))
    assert (facts["format"], facts["reply"]) == ("entente-attempt/v1", "declined")
    assert [mail["errand"] for mail in facts["mails"]] == ["first"]
    assert facts["page_opened_at"] is not None
    for _ in range(2):
        await Worker(journey.platform).queue_recurring()
        await Worker(journey.platform).drain()
        clock.advance(seconds=journey.platform.settings.vault.cadence_seconds + 1)
    party_id = (await journey.facts()).respondents[0].id
    async with journey.platform.unit(write=False) as uow:
        name, receipt = await attempt_receipt(uow, await journey.secretariat(), journey.dispute_id, party_id)
    assert name.endswith(".json")
    (tmp_path / "record").write_bytes(pdf)
    (tmp_path / "receipt").write_bytes(receipt.to_json())
    report = verify_record(
        tmp_path / "record", receipt=tmp_path / "receipt", trusted_key=journey.platform.vault.ledger.key
    )
    assert report.holds
    (tmp_path / "record").write_bytes(pdf + b"x")
    assert not verify_record(tmp_path / "record", receipt=tmp_path / "receipt").holds


async def test_a_reason_that_was_not_to_be_told_stands_in_no_record(journey):
    token = await journey.to_invited()
    await say_no(journey, token, reason="Leur logiciel ne vaut rien.")
    pdf = await the_record(journey)
    assert "vaut rien" not in words(pdf)
    assert json.loads(attached(pdf, "attempt.json"))["reason"] is None
    assert (await seen(journey)).reason == "Leur logiciel ne vaut rien."


async def test_silence_gets_its_record_too_with_every_reminder(journey, clock):
    await journey.to_invited()
    for days in (8, 5, 5):
        clock.advance(days=days)
        await Worker(journey.platform).drain()
    facts = json.loads(attached(await the_record(journey, await journey.secretariat()), "attempt.json"))
    assert facts["reply"] == "none"
    assert facts["replied_at"] is facts["page_opened_at"] is None
    assert [mail["errand"] for mail in facts["mails"]] == ["first", "reminder", "reminder"]
    handed = [datetime.fromisoformat(mail["handed_over_at"]) for mail in facts["mails"]]
    assert handed == sorted(handed)
    assert all(len(mail["sha256"]) == 64 for mail in facts["mails"])
    assert datetime.fromisoformat(facts["issued_at"]) <= datetime.now(UTC) + clock.offset


async def test_an_accepted_invitation_gets_no_record(journey):
    await journey.accept(await journey.to_invited())
    await Worker(journey.platform).drain()
    with pytest.raises(NotFoundError):
        await the_record(journey)
    view = await seen(journey)
    assert (view.reply, view.record) == (Reply.ACCEPTED, None)


async def test_of_several_respondents_the_mediation_goes_on_with_those_who_accept(journey):
    insurer = await second_respondent(journey)
    token = await journey.to_invited()
    async with journey.platform.unit() as uow:
        await invite_party(
            uow,
            await journey.secretariat(),
            journey.dispute_id,
            contact_name="Iris",
            contact_email="iris@breval.example",
            party_id=insurer,
        )
    await journey.accept(token)
    assert (await journey.facts()).stage is Stage.INVITED
    await say_no(journey, await link_to(journey.platform, "iris@breval.example"))
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
    facts = json.loads(attached(await the_record(journey, party=1), "attempt.json"))
    assert (facts["invited"], facts["reply"]) == ("Bréval Assurances", "declined")


async def test_when_all_decline_or_stay_silent_the_request_ends(journey, clock):
    insurer = await second_respondent(journey)
    token = await journey.to_invited()
    async with journey.platform.unit() as uow:
        await invite_party(
            uow,
            await journey.secretariat(),
            journey.dispute_id,
            contact_name="Iris",
            contact_email="iris@breval.example",
            party_id=insurer,
        )
    await say_no(journey, token)
    assert (await journey.facts()).stage is Stage.INVITED
    clock.advance(days=20)
    await Worker(journey.platform).drain()
    assert (await journey.facts()).stage is Stage.NOT_ENGAGED


async def test_two_answers_at_once_leave_one_and_every_other_link_ends(journey, clock):
    first = await journey.to_invited()
    clock.advance(days=8)
    second = await link_to(journey.platform, DRAFT.contact_email)
    results = await asyncio.gather(say_no(journey, first), say_no(journey, second), return_exceptions=True)
    assert len([result for result in results if isinstance(result, LinkExpiredError)]) == 1
    async with journey.platform.unit(write=False) as uow:
        for token in (first, second):
            with pytest.raises(LinkExpiredError):
                await calling(uow, token)


async def test_the_record_speaks_the_language_of_whoever_filed(journey):
    with use_language("en"):
        await say_no(journey, await journey.to_invited())
        assert "Constat de tentative de médiation" in words(await the_record(journey))
