"""How a mail leaves: through an SMTP server, or into a folder (the demo). Blocking: called in a thread."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Final

from odr.errors import RefusedForGoodError, UnavailableError
from odr.settings import FolderMail, SmtpMail

SECONDS: Final = 20
_FOR_GOOD: Final = 500


def send(mail: FolderMail | SmtpMail, message: EmailMessage, *, at: datetime) -> None:
    """Send one mail. The same Message-ID may be sent twice after a crash: its reader's program shows it once.

    Raises UnavailableError for what may pass (no connection, 4xx) and RefusedForGoodError for what won't (5xx).
    """
    if isinstance(mail, FolderMail):
        _keep(mail.path, message, at)
    else:
        _deliver(mail, message)


def _keep(folder: Path, message: EmailMessage, at: datetime) -> None:
    """Write one file, named by time and id; a mail that is there already is not written again."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    if any(folder.glob(f"*_{name}.eml")):
        return
    path = folder / f"{at:%Y%m%dT%H%M%S%f}_{name}.eml"
    draft = path.with_suffix(".part")
    plain = str(message["To"]).isascii()  # an address with accents stands in UTF-8 (RFC 6532)
    draft.write_bytes(message.as_bytes(policy=SMTP if plain else SMTPUTF8))
    draft.replace(path)


def _deliver(mail: SmtpMail, message: EmailMessage) -> None:
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=SECONDS) as server:
            if mail.starttls:
                server.starttls(context=ssl.create_default_context())
            if mail.user is not None:
                server.login(mail.user, mail.password or "")
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refusal(max(codes, default=0)) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedForGoodError("mail_unsupported") from error
    except (smtplib.SMTPException, OSError) as error:
        raise UnavailableError("mail_away") from error


def _refusal(code: int) -> RefusedForGoodError | UnavailableError:
    """Tell a server's "later" from its "never"; its own words are not repeated, they may name the recipient."""
    return RefusedForGoodError("mail_refused", answer=code) if code >= _FOR_GOOD else UnavailableError("mail_later")
