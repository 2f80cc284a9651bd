"""The mails of one life: each is read once, however many look for their own among them, and nobody else's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from web.separation.plain import Plain, Shown


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: to whom in small letters, when, its headers, what it says."""

    to: str
    when: str
    headers: str
    text: str


@dataclass(slots=True)
class Letters:
    """The mails in a folder, by their files' names: as they lie there, and as they were read."""

    folder: Path
    lying: dict[str, bytes] = field(default_factory=dict[str, bytes])
    read: dict[str, Letter] = field(default_factory=dict[str, Letter])

    def to(self, address: str) -> list[Letter]:
        """Return what one person got, in the order of time, then of their words."""
        found = [letter for letter in self._naming(address.casefold()) if address.casefold() in letter.to]
        return sorted(found, key=lambda letter: (letter.when, letter.headers))

    def _naming(self, address: str) -> Iterator[Letter]:
        """Give the mails whose headers name an address: to read a mail takes longer than to look for it."""
        for path in self.folder.glob("*.eml"):
            name = path.name
            if name not in self.lying:
                self.lying[name] = path.read_bytes()
            if address.encode() in self.lying[name].partition(b"\n\n")[0].lower():
                if name not in self.read:
                    self.read[name] = _letter(name, self.lying[name])
                yield self.read[name]


def _letter(name: str, raw: bytes) -> Letter:
    mail = message_from_bytes(raw, policy=default)
    headers = (f"{name}: {value}" for name, value in mail.items() if name not in {"Message-ID", "Content-Type"})
    parts = (str(part.get_content()) for part in mail.walk() if not part.is_multipart())
    return Letter(str(mail["To"]).casefold(), name.partition("_")[0], "\n".join(headers), "\n".join(parts))


def as_shown(reading: Plain, letter: Letter) -> Shown:
    """Return a mail as its reader may compare it."""
    body = reading.text(f"{letter.headers}\n\n{letter.text}".encode())
    return Shown(f"mail of {letter.when}", 0, (), body)
