"""Deposits that survive: cut, resumed, taken over, finished, given up."""

import asyncio
import gc
import hashlib
import os
import threading
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.integration.vault.test_pipeline import chunks_of, left, read_all
from vault import (
    DigestMismatchError,
    ItemRef,
    SpaceRef,
    StoreUnavailableError,
    TooLargeError,
    UploadBusyError,
    UploadMissingError,
    UploadOffsetError,
    UploadUnfinishedError,
    open_vault,
    sweep_store,
)
from vault.envelope import SALT_SIZE, SEGMENT_SIZE

MIB = 1024 * 1024
SIZE = 2 * SEGMENT_SIZE + 3 * MIB + 7
WEEK = timedelta(days=7)


class LineCutError(Exception):
    """What a request's body raises when its sender leaves."""


async def cut(data: bytes, step: int = 300_000):
    async for chunk in chunks_of(data, step):
        yield chunk
    raise LineCutError


def telling(event: asyncio.Event):
    """A watch that says when the first segment is durable."""

    async def watch(_plain: memoryview) -> None:
        event.set()

    return watch


@pytest.fixture
async def space(vault, sessions):
    made = SpaceRef(uuid4(), uuid4())
    async with sessions.begin() as session:
        await vault.make_space(session, made)
    return made


@pytest.fixture
def data() -> bytes:
    return os.urandom(SIZE)


async def begun(vault, sessions, space, size: int = SIZE):
    item = ItemRef(space.collection, uuid4())
    async with sessions.begin() as session:
        return await vault.uploads.begin(session, item, space, size=size, lifetime=WEEK)


async def offset_of(vault, sessions, upload) -> int:
    async with sessions.begin() as session:
        (found,) = await vault.uploads.progress(session, [upload])
    return int(found.offset)


async def kept(vault, sessions, space, upload, data: bytes, **how) -> bytes:
    """Finish, keep and read again."""
    await vault.uploads.finish(sessions.begin, upload, expected_sha256=hashlib.sha256(data).digest(), **how)
    async with sessions.begin() as session:
        received = await vault.uploads.hand_over(session, upload)
        await vault.keep(session, received, space)
    async with sessions.begin() as session:
        assert await vault.uploads.progress(session, [upload]) == []
        return await read_all(await vault.open(session, received.item, space))


@pytest.mark.parametrize("size", [1, SEGMENT_SIZE, SEGMENT_SIZE + 1, SIZE])
async def test_an_upload_at_one_go_comes_out_again(vault, sessions, space, size):
    data = os.urandom(size)
    upload = await begun(vault, sessions, space, size)
    assert await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data)) == size
    assert await kept(vault, sessions, space, upload, data) == data
    assert left(vault) == (1, 0)


