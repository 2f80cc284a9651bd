"""What the tests of faults do with their hands: send a form, count what is recorded, list what is stored."""

import re
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from odr.event import EventRow
from odr.evidence.models import Exhibit, Placement
from odr.outbox import JobRow
from odr.platform import Platform
from odr.spaces.models import Message
from tests.builders import Case

REFERENCE = re.compile(r"\b[0-9a-f]{8}\b(?!-)")


def room(case: Case, name: str) -> str:
    return f"/disputes/{case.id}/rooms/{case.spaces[name]}"


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await client.post(path, data={"csrf_token": client.headers["X-CSRF-Token"], **fields})


async def lodge(client: httpx.AsyncClient, case: Case, content: bytes, space: str = "joint") -> httpx.Response:
    return await client.post(
        f"{room(case, space)}/exhibits",
        data={"csrf_token": client.headers["X-CSRF-Token"], "kind": "contract", "origin": "produced"},
        files={"file": ("contrat.txt", content)},
        headers={"Accept": "application/json"},
    )


async def recorded(platform: Platform) -> dict[str, int]:
    """How many rows of each kind there are: a refused act adds none to any."""
    counts: dict[str, int] = {}
    async with platform.unit(write=False) as uow:
        for model in (Exhibit, Placement, EventRow, Message, JobRow):
            counts[model.__tablename__] = await uow.session.scalar(select(func.count()).select_from(model)) or 0
    return counts


def stored(platform: Platform) -> list[str]:
    """Every object in the store, whole or pending."""
    store, tenant = platform.vault.store, str(platform.vault.tenant)
    return [found.key for found in store.objects(tenant)] + [f"~{found.key}" for found in store.uploads(tenant)]


def assert_calm(answer: httpx.Response, status: int) -> None:
    """A refusal in the page's own design: no trace of our insides, something to do, a reference to quote."""
    assert answer.status_code == status, answer.text[:400]
    for insides in (
        "Traceback",
        "sqlalchemy",
        "sqlite",
        "psycopg",
        "botocore",
        "OperationalError",
        str(Path(__file__).parents[3]),
        "site-packages",
    ):
        assert insides not in answer.text
    if "html" in answer.headers["content-type"]:
        assert "<h1" in answer.text or "<html" not in answer.text  # a page, or a fragment for htmx
        assert REFERENCE.search(answer.text)
    else:
        told: dict[str, Any] = answer.json()
        assert told["what_to_do"]
