import email
from email.policy import default

import pytest

from odr.notices.letters import Letter, Sheet, compose, invitation_letter, notice_letter
from odr.notices.sentences import SENTENCES
from odr.notices.terms import NoticeKind
from odr.people.queries import Purpose
from odr.words import available, use_language

SHEET = Sheet("Centre <de> l'Essai", "mediation@centre.example", "https://centre.example", "centre/entente\n12\nroot")


def body(message, kind):
    part = message.get_body((kind,))
    assert part is not None
    return part.get_content()


def letter(**changes):
    words = {
        "subject": "Objet",
        "greeting": "Bonjour,",
        "body": "Du nouveau.",
        "label": "Voir",
        "link": "https://x.example/d",
    }
    return Letter(**{**words, **changes})


def test_every_kind_of_notice_has_a_sentence():
    assert set(SENTENCES) == set(NoticeKind)


@pytest.mark.parametrize("language", available)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_mail_has_one_link_in_text_and_in_html_and_the_same_words(kind, language):
    with use_language(language):
        made = notice_letter(kind, name="Claire", reference="M-7KQ4-92TX", link="https://centre.example/disputes/1")
        message = compose(made, SHEET, to="claire@a.example", message_id="1234")
    text, html = body(message, "plain"), body(message, "html")
    assert text.count("https://") == 1
    assert html.count("href=") == 1
    assert made.body in text
    assert "centre/entente\n12\nroot" in text.replace("\r\n", "\n")
    assert message["Subject"].startswith("M-7KQ4-92TX · ")


@pytest.mark.parametrize("language", available)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_mail_with_a_link_says_neither_who_invites_nor_to_what(purpose, language):
    with use_language(language):
        made = invitation_letter(
            purpose, name="René", centre="Centre", until="lundi", link="https://c.example/invitation/t"
        )
    assert "%(" not in made.subject + made.body
    assert made.link not in made.subject + made.body


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_long_subject_with_accents_arrives_with_every_space(kind):
    with use_language("fr"):
        made = notice_letter(kind, name="Claire", reference="M-7KQ4-92TX", link="https://centre.example/d")
    message = compose(made, SHEET, to="claire@a.example", message_id="1234")
    arrived = email.message_from_bytes(message.as_bytes(), policy=default)
    assert arrived["Subject"] == made.subject
    assert all(len(line) <= 78 for line in message.as_bytes().split(b"\r\n"))


def test_words_from_outside_never_become_html():
    message = compose(letter(greeting="Bonjour <b>Claire</b>,"), SHEET, to="c@a.example", message_id="1")
    html = body(message, "html")
    assert "<b>Claire" not in html
    assert "&lt;b&gt;Claire" in html


def test_a_line_break_in_a_name_cannot_add_a_header():
    with pytest.raises(ValueError, match=r"(?i)linefeed|newline|header"):
        compose(letter(subject="Objet\r\nBcc: mallory@evil.example"), SHEET, to="c@a.example", message_id="1")


def test_the_message_id_is_the_jobs_so_that_sending_twice_is_seen_once():
    first, second = (compose(letter(), SHEET, to="c@a.example", message_id="abc") for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"] == "<abc@centre.example>"
    assert first["Auto-Submitted"] == "auto-generated"