async def test_a_cut_upload_resumes_at_its_last_sealed_segment(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    with pytest.raises(LineCutError):
        await vault.uploads.append(sessions.begin, upload, 0, cut(data[: SEGMENT_SIZE + MIB]))
    assert await offset_of(vault, sessions, upload) == SEGMENT_SIZE
    assert await vault.uploads.append(sessions.begin, upload, SEGMENT_SIZE, chunks_of(data[SEGMENT_SIZE:])) == SIZE
    assert await kept(vault, sessions, space, upload, data) == data


async def test_whoever_asks_where_to_go_on_is_told_what_is_left_of_a_torn_segment(vault, config, sessions, space, data):
    upload = await begun(vault, sessions, space)
    assert await vault.uploads.settle(sessions.begin, upload) == 0
    with pytest.raises(LineCutError):
        await vault.uploads.append(sessions.begin, upload, 0, cut(data[: SEGMENT_SIZE + 5 * MIB + 11]))
    other = open_vault(config)
    told = await other.uploads.settle(sessions.begin, upload)
    assert told == SEGMENT_SIZE + 5 * MIB
    assert await offset_of(vault, sessions, upload) == SEGMENT_SIZE
    assert await other.uploads.append(sessions.begin, upload, told, chunks_of(data[told:])) == SIZE
    assert await kept(other, sessions, space, upload, data) == data
    assert not list((config.store.path / "torn").iterdir())


async def test_what_was_told_stays_true_when_whoever_goes_on_breaks_off_at_once(
    vault, sessions, space, data, monkeypatch
):
    upload = await begun(vault, sessions, space)
    with pytest.raises(LineCutError):
        await vault.uploads.append(sessions.begin, upload, 0, cut(data[: 6 * MIB]))
    told = await vault.uploads.settle(sessions.begin, upload)
    put = vault.store.torn.put

    def breaking(key, at, offset, sealed):
        put(key, at, offset, sealed[:70_000])
        raise StoreUnavailableError("away")

    monkeypatch.setattr(vault.store.torn, "put", breaking)
    with pytest.raises(StoreUnavailableError):
        await vault.uploads.append(sessions.begin, upload, told, chunks_of(data[told:]))
    monkeypatch.undo()
    assert await vault.uploads.settle(sessions.begin, upload) == told
    assert await vault.uploads.append(sessions.begin, upload, told, chunks_of(data[told:])) == SIZE
    assert await kept(vault, sessions, space, upload, data) == data


async def test_segments_that_were_held_but_not_counted_count_for_whoever_goes_on(
    vault, config, sessions, space, data, monkeypatch
):
    """As if it had been killed between the disk and the database."""

    async def killed(*_args):
        raise LineCutError

    upload = await begun(vault, sessions, space)
    monkeypatch.setattr("vault.appending.Appending._count", killed)
    with pytest.raises(LineCutError):
        await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data, 300_000))
    monkeypatch.undo()
    assert await offset_of(vault, sessions, upload) == 0
    other = open_vault(config)
    told = await other.uploads.settle(sessions.begin, upload)
    assert told > SEGMENT_SIZE
    assert await offset_of(vault, sessions, upload) == told // SEGMENT_SIZE * SEGMENT_SIZE or told == SIZE
    assert await other.uploads.append(sessions.begin, upload, told, chunks_of(data[told:])) == SIZE
    assert await kept(other, sessions, space, upload, data) == data


async def test_of_what_is_held_only_what_is_authentic_is_gone_on_with(vault, config, sessions, space, data):
    upload = await begun(vault, sessions, space)
    with pytest.raises(LineCutError):
        await vault.uploads.append(sessions.begin, upload, 0, cut(data[: 6 * MIB]))
    (path,) = (config.store.path / "uploads").iterdir()
    with path.open("r+b") as file:
        file.seek(3 * MIB)
        file.write(b"altered")
    told = await vault.uploads.settle(sessions.begin, upload)
    assert 2 * MIB < told < 3 * MIB
    assert await vault.uploads.append(sessions.begin, upload, told, chunks_of(data[told:])) == SIZE
    assert await kept(vault, sessions, space, upload, data) == data


@pytest.mark.parametrize("holding", [True, False])
async def test_no_more_than_a_segment_is_ever_taken_that_a_kill_would_lose(
    vault, config, sessions, space, data, monkeypatch, holding
):
    """Where the store can't hold what is torn, as S3 can't, nothing is taken while a segment is in flight."""
    if not holding:
        monkeypatch.setattr(vault.store, "torn", None)
    upload, taken, most = await begun(vault, sessions, space), 0, 0

    def held() -> int:
        return sum(each.stat().st_size for each in (config.store.path / "uploads").glob("*"))

    async def noting():
        nonlocal taken, most
        async for chunk in chunks_of(data, 300_000):
            most = max(most, taken - (held() if holding else await offset_of(vault, sessions, upload)))
            taken += len(chunk)
            yield chunk

    assert await vault.uploads.append(sessions.begin, upload, 0, noting()) == SIZE
    assert 0 < most <= (6 * MIB if holding else SEGMENT_SIZE)
    assert await kept(vault, sessions, space, upload, data) == data


async def test_another_process_goes_on_where_the_first_one_died(vault, config, sessions, space, data):
    upload = await begun(vault, sessions, space)
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data[: SEGMENT_SIZE + MIB]))
    other = open_vault(config)
    await other.uploads.append(sessions.begin, upload, SEGMENT_SIZE, chunks_of(data[SEGMENT_SIZE:]))
    seen = hashlib.sha256()

    async def watch(plain: memoryview) -> None:
        seen.update(plain)

    assert await kept(open_vault(config), sessions, space, upload, data, watch=watch) == data
    assert seen.digest() == hashlib.sha256(data).digest()


async def test_what_watches_sees_every_durable_byte_once(vault, sessions, space, data):
    seen = bytearray()

    async def watch(plain: memoryview) -> None:
        seen.extend(plain)

    upload = await begun(vault, sessions, space)
    with pytest.raises(LineCutError):
        await vault.uploads.append(sessions.begin, upload, 0, cut(data[: SEGMENT_SIZE + MIB]), watch=watch)
    await vault.uploads.append(sessions.begin, upload, SEGMENT_SIZE, chunks_of(data[SEGMENT_SIZE:]), watch=watch)
    assert bytes(seen) == data


