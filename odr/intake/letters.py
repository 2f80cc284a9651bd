"""A mail that somebody sent to the centre's address, read as far as it can be trusted; no I/O.

What is odd in it is refused or left out and said, never guessed: deep nesting, thousands of parts, an endless header,
several senders. An attached mail stays one thing, it is not mixed into the letter around it.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import AddressHeader
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from html.parser import HTMLParser
from typing import Final, cast

from odr.errors import InvalidInputError
from odr.typed import Typed

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a whole mail: an attachment of 40 MB and its base64 fit in."""
_HEADERS: Final = 256 * 1024
_PARTS: Final = 200
_DEPTH: Final = 20
_LINE: Final = 2000  # characters of a header that is looked at
_ODD: Final = (LookupError, ValueError, AttributeError, TypeError, RecursionError)
"""What the standard library's parser raises on mails that are made to break it."""
_MACHINES: Final = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply"})
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_FORGED: Final = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
_SPF: Final = re.compile(r"\bspf\s*=\s*fail\b", re.IGNORECASE)
_DKIM: Final = re.compile(r"\bdkim\s*=\s*pass\b", re.IGNORECASE)
_BREAKS: Final = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote"})
_UNSEEN: Final = frozenset({"script", "style", "head", "title"})


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with a letter: its name as given, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: who sends it (an address in normal form, the name they give), its subject, text and files.

    ``automatic``: no person wrote it, or a list spread it: it is never answered. ``forged``: the server that received
    it found that its sender is not who it says. ``message_id`` is empty where there is none.
    """

    sender: str
    name: str
    subject: str
    text: str
    enclosed: tuple[Enclosed, ...]
    message_id: str
    automatic: bool
    forged: bool


class LetterError(Exception):
    """It cannot be read as a letter. ``code``: not_a_mail, too_large, too_deep, no_sender."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class _Raw(EmailPolicy):
    """Headers in which somebody wrote accents as they are (RFC 6532, or before any RFC) are read, not blotted out."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Take a header's name and value; what the parser kept as bytes in it becomes the letters that it was."""
        name, value = super().header_source_parse(sourcelines)
        return name, value if value.isascii() else _letters(value.encode("utf-8", "surrogateescape"))


def read_letter(data: bytes) -> Letter:
    """Read a mail (RFC 5322 with MIME). Raises LetterError."""
    if len(data) > LARGEST:
        raise LetterError("too_large")
    head = re.search(rb"\r?\n\r?\n", data)
    if (head.start() if head else len(data)) > _HEADERS:
        raise LetterError("not_a_mail")
    try:
        return _read(cast("EmailMessage", message_from_bytes(data, policy=_Raw())))
    except _ODD as error:
        raise LetterError("not_a_mail") from error


def _read(message: EmailMessage) -> Letter:
    if not message.keys():
        raise LetterError("not_a_mail")
    sender, name, several = _sender(message)
    parts = list(_leaves(message, 0))
    if len(parts) > _PARTS:
        raise LetterError("too_deep")
    body = _body(parts)
    return Letter(
        sender=sender,
        name=name,
        subject=_header(message, "Subject"),
        text=_text_of(body) if body is not None else "",
        enclosed=tuple(_enclosed(part, number) for number, part in enumerate(parts, 1) if part is not body),
        message_id=_header(message, "Message-ID"),
        automatic=_is_automatic(message, sender),
        forged=several or _is_forged(message),
    )


def _header(message: Message, name: str) -> str:
    found = message.get(name)
    return " ".join(str(found)[:_LINE].split()) if found is not None else ""


def _sender(message: EmailMessage) -> tuple[str, str, bool]:
    """Return the sender's address and name, and whether there are several where only one is honest."""
    headers = message.get_all("From") or []
    if not headers or len(str(headers[0])) > _LINE:
        raise LetterError("no_sender")
    addresses = headers[0].addresses if isinstance(headers[0], AddressHeader) else ()
    if not addresses:
        raise LetterError("no_sender")
    typed = Typed()
    address = typed.email("from", addresses[0].addr_spec)
    name = typed.line("name", addresses[0].display_name, limit=_LINE, required=False)
    try:
        typed.check()
    except InvalidInputError as error:
        raise LetterError("no_sender") from error
    return address, name, len(headers) > 1 or len(addresses) > 1


def _is_automatic(message: Message, sender: str) -> bool:
    said = _header(message, "Auto-Submitted").lower()
    return (
        said not in {"", "no"}
        or _header(message, "Precedence").lower() in _BULK
        or message.get("List-Id") is not None
        or _header(message, "Return-Path") == "<>"
        or sender.partition("@")[0] in _MACHINES
    )


def _is_forged(message: Message) -> bool:
    """Read the topmost result, which our own server wrote: a failure is believed, a pass proves nothing."""
    results = message.get_all("Authentication-Results") or []
    if not results:
        return False
    said = str(results[0])[:_LINE]
    return bool(_FORGED.search(said)) or bool(_SPF.search(said) and not _DKIM.search(said))


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    """Yield a mail's parts in order; an attached mail is one part."""
    if depth > _DEPTH:
        raise LetterError("too_deep")
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        for inner in cast("list[object]", part.get_payload()):
            if isinstance(inner, Message):
                yield from _leaves(cast("Message[str, str]", inner), depth + 1)
    else:
        yield part


def _body(parts: list[Message]) -> Message | None:
    """Return the part that is the letter itself: the first plain text that is no attachment, else the first HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                return part
    return None


def _content(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _enclosed(part: Message, number: int) -> Enclosed:
    given = part.get_filename()
    if given is None and part.get_content_type() == "message/rfc822":
        given = f"message-{number}.eml"
    return Enclosed((given or f"document-{number}")[:_LINE], _content(part))


def _text_of(part: Message) -> str:
    text = _letters(_content(part), part.get_content_charset("utf-8"))
    if part.get_content_type() == "text/html":
        reader = _Plain()
        reader.feed(text)
        reader.close()
        text = reader.text()
    return text.strip()


def _letters(content: bytes, said: str = "utf-8") -> str:
    """Read a text in the encoding that it is said to have, or, where that fits no bytes of it, in the likeliest one."""
    for encoding in (said, "utf-8"):
        with suppress(LookupError, UnicodeError):
            return content.decode(encoding)
    return content.decode("windows-1252", "replace")


class _Plain(HTMLParser):
    """Keeps the words of a page, a line for each paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- HTMLParser's signature
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag in _BREAKS:
            self._found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._found.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))

    def text(self) -> str:
        return "\n".join(line.strip() for line in "".join(self._found).splitlines() if line.strip())
