"""The mail server of the tests takes mail as a strict one does."""

import smtplib
import ssl
from email.message import EmailMessage

import pytest

from tests.services.mail import running_mail_catcher


def a_mail(to="lea@example.test"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "centre@example.test", to, "Une réponse vous attend"
    message.set_content("Connectez-vous pour la lire.\n")
    return message


def signed_in(catcher):
    client = smtplib.SMTP(catcher.host, catcher.port, timeout=5)
    client.starttls(context=ssl.create_default_context(cafile=str(catcher.ca_file)))
    client.login(catcher.user, catcher.password)
    return client


def test_a_mail_sent_over_tls_by_a_signed_in_sender_is_kept(mail_catcher):
    with signed_in(mail_catcher) as client:
        client.send_message(a_mail())
    (caught,) = mail_catcher.wait_for(1)
    assert caught.over_tls
    assert caught.signed_in
    assert caught.message["Subject"] == "Une réponse vous attend"
    assert caught.text == "Connectez-vous pour la lire.\n"
    assert mail_catcher.to("lea@example.test") == [caught]


def test_a_mail_in_clear_is_refused(mail_catcher):
    with smtplib.SMTP(mail_catcher.host, mail_catcher.port, timeout=5) as client, pytest.raises(smtplib.SMTPException):
        client.send_message(a_mail())
    assert mail_catcher.mails == []


def test_a_wrong_password_is_refused(mail_catcher):
    with smtplib.SMTP(mail_catcher.host, mail_catcher.port, timeout=5) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(mail_catcher.ca_file)))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(mail_catcher.user, "wrong")


def test_a_default_tls_context_trusts_the_server_only_when_told_so(mail_catcher, monkeypatch):
    with (
        smtplib.SMTP(mail_catcher.host, mail_catcher.port, timeout=5) as client,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        client.starttls(context=ssl.create_default_context())
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_catcher.ca_file))
    with smtplib.SMTP(mail_catcher.host, mail_catcher.port, timeout=5) as client:
        assert client.starttls(context=ssl.create_default_context())[0] == 220


@pytest.mark.parametrize("answer", ["450 4.2.1 Later", "550 5.1.1 No such mailbox"])
def test_a_recipient_is_refused_as_told_until_accepted_again(mail_catcher, answer):
    mail_catcher.refuse("lea@example.test", answer)
    with signed_in(mail_catcher) as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.send_message(a_mail())
    assert refused.value.recipients["lea@example.test"][0] == int(answer[:3])
    mail_catcher.accept("lea@example.test")
    with signed_in(mail_catcher) as client:
        client.send_message(a_mail())
    assert len(mail_catcher.wait_for(1)) == 1


def test_a_server_without_tls_or_accounts_can_be_had_too(tmp_path):
    with running_mail_catcher(tmp_path, starttls=False, sign_in=False) as catcher:
        with smtplib.SMTP(catcher.host, catcher.port, timeout=5) as client:
            client.send_message(a_mail())
        assert not catcher.wait_for(1)[0].over_tls


def test_waiting_for_a_mail_that_does_not_come_ends(mail_catcher):
    with pytest.raises(TimeoutError, match="0 of 1"):
        mail_catcher.wait_for(1, seconds=0.05)
