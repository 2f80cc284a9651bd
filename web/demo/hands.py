"""Somebody's hands on the platform: the public interface over HTTP, and nothing else."""

import math
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from web.demo.errors import UnexpectedError
from web.demo.shapes import Person

API: Final = "/api/v1"
CHUNK: Final = 256 * 1024
BEARER_SECONDS: Final = 600.0
OK: Final = frozenset({200, 201, 202, 204})
PENDING: Final = 409


@dataclass(frozen=True, slots=True)
class Piece:
    """A file to lodge: what its depositor says of it, its size in bytes and its SHA-256 in hexadecimal."""

    path: Path
    about: Mapping[str, str]
    size: int
    sha256: str


@dataclass(slots=True)
class Tally:
    """What was counted on the way."""

    requests: int = 0
    exhibits: int = 0
    octets_in: int = 0
    octets_out: int = 0
    messages: int = 0
    refusals: int = 0


@dataclass(slots=True)
class Hands:
    """One person, known by the bearer got with their e-mail and password."""

    http: httpx.AsyncClient
    person: Person
    password: str
    tally: Tally
    bearer: str = ""
    got_at: float = field(default=0.0)

    def forget(self) -> None:
        """Sign in anew before the next step: the bearer's time is over."""
        self.got_at = -math.inf

    async def sign_in(self) -> None:
        """Get a fresh bearer."""
        answer = await self._send("POST", "/token", json={"email": self.person.email, "password": self.password})
        if answer.status_code not in OK:
            raise self._unexpected("POST", "/token", answer, "200")
        self.take(answer.json())

    def take(self, bearer: Mapping[str, Any]) -> None:
        """Keep a bearer."""
        self.bearer, self.got_at = bearer["access_token"], time.monotonic()

    async def get(self, path: str, **options: Any) -> Any:  # noqa: ANN401 -- JSON
        """Return what the platform answers; raises UnexpectedError for a refusal."""
        return (await self.ask("GET", path, **options)).json()

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 -- JSON
        """Do something, and return what came of it; raises UnexpectedError for a refusal."""
        answer = await self.ask("POST", path, json=body)
        return answer.json() if answer.content else None

    async def put(self, path: str, body: Mapping[str, Any]) -> None:
        """Replace something; raises UnexpectedError for a refusal."""
        await self.ask("PUT", path, json=body)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 -- httpx's options
        """Ask, as this person, and return a success; raises UnexpectedError for anything else."""
        answer = await self.try_to(method, path, **options)
        if answer.status_code not in OK | {206}:
            raise self._unexpected(method, path, answer, "success")
        return answer

    async def is_refused(self, method: str, path: str, status: int, code: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401 -- httpx's options
        """Ask what must be refused in just this way, and return the refusal without its reference."""
        answer = await self.try_to(method, path, **options)
        said: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        if answer.status_code != status or said.get("code") != code:
            raise self._unexpected(method, path, answer, f"{status} {code}")
        self.tally.refusals += 1
        said.pop("reference")
        return said

    async def lodge(self, room: str, piece: Piece) -> dict[str, Any]:
        """Lodge a file in a room (its path under the API); it streams from the disk."""
        answer = await self.ask(
            "POST",
            f"{room}/exhibits",
            params={"name": piece.path.name, **piece.about},
            content=_chunks(piece.path),
            headers={"X-Content-SHA256": piece.sha256, "Content-Length": str(piece.size)},
        )
        self.tally.exhibits += 1
        self.tally.octets_in += piece.size
        lodged: dict[str, Any] = answer.json()
        return lodged

    async def download(self, path: str, target: Path) -> int:
        """Write a file that the platform sends to ``target``; return its size. Raises UnexpectedError.

        What is still being made (409) is waited for by asking again: then the size is 0.
        """
        await self._refresh()
        size = 0
        headers = self._headers()
        async with self.http.stream("GET", API + path, headers=headers) as answer:
            self.tally.requests += 1
            if answer.status_code == PENDING:
                return 0
            if answer.status_code not in OK:
                await answer.aread()
                raise self._unexpected("GET", path, answer, "200")
            with target.open("wb") as file:
                async for chunk in answer.aiter_bytes():
                    size += file.write(chunk)
        self.tally.octets_out += size
        return size

    async def try_to(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 -- httpx's options
        """Ask as this person, whatever the answer."""
        await self._refresh()
        options["headers"] = {**self._headers(), **options.get("headers", {})}
        return await self._send(method, path, **options)

    async def _refresh(self) -> None:
        if time.monotonic() - self.got_at > BEARER_SECONDS:
            await self.sign_in()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearer}"}

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 -- httpx's options
        self.tally.requests += 1
        return await self.http.request(method, API + path, **options)

    def _unexpected(self, method: str, path: str, answer: httpx.Response, wanted: str) -> UnexpectedError:
        return UnexpectedError(
            self.person.name, f"{method} {path}", f"{answer.status_code} {answer.text[:500]}", wanted
        )


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
