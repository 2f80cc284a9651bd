"""The real program to be measured: `entente serve` over SQLite and files, a dispute in it, and somebody signed in."""

import asyncio
import http.client
import json
import os
import re
import socket
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

from sqlalchemy import update

from odr.first_start import make_environment
from odr.people.models import Account
from odr.people.passwords import hash_password
from tests.builders import a_case, a_platform
from tests.services.programs import LOOPBACK, accepts_connections, free_port, running_program

ROOT = Path(__file__).parents[2]
PASSWORD = "quatre mots que je retiens"
TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {"Content-Type": "application/offset+octet-stream"}


@dataclass
class Client:
    """Somebody signed in, on one connection; it does as little as a client can."""

    port: int
    headers: dict[str, str]
    joint: str
    dispute: str

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=600)

    def again(self) -> "Client":
        """The same person on another connection."""
        return Client(self.port, self.headers, self.joint, self.dispute)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: str = "") -> tuple[int, bytes]:
        """The status and the body of one answer."""
        self.connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def begin(self, name: str, size: int) -> str:
        """Begin an upload; its path."""
        fields = {"name": name, "kind": "other", "origin": "produced", "again": "yes"}
        metadata = ",".join(f"{key} {b64encode(text.encode()).decode()}" for key, text in fields.items())
        headers = {**self.headers, **TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
        self.connection.close()  # the server has closed it, if nothing was asked for five seconds
        self.connection.request("POST", f"{self.joint}/uploads", b"", headers)
        answer = self.connection.getresponse()
        told = answer.read()
        assert answer.status == 201, told
        return urlsplit(answer.headers["Location"]).path

    def send(self, path: str, file: BinaryIO, size: int, headers: dict[str, str] | None = None) -> int:
        """Send a file in one PATCH, by the kernel alone; the status."""
        named = {**self.headers, **TUS, **OCTETS, "Upload-Offset": "0", "Content-Length": str(size), **(headers or {})}
        host = {"Host": f"{LOOPBACK}:{self.port}"}
        head = "".join(f"{name}: {value}\r\n" for name, value in {**host, **named}.items())
        with socket.create_connection((LOOPBACK, self.port), timeout=600) as line:
            line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
            line.sendfile(file, 0, size)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            answer.read()
            return answer.status

    def upload(self, source: Path) -> str:
        """Lodge a file; the exhibit's path. It is durable and recorded when this returns."""
        size = source.stat().st_size
        path = self.begin(source.name, size)
        with source.open("rb", buffering=0) as file:
            assert self.send(path, file, size) == 204
        return str(self.lodge(path)["url"])

    def lodge(self, path: str, sha256: str = "") -> dict[str, Any]:
        """Lodge what was uploaded; what is told of the exhibit."""
        self.connection.close()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, told = self.ask("POST", f"{path}/lodge", form, urlencode({"sha256": sha256}))
        assert status == 201, told
        exhibit: dict[str, Any] = json.loads(told)["exhibit"]
        return exhibit


def drain(port: int, path: str, headers: dict[str, str]) -> int:
    """Read an answer to its end and throw it away; the bytes of its body."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=600)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert answer.status in {200, 206}, answer.status
    into, total = bytearray(1024 * 1024), 0
    while got := answer.readinto(into):
        total += got
    connection.close()
    return total


@dataclass(frozen=True)
class Site:
    """A site that is made and may be started, more than once; somebody may sign in."""

    directory: Path
    port: int
    environment: dict[str, str]
    email: str
    dispute: str
    space: str

    @contextmanager
    def running(self) -> Iterator[int]:
        """The id of its process."""
        argv = [sys.executable, "-m", "web.cli", "serve", "--port", str(self.port)]
        ready = {**os.environ, **self.environment, "PYTHONPATH": str(ROOT)}
        log = self.directory / "server.log"
        with running_program(argv, log=log, ready=lambda: accepts_connections(self.port), env=ready) as process:
            yield process.pid

    def sign_in(self) -> Client:
        """Sign in by the page, as people do."""
        return _sign_in(self.port, self.email, self.dispute, self.space)


def make_site(directory: Path, limit: int = 2 * 1024**3) -> Site:
    """Make a site that takes files of so many bytes."""
    port = free_port()
    environment = {
        **make_environment(directory, public_url=f"http://{LOOPBACK}:{port}", centre_name="Centre"),
        "ENTENTE_UPLOAD_LIMIT": str(limit),
        "ENTENTE_WORKER": "inside",
    }
    return Site(directory, port, environment, *asyncio.run(_prepare(directory, environment)))


@contextmanager
def a_site(directory: Path) -> Iterator[tuple[Client, int]]:
    """Somebody who has signed in to a running site, and the id of its process."""
    site = make_site(directory)
    with site.running() as process:
        yield site.sign_in(), process


async def _prepare(directory: Path, environment: dict[str, str]) -> tuple[str, str, str]:
    async with a_platform(directory, environment) as platform:
        case = await a_case(platform)
        claimant = case.people["claimant"]
        hashed = await hash_password(PASSWORD)
        async with platform.unit() as uow:
            own = Account.id == claimant.account_id
            await uow.session.execute(update(Account).where(own).values(password_hash=hashed))
        return claimant.email, str(case.id), str(case.spaces["joint"])


def _sign_in(port: int, email: str, dispute: str, space: str) -> Client:
    path = f"/disputes/{dispute}"
    client = Client(port, {"Origin": f"http://{LOOPBACK}:{port}"}, f"{path}/rooms/{space}", path)
    client.connection.request("GET", "/sign-in", headers=client.headers)
    answer = client.connection.getresponse()
    answer.read()
    form = {"email": email, "password": PASSWORD, "next": path}
    headers = {**client.headers, "Content-Type": "application/x-www-form-urlencoded"}
    client.connection.request("POST", "/sign-in", urlencode(form), headers)
    answer = client.connection.getresponse()
    answer.read()
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    client.headers["Cookie"] = cookie
    status, page = client.ask("GET", path)
    assert status == 200, page[:300]
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    assert found
    client.headers["X-CSRF-Token"] = found[1].decode()
    return client
