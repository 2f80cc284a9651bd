"""The centre's own words for its mails: checked, previewed, versioned, and the default restored."""

import pytest

from odr.errors import InvalidInputError, NotFoundError, NotPermittedError
from odr.notices.queries import notices_of
from odr.notices.terms import NoticeKind
from odr.notices.wording import (
    LETTERS,
    changed_texts,
    own_subjects,
    restore_default,
    reword,
    versions_of_text,
    words_for,
)
from odr.worker import Worker
from tests.journey import DRAFT
from tests.mailbox import mails, text_of

FILED = "dispute_filed"


async def write(journey, letter, language="fr", *, subject="Une saisine au {centre}", body="Bonjour {name}."):
    async with journey.platform.unit() as uow:
        await reword(uow, await journey.secretariat(), letter, language, subject=subject, body=body)


async def test_a_notice_has_the_centres_own_words_in_its_readers_language_and_the_default_in_the_other(journey):
    await write(journey, FILED)
    await write(journey, FILED, "en", subject="A referral", body="Dear {name}.")
    await journey.file()
    secretariat = await journey.secretariat()
    (message,) = await mails(journey.platform, secretariat.email)
    assert message["Subject"].endswith(" · Une saisine au Centre de médiation de l'Essai")
    assert f"Bonjour {secretariat.name}." in text_of(message)
    async with journey.platform.unit(write=False) as uow:
        english = await own_subjects(uow, "en", "the Centre")
        (row,) = (await notices_of(uow, secretariat)).rows
    assert english[row.kind] == "A referral"


async def test_an_invitation_and_its_reminders_keep_their_link_whatever_their_words(journey):
    await write(journey, "invitation", subject="{centre} vous écrit", body="Répondez avant le {until}, {name}.")
    await journey.to_invited()
    message = (await mails(journey.platform, DRAFT.contact_email))[-1]
    assert "vous écrit" in message["Subject"]
    assert f", {DRAFT.contact_name}." in text_of(message)
    assert "/invitation/" in text_of(message)


async def test_each_change_is_a_version_and_the_default_can_be_taken_again(journey):
    secretariat = await journey.secretariat()
    await write(journey, FILED)
    await write(journey, FILED)
    await write(journey, FILED, body="Autre chose.")
    async with journey.platform.unit() as uow:
        for _ in range(2):
            await restore_default(uow, secretariat, FILED, "fr")
        versions = await versions_of_text(uow, secretariat, FILED, "fr")
        assert [version.number for version in versions] == [3, 2, 1]
        assert [version.words is None for version in versions] == [True, False, False]
        assert {version.by for version in versions} == {secretariat.name}
        assert await words_for(uow, FILED, "fr") is None
        assert await changed_texts(uow, secretariat) == frozenset()


@pytest.mark.parametrize(
    ("letter", "words", "refused"),
    [
        (FILED, {"subject": ""}, {"subject": "required"}),
        (FILED, {"body": "x" * 2001}, {"body": "too_long"}),
        (FILED, {"subject": "Pour {name}"}, {"subject": "unknown_variable"}),
        (FILED, {"body": "Le litige {title} de {company}"}, {"body": "unknown_variable"}),
        (FILED, {"body": "Jusqu'au {until}"}, {"body": "unknown_variable"}),
        ("invitation", {"body": "Dossier {reference}"}, {"body": "unknown_variable"}),
        (FILED, {"body": "{name"}, {"body": "bad_braces"}),
        (FILED, {"body": "{{name}}"}, {"body": "bad_braces"}),
        (FILED, {"body": "{name.__class__}"}, {"body": "unknown_variable"}),
        (FILED, {"body": "Voir https://ailleurs.example"}, {"body": "no_link"}),
        (FILED, {"body": "Voir www.ailleurs.example"}, {"body": "no_link"}),
        (FILED, {"subject": "Écrivez à moi@ailleurs.example"}, {"subject": "no_link"}),
        (FILED, {"subject": " ", "body": " "}, {"subject": "required", "body": "required"}),
    ],
)
async def test_words_that_may_not_be_sent_are_refused_with_the_reason(journey, letter, words, refused):
    with pytest.raises(InvalidInputError) as error:
        await write(journey, letter, **words)
    assert error.value.fields == refused


async def test_what_is_said_apart_is_told_in_the_words_of_what_is_said_together(journey):
    await write(journey, "something_new_together", subject="Du nouveau au {centre}")
    async with journey.platform.unit() as uow:
        assert await words_for(uow, "something_new_apart", "fr") == await words_for(uow, "something_new_together", "fr")
        subjects = await own_subjects(uow, "fr", "Centre")
        with pytest.raises(NotFoundError):
            await reword(
                uow, await journey.secretariat(), "something_new_apart", "fr", subject="Aparté", body="Du nouveau."
            )
    assert subjects[NoticeKind.SOMETHING_NEW_APART] == subjects[NoticeKind.SOMETHING_NEW_TOGETHER]


async def test_a_line_break_in_a_subject_adds_no_header(journey):
    await write(journey, FILED, subject="Objet\r\nBcc: mallory")
    await journey.file()
    (message,) = await mails(journey.platform, (await journey.secretariat()).email)
    assert message["Bcc"] is None
    assert "Objet Bcc: mallory" in message["Subject"]


async def test_only_the_secretariat_writes_and_only_mails_that_there_are(journey):
    async with journey.platform.unit() as uow:
        for actor in (await journey.claimant(), await journey.mediator()):
            with pytest.raises(NotPermittedError):
                await reword(uow, actor, FILED, "fr", subject="Objet", body="Texte")
            with pytest.raises(NotPermittedError):
                await changed_texts(uow, actor)
        for letter, language in (("no_such_mail", "fr"), (FILED, "de")):
            with pytest.raises(NotFoundError):
                await reword(uow, await journey.secretariat(), letter, language, subject="Objet", body="Texte")


async def test_the_pages_preview_keep_what_was_typed_save_and_restore(journey, sign_in):
    secretary = await sign_in(await journey.secretariat())
    listed = await secretary.get("/mail-texts")
    assert listed.text.count("/mail-texts/") == 2 * len(LETTERS)
    path = f"/mail-texts/{FILED}/fr"
    assert "Une nouvelle demande de médiation est arrivée au centre" in (await secretary.get(path)).text
    typed = {"subject": "Du neuf au {centre}", "body": "Pour {name}, dossier {reference}."}
    preview = await secretary.post(path, data={**typed, "act": "preview"})
    assert "Du neuf au Centre de médiation" in preview.text
    assert 'Pour Camille Martin, dossier <span class="whole">M-7KQ4-92TX</span>.' in preview.text
    assert 'value="Du neuf au {centre}"' in preview.text
    wrong = await secretary.post(path, data={**typed, "body": "Pour {client}"})
    assert wrong.status_code == 422
    assert "Pour {client}" in wrong.text
    assert "entre accolades" in wrong.text
    assert (await secretary.post(path, data=typed)).headers["location"] == f"{path}?done=saved"
    assert "Modifié" in (await secretary.get("/mail-texts")).text
    assert (await secretary.post(f"{path}/restore")).status_code == 303
    assert "Modifié" not in (await secretary.get("/mail-texts")).text
    assert (await secretary.get("/mail-texts/nothing/fr")).status_code == 404
    claimant = await sign_in(await journey.claimant())
    for page in ("/mail-texts", path):
        assert (await claimant.get(page)).status_code == 403
    assert (await claimant.post(path, data=typed)).status_code == 403
    await Worker(journey.platform).drain()
