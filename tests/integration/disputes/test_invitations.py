import asyncio
import dataclasses
import hashlib
import json
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import select

from odr.agreements.reading import attempt_receipt, open_attempt
from odr.disputes.answering import decline, pass_on
from odr.disputes.arriving import arrive_as_newcomer, calling, see_invitation
from odr.disputes.filing import OtherRespondent
from odr.disputes.invitations import Errand, Reply, invitations_of
from odr.disputes.inviting import BETWEEN, invite_party, remind_by_hand
from odr.disputes.lifecycle import Stage
from odr.disputes.links import ask_for_code
from odr.errors import ConflictError, InvalidInputError, LinkExpiredError, NotFoundError, NotPermittedError
from odr.settings import SmtpMail
from odr.words import use_language
from odr.worker import Worker
from tests.builders import an_account
from tests.journey import DRAFT, GOOD, a_journey
from tests.mailbox import code_to, link_to, mails
from tests.paper import attached, words
from vault import verify_record

SECRETS = ("zirconite", "ampoule", "48 000", "CRM")


async def seen(journey, actor=None):
    async with journey.platform.unit(write=False) as uow:
        found = await invitations_of(uow, actor or await journey.claimant(), journey.dispute_id)
    return found[0]


async def say_no(journey, token, code="", **said):
    code = code or await journey.open(token)
    await decline(journey.platform, token, reason=said.pop("reason", ""), code=code, **said)


async def the_record(journey, actor=None, party=0):
    await Worker(journey.platform).drain()
    party_id = (await journey.facts()).respondents[party].id
    async with journey.platform.unit(write=False) as uow:
        opened = await open_attempt(uow, actor or await journey.claimant(), journey.dispute_id, party_id)
    return b"".join([piece async for piece in opened.read(0, opened.facts.size)])


async def two_respondents(platform):
    """A journey in which the claimant names an insurer beside the integrator."""
    other = OtherRespondent("Bréval Assurances", "", "", "Iris Le Goff", "iris@breval.example")
    return await a_journey(platform, msgspec.structs.replace(DRAFT, others=(other,)))


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


async def test_of_several_respondents_the_mediation_goes_on_with_those_who_accept(platform):
    journey = await two_respondents(platform)
    await journey.accept(await journey.to_invited())
    assert (await journey.facts()).stage is Stage.INVITED
    await say_no(journey, await link_to(platform, "iris@breval.example"))
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
    facts = json.loads(attached(await the_record(journey, party=1), "attempt.json"))
    assert (facts["invited"], facts["reply"]) == ("Bréval Assurances", "declined")


async def test_when_all_decline_or_stay_silent_the_request_ends(platform, clock):
    journey = await two_respondents(platform)
    await say_no(journey, await journey.to_invited())
    assert (await journey.facts()).stage is Stage.INVITED
    clock.advance(days=20)
    await Worker(platform).drain()
    assert (await journey.facts()).stage is Stage.NOT_ENGAGED


async def test_two_answers_at_once_leave_one_and_every_other_link_ends(journey, clock):
    first = await journey.to_invited()
    clock.advance(days=8)
    second = await link_to(journey.platform, DRAFT.contact_email)
    codes = [await journey.open(token) for token in (first, second)]
    results = await asyncio.gather(
        *(say_no(journey, token, code) for token, code in zip((first, second), codes, strict=True)),
        return_exceptions=True,
    )
    (late,) = [result for result in results if isinstance(result, LinkExpiredError)]
    assert late.code == "invitation_answered"
    async with journey.platform.unit(write=False) as uow:
        for token in (first, second):
            with pytest.raises(LinkExpiredError, match="invitation_answered") as told:
                await calling(uow, token)
            assert told.value.details["reply"] == "declined"


async def test_the_record_speaks_the_language_of_whoever_filed(journey):
    with use_language("en"):
        await say_no(journey, await journey.to_invited())
        assert "Constat de tentative de médiation" in words(await the_record(journey))


def newcomer(journey, token, code):
    typed = {"name": "Ève", "password": GOOD, "again": GOOD, "language": "fr", "zone": "Europe/Paris"}
    return arrive_as_newcomer(journey.platform, token, code=code, **typed)


def another(code):
    return f"{(int(code.replace(chr(160), '')) + 1) % 1_000_000:06d}"


