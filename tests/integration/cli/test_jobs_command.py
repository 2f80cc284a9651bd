"""`entente jobs`: what failed, told on the machine, and tried again from there."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from odr.outbox import JobRow, JobState
from odr.platform import Platform
from web.commands import jobs
from web.terminal import FAILED, OK, UNUSABLE


async def command(platform: Platform, monkeypatch: pytest.MonkeyPatch, *argv: str) -> int:
    """Run the command beside the test's own loop, over the same database."""
    monkeypatch.setattr(jobs, "settings_here", lambda: platform.settings)
    return await asyncio.to_thread(jobs.run, argv)


async def test_a_parked_task_is_listed_without_what_it_was_about_and_tried_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await command(platform, monkeypatch) == OK
    assert "Aucune" in capsys.readouterr().out
    for kind in ("send_mail", "tell"):
        async with platform.unit() as uow:
            await uow.enqueue(kind, {"notice_id": "of a caucus"})
    async with platform.unit() as uow:
        await uow.session.execute(update(JobRow).values(state=JobState.PARKED, attempts=8, last_error="SmtpError"))
        first = await uow.session.scalar(select(JobRow.id).where(JobRow.kind == "send_mail"))
    assert await command(platform, monkeypatch) == FAILED
    listed = capsys.readouterr().out
    assert f"{first}  send_mail" in listed
    assert "SmtpError" in listed
    assert "of a caucus" not in listed
    assert await command(platform, monkeypatch, "--again", "the first one") == UNUSABLE
    assert await command(platform, monkeypatch, "--again", str(uuid4())) == FAILED
    assert await command(platform, monkeypatch, "--again", str(first)) == OK
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(JobRow.kind).where(JobRow.state == JobState.PARKED)) == "tell"
    assert await command(platform, monkeypatch, "--again", "all") == OK
    async with platform.unit(write=False) as uow:
        assert not await uow.session.scalar(select(JobRow.kind).where(JobRow.state == JobState.PARKED))
