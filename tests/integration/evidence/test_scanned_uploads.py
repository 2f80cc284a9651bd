"""A resumable upload passes the scanner while it comes; whatever is lost on the way, its sealed segments are shown."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from odr.evidence.models import ExhibitVersion
from odr.evidence.scanning import Outcome
from odr.evidence.watching import passages_of
from odr.ids import UploadId
from odr.outbox import JobRow
from odr.settings import UnixClamd, read_clamd
from tests.builders import a_case
from tests.integration.evidence.test_uploads import SEGMENT, TUS, begun, hexed, lodge_it, send
from tests.services.clamd import INFECTION, STREAM_LIMIT, lying_clamd

CONTENT = os.urandom(SEGMENT - 7) + INFECTION + os.urandom(SEGMENT)  # the infection lies across two segments


@pytest.fixture
async def guarded(platform, clamd):
    """A platform with a scanner."""
    platform.settings = replace(platform.settings, clamd=read_clamd(clamd))
    return platform


@pytest.fixture
async def claire(platform, sign_in):
    case = await a_case(platform)
    client = await sign_in(case.people["claimant"])
    client.case = case
    return client


@asynccontextmanager
async def rereading(platform: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Note what is read again from the store."""
    read = platform.vault.store.read
    keys: list[str] = []

    def noted(key: str, *place: Any) -> Any:
        keys.append(key)
        return read(key, *place)

    monkeypatch.setattr(platform.vault.store, "read", noted)
    yield keys
    monkeypatch.setattr(platform.vault.store, "read", read)


def id_of(url: str) -> UploadId:
    return UploadId(UUID(url.rpartition("/")[2]))


async def sent(client: Any, content: bytes, *, pause: Any = None) -> str:
    """Send a file in two pieces."""
    url = await begun(client, client.case, "joint", len(content), name="notice.bin")
    assert (await send(client, url, 0, content[:SEGMENT])).status_code == 204
    if pause is not None:
        await pause(id_of(url))
    assert (await send(client, url, SEGMENT, content[SEGMENT:])).status_code == 204
    return url


async def scan_told(client: Any, url: str, content: bytes) -> str:
    answer = await lodge_it(client, url, hexed(content))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["exhibit"]["scan"])


async def test_an_infection_across_two_pieces_is_known_before_the_file_is_lodged(guarded, claire):
    url = await sent(claire, CONTENT)
    passage = passages_of(guarded).get(id_of(url))
    assert passage is not None
    assert passage.over
    assert (await passage.verdict()).outcome is Outcome.INFECTED
    assert await scan_told(claire, url, CONTENT) == "infected"
    assert passages_of(guarded).get(id_of(url)) is None
    async with guarded.unit(write=False) as uow:
        version = await uow.session.scalar(select(ExhibitVersion))
        assert version.scanned_at is not None
        assert version.signature_sealed
        assert await uow.session.scalar(select(JobRow.id).where(JobRow.kind == "scan_waiting")) is None


async def test_what_passed_the_scanner_is_not_read_again_for_it(guarded, claire, monkeypatch):
    url = await sent(claire, CONTENT)
    async with rereading(guarded, monkeypatch) as keys:
        await scan_told(claire, url, CONTENT)
    assert len(keys) <= 2, "the first bytes tell what kind of file it is; nothing else is read"


async def test_after_a_restart_the_scanner_is_shown_the_sealed_segments(guarded, claire, monkeypatch):
    async def restart(upload_id):
        passages_of(guarded).drop(upload_id)
        monkeypatch.setattr("vault.appending.Digests.known", lambda *_: None)

    url = await sent(claire, CONTENT, pause=restart)
    assert passages_of(guarded).get(id_of(url)) is None
    assert await scan_told(claire, url, CONTENT) == "infected"


async def test_a_line_that_was_quiet_gives_its_scanner_back_and_is_scanned_when_lodged(guarded, claire, monkeypatch):
    monkeypatch.setattr("odr.evidence.watching.QUIET", 0.01)

    async def quiet(upload_id):
        await asyncio.sleep(0.1)
        assert passages_of(guarded).get(upload_id) is None

    url = await sent(claire, CONTENT, pause=quiet)
    assert await scan_told(claire, url, CONTENT) == "infected"


