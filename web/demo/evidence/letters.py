"""One e-mail as it lies in a mailbox: headers, text and HTML, quoted replies, attachments; no chance in it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from inspect import cleandoc
from typing import Final

from web.demo.evidence.traffic import ZONE

_POLICY: Final = SMTP.clone(max_line_length=76)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody who writes or receives; `signature` closes their messages."""

    name: str
    email: str
    signature: str

    def address(self) -> Address:
        """The header's form of name and address."""
        return Address(self.name, addr_spec=self.email)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a message carries."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. `answers` is the one it replies to (quoted below, named in References)."""

    sender: Correspondent
    to: tuple[Correspondent, ...]
    day: date
    at: time
    subject: str
    text: str
    cc: tuple[Correspondent, ...] = ()
    answers: "Mail | None" = None
    attachments: tuple[Attachment, ...] = ()
    forwarded: tuple["Mail", ...] = field(default=())
    html: bool = True

    @property
    def moment(self) -> datetime:
        """When it was sent, in Paris time."""
        return datetime.combine(self.day, self.at, ZONE)

    @property
    def message_id(self) -> str:
        """The Message-ID, made from what identifies the message."""
        seed = f"{self.sender.email} {self.moment.isoformat()} {self.subject}"
        return f"<{hashlib.sha256(seed.encode()).hexdigest()[:24]}@{self.sender.email.split('@')[1]}>"

    def thread(self) -> Iterator["Mail"]:
        """The messages it answers, oldest first."""
        if self.answers:
            yield from self.answers.thread()
            yield self.answers

    def written(self) -> str:
        """The author's own words, with the signature below."""
        return f"{unwrapped(self.text)}\n\n-- \n{self.sender.signature}"


def unwrapped(text: str) -> str:
    """An indented block as paragraphs of one line each; lines that open with "- " stay lines."""
    return "\n\n".join(map(_joined, cleandoc(text).split("\n\n")))


def _joined(paragraph: str) -> str:
    line = " ".join(paragraph.split())
    return line.replace(" - ", "\n- ") if line.startswith("- ") else line


def _attribution(mail: Mail) -> str:
    return f"Le {mail.moment:%d/%m/%Y à %H:%M}, {mail.sender.name} <{mail.sender.email}> a écrit :"


def _plain(mail: Mail) -> str:
    """The text part: own words, then the whole thread quoted one level deeper each time."""
    body = mail.written()
    if mail.answers:
        quoted = "\n".join(f"> {line}".rstrip() for line in _plain(mail.answers).splitlines())
        body += f"\n\n{_attribution(mail.answers)}\n\n{quoted}"
    return body + ("" if body.endswith("\n") else "\n")


def _html(mail: Mail) -> str:
    body = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>\n" for part in unwrapped(mail.text).split("\n\n"))
    signature = escape(mail.sender.signature).replace("\n", "<br>")
    body += f'<div class="signature" style="color:#5b6470">--&nbsp;<br>{signature}</div>\n'
    if mail.answers:
        quoted = _html(mail.answers)
        body += f'<p>{escape(_attribution(mail.answers))}</p>\n<blockquote type="cite">\n{quoted}</blockquote>\n'
    return body


def message(mail: Mail) -> EmailMessage:
    """The message with everything it carries."""
    out = EmailMessage(policy=_POLICY)
    out["From"] = mail.sender.address()
    out["To"] = [one.address() for one in mail.to]
    if mail.cc:
        out["Cc"] = [one.address() for one in mail.cc]
    out["Subject"] = mail.subject
    out["Date"] = format_datetime(mail.moment)
    out["Message-ID"] = mail.message_id
    if mail.answers:
        out["In-Reply-To"] = mail.answers.message_id
        out["References"] = " ".join(one.message_id for one in mail.thread())
    out["MIME-Version"] = "1.0"
    out.set_content(_plain(mail), cte="quoted-printable")
    if mail.html:
        page = (
            f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"></head><body>\n{_html(mail)}</body></html>\n'
        )
        out.add_alternative(page, subtype="html", cte="quoted-printable")
    for one in mail.attachments:
        kind, subtype = one.media_type.split("/")
        charset = {"charset": "utf-8"} if kind == "text" else None
        out.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name, params=charset)
    for other in mail.forwarded:
        out.add_attachment(message(other), filename=f"{other.subject.replace(':', '')}.eml")
    _fix_boundaries(out, mail.message_id)
    return out


def _fix_boundaries(out: EmailMessage, seed: str) -> None:
    """Boundaries from the message's id instead of chance, so that the same mail is the same bytes."""
    parts: Sequence[object] = list(out.walk())
    for index, part in enumerate(parts):
        if isinstance(part, EmailMessage) and part.get_content_maintype() == "multipart":
            digest = hashlib.sha256(f"{seed} {index}".encode()).hexdigest()[:28]
            part.set_boundary(f"=_{digest}")


def as_bytes(mail: Mail) -> bytes:
    """The .eml file: RFC 5322, CR LF, seven-bit clean."""
    return message(mail).as_bytes()
