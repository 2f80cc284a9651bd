"""One variable of the environment at a time: read, parsed, or refused with what to write instead.

Each parser raises ValueError with what its text must be.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from odr.vault_settings import LOOPBACK

T = TypeVar("T")


class Variables:
    """Reads variables one by one and keeps every problem, so that an operator mends all at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def get(self, name: str, parse: Callable[[str], T], example: str, default: str | None = None) -> T | None:
        """Return what ``ENTENTE_<name>`` says, parsed; ``None`` where there is a problem, which is kept."""
        variable = f"ENTENTE_{name}"
        text = self.environ.get(variable, "").strip() or default
        if text is None:
            self.problems.append(f"{variable} is not set. Example: {variable}={example}")
            return None
        try:
            return parse(text)
        except (ValueError, OSError) as error:
            self.problems.append(f"{variable}: {error}. Example: {variable}={example}")
            return None

    def secret(self, name: str) -> str | None:
        """Read ``ENTENTE_<name>_FILE``: a secret is given by file, so that it stands in no process list."""
        variable = f"ENTENTE_{name}_FILE"
        path = self.environ.get(variable, "").strip()
        if not path:
            return None
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            self.problems.append(
                f"{variable}: the file cannot be read. Example: {variable}=/run/secrets/{name.lower()}"
            )
            return None


def public_url(text: str) -> str:
    """A site's address: scheme and host, no path; plain HTTP for this machine only."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be the site's address, with no path")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("plain http is refused but for this machine itself; use https")
    return f"{parts.scheme}://{parts.netloc}"


def database_url(text: str) -> str:
    """A database's URL, with the driver that the platform speaks through."""
    for plain, driver in (("sqlite:", "sqlite+aiosqlite:"), ("postgresql:", "postgresql+psycopg:")):
        if text.startswith(plain):
            return driver + text.removeprefix(plain)
    raise ValueError("must begin with sqlite:/// or postgresql://")


def absolute(text: str) -> Path:
    """An absolute path."""
    path = Path(text)
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path


def directory(text: str) -> Path:
    """A directory that exists."""
    path = absolute(text)
    if not path.is_dir():
        raise ValueError("the directory does not exist")
    return path


def short_text(text: str) -> str:
    """A short printable text."""
    if len(text) > 120 or not text.isprintable():  # noqa: PLR2004 -- said in the message
        raise ValueError("must be at most 120 printable characters")
    return text


def address(text: str) -> str:
    """An e-mail address."""
    name, at, domain = text.rpartition("@")
    if not at or not name or "." not in domain or not text.isascii() or any(c.isspace() for c in text):
        raise ValueError("must be an e-mail address")
    return text


def positive(text: str) -> int:
    """A whole number above 0."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number <= 0:
        raise ValueError("must be a whole number above 0")
    return number


def days(text: str) -> int:
    """A number of days, 0 for never."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("must be a whole number of days, 0 for never")
    return int(text)


def or_none(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """What ``parse`` reads, or nothing where the variable says ``none``."""
    return lambda text: None if text == "none" else parse(text)


def one_of(*choices: str) -> Callable[[str], str]:
    """One of some words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of: {', '.join(choices)}")
        return text

    return parse
