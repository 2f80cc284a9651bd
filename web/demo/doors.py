"""The demo's doors: for each role a link that signs in, as long as the demo's directory lives."""

import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from web.demo.shapes import Person

FILE: Final = "doors.json"


@dataclass(frozen=True, slots=True)
class Door:
    """A person of the demo, and the token of the link that signs in as them (24 random bytes, as text)."""

    key: str
    name: str
    email: str
    token: str


def make_doors(data: Path, people: Iterable[Person]) -> list[Door]:
    """Make a door for each person, and keep them for the demo's owner only."""
    doors = [Door(person.key, person.name, person.email, secrets.token_urlsafe(24)) for person in people]
    path = data / FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(door) for door in doors]), encoding="utf-8")
    return doors


def doors_of(data: Path) -> list[Door]:
    """Return the doors that were made in this directory; none before the case was played."""
    try:
        kept: list[dict[str, Any]] = json.loads((data / FILE).read_text(encoding="utf-8"))
    except OSError:
        return []
    return [Door(**each) for each in kept]


def door_for(data: Path, token: str) -> Door | None:
    """Return the door that a token opens, if any; every door is compared, each in constant time."""
    given = token.encode("utf-8", "surrogatepass")
    opened = [door for door in doors_of(data) if hmac.compare_digest(door.token.encode(), given)]
    return opened[0] if opened else None
