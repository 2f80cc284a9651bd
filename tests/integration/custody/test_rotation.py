"""Keys change while everybody works: batch by batch, killed and taken up again, no object touched."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from odr.custody import rotation
from odr.custody.rotation import (
    begin_root_rotation,
    begin_space_rotation,
    destroy_former_roots,
    keys_state,
    rewrap_root_batch,
    rewrap_spaces_batch,
    rotate_keys,
)
from odr.errors import ConflictError, UnavailableError
from odr.operations import operations
from odr.outbox import Job, JobRow
from odr.platform import Platform
from odr.visibility.actor import CentreRole
from tests.builders import an_account
from tests.integration.cli.test_commands import entente, environment
from vault import ItemRef, SpaceRef
from vault.tables import items, space_keys, uploads, wrapped_keys

LABEL = uuid4()


async def chunks(data: bytes):
    yield data


async def a_room(platform: Platform, *contents: bytes) -> tuple[SpaceRef, list[ItemRef], bytes]:
    """A space with files in it and a text."""
    space = SpaceRef(uuid4(), uuid4())
    lodged = [ItemRef(space.collection, uuid4()) for _ in contents]
    async with platform.unit() as uow:
        await uow.vault.make_space(uow.session, space)
        for item, content in zip(lodged, contents, strict=True):
            await uow.vault.keep(uow.session, await uow.vault.receive(item, chunks(content), limit=1000), space)
        return space, lodged, await uow.vault.seal_text(uow.session, space, LABEL, "un texte")


async def read(platform: Platform, space: SpaceRef, item: ItemRef) -> bytes:
    async with platform.unit(write=False) as uow:
        opened = await uow.vault.open(uow.session, item, space)
    return b"".join([piece async for piece in opened.read()])


async def objects(platform: Platform) -> dict[str, bytes]:
    """Every stored object, byte by byte, by its key and version."""
    async with platform.unit(write=False) as uow:
        rows = (await uow.session.execute(select(items))).all()
    store = platform.vault.store
    return {
        f"{row.object_key}@{row.object_version}": await asyncio.to_thread(
            store.read, row.object_key, row.object_version, 0, row.sealed_size
        )
        for row in rows
    }


async def finish(platform: Platform, step: rotation.Step) -> int:
    total = 0
    while True:
        async with platform.unit() as uow:
            moved = await step(uow)
        if not moved:
            return total
        total += moved


async def state(platform: Platform) -> rotation.KeysState:
    async with platform.unit(write=False) as uow:
        return await keys_state(uow)


async def test_both_rotations_leave_every_object_byte_identical_and_all_readable(any_platform: Platform):
    space, (first, second), sealed = await a_room(any_platform, b"un", b"deux")
    before = await objects(any_platform)
    assert await begin_root_rotation(any_platform)
    assert await begin_space_rotation(any_platform)
    moved_roots = await finish(any_platform, rewrap_root_batch)
    moved_spaces = await finish(any_platform, rewrap_spaces_batch)
    assert (moved_roots, moved_spaces) == (2, 2 + 2)  # the centre's space and ours; two spaces, two files
    assert await objects(any_platform) == before
    any_platform.vault.keys.forget()
    assert await read(any_platform, space, first) == b"un"
    assert await read(any_platform, space, second) == b"deux"
    async with any_platform.unit(write=False) as uow:
        assert await uow.vault.open_text(uow.session, space, LABEL, sealed) == "un texte"
        events = await uow.vault.ledger.events(uow.session, any_platform.centre_space)
    assert [event.event["event"] for event in events][-2:] == ["RootRotated", "SpaceRotationBegun"]


async def test_files_lodged_while_a_rotation_is_under_way_open_during_and_after_it(platform: Platform):
    space, (first,), _sealed = await a_room(platform, b"avant")
    await begin_space_rotation(platform)
    await begin_root_rotation(platform)
    async with platform.unit() as uow:
        assert await uow.vault.rotation.rewrap_spaces(uow.session, limit=1) == 1
    during = ItemRef(space.collection, uuid4())
    async with platform.unit() as uow:
        await uow.vault.keep(uow.session, await uow.vault.receive(during, chunks(b"pendant"), limit=100), space)
    assert await read(platform, space, during) == b"pendant"
    await finish(platform, rewrap_spaces_batch)
    await finish(platform, rewrap_root_batch)
    platform.vault.keys.forget()
    assert await read(platform, space, during) == b"pendant"
    assert await read(platform, space, first) == b"avant"


async def test_the_keys_of_uploads_under_way_are_rotated_too_and_the_upload_goes_on(any_platform: Platform):
    space, _lodged, _text = await a_room(any_platform, b"un")
    item, content = ItemRef(space.collection, uuid4()), b"deux"
    vault, sessions = any_platform.vault, any_platform.database.write
    async with any_platform.unit() as uow:
        upload = await vault.uploads.begin(uow.session, item, space, size=len(content), lifetime=timedelta(days=1))
        before = (await uow.session.execute(select(uploads.c.key_version, uploads.c.wrapped))).one()
    assert await begin_space_rotation(any_platform)
    left = (await state(any_platform)).spaces
    assert left.total - left.done == 2 + 1 + 1  # two spaces, a file, an upload
    await finish(any_platform, rewrap_spaces_batch)
    assert not (await state(any_platform)).spaces.under_way
    async with any_platform.unit(write=False) as uow:
        after = (await uow.session.execute(select(uploads.c.key_version, uploads.c.wrapped))).one()
    assert after.key_version == before.key_version + 1
    assert after.wrapped != before.wrapped
    await vault.uploads.append(sessions, upload, 0, chunks(content))
    await vault.uploads.finish(sessions, upload)
    async with any_platform.unit() as uow:
        await vault.keep(uow.session, await vault.uploads.hand_over(uow.session, upload), space)
    assert await read(any_platform, space, item) == content


async def test_progress_counts_what_is_done_of_what_there_is(platform: Platform):
    await a_room(platform, b"un", b"deux")
    assert (await state(platform)).spaces.begun_at is None
    await begin_root_rotation(platform)
    await begin_space_rotation(platform)
    found = await state(platform)
    assert found.root is not None
    assert (found.root.done, found.root.total) == (0, 2)
    assert (found.spaces.done, found.spaces.total) == (0, 4)
    async with platform.unit() as uow:
        await uow.vault.rotation.rewrap_spaces(uow.session, limit=1)
    assert (await state(platform)).spaces.done == 1
    await finish(platform, rewrap_spaces_batch)
    found = await state(platform)
    assert (found.spaces.done, found.spaces.under_way) == (4, False)


async def test_a_rotation_under_way_is_gone_on_with_and_no_second_one_begins(platform: Platform):
    await begin_root_rotation(platform)
    await begin_space_rotation(platform)
    current = await platform.vault.keys.root.current()
    assert not await begin_root_rotation(platform)
    assert not await begin_space_rotation(platform)
    assert await platform.vault.keys.root.current() == current


async def test_a_former_root_is_destroyed_only_once_nothing_can_lie_under_it(platform: Platform, clock):
    space, _items, sealed = await a_room(platform)
    await begin_root_rotation(platform)
    with pytest.raises(ConflictError, match="rotation_under_way"):
        await destroy_former_roots(platform)
    await finish(platform, rewrap_root_batch)
    with pytest.raises(ConflictError, match="rotated_just_now"):
        await destroy_former_roots(platform)
    clock.advance(minutes=11)
    await destroy_former_roots(platform)
    platform.vault.keys.forget()
    async with platform.unit(write=False) as uow:
        assert await uow.vault.open_text(uow.session, space, LABEL, sealed) == "un texte"


async def timer(platform: Platform) -> None:
    await rotate_keys(platform, Job(id=uuid4(), kind="rotate_keys", payload={}, attempts=1, worker="test"))  # type: ignore[arg-type]


async def test_the_timer_rotates_when_its_days_are_over_and_not_before(platform: Platform, clock):
    await a_room(platform, b"un")
    root = await platform.vault.keys.root.current()
    await timer(platform)
    assert await platform.vault.keys.root.current() == root
    changed = {"root_rotation_days": 30, "space_rotation_days": 30}
    for name, value in changed.items():
        object.__setattr__(platform.settings, name, value)
    await timer(platform)
    assert await platform.vault.keys.root.current() == root
    assert (await state(platform)).spaces.begun_at is not None  # they were never rotated
    clock.advance(days=31)
    await timer(platform)
    found = await state(platform)
    assert await platform.vault.keys.root.current() != root
    assert found.root is not None
    assert not found.root.under_way
    assert not found.spaces.under_way


async def test_a_timer_whose_time_is_over_leaves_the_rest_to_the_next_job(platform: Platform, monkeypatch):
    await begin_root_rotation(platform)
    monkeypatch.setattr(rotation, "WORK_SECONDS", -1.0)
    await timer(platform)
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(func.count()).where(JobRow.kind == "rotate_keys")) == 1
    monkeypatch.undo()
    await timer(platform)
    found = await state(platform)
    assert found.root is not None
    assert not found.root.under_way


async def test_without_its_root_nothing_begins_and_the_page_says_so(platform: Platform):
    path = platform.settings.vault.root.path  # type: ignore[union-attr]  # the tests' root is a file
    path.rename(path.with_suffix(".aside"))
    administrator = await an_account(platform, "Ada", CentreRole.ADMINISTRATOR)
    with pytest.raises(UnavailableError):
        await begin_root_rotation(platform)
    async with platform.unit(write=False) as uow:
        assert (await operations(uow, administrator, platform.settings)).keys.root is None


# ---- the command


@pytest.fixture
def place(platform: Platform) -> dict[str, str]:
    """The environment of a program over the platform's own installation."""
    return environment(platform.settings.data_dir, ENTENTE_WORKER="apart")


