"""What people do in a life of the dispute: through the public interface, and it must succeed or the life is hollow."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import msgspec

from odr.operations import kinds_tried_again
from odr.worker import Worker
from web.separation.errors import HollowError
from web.separation.stage import OK, Stage
from web.separation.walking import Seen, Walker

MINE: Final = "private_claimant"
CAUCUS: Final = "caucus_claimant"
TUS: Final = {"Tus-Resumable": "1.0.0"}
OCTETS: Final = "application/offset+octet-stream"
SAME: Final = b"Les deux parties ont ce courrier.\n" * 20
"""A file that both sides have: the one lodges it apart, and then the other."""


@dataclass(slots=True)
class Life:
    """One life of the dispute while it is lived: who is there, and what was made apart, by what it is called."""

    stage: Stage
    worker: Worker
    walkers: dict[str, Walker] = field(default_factory=dict[str, Walker])
    made: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of what was made apart, by the name of the route's parameter that bears them, the oldest first."""
    joint: list[str] = field(default_factory=list[str])
    """The claimant's exhibits in the joint room, the oldest first."""
    sent: list[bytes] = field(default_factory=list[bytes])
    """The files that were lodged apart, the oldest first."""
    acts: int = 0
    prepared: str = ""
    """The exhibit that comes into the joint room this hour, where it does not come straight."""

    @property
    def root(self) -> str:
        """The dispute's path under the API."""
        return f"/api/v1/disputes/{self.stage.dispute_id}"

    @property
    def page(self) -> str:
        """The dispute's page."""
        return f"/disputes/{self.stage.dispute_id}"

    def room(self, name: str, *, api: bool = True) -> str:
        """A room's path."""
        return f"{self.root if api else self.page}/rooms/{self.stage.rooms[name]}"

    def remember(self, parameter: str, value: str) -> str:
        """Keep the id of something made apart."""
        self.made.setdefault(parameter, []).append(value)
        return value

    async def do(self, who: str, method: str, path: str, **how: Any) -> Any:  # noqa: ANN401 -- JSON
        """Do something as somebody, and the jobs that follow; return the answer's JSON.

        Raises HollowError unless it succeeds. The jobs are done at once: those of one instant have no order.
        """
        answer = await self.walkers[who].ask(path, method, **how)
        if answer.status not in OK:
            raise self.hollow(who, method, answer)
        if method != "GET":
            await self.worker.drain()
        return decoded(answer)

    async def is_refused(self, who: str, method: str, path: str, **how: Any) -> None:  # noqa: ANN401 -- httpx's options
        """Do something that must be refused. Raises HollowError if it is not."""
        answer = await self.walkers[who].ask(path, method, **how)
        if answer.status in OK:
            raise self.hollow(who, method, answer)

    async def is_sent_on(self, who: str, path: str, form: dict[str, str]) -> None:
        """Send a page's form, and do the jobs that follow. Raises HollowError unless it leads on to another page."""
        answer = await self.walkers[who].ask(path, "POST", data=form)
        if answer.status != HTTPStatus.SEE_OTHER:
            raise self.hollow(who, "POST", answer)
        await self.worker.drain()

    async def lodge(self, who: str, room: str, name: str, content: bytes | None = None, **about: str) -> str:
        """Lodge a small file; return the exhibit's id."""
        params = {"name": f"{name}.txt", "title": name, "kind": "letter", "origin": "produced", **about}
        path = f"{self.room(room)}/exhibits"
        made = await self.do(who, "POST", path, params=params, content=content or content_of(name))
        return str(made["id"])

    async def lodge_apart(self, who: str, room: str, name: str, **about: str) -> str:
        """The same, and remember the file and its exhibit as things that nobody else may notice.

        The first file that is lodged so is one that the other party has, too.
        """
        content = content_of(name) if self.sent else SAME
        self.sent.append(content)
        return self.remember("exhibit_id", await self.lodge(who, room, name, content, **about))

    async def say(self, who: str, room: str, text: str) -> None:
        """Say something in a room."""
        await self.do(who, "POST", f"{self.room(room)}/messages", json={"text": text})

    async def say_apart(self, who: str, room: str, text: str) -> None:
        """The same, and remember the message as something that nobody else may notice."""
        made = await self.do(who, "POST", f"{self.room(room)}/messages", json={"text": text})
        self.remember("message_id", str(made["id"]))

    async def begin_upload(self, who: str, room: str, name: str, size: int, *, ending: str = "txt") -> str:
        """Begin a resumable upload; return its path."""
        said = {"name": f"{name}.{ending}", "title": name, "kind": "letter", "origin": "produced"}
        metadata = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())
        answer = await self.walkers[who].ask(
            f"{self.room(room, api=False)}/uploads",
            "POST",
            headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata},
        )
        place = dict(answer.headers).get(b"location", b"").decode()
        if answer.status not in OK or not place:
            raise self.hollow(who, "POST", answer)
        self.remember("upload_id", place.rpartition("/")[2])
        return place

    async def send_upload(self, who: str, place: str, content: bytes) -> str:
        """Send all bytes of an upload, and lodge it; return the exhibit's id."""
        headers = {**TUS, "Upload-Offset": "0", "Content-Type": OCTETS}
        await self.do(who, "PATCH", place, headers=headers, content=content)
        digest = hashlib.sha256(content).hexdigest()
        made = await self.do(who, "POST", f"{place}/lodge", data={"sha256": digest})
        self.sent.append(content)
        return str(made["exhibit"]["id"])

    async def all_done(self) -> None:
        """Raise HollowError where a task of this life had to be tried again: what it tells came later than it should.

        What an act lets fail on purpose is parked at its first try, and waits for nothing.
        """
        for kind in await kinds_tried_again(self.stage.platform, self.stage.begins):
            raise HollowError("", kind, "tried again")

    def hollow(self, who: str, method: str, answer: Seen) -> HollowError:
        """What to raise about an answer that the story does not need."""
        return HollowError(who, f"{method} {answer.asked}", f"{answer.status} {answer.body[:300]!r}")


def content_of(name: str) -> bytes:
    """The bytes of a small file that is called so."""
    return f"{name}\n".encode() * 40


def decoded(answer: Seen) -> Any:  # noqa: ANN401 -- JSON
    """An answer's JSON, or nothing where it is none."""
    kind = dict(answer.headers).get(b"content-type", b"")
    return msgspec.json.decode(answer.body) if b"json" in kind and answer.body else None
