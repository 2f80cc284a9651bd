"""`entente bounce`: a mail that came back, as a file or on the standard input."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from odr.notices.models import Notice
from odr.worker import Worker
from tests.journey import Journey, a_journey
from tests.unit.notices.test_reports import MAIL, a_report
from web.commands import bounce
from web.terminal import FAILED, OK, UNUSABLE

Given = Callable[[bytes], Path]


@pytest.fixture
async def mailed(platform) -> tuple[Journey, bytes]:
    """A dispute filed, and the report of the secretariat's mail that came back; the command has this platform."""
    journey = await a_journey(platform)
    await journey.file()
    await Worker(platform).drain()
    async with platform.unit(write=False) as uow:
        notice_id = await uow.session.scalar(select(Notice.id))
    address = (await journey.secretariat()).email
    report = a_report(recipient=f"Final-Recipient: rfc822; {address}").replace(
        str(MAIL).encode(), str(notice_id).encode()
    )
    return journey, report


@pytest.fixture
def given(tmp_path: Path) -> Given:
    def write(octets: bytes) -> Path:
        path = tmp_path / "report.eml"
        path.write_bytes(octets)
        return path

    return write


async def take(journey: Journey, monkeypatch: pytest.MonkeyPatch, *argv: str) -> int:
    """Run the command beside the test's own loop, over the same database."""
    import asyncio  # noqa: PLC0415 -- the command makes a loop of its own

    monkeypatch.setattr(bounce, "settings_here", lambda: journey.platform.settings)
    return await asyncio.to_thread(bounce.run, argv)


async def test_a_report_marks_the_address_once(mailed, given: Given, monkeypatch, capsys) -> None:
    journey, report = mailed
    assert await take(journey, monkeypatch, str(given(report))) == OK
    assert "5.1.1" in capsys.readouterr().out
    assert await take(journey, monkeypatch, str(given(report))) == FAILED
    assert "déjà marquée" in capsys.readouterr().err


async def test_a_report_may_come_on_the_standard_input(mailed, monkeypatch) -> None:
    journey, report = mailed
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(report)))
    assert await take(journey, monkeypatch) == OK


@pytest.mark.parametrize("octets", [b"", b"Subject: away\r\n\r\nUntil Monday.", a_report(action="delayed"), a_report()])
async def test_whatever_else_is_said_in_one_line_and_marks_nothing(mailed, given, monkeypatch, capsys, octets) -> None:
    journey, _report = mailed
    assert await take(journey, monkeypatch, str(given(octets))) == FAILED
    assert len(capsys.readouterr().err.splitlines()) == 1


async def test_a_file_that_is_not_there_is_said_without_a_traceback(mailed, monkeypatch, capsys) -> None:
    journey, _report = mailed
    assert await take(journey, monkeypatch, "/nowhere/at/all.eml") == UNUSABLE
    assert capsys.readouterr().err.count("\n") == 1