async def test_a_wrong_offset_is_told_the_right_one(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data[:SEGMENT_SIZE]))
    for wrong in (0, 1, SEGMENT_SIZE - 1, SEGMENT_SIZE + 1, SIZE):
        with pytest.raises(UploadOffsetError) as refusal:
            await vault.uploads.append(sessions.begin, upload, wrong, chunks_of(b"x"))
        assert refusal.value.offset == SEGMENT_SIZE


async def test_more_than_announced_is_refused_and_the_rest_is_kept(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    with pytest.raises(TooLargeError):
        await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data + b"x"))
    assert await offset_of(vault, sessions, upload) == SIZE
    with pytest.raises(TooLargeError):
        await vault.uploads.append(sessions.begin, upload, SIZE, chunks_of(b"x"))
    assert await vault.uploads.append(sessions.begin, upload, SIZE, chunks_of(b"")) == SIZE
    assert await kept(vault, sessions, space, upload, data) == data


async def test_other_bytes_than_announced_are_refused(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data))
    with pytest.raises(DigestMismatchError):
        await vault.uploads.finish(sessions.begin, upload, expected_sha256=bytes(32))
    await vault.uploads.abort(sessions.begin, upload)
    assert left(vault) == (0, 0)


async def test_an_unfinished_upload_can_be_neither_finished_nor_opened_nor_kept(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data[:SEGMENT_SIZE]))
    with pytest.raises(UploadUnfinishedError):
        await vault.uploads.finish(sessions.begin, upload)
    async with sessions.begin() as session:
        for refused in (vault.uploads.opened, vault.uploads.hand_over):
            with pytest.raises(UploadUnfinishedError):
                await refused(session, upload)


async def test_a_finished_upload_is_read_by_ranges_before_it_is_lodged(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data))
    first = await vault.uploads.finish(sessions.begin, upload)
    assert first == await vault.uploads.finish(sessions.begin, upload) == hashlib.sha256(data).digest()
    async with sessions.begin() as session:
        opened = await vault.uploads.opened(session, upload)
    assert await read_all(opened, SEGMENT_SIZE - 5, SEGMENT_SIZE + 5) == data[SEGMENT_SIZE - 5 : SEGMENT_SIZE + 5]
    assert await read_all(opened) == data


async def test_an_object_completed_just_before_a_crash_is_found_again(vault, sessions, space, data, monkeypatch):
    upload = await begun(vault, sessions, space)
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data))
    complete = vault.store.complete

    def complete_and_die(*args):
        complete(*args)
        raise StoreUnavailableError("the answer never came")

    monkeypatch.setattr(vault.store, "complete", complete_and_die)
    with pytest.raises(StoreUnavailableError):
        await vault.uploads.finish(sessions.begin, upload)
    monkeypatch.undo()
    assert await kept(vault, sessions, space, upload, data) == data
    assert left(vault) == (1, 0)


async def test_a_store_that_fails_on_the_way_loses_nothing_that_was_durable(vault, sessions, space, data, monkeypatch):
    upload = await begun(vault, sessions, space)
    put_part = vault.store.put_part

    def failing(key, at, number, *rest, **how):
        if number == 2:
            raise StoreUnavailableError("away")
        return put_part(key, at, number, *rest, **how)

    monkeypatch.setattr(vault.store, "put_part", failing)
    with pytest.raises(StoreUnavailableError):
        await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data))
    monkeypatch.undo()
    assert await offset_of(vault, sessions, upload) == SEGMENT_SIZE
    assert await vault.uploads.append(sessions.begin, upload, SEGMENT_SIZE, chunks_of(data[SEGMENT_SIZE:])) == SIZE
    assert await kept(vault, sessions, space, upload, data) == data


async def test_a_segment_sent_again_has_another_salt(vault, sessions, space, data, monkeypatch):
    upload = await begun(vault, sessions, space)
    salts = []
    put_part = vault.store.put_part

    def noted(key, at, number, offset, sealed, *rest, **how):
        salts.append((number, bytes(sealed[:SALT_SIZE])))
        if len(salts) == 1:
            raise StoreUnavailableError("away")
        return put_part(key, at, number, offset, sealed, *rest, **how)

    monkeypatch.setattr(vault.store, "put_part", noted)
    with pytest.raises(StoreUnavailableError):
        await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data[:SEGMENT_SIZE]))
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data))
    assert [number for number, _ in salts if number == 1] == [1, 1]
    assert len({salt for _, salt in salts}) == len(salts)


