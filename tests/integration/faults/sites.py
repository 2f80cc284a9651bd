"""The site in a process of its own, with hands that stop in the middle of what they send."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Self

import httpx

from odr.platform import Platform
from tests.builders import Case
from tests.integration.faults.hands import room
from tests.integration.faults.processes import LOOPBACK, Program, wait_until
from web.security import anti_forgery_token

MIB = 1024 * 1024
FIRST = "Zqkilledsecret"


@dataclass
class Site:
    """The site in a process of its own, and the same database and store seen from here."""

    platform: Platform
    program: Program
    port: int
    case: Case
    token: str

    def client(self) -> httpx.AsyncClient:
        url = f"http://{LOOPBACK}:{self.port}"
        headers = {"Origin": url, "X-CSRF-Token": anti_forgery_token(self.token)}
        return httpx.AsyncClient(base_url=url, headers=headers, cookies={"entente": self.token}, timeout=120)

    def patch(self, url: str, offset: int, announced: int) -> bytes:
        """The head of a piece of a resumable upload."""
        return (
            f"PATCH {url} HTTP/1.1\r\nHost: {LOOPBACK}:{self.port}\r\nOrigin: http://{LOOPBACK}:{self.port}\r\n"
            f"Cookie: entente={self.token}\r\nX-CSRF-Token: {anti_forgery_token(self.token)}\r\n"
            f"Tus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n"
            f"Content-Length: {announced}\r\n\r\n"
        ).encode()

    def begin_upload(self, announced: int, sent: bytes) -> socket.socket:
        """Send the head of a deposit and some of its bytes, and stop there."""
        boundary = "grenze"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
            f"{anti_forgery_token(self.token)}\r\n"
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{FIRST}.bin"\r\n\r\n'
        ).encode()
        line = (
            f"POST {room(self.case, 'joint')}/exhibits HTTP/1.1\r\nHost: {LOOPBACK}:{self.port}\r\n"
            f"Origin: http://{LOOPBACK}:{self.port}\r\nCookie: entente={self.token}\r\n"
            f"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {announced}\r\n\r\n"
        ).encode()
        connection = socket.create_connection((LOOPBACK, self.port), timeout=20)
        connection.sendall(line + head + sent)
        return connection


class Line:
    """A line over which a file goes as fast as it can, until the server is gone; few bytes wait at its own end."""

    def __init__(self, site: Site, url: str, offset: int, content: bytes) -> None:
        self.reached = offset
        self._content = content
        self._connection = socket.socket()
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        self._connection.settimeout(20)
        self._connection.connect((LOOPBACK, site.port))
        self._connection.sendall(site.patch(url, offset, len(content)))
        self._sending = Thread(target=self._send)

    def __enter__(self) -> Self:
        self._sending.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.end()
        self._connection.close()

    def _send(self) -> None:
        left = memoryview(self._content)
        with suppress(OSError):
            while left:
                sent = self._connection.send(left[:65536])
                self.reached += sent
                left = left[sent:]

    def wait_for(self, reach: int) -> None:
        """Return once so much has gone."""
        wait_until(lambda: self.reached >= reach)

    def end(self) -> int:
        """How far it had come when the server was gone."""
        self._sending.join(30)
        return self.reached
