"""The site in a process of its own, with hands that stop in the middle of what they send."""

import socket
from dataclasses import dataclass

import httpx

from odr.platform import Platform
from tests.builders import Case
from tests.integration.faults.hands import room
from tests.integration.faults.processes import LOOPBACK, Program
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
        return httpx.AsyncClient(base_url=url, headers=headers, cookies={"entente": self.token}, timeout=30)

    def begin_patch(self, url: str, offset: int, announced: int, sent: bytes) -> socket.socket:
        """Send the head of a piece of a resumable upload and some of its bytes, and stop there."""
        line = (
            f"PATCH {url} HTTP/1.1\r\nHost: {LOOPBACK}:{self.port}\r\nOrigin: http://{LOOPBACK}:{self.port}\r\n"
            f"Cookie: entente={self.token}\r\nX-CSRF-Token: {anti_forgery_token(self.token)}\r\n"
            f"Tus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n"
            f"Content-Length: {announced}\r\n\r\n"
        ).encode()
        connection = socket.create_connection((LOOPBACK, self.port), timeout=20)
        connection.sendall(line + sent)
        return connection

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
