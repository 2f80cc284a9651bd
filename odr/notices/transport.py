"""How a mail leaves: through an SMTP server, or into a folder (the demo). Blocking: called in a thread."""

import hashlib
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Any, Final

from odr.errors import RefusedForGoodError, UnavailableError
from odr.settings import FolderMail, SmtpMail

SECONDS: Final = 20
_FOR_GOOD: Final = 500


@dataclass(frozen=True, slots=True)
class Handed:
    """What is known of a mail that left: the server (empty: a folder), what it answered, the SHA-256 of the bytes."""

    server: str
    answer: str
    sha256: bytes


class _Server(smtplib.SMTP):
    """Keeps what was handed over, and what the server answered to it: `send_message` gives neither back."""

    handed: bytes = b""
    answer: str = ""

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 -- smtplib's word for any bytes has no name here
        """Hand the mail over."""
        self.handed = bytes(msg)
        code, said = super().data(msg)
        self.answer = f"{code} {said.decode('ascii', 'replace')}"
        return code, said


def send(mail: FolderMail | SmtpMail, message: EmailMessage, *, at: datetime) -> Handed:
    """Send one mail. The same Message-ID may be sent twice after a crash: its reader's program shows it once.

    Raises UnavailableError for what may pass (no connection, 4xx) and RefusedForGoodError for what won't (5xx):
    ``address_refused`` where it is this recipient whom the server does not take.
    """
    return _keep(mail.path, message, at) if isinstance(mail, FolderMail) else _deliver(mail, message)


def _keep(folder: Path, message: EmailMessage, at: datetime) -> Handed:
    """Write one file, named by time and id; a mail that is there already is not written again."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    kept = next(folder.glob(f"*_{name}.eml"), None)
    if kept is not None:
        return Handed("", "", hashlib.sha256(kept.read_bytes()).digest())
    path = folder / f"{at:%Y%m%dT%H%M%S%f}_{name}.eml"
    draft = path.with_suffix(".part")
    plain = str(message["To"]).isascii()  # an address with accents stands in UTF-8 (RFC 6532)
    content = message.as_bytes(policy=SMTP if plain else SMTPUTF8)
    draft.write_bytes(content)
    draft.replace(path)
    return Handed("", "", hashlib.sha256(content).digest())


def _deliver(mail: SmtpMail, message: EmailMessage) -> Handed:
    try:
        with _Server(mail.host, mail.port, timeout=SECONDS) as server:
            if mail.starttls:
                server.starttls(context=ssl.create_default_context())
            if mail.user is not None:
                server.login(mail.user, mail.password or "")
            server.send_message(message)
        answer = " ".join(server.answer.split())
        return Handed(f"{mail.host}:{mail.port}", answer, hashlib.sha256(server.handed).digest())
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        raise _refusal(code, "address_refused") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedForGoodError("mail_unsupported") from error
    except (smtplib.SMTPException, OSError) as error:
        raise UnavailableError("mail_away") from error


def _refusal(code: int, never: str = "mail_refused") -> RefusedForGoodError | UnavailableError:
    """Tell a server's "later" from its "never"; its own words are not repeated, they may name the recipient."""
    return RefusedForGoodError(never, answer=code) if code >= _FOR_GOOD else UnavailableError("mail_later")
