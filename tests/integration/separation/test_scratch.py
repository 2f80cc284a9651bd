"""Scratch data is made beside the real, never touches it, and is gone afterwards whatever happens."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from odr import migrate
from odr.bootstrap import build_platform
from odr.database import Database
from odr.leftovers import PREFIX
from odr.people.models import Account
from odr.scratch import LeftBehindError, ScratchRefusedError, Snapshot, scratch_settings
from odr.settings import FolderMail, Settings, read_settings
from tests.builders import a_platform, an_account
from tests.integration.cli.test_commands import environment
from tests.integration.separation.test_non_interference import (
    embedded,
    embedded_environment,
    grand,
    grand_environment,
)

__all__ = ["grand", "grand_environment"]  # fixtures, found by their names


async def schemas(url: str) -> list[str]:
    database = Database(url)
    try:
        async with database.read() as session:
            found = await session.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'entente%'"))
            return list(found)
    finally:
        await database.close()


def corner_of(scratch: Settings) -> str:
    """Where its objects are, as the whole store says it."""
    return f"scratch/{scratch.data_dir.name.replace('_', '-')}"


async def addresses(platform: Any) -> list[str]:
    async with platform.unit(write=False) as uow:
        return sorted(await uow.session.scalars(select(Account.email)))


async def test_on_postgresql_scratch_rows_never_enter_the_real_tables(grand: Settings) -> None:
    real = build_platform(grand)
    try:
        await migrate.upgrade(real.database)
        await real.prepare()
        await an_account(real, "Claire Réelle")
        known = await addresses(real)
        async with scratch_settings(grand) as scratch:
            assert await schemas(grand.database_url) == [scratch.settings.database_schema]
            apart = build_platform(scratch.settings)
            try:
                await apart.prepare()
                assert await addresses(apart) == []
                before = await Snapshot.take(apart.database)
                await an_account(apart, "Paul Essai")
                assert len(await addresses(apart)) == 1
                assert await addresses(real) == known
                await before.put_back()
                assert await addresses(apart) == []
            finally:
                await apart.close()
        assert await addresses(real) == known
        assert await schemas(grand.database_url) == []
        with pytest.raises(ScratchRefusedError):
            await (await Snapshot.take(real.database)).put_back()
        assert await addresses(real) == known
    finally:
        await real.close()


async def test_what_was_made_is_gone_also_after_an_interruption(grand: Settings) -> None:
    folders: list[Path] = []
    corners: list[str] = []
    store = build_platform(grand).vault.store

    async def work() -> None:
        async with scratch_settings(grand) as scratch:
            folders.append(scratch.settings.data_dir)
            corners.append(corner_of(scratch.settings))
            platform = build_platform(scratch.settings)
            try:
                await asyncio.to_thread(platform.vault.store.begin, f"{platform.vault.tenant}/left")
            finally:
                await platform.close()
            assert len(await asyncio.to_thread(list, store.uploads(corners[0]))) == 1
            begun.set()
            await asyncio.sleep(60)

    begun = asyncio.Event()
    task = asyncio.create_task(work())
    await begun.wait()
    assert folders[0].is_dir()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not folders[0].exists()
    assert await schemas(grand.database_url) == []
    assert not await asyncio.to_thread(list, store.uploads(corners[0]))
    assert not await asyncio.to_thread(list, store.objects(corners[0]))


async def test_without_the_right_to_make_a_schema_it_refuses_and_leaves_nothing(grand: Settings) -> None:
    database = Database(grand.database_url)
    try:
        async with database.write() as session:
            name = (await session.scalars(text("SELECT current_database()"))).one()
            await session.execute(text("CREATE ROLE small LOGIN PASSWORD 'small'"))
            await session.execute(text(f'REVOKE CREATE ON DATABASE "{name}" FROM PUBLIC'))
        scheme, _, rest = grand.database_url.partition("://")
        url = f"{scheme}://small:small@{rest.rpartition('@')[2]}"
        with pytest.raises(ScratchRefusedError, match="no_schema"):
            async with scratch_settings(replace(grand, database_url=url)):
                pytest.fail("it was made")
        assert await schemas(grand.database_url) == []
    finally:
        async with database.write() as session:
            await session.execute(text("DROP ROLE small"))
        await database.close()


async def test_a_bucket_that_cannot_be_used_is_refused_before_any_schema(grand: Settings) -> None:
    store: Any = grand.vault.store
    elsewhere = replace(grand, vault=replace(grand.vault, store=replace(store, bucket="there-is-no-such-bucket")))
    with pytest.raises((ScratchRefusedError, LeftBehindError)):
        async with scratch_settings(elsewhere):
            pytest.fail("it was made")
    assert await schemas(grand.database_url) == []


async def test_the_scratch_signs_and_mails_for_itself_alone(tmp_path: Path) -> None:
    settings = embedded(tmp_path)
    async with a_platform(tmp_path), scratch_settings(settings) as scratch:
        apart = scratch.settings
        assert apart.vault.root == settings.vault.root  # the operator's own key root
        assert apart.vault.tenant != settings.vault.tenant
        assert apart.vault.signing_key != settings.vault.signing_key
        assert apart.token_key != settings.token_key
        assert isinstance(apart.mail, FolderMail)
        assert apart.mail.path.is_relative_to(apart.data_dir)
        assert not apart.vault.authorities
        assert apart.data_dir.stat().st_mode & 0o077 == 0


HOLDING = """
import asyncio, sys
from pathlib import Path
from odr.bootstrap import build_platform
from odr.scratch import scratch_settings
from odr.settings import read_settings

