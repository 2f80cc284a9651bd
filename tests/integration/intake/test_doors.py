import subprocess
import sys
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from odr.disputes.arriving import arrive_as_newcomer
from odr.disputes.models import Dispute
from odr.disputes.queries import disputes_for
from odr.errors import ConflictError, InvalidInputError, UnavailableError
from odr.evidence.intake import lodge
from odr.evidence.queries import exhibits_in
from odr.first_start import make_environment
from odr.intake import mailroom
from odr.intake.commands import send_request
from odr.intake.mailroom import Outcome, receive_mail
from odr.intake.queries import answers_in_draft
from odr.intake.referrals import MOST_WAITING, arrival_of, refer_by_program
from odr.people.queries import load_actor
from odr.spaces.queries import spaces_for
from tests.builders import a_platform, an_account
from tests.journey import GOOD
from tests.mailbox import link_to, mails, text_of
from web.api.bearer import make_bearer

BODY = {
    "title": "CRM livré avec six mois de retard",
    "category": "late_delivery",
    "company": {"name": "Tréhoublan"},
    "respondents": [
        {"name": "Lysandrel", "contact_name": "René", "contact_email": "rene@lysandrel.example"},
        {"name": "Assureur", "contact_name": "Ana", "contact_email": "ana@assureur.example"},
    ],
    "facts": "Rien d'utilisable.",
    "wished": "Une livraison.",
    "amount_cents": 4_800_000,
    "steps": [{"what": "notice", "on": "2026-03-02", "words": "LRAR"}],
    "answers": {"clauses": "delays, penalties", "continuity": "slowed"},
}


def a_mail(sender, text="Rien n'est livré depuis six mois.", message_id="<un@exemple.fr>"):
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = "CRM en retard"
    message["Message-ID"] = message_id
    message.set_content(text)
    return message


async def drafts(platform, account_id):
    async with platform.unit(write=False) as uow:
        actor = await load_actor(uow, account_id)
        return actor, (await disputes_for(uow, actor)).rows


async def lodged(platform, actor, dispute_id):
    async with platform.unit(write=False) as uow:
        (room,) = await spaces_for(uow, actor, dispute_id)
        return [row.file_name for row in (await exhibits_in(uow, actor, dispute_id, room.id)).rows]


async def how_many(platform):
    async with platform.unit(write=False) as uow:
        return await uow.session.scalar(select(func.count()).select_from(Dispute))


@pytest.fixture
async def claire(platform):
    return await an_account(platform, "Claire Martin")


