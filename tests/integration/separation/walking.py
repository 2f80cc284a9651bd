"""How the tests of separation walk: every link, every form, every route with every id; and what answers hold."""

import base64
import binascii
import html
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import product
from typing import Any
from uuid import UUID, uuid4

from pypdfium2 import PdfDocument
from sqlalchemy import event

from odr.platform import Platform
from odr.visibility.actor import Actor
from tests.application import inner_application
from tests.builders import a_browser
from tests.integration.separation.ids import Rows
from tests.integration.separation.marked import Mark
from web.api.bearer import make_bearer
from web.separation.walking import Route, Seen, Walker, routes_of

BASE64 = re.compile(rb'"([A-Za-z0-9+/_-]{24,}={0,2})"')
REFERENCE = re.compile(rb"\b[0-9a-f]{8}\b(?!-)")
UUID_IN_PATH = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
OWNERS = {
    "dispute_id": "disputes",
    "exhibit_id": "exhibits",
    "space_id": "spaces",
    "mission_id": "missions",
    "statement_id": "statements",
    "disclosure_id": "disclosures",
    "handed_id": "handed_exhibits",
    "quarantine_id": "quarantines",
    "exception_id": "exceptions",
    "message_id": "messages",
    "proposal_id": "proposals",
    "clause_proposal_id": "clause_proposals",
    "agreement_id": "agreements",
    "party_id": "parties",
    "seat_id": "seats",
    "invitation_id": "invitations",
    "session_id": "sessions",
    "record_id": "records",
    "access_id": "access_requests",
    "reopening_id": "reopenings",
    "destruction_id": "destructions",
    "hold_id": "holds",
    "line_id": "loss_lines",
    "share_id": "loss_shares",
    "upload_id": "uploads",
    "notice_id": "notices",
    "account_id": "accounts",
    "appointment_id": "appointments",
    "objection_id": "objections",
    "meeting_id": "meetings",
    "offer_id": "offers",
}
"""Which table's ids a route's parameter is made for."""
OTHERS = {
    "step": "suspend",
    "clause": "term",
    "into": "caucus",
    "topic": "facts",
    "way": "refer",
    "number": "1",
    "size": "1",
    "name": "x",
    "token": "x" * 43,
    "path": "x",
    "file_path": "app.css",
    "letter": "invitation",
    "language": "fr",
}
"""What stands for the parameters that are no ids."""


def parts_of(answer: Seen) -> Iterator[bytes]:
    """All that an answer says, unfolded, without the ids that were asked for: those it may give back."""
    asked = UUID_IN_PATH.findall(answer.asked)

    def said(text: bytes) -> bytes:
        for each in asked:
            text = text.replace(each.encode(), b"")
        return text

    yield said(b"\n".join(b"%s: %s" % header for header in answer.headers))
    yield said(answer.body)
    escaped = b"\n".join(line for line in answer.body.splitlines() if b"&" in line)
    yield said(html.unescape(escaped.decode("utf-8", "replace")).encode())
    yield from map(said, unfolded(answer.body))


def unfolded(body: bytes) -> Iterator[bytes]:
    """What a body holds in other clothes: base64, a ZIP's members, a PDF's text, escaped JSON."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for member in packed.infolist():
                inner = packed.read(member)
                yield member.filename.encode()
                yield inner
                yield from unfolded(inner)
    elif body.startswith(b"%PDF") and body.rstrip().endswith(b"%%EOF") and b"startxref" in body:
        document = PdfDocument(body)
        for page in document:
            text = page.get_textpage().get_text_range()
            yield text.encode()
            yield "".join(text.split()).encode()
        document.close()
    elif body.startswith((b"{", b"[")):
        lines = body.splitlines() if b"}\n{" in body else [body]  # JSON, or JSON line by line
        yield from (json.dumps(json.loads(line), ensure_ascii=False).encode() for line in lines)
        for found in BASE64.findall(body):
            try:
                yield base64.b64decode(found.translate(bytes.maketrans(b"-_", b"+/")) + b"==")
            except binascii.Error:
                continue


class Net:
    """Finds marks in anything: ids, digests and words by their shape, the rest one by one.

    No mark goes over a line's end: what most pages share is looked at once.
    """

    TOKENS = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,64}|zq[a-z]{10}")

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.names = {needle.lower(): mark.name for mark in marks for needle in mark.needles}
        self.others = {needle: name for needle, name in self.names.items() if not self.TOKENS.fullmatch(needle)}
        assert not any(b"\n" in needle for needle in self.names)
        self.known: dict[bytes, frozenset[str]] = {}

    def catch(self, parts: Iterable[bytes]) -> set[str]:
        caught: set[str] = set()
        for line in {line for part in parts for line in part.split(b"\n")}:
            found = self.known.get(line)
            if found is None:
                found = self.known[line] = frozenset(self._look(line.lower()))
            caught |= found
        return caught

    def _look(self, low: bytes) -> Iterator[str]:
        for token in self.TOKENS.findall(low):
            if token in self.names:
                yield self.names[token]
        yield from (name for needle, name in self.others.items() if needle in low)


@asynccontextmanager
async def a_walker(platform: Platform, app: Any, actor: Actor | None) -> AsyncIterator[Walker]:
    bearer = make_bearer(platform, actor.account_id).access_token if actor else ""
    async with a_browser(platform, app, actor) as client:
        yield Walker(client, (lambda: bearer) if actor else None)


def questions_to(platform: Platform) -> list[str]:
    """What the database is asked from now on, a statement each: whoever reads it empties it."""
    asked: list[str] = []
    engine = platform.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    return asked


def routes(platform: Platform, *methods: str) -> list[Route]:
    """Every route of the application, from its own table, whoever wrote it and whenever."""
    return routes_of(inner_application(platform), *methods)


def fillings(route: Route, rows: Rows, dispute_id: UUID, *, of_each: int = 0) -> Iterator[dict[str, str]]:
    """Every way to fill a route for one dispute: each parameter with all ids of its own table.

    ``of_each``: then each of them in turn with so many ids of the other tables, the rest of the path as it is.
    """
    choices: list[list[str]] = []
    for name in route.parameters:
        if name == "dispute_id" and len(route.parameters) > 1:
            choices.append([str(dispute_id)])
        elif name in OWNERS:
            choices.append([str(row.id) for row in rows[OWNERS[name]]])
        else:
            choices.append([OTHERS[name]])
    for values in product(*choices):
        yield dict(zip(route.parameters, values, strict=True))
    some = [(table, str(row.id)) for table, each in rows.items() for row in each[:of_each]]
    first = {name: each[0] if each else str(uuid4()) for name, each in zip(route.parameters, choices, strict=True)}
    for name in route.parameters:
        if name in OWNERS and (name != "dispute_id" or len(route.parameters) == 1):
            yield from ({**first, name: row_id} for table, row_id in some if table != OWNERS[name])


def randomly(values: dict[str, str], *keep: str) -> dict[str, str]:
    """The same filling with ids that nothing bears."""
    return {name: str(uuid4()) if name in OWNERS and name not in keep else value for name, value in values.items()}


def alike(answer: Seen, values: dict[str, str]) -> tuple[int, tuple[tuple[bytes, bytes], ...], bytes]:
    """An answer without the ids that were asked for and the reference that it quotes: all else must be equal."""

    def blank(part: bytes) -> bytes:
        for name, value in values.items():
            if name in OWNERS:
                part = part.replace(value.encode(), b"0" * 36)
        return part

    headers = tuple((name, blank(value)) for name, value in answer.headers)
    return answer.status, headers, REFERENCE.sub(b"REFERENCE", blank(answer.body))