async def hold():
    environment = dict(line.split("=", 1) for line in Path(sys.argv[1]).read_text().splitlines())
    async with scratch_settings(read_settings(environment)) as scratch:
        platform = build_platform(scratch.settings)
        (scratch.settings.mail.path).mkdir(parents=True, exist_ok=True)
        (scratch.settings.mail.path / "a mail.eml").write_text("To: somebody")
        await asyncio.to_thread(platform.vault.store.begin, f"{platform.vault.tenant}/left")
        print(scratch.settings.data_dir, flush=True)
        await asyncio.sleep(600)

asyncio.run(hold())
"""


async def hold_elsewhere(environment: dict[str, str], directory: Path) -> tuple[asyncio.subprocess.Process, Path]:
    """Have another process make scratch data and keep it; return it, and the data's folder."""
    variables = directory / "variables"
    variables.write_text("\n".join(f"{name}={value}" for name, value in environment.items()))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDING, str(variables), env=dict(os.environ), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    return process, Path((await process.stdout.readline()).decode().strip())


@pytest.mark.parametrize("where", ["embedded", "grand"])
async def test_what_a_killed_check_left_is_found_and_removed_by_the_next(
    where: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment: dict[str, str] = (
        request.getfixturevalue("grand_environment") if where == "grand" else embedded_environment(tmp_path)
    )
    (there := tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(there))
    monkeypatch.setattr("tempfile.tempdir", str(there))
    settings = read_settings(environment)
    whole = build_platform(settings)
    process, folder = await hold_elsewhere(environment, tmp_path)
    try:
        corner = f"scratch/{folder.name.replace('_', '-')}"
        async with scratch_settings(settings) as living:  # while the other lives, nothing of its own is touched
            assert not living.leftovers.removed
            assert folder.is_dir()
        if where == "grand":
            assert await schemas(settings.database_url) == [folder.name]
            assert len(await asyncio.to_thread(list, whole.vault.store.uploads(corner))) == 1
        process.kill()
        await process.wait()
        assert (folder / "mail" / "a mail.eml").is_file()
        async with scratch_settings(settings) as after:
            assert str(folder) in after.leftovers.removed
            assert not after.leftovers.stuck
            assert [path.name for path in there.iterdir()] == [after.settings.data_dir.name]
        assert not list(there.iterdir())
        if where == "grand":
            assert await schemas(settings.database_url) == []
            assert not await asyncio.to_thread(list, whole.vault.store.uploads("scratch"))
            assert not await asyncio.to_thread(list, whole.vault.store.objects("scratch"))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await whole.close()


async def test_the_command_removes_everything_at_ctrl_c(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "web.cli",
        "check-separation",
        env={**os.environ, **environment(tmp_path), "TMPDIR": str(scratch), "LANG": "C"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"Seed" in await process.stdout.readline()
    assert b"Scratch data" in await process.stdout.readline()
    assert list(scratch.glob(f"{PREFIX}*"))
    process.send_signal(signal.SIGINT)
    _told, complained = await process.communicate()
    assert process.returncode == 130, complained
    assert b"The scratch data was removed." in complained
    assert not list(scratch.glob(f"{PREFIX}*"))
