"""Many files in one form: a constant number of queries each, one ledger entry each, few commits."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, func, select

from odr.event import EventRow
from odr.evidence.models import Exhibit
from tests.builders import a_case
from tests.integration.evidence.hands import BOUNDARY, token_of
from tests.integration.evidence.test_lodging import field, file_head, recorded, send, stored
from vault import StoreUnavailableError

QUERIES_A_FILE = 30
"""At most; and a few for the form as a whole."""


def form(client: Any, contents: list[bytes], **fields: str) -> bytes:
    body = field("csrf_token", token_of(client))
    for name, value in fields.items():
        body += field(name, value)
    for place, content in enumerate(contents):
        body += file_head(f"{place:04}.log") + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def contents_of(count: int, size: int = 10 * 1024) -> list[bytes]:
    return [hashlib.sha256(str(place).encode()).digest() * (size // 32) for place in range(count)]


@contextmanager
def counted(platform: Any) -> Iterator[dict[str, int]]:
    """Count the statements and the commits of the database."""
    counts = {"statements": 0, "commits": 0, "leaves": 0}
    engine = platform.database.engine.sync_engine

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counts["statements"] += not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))
        counts["leaves"] += statement.startswith("INSERT INTO ledger_bodies")

    def on_commit(_connection: Any) -> None:
        counts["commits"] += 1

    event.listen(engine, "before_cursor_execute", on_statement)
    event.listen(engine, "commit", on_commit)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", on_statement)
        event.remove(engine, "commit", on_commit)


async def test_each_file_of_a_form_costs_the_same_and_commits_are_shared(platform, sign_in, monkeypatch):
    monkeypatch.setattr("odr.evidence.batches.SECONDS", 60.0)
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await send(claire, case, "joint", form(claire, [b"the first one of all"]))
    costs = []
    for count in (10, 70):
        with counted(platform) as counts:
            answer = await send(claire, case, "joint", form(claire, contents_of(count), again="yes"))
        assert answer.status_code == 201, answer.text
        assert len(answer.json()["exhibits"]) == count
        assert counts["leaves"] == count
        costs.append((counts["statements"], counts["commits"]))
    (few, _), (many, commits) = costs
    assert (many - few) / 60 <= QUERIES_A_FILE
    assert commits <= 2 + 4
    async with platform.unit(write=False) as uow:
        entered = select(func.count()).select_from(EventRow).where(EventRow.name == "ExhibitLodged")
        assert await uow.session.scalar(entered) == 81


async def test_the_files_keep_the_order_of_their_form_and_their_bytes(any_platform, sign_in):
    case = await a_case(any_platform)
    claire = await sign_in(case.people["claimant"])
    contents = [*contents_of(5), bytes(300_000), *(content + b"!" for content in contents_of(3))]
    told = (await send(claire, case, "joint", form(claire, contents))).json()["exhibits"]
    assert [each["number"] for each in told] == [f"C-{place + 1}" for place in range(len(contents))]
    assert [each["sha256"] for each in told] == [hashlib.sha256(content).hexdigest() for content in contents]
    for each, content in zip(told, contents, strict=True):
        assert (await claire.get(f"{each['url']}/file")).content == content


async def test_what_fails_ends_the_form_and_what_came_before_is_lodged(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    first, second, third = contents_of(3)
    answer = await send(claire, case, "joint", form(claire, [first, second, first, third]))
    assert (answer.status_code, answer.json()["code"], answer.json()["number"]) == (409, "repeated_file", "C-1")
    assert [each["number"] for each in answer.json()["exhibits"]] == ["C-1", "C-2"]
    assert (await recorded(platform), len(stored(platform))) == (2, 2)
    empty = await send(claire, case, "private_claimant", form(claire, [first + b"1", b"", third]))
    assert (empty.status_code, empty.json()["code"]) == (422, "empty_file")
    assert [each["number"] for each in empty.json()["exhibits"]] == ["C-1"]
    assert (await recorded(platform), len(stored(platform))) == (3, 3)


async def test_a_store_that_goes_away_in_the_middle_leaves_nothing_of_the_rest(platform, sign_in, monkeypatch):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    complete, done = platform.vault.store.complete, []

    def failing(*args: Any) -> str:
        done.append(args)
        if len(done) > 3:
            raise StoreUnavailableError("away")
        return str(complete(*args))

    monkeypatch.setattr(platform.vault.store, "complete", failing)
    answer = await send(claire, case, "joint", form(claire, contents_of(6)))
    monkeypatch.undo()
    assert (answer.status_code, answer.json()["code"]) == (503, "store_away")
    told = len(answer.json().get("exhibits", []))
    assert await recorded(platform) == told <= 3
    assert len(stored(platform)) == told


async def test_a_line_cut_within_a_form_keeps_the_files_that_were_whole(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    body = form(claire, contents_of(3))
    answer = await send(claire, case, "joint", body[: len(body) - 5000])
    assert (answer.status_code, answer.json()["code"]) == (422, "cut_off")
    assert [each["number"] for each in answer.json()["exhibits"]] == ["C-1", "C-2"]
    assert (await recorded(platform), len(stored(platform))) == (2, 2)


async def test_small_files_are_stored_side_by_side(platform, sign_in, monkeypatch):
    """Eight at once at most, whatever their number: memory stays small."""
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    at_once, most = 0, 0
    receive = platform.vault.receive

    async def counting(*args: Any, **how: Any) -> Any:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            await asyncio.sleep(0)
            return await receive(*args, **how)
        finally:
            at_once -= 1

    monkeypatch.setattr(platform.vault, "receive", counting)
    answer = await send(claire, case, "joint", form(claire, contents_of(40, 64)))
    assert answer.status_code == 201
    assert 1 < most <= 8
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Exhibit)) == 40