async def test_the_command_rotates_tells_its_progress_and_ends(platform: Platform, place):
    space, (item,), _sealed = await a_room(platform, b"un")
    before = await asyncio.to_thread(entente, "keys", "status", env=place)
    assert before.stdout.splitlines() == [
        "Root key: 2 of 2 space keys lie under the current one.",
        "Space keys: never rotated.",
    ]
    rotated = await asyncio.to_thread(entente, "keys", "rotate-root", env=place)
    assert rotated.returncode == 0, rotated.stderr
    assert rotated.stdout.splitlines()[:2] == ["A new root key is made.", "2 keys rewrapped"]
    spaces = await asyncio.to_thread(entente, "keys", "rotate-spaces", env=place)
    assert spaces.stdout.splitlines()[-1] == "Space keys: rewrapped 3 of 3."
    early = await asyncio.to_thread(entente, "keys", "destroy-former", env={**place, "LANG": "fr_FR.UTF-8"})
    assert early.returncode == 1
    assert "moins de dix minutes" in early.stderr
    path = platform.settings.vault.root.path  # type: ignore[union-attr]  # the tests' root is a file
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3600))
    destroyed = await asyncio.to_thread(entente, "keys", "destroy-former", env=place)
    assert destroyed.returncode == 0, destroyed.stderr
    assert path.read_text().count("=") == 1  # one key, in base64
    assert await read(platform, space, item) == b"un"  # the running site took the new file up


