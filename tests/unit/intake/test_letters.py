from email.message import EmailMessage

import pytest

from odr.intake.letters import LARGEST, LetterError, read_letter


def a_mail(text="Bonjour,\nrien n'est livré.", **headers):
    message = EmailMessage()
    message["From"] = "Claire Martin <Claire@Exemple.fr>"
    message["Subject"] = "CRM en retard"
    message["Message-ID"] = "<one@exemple.fr>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text is not None:
        message.set_content(text)
    return message


def read(message):
    return read_letter(message.as_bytes())


def test_a_plain_letter_is_read_as_it_is():
    letter = read(a_mail())
    assert (letter.sender, letter.name, letter.subject) == ("claire@exemple.fr", "Claire Martin", "CRM en retard")
    assert letter.text == "Bonjour,\nrien n'est livré."
    assert (letter.enclosed, letter.automatic, letter.forged) == ((), False, False)
    assert letter.message_id == "<one@exemple.fr>"


@pytest.mark.parametrize("written", ["utf-8", "windows-1252"])
@pytest.mark.parametrize("said", ["", "; charset=us-ascii", "; charset=utf-8", "; charset=x-none"])
def test_accents_that_are_not_announced_or_wrongly_are_read_all_the_same(written, said):
    text = "Rien n’a été livré, l’hébergement coûte 3 000 € par mois."  # noqa: RUF001 -- as people write
    mail = (
        f"From: Élodie Têtu <elodie@exemple.fr>\r\nSubject: Échéance dépassée\r\nContent-Type: text/plain{said}\r\n\r\n"
        f"{text}"
    )
    letter = read_letter(mail.encode(written))
    assert (letter.name, letter.subject) == ("Élodie Têtu", "Échéance dépassée")
    assert letter.text == text


def test_attachments_keep_their_names_and_bytes():
    message = a_mail()
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Mise en demeure é.pdf")
    message.add_attachment(b"nameless", maintype="application", subtype="octet-stream")
    letter = read(message)
    assert [(each.name, each.content) for each in letter.enclosed] == [
        ("Mise en demeure é.pdf", b"%PDF-1.7"), ("document-3", b"nameless"),
    ]  # fmt: skip


def test_an_attached_mail_is_one_thing_and_not_mixed_into_the_letter():
    inner = a_mail("Le texte intérieur.", Reply_To="x@y.example")
    inner.add_attachment(b"deep", maintype="application", subtype="pdf", filename="deep.pdf")
    outer = a_mail("Le texte extérieur.")
    outer.add_attachment(inner)
    letter = read(outer)
    assert letter.text == "Le texte extérieur."
    (only,) = letter.enclosed
    assert only.name.endswith(".eml")
    assert b"deep.pdf" in only.content


def test_a_letter_without_plain_text_is_read_from_its_page():
    message = a_mail(None)
    message.set_content(
        "<html><head><title>x</title><style>p{}</style></head><body><p>Un &amp; deux</p><div>trois <b>quatre</b></div>"
        "<script>alert(1)</script></body></html>",
        subtype="html",
    )
    assert read(message).text == "Un & deux\ntrois quatre"


def test_a_letter_without_any_text_is_a_letter():
    message = a_mail(None)
    message.set_content(b"\x00\x01", maintype="application", subtype="pdf", filename="a.pdf")
    letter = read(message)
    assert (letter.text, len(letter.enclosed)) == ("", 1)


def test_an_unknown_charset_is_read_as_far_as_it_goes():
    raw = b"From: a@b.example\r\nContent-Type: text/plain; charset=martian\r\n\r\nCaf\xc3\xa9"
    assert read_letter(raw).text == "Café"


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<all.exemple.fr>"},
        {"Return_Path": "<>"},
    ],
)
def test_automatic_mails_are_known(header):
    assert read(a_mail(**header)).automatic


def test_a_machine_is_no_sender_and_no_is_no_automaton():
    raw = b"From: MAILER-DAEMON@exemple.fr\r\n\r\nbounce"
    assert read_letter(raw).automatic
    assert not read(a_mail(Auto_Submitted="no")).automatic


def test_a_forged_sender_is_known_by_what_our_server_found_and_by_several_senders():
    assert read(a_mail(Authentication_Results="mx.centre.example; dmarc=fail header.from=exemple.fr")).forged
    assert read(a_mail(Authentication_Results="mx.centre.example; spf=fail smtp.mailfrom=evil.example")).forged
    assert not read(a_mail(Authentication_Results="mx.centre.example; spf=fail x; dkim=pass y; dmarc=pass")).forged
    assert read_letter(b"From: a@b.example, c@d.example\r\n\r\nx").forged
    assert read_letter(b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nx").forged


def test_only_the_topmost_result_is_believed():
    raw = (
        b"Authentication-Results: mx.centre.example; dmarc=pass\r\n"
        b"Authentication-Results: mx.evil.example; dmarc=fail\r\nFrom: a@b.example\r\n\r\nx"
    )
    assert not read_letter(raw).forged


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_a_mail"),
        (b"no header at all", "not_a_mail"),
        (b"Subject: x\r\n\r\nx", "no_sender"),
        (b"From: nobody\r\n\r\nx", "no_sender"),
        (b"From: \r\n\r\nx", "no_sender"),
        (b"From: " + b"a" * 3000 + b"@b.example\r\n\r\nx", "no_sender"),
        (b"X: " + b"y" * 300_000 + b"\r\n\r\nx", "not_a_mail"),
        (b"x" * (LARGEST + 1), "too_large"),
    ],
)
def test_what_is_no_letter_is_refused_with_its_reason(raw, code):
    with pytest.raises(LetterError) as refused:
        read_letter(raw)
    assert refused.value.code == code


def test_thousands_of_parts_and_endless_nesting_are_refused():
    head = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    many = head + b"--B\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 400 + b"--B--\r\n"
    nested = b"From: a@b.example\r\n"
    for depth in range(60):
        nested += b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (depth, depth)
    for raw in (many, nested + b"\r\nx"):
        with pytest.raises(LetterError) as refused:
            read_letter(raw)
        assert refused.value.code in {"too_deep", "not_a_mail"}
