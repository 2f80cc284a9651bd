"""What the tests of exhibits do with their hands: lodge, list, open."""

import hashlib
import re
from typing import Any
from uuid import UUID

import httpx

from tests.builders import PUBLIC_URL, Case

BOUNDARY = "----entente"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def token_of(client: httpx.AsyncClient) -> str:
    return client.headers["X-CSRF-Token"]


def room(case: Case, name: str) -> str:
    return f"/disputes/{case.id}/rooms/{case.spaces[name]}"


async def lodge(
    client: httpx.AsyncClient,
    case: Case,
    space: str,
    *,
    content: bytes = PDF,
    name: str = "contrat.pdf",
    json: bool = True,
    **fields: str,
) -> httpx.Response:
    """Send a file as a browser does: the token first, then the fields, the file last."""
    return await client.post(
        f"{room(case, space)}/exhibits",
        data={"csrf_token": token_of(client), "kind": "contract", "origin": "produced", **fields},
        files={"file": (name, content)},
        headers={"Accept": "application/json"} if json else {},
    )


async def lodged(client: httpx.AsyncClient, case: Case, space: str, **how: Any) -> dict[str, Any]:
    """Lodge, and return what the server says of it."""
    answer = await lodge(client, case, space, **how)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()["exhibit"]
    return told


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await client.post(path, data={"csrf_token": token_of(client), **fields})


def numbers_on(page: str) -> list[str]:
    """The exhibit numbers that a page shows, in its order, each once."""
    found = re.findall(r'<span class="number"[^>]*>([^<]+)</span>', page)
    return list(dict.fromkeys(found))


def ids_on(page: str) -> set[UUID]:
    """Every id that stands anywhere in a page."""
    return {UUID(found) for found in re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", page)}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def without_reference(page: str) -> str:
    """An error page without what differs from one refusal to the next: its reference, its own path."""
    page = re.sub(r"\b[0-9a-f]{8}\b(?!-)", "REFERENCE", page)
    return re.sub(r"/disputes/[0-9a-f/a-z-]+", "PATH", page)


def scope_for(client: Any, path: str, method: str = "POST") -> Any:
    """A request's ASGI scope, as a server makes it."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", PUBLIC_URL.removeprefix("http://").encode()),
            (b"origin", PUBLIC_URL.encode()),
            (b"cookie", cookie.encode()),
            (b"accept", b"application/json"),
            (b"content-type", f"multipart/form-data; boundary={BOUNDARY}".encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