async def test_the_second_writer_is_refused_while_the_first_one_s_bytes_come(vault, sessions, space, data, monkeypatch):
    monkeypatch.setattr("vault.leases.SILENT_SECONDS", 0.2)
    upload = await begun(vault, sessions, space)
    durable, going_on = asyncio.Event(), asyncio.Event()

    async def slow():
        yield data[:SEGMENT_SIZE]
        for at in range(SEGMENT_SIZE, SIZE):
            if going_on.is_set():
                yield data[at:]
                return
            yield data[at : at + 1]
            await asyncio.sleep(0.01)

    first = asyncio.create_task(vault.uploads.append(sessions.begin, upload, 0, slow(), watch=telling(durable)))
    await durable.wait()
    with pytest.raises(UploadBusyError):
        await vault.uploads.append(sessions.begin, upload, SEGMENT_SIZE, chunks_of(data[SEGMENT_SIZE:]))
    going_on.set()
    assert await first == SIZE
    assert await kept(vault, sessions, space, upload, data) == data


async def test_a_line_that_went_silent_makes_way_for_the_next_one_within_a_second(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    durable, never = asyncio.Event(), asyncio.Event()

    async def half_open():
        yield data[: SEGMENT_SIZE + MIB]
        await never.wait()
        yield os.urandom(SIZE)

    first = asyncio.create_task(vault.uploads.append(sessions.begin, upload, 0, half_open(), watch=telling(durable)))
    await durable.wait()
    started = time.monotonic()
    rest = data[SEGMENT_SIZE:]

    async def noting():
        noted.append(time.monotonic() - started)
        async for chunk in chunks_of(rest):
            yield chunk

    noted: list[float] = []
    assert await vault.uploads.append(sessions.begin, upload, SEGMENT_SIZE, noting()) == SIZE
    assert noted[0] < 1.5  # a second, and what a busy machine adds
    with pytest.raises(UploadBusyError):
        await first
    never.set()
    assert await kept(vault, sessions, space, upload, data) == data


async def test_a_lodging_does_not_wait_for_the_silent_line_that_brought_the_last_byte(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    whole, never, seen = asyncio.Event(), asyncio.Event(), 0

    async def watch(plain: memoryview) -> None:
        nonlocal seen
        seen += len(plain)
        if seen == SIZE:
            whole.set()

    async def half_open():
        yield data
        await never.wait()

    first = asyncio.create_task(vault.uploads.append(sessions.begin, upload, 0, half_open(), watch=watch))
    await whole.wait()
    assert await kept(vault, sessions, space, upload, data) == data
    with pytest.raises(UploadBusyError):
        await first


async def test_what_a_silent_line_had_under_way_lands_before_the_next_one_writes(
    vault, sessions, space, data, monkeypatch
):
    """Otherwise the same part would be written twice at once, and what is durable would be torn."""
    monkeypatch.setattr("vault.leases.SILENT_SECONDS", 0.05)
    upload = await begun(vault, sessions, space)
    writing, released, never = threading.Event(), threading.Event(), asyncio.Event()
    put_part, numbers = vault.store.put_part, []

    def slow(key, at, number, *rest, **how):
        numbers.append(number)
        if len(numbers) == 1:
            writing.set()
            released.wait(10)
        return put_part(key, at, number, *rest, **how)

    monkeypatch.setattr(vault.store, "put_part", slow)

    async def half_open():
        yield data[:SEGMENT_SIZE]
        await never.wait()

    first = asyncio.create_task(vault.uploads.append(sessions.begin, upload, 0, half_open()))
    await asyncio.to_thread(writing.wait, 10)
    second = asyncio.create_task(vault.uploads.append(sessions.begin, upload, 0, chunks_of(data)))
    await asyncio.wait([second], timeout=0.3)
    assert numbers == [1], "the second waits until nothing of the first is under way"
    released.set()
    with pytest.raises(UploadOffsetError) as refusal:
        await second
    assert refusal.value.offset == SEGMENT_SIZE, "what was under way is kept"
    with pytest.raises(UploadBusyError):
        await first
    await vault.uploads.append(sessions.begin, upload, SEGMENT_SIZE, chunks_of(data[SEGMENT_SIZE:]))
    assert await kept(vault, sessions, space, upload, data) == data


async def test_a_writer_whose_lease_could_not_be_committed_leaves_the_upload_free(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)

    class FailingError(Exception):
        pass

    @asynccontextmanager
    async def failing():
        async with sessions.begin() as session:
            yield session
            raise FailingError

    with pytest.raises(FailingError):
        await vault.uploads.append(failing, upload, 0, chunks_of(data))
    assert await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data)) == SIZE