async def test_a_program_sends_a_request_once_and_its_person_confirms_it(platform, claire, sign_in):
    client = await sign_in(None)
    headers = {"Authorization": f"Bearer {make_bearer(platform, claire.account_id).access_token}"}
    assert (await client.post("/api/v1/referrals", json=BODY, headers=headers)).status_code == 422
    headers["Idempotency-Key"] = "crm-2026-0017"
    first = await client.post("/api/v1/referrals", json=BODY, headers=headers)
    assert first.status_code == 201, first.text
    again = await client.post("/api/v1/referrals", json=BODY, headers=headers)
    assert again.json() == first.json()
    other = await client.post("/api/v1/referrals", json={**BODY, "title": "Autre"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    actor, (row,) = await drafts(platform, claire.account_id)
    assert str(row.id) == first.json()["id"]
    assert row.respondent == "Lysandrel, Assureur"
    async with platform.unit(write=False) as uow:
        answers, _kept = await answers_in_draft(uow, actor, row.id)
    assert answers["clauses"] == "delays,penalties"
    assert answers["step_1_on"] == "2026-03-02"
    page = f"/api/v1/disputes/{row.id}/draft"
    kept = await client.put(
        f"{page}/contract", json={"answers": {"clauses": "scope, price", "mediation": "yes"}}, headers=headers
    )
    assert kept.json() == {"problems": {}, "follow_up": "mediation_words"}
    wrong = {"answers": {"urgent": "date", "urgent_on": "31/12"}}
    assert (await client.put(f"{page}/urgency", json=wrong, headers=headers)).json()["problems"] == {
        "urgent_on": "bad_date"
    }
    assert (await client.put(f"{page}/weather", json=wrong, headers=headers)).status_code == 404
    stranger = await an_account(platform, "Étienne Étranger")
    theirs = {"Authorization": f"Bearer {make_bearer(platform, stranger.account_id).access_token}"}
    assert (await client.put(f"{page}/urgency", json=wrong, headers=theirs)).status_code == 404
    async with platform.unit(write=False) as uow:
        answers, _kept = await answers_in_draft(uow, actor, row.id)
    assert (answers["clauses"], answers["urgent_on"]) == ("scope,price", "31/12")
    right = {"answers": {"urgent": "date", "urgent_on": "2027-01-31"}}
    assert (await client.put(f"{page}/urgency", json=right, headers=headers)).json()["problems"] == {}
    (told,) = await mails(platform, claire.email)
    assert "attend votre confirmation" in told["Subject"]
    async with platform.unit() as uow:
        await send_request(uow, actor, row.id)


async def test_what_a_program_sends_wrong_is_refused_at_its_field_and_nothing_is_kept(platform, claire, sign_in):
    client = await sign_in(None)
    headers = {"Authorization": f"Bearer {make_bearer(platform, claire.account_id).access_token}"}
    headers["Idempotency-Key"] = "crm-2026-0018"
    for change, field in (
        ({"answers": {"unknown": "x"}}, "unknown"),
        ({"answers": {"continuity": "odd"}}, "continuity"),
        ({"currency": "BTC"}, "currency"),
        ({"steps": [{"what": "dance"}]}, "step_1_what"),
        ({"respondents": []}, "respondents"),
        ({"surprise": 1}, ""),
    ):
        answer = await client.post("/api/v1/referrals", json=BODY | change, headers=headers)
        assert answer.status_code == 422, change
        assert not field or field in answer.text, answer.text
    assert await how_many(platform) == 0


async def test_so_many_drafts_may_wait_and_no_more(platform, claire):
    answers = {"title": "Un titre"}
    for number in range(MOST_WAITING):
        async with platform.unit() as uow:
            await refer_by_program(uow, claire, f"key-{number:05d}", answers)
    async with platform.unit() as uow:
        with pytest.raises(ConflictError, match="too_many_drafts"):
            await refer_by_program(uow, claire, "one-more-key", answers)
    async with platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await refer_by_program(uow, claire, "short", answers)
    many = a_mail(claire.email)
    assert (await receive_mail(platform, many.as_bytes())).outcome is Outcome.TOO_MANY


async def test_a_mail_becomes_a_draft_with_its_attachments_and_is_taken_once(platform, claire, sign_in):
    message = a_mail(f"Claire <{claire.email.upper()}>")
    message.add_attachment(b"%PDF-1.7 lrar", maintype="application", subtype="pdf", filename="lrar.pdf")
    message.add_attachment(b"", maintype="application", subtype="pdf", filename="vide.pdf")
    handled = await receive_mail(platform, message.as_bytes())
    assert handled.outcome is Outcome.DRAFTED
    assert [(each.name, each.code) for each in handled.left_out] == [("vide.pdf", "empty_file")]
    assert (await receive_mail(platform, message.as_bytes())).outcome is Outcome.REPEATED
    actor, (row,) = await drafts(platform, claire.account_id)
    assert await lodged(platform, actor, row.id) == ["message.eml", "lrar.pdf"]
    async with platform.unit(write=False) as uow:
        answers, _kept = await answers_in_draft(uow, actor, row.id)
        arrival = await arrival_of(uow, actor, row.id)
    assert arrival is not None
    assert arrival.left_out == handled.left_out
    assert answers["facts"] == "Rien n'est livré depuis six mois."
    (told,) = await mails(platform, claire.email)
    assert "CRM" not in told.as_string()
    client = await sign_in(actor)
    page = (await client.get(f"/disputes/{row.id}/draft")).text
    assert "vide.pdf" in page


async def test_a_mail_without_attachments_or_text_is_a_draft_all_the_same(platform, claire):
    empty = a_mail(claire.email, text="")
    handled = await receive_mail(platform, empty.as_bytes())
    assert handled == mailroom.Handled(Outcome.DRAFTED)
    actor, (row,) = await drafts(platform, claire.account_id)
    assert await lodged(platform, actor, row.id) == ["message.eml"]


async def test_an_attachment_of_40_mb_is_lodged_whole(platform, claire):
    message = a_mail(claire.email)
    message.add_attachment(b"\x07" * 40_000_000, maintype="application", subtype="zip", filename="grand.zip")
    assert (await receive_mail(platform, message.as_bytes())).left_out == ()
    actor, (row,) = await drafts(platform, claire.account_id)
    assert await lodged(platform, actor, row.id) == ["message.eml", "grand.zip"]


async def test_what_is_larger_than_the_site_takes_is_left_out_and_said(tmp_path):
    async with a_platform(tmp_path, {"ENTENTE_UPLOAD_LIMIT": "100000"}) as platform:
        claire = await an_account(platform, "Claire")
        message = a_mail(claire.email)
        message.add_attachment(b"\x07" * 200_000, maintype="application", subtype="zip", filename="grand.zip")
        message.add_attachment(b"petit", maintype="application", subtype="pdf", filename="petit.pdf")
        handled = await receive_mail(platform, message.as_bytes())
        assert [each.code for each in handled.left_out] == ["too_large", "too_large"]
        actor, (row,) = await drafts(platform, claire.account_id)
        assert await lodged(platform, actor, row.id) == ["petit.pdf"]


async def test_who_has_no_account_gets_a_link_to_sign_up_and_nothing_is_kept(platform):
    for _twice in range(2):
        handled = await receive_mail(platform, a_mail("inconnue@exemple.fr").as_bytes())
        assert handled == mailroom.Handled(Outcome.SIGN_UP)
    assert await how_many(platform) == 0
    told = await mails(platform, "inconnue@exemple.fr")
    assert told
    assert "CRM" not in "".join(mail.as_string() for mail in told)
    said = text_of(told[0])
    for words in (
        "ni le texte ni les fichiers",
        "renvoyez le même courriel",
        "We have kept nothing of it",
        "send the same",
    ):
        assert words in " ".join(said.split())
    assert said.count("/invitation/") == 1


async def test_who_made_an_account_after_the_answer_sends_the_same_mail_again_and_has_a_draft(platform):
    data = a_mail("nouvelle@exemple.fr").as_bytes()
    assert (await receive_mail(platform, data)).outcome is Outcome.SIGN_UP
    typed = {"name": "Nina", "password": GOOD, "again": GOOD, "language": "en", "zone": "Europe/Paris"}
    session, _ = await arrive_as_newcomer(platform, await link_to(platform, "nouvelle@exemple.fr"), **typed)
    assert (await receive_mail(platform, data)).outcome is Outcome.DRAFTED
    _actor, (row,) = await drafts(platform, session.account_id)
    assert row.title == "CRM en retard"


async def test_automatic_forged_and_broken_mails_are_never_answered(platform, claire):
    automatic = a_mail(claire.email)
    automatic["Auto-Submitted"] = "auto-replied"
    ours = a_mail(platform.settings.mail_from)
    forged = a_mail(claire.email)
    forged["Authentication-Results"] = "mx.centre.example; dmarc=fail"
    for data, outcome in (
        (automatic.as_bytes(), Outcome.AUTOMATIC),
        (ours.as_bytes(), Outcome.AUTOMATIC),
        (forged.as_bytes(), Outcome.FORGED),
        (b"nonsense", Outcome.UNREADABLE),
        (b"x" * (64 * 1024 * 1024 + 1), Outcome.TOO_LARGE),
    ):
        assert (await receive_mail(platform, data)).outcome is outcome
    assert await how_many(platform) == 0
    assert await mails(platform, claire.email) == []
    assert await mails(platform, platform.settings.mail_from) == []


async def test_a_mail_goes_on_where_the_store_failed(platform, claire, monkeypatch):
    message = a_mail(claire.email)
    message.add_attachment(b"%PDF-1.7 lrar", maintype="application", subtype="pdf", filename="lrar.pdf")
    real, calls = lodge, []

    async def fails_second(*args, **options):
        calls.append(options["name"])
        if len(calls) == 2:
            raise UnavailableError("store_away")
        return await real(*args, **options)

    monkeypatch.setattr(mailroom, "lodge", fails_second)
    with pytest.raises(UnavailableError):
        await receive_mail(platform, message.as_bytes())
    assert await mails(platform, claire.email) == []
    assert (await receive_mail(platform, message.as_bytes())).outcome is Outcome.DRAFTED
    actor, (row,) = await drafts(platform, claire.account_id)
    assert await lodged(platform, actor, row.id) == ["message.eml", "lrar.pdf"]


def test_the_command_says_what_became_of_a_mail(tmp_path):
    mail = tmp_path / "a.eml"
    mail.write_bytes(b"nonsense")
    environment = make_environment(tmp_path / "site", public_url="http://127.0.0.1:8000", centre_name="Essai")
    for name, status in ((str(mail), 1), (str(tmp_path / "none.eml"), 2)):
        done = subprocess.run(  # noqa: S603 -- fixed argv
            [sys.executable, "-m", "web.cli", "intake", name],
            env={**environment, "PATH": "/usr/bin", "LANG": "fr_FR.UTF-8"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert done.stderr
