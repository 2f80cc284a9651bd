"""Server and worker killed without a warning: what was acknowledged is there, all else is as if it never was."""

import asyncio
import os
import shutil
from email import message_from_bytes
from functools import partial
from pathlib import Path

from sqlalchemy import select, update

from odr.first_start import make_environment
from odr.ids import JobId, new_id
from odr.notices.models import Notice
from odr.notices.terms import How, NoticeKind
from odr.outbox import JobRow, JobState
from odr.platform import Platform
from odr.worker import Worker
from tests.builders import Hands, a_case, a_platform, an_account
from tests.integration.faults.hands import lodge, recorded, room, stored
from tests.integration.faults.processes import Program, serve, wait_until
from tests.integration.faults.sites import FIRST, MIB, Site
from web.security import anti_forgery_token


async def test_a_server_killed_in_the_middle_of_a_file_leaves_nothing_that_looks_lodged(site: Site) -> None:
    before = await recorded(site.platform)
    connection = await asyncio.to_thread(site.begin_upload, 64 * MIB, os.urandom(20 * MIB))
    await asyncio.to_thread(wait_until, lambda: any(key.startswith("~") for key in stored(site.platform)))
    site.program.kill()
    connection.close()
    assert await recorded(site.platform) == before
    await asyncio.to_thread(serve, site.program, site.port)
    async with site.client() as client:
        page = await client.get(room(site.case, "joint"))
        assert page.status_code == 200
        assert FIRST not in page.text
        told = (await lodge(client, site.case, b"encore une fois")).json()["exhibit"]
    assert told["number"] == "C-1"
    assert FIRST not in site.program.log.read_text(errors="replace")
    later = Hands()
    later.advance(days=2)
    await _sweep(site.platform, later)
    assert [key for key in stored(site.platform) if key.startswith("~")] == []
    assert len(stored(site.platform)) == 1


async def _sweep(platform: Platform, clock: Hands) -> None:
    kept, platform.clock = platform.clock, clock
    try:
        async with platform.unit() as uow:
            await uow.enqueue("sweep_orphans", {})
        await Worker(platform).drain()
    finally:
        platform.clock = kept


async def test_received_means_durable_however_soon_the_server_dies(site: Site) -> None:
    content = os.urandom(9 * MIB)
    for turn in range(2):
        async with site.client() as client:
            answer = await lodge(client, site.case, content + bytes([turn]))
            site.program.kill()
        assert answer.status_code == 201
        await asyncio.to_thread(serve, site.program, site.port)
        async with site.client() as client:
            exhibit = answer.json()["exhibit"]
            assert exhibit["number"] == f"C-{turn + 1}"
            assert (await client.get(f"{exhibit['url']}/file")).content == content + bytes([turn])
            assert (await client.get(exhibit["receipt_url"])).status_code == 200


async def test_the_servers_own_log_holds_no_token_no_word_and_no_address_of_a_link(site: Site) -> None:
    secret = "a-link-that-only-its-reader-holds-0123456789"
    async with site.client() as client:
        await client.get(f"/invitation/{secret}")
        await client.get(f"/disputes?search={FIRST}")
        await client.post("/sign-in", data={"email": f"{FIRST}@example.org", "password": f"{FIRST} pass"})
        await client.get(f"/disputes/{FIRST}")
        await client.post(f"{room(site.case, 'joint')}/messages", data={"text": FIRST})
    site.program.end()
    log = site.program.log.read_text(errors="replace")
    assert "refused" in log
    for word in (secret, FIRST, FIRST.lower(), site.token, anti_forgery_token(site.token)):
        assert word not in log


async def test_no_job_is_lost_and_no_mail_comes_in_two_shapes_when_workers_are_killed(
    tmp_path: Path, migrated_database: Path
) -> None:
    """Killed again and again in the middle: each notice's mail leaves, under its one Message-ID."""
    directory = tmp_path / "entente"
    shutil.copytree(migrated_database, directory)
    environment = make_environment(directory, public_url="http://127.0.0.1:8000", centre_name="Centre")
    clock = Hands()
    mails = 120
    async with a_platform(directory, clock=clock, migrated=True) as platform:
        notices = await _notices(platform, mails)
        worker = Program(environment, tmp_path / "worker.log", "worker")
        folder = directory / "mail"
        for _turn in range(3):
            seen = len(list(folder.glob("*.eml")))
            worker.start()
            try:
                await asyncio.to_thread(wait_until, partial(_more_than, folder, seen + 8))
                worker.kill()
            finally:
                worker.end()
            async with platform.unit() as uow:  # as if the dead worker's lease had run out
                running = update(JobRow).where(JobRow.state == JobState.RUNNING)
                await uow.session.execute(running.values(lease_until=uow.now()))
        clock.advance(minutes=10)
        await Worker(platform).drain()
        async with platform.unit(write=False) as uow:
            rows = (await uow.session.scalars(select(JobRow).where(JobRow.kind == "send_mail"))).all()
            unsent = (await uow.session.scalars(select(Notice.id).where(Notice.sent_at.is_(None)))).all()
    assert {row.state for row in rows} == {JobState.DONE}
    assert not unsent
    ids = [str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in folder.glob("*.eml")]
    assert len(set(ids)) == mails == len(notices)
    assert len(ids) <= 2 * mails


def _more_than(folder: Path, count: int) -> bool:
    return len(list(folder.glob("*.eml"))) > count


async def _notices(platform: Platform, count: int) -> list[JobId]:
    case = await a_case(platform)
    reader = await an_account(platform, "Lise Lectrice")
    made: list[JobId] = []
    async with platform.unit() as uow:
        for _ in range(count):
            notice_id = JobId(new_id())
            notice = Notice(
                id=notice_id,
                account_id=reader.account_id,
                dispute_id=case.id,
                kind=NoticeKind.STAGE_CHANGED.value,
                at=uow.now(),
                how=How.AT_ONCE,
                mail_id=notice_id,
                sent_at=None,
                read_at=None,
            )
            uow.session.add(notice)
            await uow.enqueue("send_mail", {"notice_id": str(notice.id)}, dedupe_key=f"mail/{notice.id}")
            made.append(notice.id)
    return made
