"""Checkpoints are stamped by every authority that answers, whatever the others do."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from odr.bootstrap import Platform
from odr.outbox import JobRow, JobState
from odr.worker import Worker
from tests.builders import Hands, a_platform
from vault import serve_demo_authority


@pytest.fixture
async def two_authorities(tmp_path: Path, clock: Hands) -> AsyncIterator[Platform]:
    """One that answers, and one whose port is closed."""
    with serve_demo_authority(tmp_path / "authority") as answers:
        (tmp_path / "root.pem").write_bytes(answers.root_certificate_pem)
        entries = [
            {"name": name, "url": url, "root_certificate": "root.pem", "independent": False}
            for name, url in (("dead", "http://127.0.0.1:9/"), (answers.name, answers.url))
        ]
        (tmp_path / "authorities.json").write_text(json.dumps(entries))
        directory = tmp_path / "entente"
        directory.mkdir()
        changes = {"ENTENTE_TIME_AUTHORITIES": str(tmp_path / "authorities.json")}
        async with a_platform(directory, changes, clock=clock) as made:
            yield made


async def test_a_dead_authority_holds_no_other_up(two_authorities: Platform) -> None:
    worker = Worker(two_authorities)
    async with two_authorities.unit() as uow:
        await uow.vault.ledger.tick(uow.session, uow.now())
        await uow.enqueue("stamp_checkpoints", {})
    await worker.drain()
    async with two_authorities.unit(write=False) as uow:
        left = await uow.vault.ledger.due_stamps(uow.session, uow.now())
        job = await uow.session.scalar(select(JobRow))
    assert [due.authority.name for due in left] == ["dead"]
    assert job is not None
    assert job.state is JobState.READY
    assert job.last_error == "UnavailableError time_authority_away"
