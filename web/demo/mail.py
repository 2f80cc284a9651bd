"""The demo's mails, read back from the folder they were written to; links found in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final, cast

HEAD: Final = 600
NAME: Final = re.compile(r"[0-9]{8}T[0-9]{12}_[0-9A-Za-z-]{1,64}\.eml")
_LINK: Final = re.compile(r"https?://[^\s<>\"]{1,500}")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: who got it, when it left, what it says."""

    name: str
    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """The links in its text, in their order."""
        return [piece for piece, is_link in self.pieces if is_link]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """Its text cut into what is a link and what is not."""
        return list(_cut(self.text))


def mails_in(folder: Path, *, to: str = "", before: str = "") -> Iterator[Mail]:
    """Read a folder's mails, the newest first.

    ``to`` keeps one address's mails, ``before`` those whose file was written before the file of this name.
    """
    names = sorted((path.name for path in folder.glob("*.eml") if NAME.fullmatch(path.name)), reverse=True)
    for name in (each for each in names if not before or each < before):
        mail = read_mail(folder, name) if _may_be_to(folder / name, to) else None
        if mail is not None and (not to or mail.to.casefold() == to.casefold()):
            yield mail


def _may_be_to(path: Path, to: str) -> bool:
    """Tell whether an address stands among a mail's first lines: most mails need not be read any further."""
    with path.open("rb") as file:
        return not to or to.casefold().encode() in file.read(HEAD).lower()


def read_mail(folder: Path, name: str) -> Mail | None:
    """Return one mail by its file's name, or ``None``."""
    if not NAME.fullmatch(name):
        return None
    try:
        message = message_from_bytes((folder / name).read_bytes(), policy=policy.default)
    except OSError:
        return None
    return Mail(
        name=name,
        at=datetime.strptime(name.partition("_")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = cast("EmailMessage | None", message.get_body(preferencelist=(kind,)))
    return str(body.get_content()) if body is not None else ""


def _cut(text: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for found in _LINK.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], False
        yield found.group(), True
        at = found.end()
    if at < len(text):
        yield text[at:], False
