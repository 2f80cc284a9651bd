"""Everything in play: the people's hands, the rooms, the exhibits and what the centre's site is called."""

import asyncio
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx

from odr.clock import system_clock
from odr.words import _, home_zone
from web.demo.case import Case
from web.demo.clock import MORNING, StoryClock
from web.demo.errors import UnexpectedError
from web.demo.evidence import EvidenceFile
from web.demo.hands import Hands, Piece, Tally
from web.demo.narrator import Narrator
from web.demo.shapes import Person

T = TypeVar("T")

PATIENCE_SECONDS: Final = 90.0
PAUSE_SECONDS: Final = 0.15
CODE: Final = re.compile(r"\b\d{3}\u00a0\d{3}\b")


@dataclass(slots=True)
class Table:
    """The case while it is played. ``rooms`` and ``exhibits`` are known by the words of the case and by file names."""

    http: httpx.AsyncClient
    case: Case
    evidence: Mapping[str, EvidenceFile]
    password: str
    narrator: Narrator
    tally: Tally = field(default_factory=Tally)
    hands: dict[str, Hands] = field(default_factory=dict[str, Hands])
    rooms: dict[str, str] = field(default_factory=dict[str, str])
    exhibits: dict[str, str] = field(default_factory=dict[str, str])
    links: set[str] = field(default_factory=set[str])
    story: StoryClock | None = None  # none: somebody else turns the clock
    dispute_id: str = ""
    reference: str = ""

    def __getitem__(self, key: str) -> Hands:
        """Return somebody's hands."""
        return self.hands[key]

    @property
    def dispute(self) -> str:
        """The dispute's path under the API."""
        return f"/disputes/{self.dispute_id}"

    def room(self, name: str) -> str:
        """A room's path under the API."""
        return f"{self.dispute}/rooms/{self.rooms[name]}"

    def exhibit(self, file: str) -> str:
        """An exhibit's path under the API, by its file's name."""
        return f"{self.dispute}/exhibits/{self.exhibits[file]}"

    def turn_to(self, day: date, at: time_of_day = MORNING) -> None:
        """Go on to another day of the story, unless it is later already; everybody signs in anew."""
        self._turn_to(datetime.combine(day, at, home_zone))

    def turn_to_the_present(self) -> None:
        """Go on to today, as the machine has it."""
        self._turn_to(system_clock())

    def _turn_to(self, moment: datetime) -> None:
        if self.story is not None:
            self.story.turn_to(moment)
            for hands in self.hands.values():
                hands.forget()

    def tell(self, who: str | Hands, what: str) -> None:
        """Tell one step of somebody's."""
        self.narrator.step(self._named(who), what)

    def refused(self, who: str | Hands, what: str, said: Mapping[str, Any]) -> None:
        """Tell a refusal that had to happen."""
        self.narrator.refused(self._named(who), what, f"{said['code']} : {said['title']}")

    def _named(self, who: str | Hands) -> str:
        if isinstance(who, Hands):
            return who.person.name
        return self.case.person(who).name if who in self.hands else who

    async def link_for(self, person: Person) -> str:
        """Wait for an invitation mailed to somebody that was not opened yet; return its token."""

        async def look() -> str | None:
            mails = await self.mails(person)
            links: list[str] = [link for mail in mails for link in mail["links"]]
            found = [urlsplit(link).path for link in links]
            newest = next((path.rpartition("/")[2] for path in found if path.startswith("/invitation/")), None)
            return None if newest in self.links else newest

        token = await self.until(look, _("the invitation of %(name)s", name=person.name))
        self.links.add(token)
        return token

    async def code_for(self, person: Person) -> str:
        """Wait for the code that proves somebody's address; return it."""

        async def look() -> str | None:
            found = [CODE.search(mail["text"]) for mail in await self.mails(person)]
            return next((code.group() for code in found if code is not None), None)

        return await self.until(look, _("the code of %(name)s", name=person.name))

    async def mails(self, person: Person) -> list[dict[str, Any]]:
        """Return somebody's mails, the newest first, as the demo's page of mails has them."""
        self.tally.requests += 1
        answer = await self.http.get("/demo/mail", params={"to": person.email}, headers={"Accept": "application/json"})
        mails: list[dict[str, Any]] = answer.raise_for_status().json()
        return mails

    async def until(self, look: Callable[[], Awaitable[T | None]], what: str, seconds: float = PATIENCE_SECONDS) -> T:
        """Ask again until there is an answer; raises UnexpectedError when it takes too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(PAUSE_SECONDS)
        raise UnexpectedError("", _("waiting for %(what)s", what=what), _("nothing came"), _("%(n)s s", n=int(seconds)))

    def piece(self, file: str) -> Piece:
        """Return a file of the evidence, ready to lodge."""
        known = self.evidence[file]
        about = {
            "title": known.title,
            "kind": known.kind,
            "origin": known.origin,
            "document_date": known.document_date.isoformat(),
        }
        return Piece(known.path, about, known.path.stat().st_size, digest_of(known.path))


def digest_of(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def expect(holds: bool, what: str) -> None:  # noqa: FBT001 -- a truth value is what is expected
    """Raise UnexpectedError unless what must be so is so."""
    if not holds:
        raise UnexpectedError("", what, _("it is not so"), _("it must be"))