async def test_a_clean_upload_is_said_clean_and_one_beyond_the_scanner_s_limit_unscanned(guarded, claire, monkeypatch):
    clean = os.urandom(SEGMENT + 5)
    assert await scan_told(claire, await sent(claire, clean), clean) == "clean"
    long = os.urandom(STREAM_LIMIT + SEGMENT)
    url = await sent(claire, long)
    async with rereading(guarded, monkeypatch) as keys:
        assert await scan_told(claire, url, long) == "unscanned"
    assert len(keys) <= 2


async def test_refused_once_as_repeated_the_verdict_is_kept_for_who_means_it(guarded, claire):
    assert await scan_told(claire, await sent(claire, CONTENT), CONTENT) == "infected"
    url = await sent(claire, CONTENT)
    assert (await lodge_it(claire, url)).status_code == 409
    passage = passages_of(guarded).get(id_of(url))
    assert passage is not None
    assert passage.over
    meant = await lodge_it(claire, url, again="yes")
    assert meant.json()["exhibit"]["scan"] == "infected"


async def test_a_scanner_that_reads_nothing_holds_the_bytes_up_by_its_patience_and_no_more(
    platform, claire, tmp_path, monkeypatch
):
    monkeypatch.setattr("odr.evidence.watching.LODGING_PATIENCE", 0.2)
    monkeypatch.setattr("odr.evidence.watching.SCAN_PATIENCE", 0.2)
    async with lying_clamd(tmp_path, b"", after=1000) as address:
        platform.settings = replace(platform.settings, clamd=read_clamd(address))
        started = time.monotonic()
        url = await sent(claire, CONTENT)
        assert await scan_told(claire, url, CONTENT) == "waiting"
        assert time.monotonic() - started < 5
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(JobRow.id).where(JobRow.kind == "scan_waiting")) is not None


@pytest.mark.parametrize("answer", [b"2: stream: perhaps\0", b"\0", b"2: stream: OK\0"])
async def test_a_scanner_that_lies_on_the_way_is_not_believed(platform, claire, tmp_path, answer):
    async with lying_clamd(tmp_path, answer, after=1000) as address:
        platform.settings = replace(platform.settings, clamd=read_clamd(address))
        assert await scan_told(claire, await sent(claire, CONTENT), CONTENT) == "waiting"


async def test_a_scanner_that_is_away_loses_nothing(platform, claire, tmp_path):
    platform.settings = replace(platform.settings, clamd=UnixClamd(str(tmp_path / "away")))
    assert await scan_told(claire, await sent(claire, CONTENT), CONTENT) == "waiting"


async def test_what_is_given_up_or_refused_is_forgotten_by_the_scanner_too(guarded, claire):
    url = await begun(claire, claire.case, "joint", len(CONTENT))
    await send(claire, url, 0, CONTENT[:SEGMENT])
    assert passages_of(guarded).get(id_of(url)) is not None
    await claire.delete(url, headers=TUS)
    assert passages_of(guarded).get(id_of(url)) is None
    other = await sent(claire, CONTENT)
    assert (await lodge_it(claire, other, hexed(b"other"))).status_code == 422
    assert passages_of(guarded).get(id_of(other)) is None


async def test_only_so_many_uploads_pass_the_scanner_at_once(guarded, claire, monkeypatch):
    monkeypatch.setattr("odr.evidence.watching.MOST", 1)
    first = await begun(claire, claire.case, "joint", len(CONTENT))
    await send(claire, first, 0, CONTENT[:SEGMENT])
    second = await sent(claire, CONTENT + b"x")
    assert passages_of(guarded).get(id_of(first)) is None
    await send(claire, first, SEGMENT, CONTENT[SEGMENT:])
    assert await scan_told(claire, first, CONTENT) == "infected"
    assert passages_of(guarded).get(id_of(second)) is None
    assert await scan_told(claire, second, CONTENT + b"x") == "infected"
