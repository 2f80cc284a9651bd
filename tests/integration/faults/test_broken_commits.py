"""When the last step fails: the commit, the page, the disk under the database. Nothing is half recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from odr.platform import Platform
from odr.worker import JOBS, Worker
from tests.builders import Hands, a_case
from tests.integration.conftest import People
from tests.integration.faults.hands import assert_calm, lodge, post, recorded, room, stored
from web.rendering import render

CONTENT = b"contrat\n" * 3000


@contextmanager
def failing_commits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    async def fail(_session: AsyncSession) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk went away, and with it a secret word"))

    with monkeypatch.context() as patch:
        patch.setattr(AsyncSession, "commit", fail)
        yield


async def test_a_commit_that_fails_is_an_error_and_never_the_page_of_success(
    platform: Platform, sign_in: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await claire.get(room(case, "joint"))
    before = await recorded(platform)
    for fragment in ("false", "true"):
        claire.headers["HX-Request"] = fragment
        with failing_commits(monkeypatch):
            answer = await post(claire, f"{room(case, 'joint')}/messages", text="Bonjour.")
        assert_calm(answer, 503)
        assert answer.headers["retry-after"]
        assert "secret word" not in answer.text
        assert await recorded(platform) == before
    claire.headers["HX-Request"] = "false"
    assert (await post(claire, f"{room(case, 'joint')}/messages", text="Bonjour.")).status_code == 303


async def test_a_deposit_whose_commit_fails_leaves_no_row_and_its_bytes_are_swept(
    platform: Platform, sign_in: People, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await claire.get(room(case, "joint"))
    before = await recorded(platform)
    with failing_commits(monkeypatch):
        assert_calm(await lodge(claire, case, CONTENT), 503)
    assert await recorded(platform) == before
    clock.advance(days=2)
    monkeypatch.setattr("odr.worker.recurring", lambda _seconds: {"sweep_orphans": 86400})
    worker = Worker(platform, {"sweep_orphans": JOBS["sweep_orphans"]})
    await worker.queue_recurring()
    assert await worker.drain() == 1
    assert stored(platform) == []
    answer = await lodge(await sign_in(case.people["claimant"]), case, CONTENT)
    assert answer.json()["exhibit"]["number"] == "C-1"


async def test_a_page_that_cannot_be_made_rolls_its_act_back(
    platform: Platform, sign_in: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await claire.get(room(case, "joint"))
    before = await recorded(platform)

    def fail(template: str, **context: Any) -> str:
        if template.startswith("spaces/"):
            raise RuntimeError("a secret word in a template")
        return render(template, **context)

    with monkeypatch.context() as patch:
        patch.setattr("web.answer.render", fail)
        claire.headers["HX-Request"] = "true"
        answer = await post(claire, f"{room(case, 'joint')}/messages", text="Bonjour.")
    assert answer.status_code == 500
    assert "secret word" not in answer.text
    assert await recorded(platform) == before


@contextmanager
def no_room_left(platform: Platform) -> Iterator[None]:
    """SQLite says that its disk is full at the next page it wants, as it does on a full disk."""
    engine = platform.database.engine.sync_engine

    def limit(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def free(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 4294967294")

    event.listen(engine, "begin", limit)
    try:
        yield
    finally:
        event.remove(engine, "begin", limit)
        event.listen(engine, "begin", free)


async def test_a_full_disk_under_the_database_refuses_whole_and_recovers(platform: Platform, sign_in: People) -> None:
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await claire.get(room(case, "joint"))
    before = await recorded(platform)
    long = "é" * 19_000
    with no_room_left(platform):
        answer = await post(claire, f"{room(case, 'joint')}/messages", text=long)
        assert_calm(answer, 503)
    assert await recorded(platform) == before
    assert (await post(claire, f"{room(case, 'joint')}/messages", text=long)).status_code == 303


async def test_a_disk_that_fills_up_in_the_middle_of_a_file_refuses_it_whole(
    platform: Platform, sign_in: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third part of the file finds no room: as the file system says it (ENOSPC)."""
    import errno  # noqa: PLC0415 -- this one test's
    import os  # noqa: PLC0415 -- same

    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    before = await recorded(platform)
    written, pwrite = [0], os.pwrite

    def fill(handle: int, data: Any, offset: int) -> int:
        written[0] += 1
        if written[0] > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return pwrite(handle, data, offset)

    with monkeypatch.context() as patch:
        patch.setattr("vault.stores.files.os.pwrite", fill)
        answer = await lodge(claire, case, os.urandom(20 * 1024 * 1024))
    assert_calm(answer, 503)
    assert answer.json()["code"] == "store_full"
    assert await recorded(platform) == before
    assert stored(platform) == []