async def test_a_rotation_killed_in_the_middle_goes_on_where_it_stood(platform: Platform, place):
    rooms = [await a_room(platform, b"un") for _ in range(3)]
    async with platform.unit() as uow:
        for _ in range(400):
            await uow.vault.make_space(uow.session, SpaceRef(uuid4(), uuid4()))
    before = await objects(platform)
    program = subprocess.Popen(  # noqa: ASYNC220 -- begun at once, read in a thread
        [sys.executable, "-m", "web.cli", "keys", "rotate-spaces"],
        env={**place, "PYTHONPATH": str(Path(__file__).parents[3])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    line = await asyncio.to_thread(program.stdout.readline)
    program.send_signal(signal.SIGKILL)
    await asyncio.to_thread(program.wait)
    program.stdout.close()
    assert "rewrapped" in line
    cut = (await state(platform)).spaces
    assert cut.under_way
    assert 0 < cut.done < cut.total
    again = await asyncio.to_thread(entente, "keys", "rotate-spaces", env=place)
    assert again.stdout.splitlines()[0] == "A rotation goes on where it stopped."
    assert again.stdout.splitlines()[-1] == f"Space keys: rewrapped {cut.total} of {cut.total}."
    async with platform.unit(write=False) as uow:
        newest = await uow.session.execute(
            select(func.max(space_keys.c.key_version)).group_by(space_keys.c.collection, space_keys.c.space)
        )
        assert set(newest.scalars()) == {2}  # no space was given a third key
        assert set((await uow.session.execute(select(wrapped_keys.c.key_version))).scalars()) == {2}
    assert await objects(platform) == before
    for space, lodged, _sealed in rooms:
        assert await read(platform, space, lodged[0]) == b"un"


async def test_the_operations_page_shows_how_far_the_rotations_are(platform: Platform, sign_in):
    await a_room(platform, b"un")
    await begin_space_rotation(platform)
    administrator = await an_account(platform, "Ada", CentreRole.ADMINISTRATOR)
    browser = await sign_in(administrator)
    page = (await browser.get("/operations")).text
    assert "toutes" in page
    assert "en cours" in page
    assert "sur 3" not in page  # how many rooms and exhibits there are