async def test_a_stranger_with_a_forwarded_link_neither_takes_the_seat_nor_declines_for_it(journey):
    token = await journey.to_invited()
    code = await journey.open(token)  # it went to the invited address, which the stranger does not read
    for given, problem in (("", "required"), (another(code), "code_wrong")):
        with pytest.raises(InvalidInputError) as refused:
            await newcomer(journey, token, given)
        assert refused.value.fields == {"code": problem}
    with pytest.raises(InvalidInputError, match="invalid_input"):
        await decline(journey.platform, token, reason="", code=another(code))
    with pytest.raises(InvalidInputError, match="invalid_input"):
        await pass_on(journey.platform, token, name="Ève", email="eve@ailleurs.example", code=another(code))
    assert (await journey.facts()).stage is Stage.INVITED
    await newcomer(journey, token, code)
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING


async def test_after_five_wrong_codes_none_holds_and_a_new_one_does(journey, clock):
    token = await journey.to_invited()
    code = await journey.open(token)
    said = []
    for given in (*[another(code)] * 5, code):
        with pytest.raises(InvalidInputError) as refused:
            await newcomer(journey, token, given)
        said.append(refused.value.fields["code"])
    assert said == ["code_wrong"] * 4 + ["code_spent"] * 2
    async with journey.platform.unit() as uow:
        with pytest.raises(ConflictError, match="code_lately"):
            await ask_for_code(uow, token)
    clock.advance(minutes=1)
    async with journey.platform.unit() as uow:
        await ask_for_code(uow, token)
    await newcomer(journey, token, await code_to(journey.platform, DRAFT.contact_email))
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING


async def test_a_code_holds_for_an_hour_and_a_link_asks_for_ten_at_most(journey, clock):
    token = await journey.to_invited()
    code = await journey.open(token)
    clock.advance(minutes=61)
    with pytest.raises(InvalidInputError):
        await newcomer(journey, token, code)
    for _ in range(9):
        async with journey.platform.unit() as uow:
            await ask_for_code(uow, token)
        clock.advance(minutes=2)
    async with journey.platform.unit() as uow:
        with pytest.raises(ConflictError, match="codes_spent"):
            await ask_for_code(uow, token)


async def test_the_invited_names_the_colleague_who_answers_instead(journey, clock):
    token = await journey.to_invited()
    due = (await journey.facts()).reply_by
    code = await journey.open(token)
    with pytest.raises(InvalidInputError) as refused:
        await pass_on(journey.platform, token, name="", email=DRAFT.contact_email, code=code)
    assert refused.value.fields == {"name": "required", "email": "invited_address"}
    await pass_on(journey.platform, token, name="Juste Morel", email="juste@lysandrel.example", code=code)
    async with journey.platform.unit(write=False) as uow:
        with pytest.raises(LinkExpiredError, match="invitation_moved"):
            await calling(uow, token)
    clock.advance(days=8)  # the reminder goes to the colleague
    assert len(await mails(journey.platform, "juste@lysandrel.example")) == 2
    await journey.accept(await link_to(journey.platform, "juste@lysandrel.example"))
    facts = await journey.facts()
    assert (facts.stage, facts.reply_by) == (Stage.CONVENTION_PENDING, due)
    assert [mail.errand for mail in (await seen(journey)).mails] == [Errand.FIRST, Errand.PASSED_ON, Errand.REMINDER]


async def test_an_invitation_is_passed_on_three_times_at_most(journey):
    token = await journey.to_invited()
    for number in range(3):
        address = f"collegue{number}@lysandrel.example"
        await pass_on(journey.platform, token, name="C", email=address, code=await journey.open(token))
        token = await link_to(journey.platform, address)
    with pytest.raises(ConflictError, match="passed_on_enough"):
        await pass_on(journey.platform, token, name="C", email="d@lysandrel.example", code=await journey.open(token))


async def test_respondents_whom_the_claimant_can_reach_are_all_invited_at_the_same_moment(platform):
    both = await two_respondents(platform)
    await both.to_invited()
    async with platform.unit(write=False) as uow:
        found = await invitations_of(uow, await both.claimant(), both.dispute_id)
    assert {view.party for view in found} == {DRAFT.respondent, "Bréval Assurances"}
    assert len({view.reply_by for view in found}) == 1
    assert len(await mails(platform, "iris@breval.example")) == 1