async def test_a_dead_line_is_taken_over_and_its_first_writer_fenced(config, sessions, space, data):
    dead, living = open_vault(config), open_vault(config)
    for each in (dead, living):
        each.uploads.leases.seconds = 0.3
    upload = await begun(dead, sessions, space)
    durable, going_on = asyncio.Event(), asyncio.Event()

    async def stalled():
        yield data[:SEGMENT_SIZE]
        await going_on.wait()
        yield os.urandom(SIZE - SEGMENT_SIZE)

    first = asyncio.create_task(dead.uploads.append(sessions.begin, upload, 0, stalled(), watch=telling(durable)))
    await durable.wait()
    assert await living.uploads.append(sessions.begin, upload, SEGMENT_SIZE, chunks_of(data[SEGMENT_SIZE:])) == SIZE
    going_on.set()
    with pytest.raises(UploadBusyError):
        await first
    assert await kept(living, sessions, space, upload, data) == data


async def test_the_lease_of_a_dead_process_is_taken_at_once_and_never_that_of_a_living_one(
    config, sessions, space, data, monkeypatch
):
    monkeypatch.setattr("vault.leases.SILENT_SECONDS", 0.2)
    first, second = open_vault(config), open_vault(config)
    upload = await begun(first, sessions, space)
    first.uploads.leases.seconds, second.uploads.leases.seconds = 60, 0.2
    await first.uploads.leases.take(sessions.begin, upload, offset=0)
    with pytest.raises(UploadBusyError):
        await second.uploads.append(sessions.begin, upload, 0, chunks_of(data))
    del first  # as its process's end does, this closes what it had open
    gc.collect()
    second.uploads.leases.seconds = 60
    assert await asyncio.wait_for(second.uploads.append(sessions.begin, upload, 0, chunks_of(data)), 20) == SIZE
    assert await kept(second, sessions, space, upload, data) == data


async def test_what_is_given_up_while_it_comes_leaves_nothing(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    durable, going_on = asyncio.Event(), asyncio.Event()

    async def slow():
        yield data[:SEGMENT_SIZE]
        await going_on.wait()
        yield data[SEGMENT_SIZE:]

    first = asyncio.create_task(vault.uploads.append(sessions.begin, upload, 0, slow(), watch=telling(durable)))
    await durable.wait()
    await vault.uploads.abort(sessions.begin, upload)
    going_on.set()
    with pytest.raises((UploadMissingError, UploadBusyError)):
        await first
    with pytest.raises(UploadMissingError):
        await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data))
    await vault.uploads.abort(sessions.begin, upload)
    assert left(vault) == (0, 0)


async def test_the_abandoned_expire_and_the_sweep_of_orphans_spares_the_others(vault, sessions, space, data):
    upload = await begun(vault, sessions, space)
    await vault.uploads.append(sessions.begin, upload, 0, chunks_of(data[:SEGMENT_SIZE]))
    done = await begun(vault, sessions, space, 5)
    await vault.uploads.append(sessions.begin, done, 0, chunks_of(b"octet"))
    await vault.uploads.finish(sessions.begin, done)
    later = datetime.now(UTC) + timedelta(days=2)
    async with sessions.begin() as session:
        found = await sweep_store(vault, session, now=later, remove=True)
        assert (found.orphans, found.uploads) == ([], [])
        assert await vault.uploads.expired(session, now=later) == []
        assert set(await vault.uploads.expired(session, now=later + WEEK)) == {upload, done}
    for each in (upload, done):
        await vault.uploads.abort(sessions.begin, each)
    assert left(vault) == (0, 0)


async def test_an_upload_of_nothing_is_none(vault, sessions, space):
    for size in (0, -1, 10**14):
        with pytest.raises(ValueError, match="bytes"):
            await begun(vault, sessions, space, size)
