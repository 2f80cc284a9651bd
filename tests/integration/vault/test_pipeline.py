"""Bytes on their way into the vault and out of it, and what happens when they are disturbed."""

import asyncio
import gc
import hashlib
import os
import threading
import tracemalloc
from contextlib import aclosing
from dataclasses import replace
from uuid import uuid4

import pytest

from vault import (
    AccessError,
    DigestMismatchError,
    DiskFullError,
    ItemExistsError,
    ItemMissingError,
    ItemRef,
    ObjectMissingError,
    SealError,
    SpaceRef,
    StoreUnavailableError,
    TooLargeError,
    scrub,
)
from vault.envelope import CHUNK_SIZE, SALT_SIZE, SEGMENT_SIZE, sealed_size
from vault.pipeline import MAX_SIZE
from vault.stores.memory import MemoryObjects

MIB = 1024 * 1024
SIZES = [0, 1, CHUNK_SIZE, 3 * MIB + 7, SEGMENT_SIZE - 1, SEGMENT_SIZE, SEGMENT_SIZE + 1, 2 * SEGMENT_SIZE]


async def chunks_of(data: bytes, step: int = 300_000):
    for start in range(0, len(data), step):
        yield data[start : start + step]


async def read_all(opened, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([piece async for piece in opened.read(start, stop)])


async def gather(opened, given: bytearray) -> None:
    """Read all, keeping what was given before a refusal."""
    async for piece in opened.read():
        given += piece


@pytest.fixture
def space():
    return SpaceRef(uuid4(), uuid4())


@pytest.fixture
def item(space):
    return ItemRef(space.collection, uuid4())


async def deposit(vault, session, space, item, data: bytes):
    received = await vault.receive(item, chunks_of(data), limit=MAX_SIZE)
    await vault.keep(session, received, space)
    return received


def left(vault) -> tuple[int, int]:
    """How many objects and uploads the store holds."""
    prefix = str(vault.tenant)
    return len(list(vault.store.objects(prefix))), len(list(vault.store.uploads(prefix)))


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_deposited_comes_out_again(vault, session, space, item, size):
    data = os.urandom(size)
    await vault.make_space(session, space)
    received = await deposit(vault, session, space, item, data)
    assert received.sha256 == hashlib.sha256(data).digest()
    assert [segment.size for segment in received.segments] == [
        min(SEGMENT_SIZE, size - start) for start in range(0, max(size, 1), SEGMENT_SIZE)
    ]
    facts = await vault.facts(session, item)
    assert (facts.size, facts.sha256, facts.segments) == (size, received.sha256, len(received.segments))
    assert facts.sealed_size == vault.store.size(received.object_key, received.object_version)
    opened = await vault.open(session, item, space)
    assert (opened.size, opened.sha256) == (size, received.sha256)
    assert await read_all(opened) == data
    assert await scrub(vault, session, item) == []


async def test_any_range_comes_out_as_a_slice_would(vault, session, space, item):
    size = SEGMENT_SIZE + 2 * MIB + 3
    data = os.urandom(size)
    await vault.make_space(session, space)
    await deposit(vault, session, space, item, data)
    opened = await vault.open(session, item, space)
    edges = [0, 1, CHUNK_SIZE, MIB - 1, MIB + 1, SEGMENT_SIZE - 1, SEGMENT_SIZE, SEGMENT_SIZE + 1, size - 1, size]
    for place, start in enumerate(edges):
        for stop in edges[place:]:
            assert await read_all(opened, start, stop) == data[start:stop]
    for start, stop in ((-1, 1), (1, 0), (0, size + 1), (size + 1, size + 1)):
        with pytest.raises(ValueError, match="not within"):
            await read_all(opened, start, stop)


async def test_the_pieces_of_a_reading_are_small(vault, session, space, item):
    await vault.make_space(session, space)
    await deposit(vault, session, space, item, bytes(SEGMENT_SIZE + 5))
    opened = await vault.open(session, item, space)
    assert max([len(piece) async for piece in opened.read()]) == MIB


async def test_chunks_of_any_size_are_taken(vault, item):
    data = os.urandom(SEGMENT_SIZE + 100_000)

    async def uneven():
        yield b""
        yield data[:1]
        yield data[1 : SEGMENT_SIZE + 50_000]
        yield b""
        yield data[SEGMENT_SIZE + 50_000 :]

    received = await vault.receive(item, uneven(), limit=len(data))
    assert received.size == len(data)
    assert received.sha256 == hashlib.sha256(data).digest()


async def test_one_byte_too_many_is_refused_and_leaves_nothing(vault, item):
    with pytest.raises(TooLargeError):
        await vault.receive(item, chunks_of(bytes(2 * SEGMENT_SIZE + 1)), limit=2 * SEGMENT_SIZE)
    assert left(vault) == (0, 0)
    assert (await vault.receive(item, chunks_of(bytes(1000)), limit=1000)).size == 1000


async def test_an_endless_stream_is_cut_at_the_limit(vault, item):
    taken = 0

    async def endless():
        nonlocal taken
        while True:
            taken += MIB
            yield bytes(MIB)

    with pytest.raises(TooLargeError):
        await vault.receive(item, endless(), limit=3 * MIB)
    assert taken == 4 * MIB


async def test_other_bytes_than_announced_are_refused_and_leave_nothing(vault, item):
    right = hashlib.sha256(b"announced").digest()
    with pytest.raises(DigestMismatchError):
        await vault.receive(item, chunks_of(b"sent"), limit=100, expected_sha256=right)
    assert left(vault) == (0, 0)
    assert (await vault.receive(item, chunks_of(b"announced"), limit=100, expected_sha256=right)).sha256 == right


async def test_a_connection_that_breaks_leaves_nothing(vault, item):
    async def broken():
        yield bytes(2 * SEGMENT_SIZE + 5)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await vault.receive(item, broken(), limit=MAX_SIZE)
    assert left(vault) == (0, 0)


@pytest.mark.parametrize("after", [0.0, 0.002, 0.01, 0.03, 0.06])
async def test_a_cancelled_deposit_leaves_nothing(vault, item, after):
    async def slow():
        for _ in range(4):
            yield bytes(SEGMENT_SIZE)
            await asyncio.sleep(0.01)
        await asyncio.Event().wait()

    receiving = asyncio.create_task(vault.receive(item, slow(), limit=MAX_SIZE))
    await asyncio.sleep(after)
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert left(vault) == (0, 0)


async def test_a_deposit_cancelled_while_it_is_published_leaves_nothing(vault, item, monkeypatch):
    publishing, go_on = threading.Event(), threading.Event()
    complete = vault.store.complete

    def slow_complete(*args):
        publishing.set()
        go_on.wait(10)
        return complete(*args)

    monkeypatch.setattr(vault.store, "complete", slow_complete)
    receiving = asyncio.create_task(vault.receive(item, chunks_of(b"x"), limit=1))
    await asyncio.to_thread(publishing.wait, 10)
    receiving.cancel()
    await asyncio.sleep(0.01)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert left(vault) == (0, 0)


@pytest.mark.parametrize("failing", ["begin", "put_part", "complete"])
@pytest.mark.parametrize("error", [StoreUnavailableError, DiskFullError])
async def test_a_store_that_fails_is_named_and_nothing_is_left(vault, item, monkeypatch, failing, error):
    def fail(*_args, **_options):
        raise error("as the test wants")

    monkeypatch.setattr(vault.store, failing, fail)
    with pytest.raises(error):
        await vault.receive(item, chunks_of(bytes(3 * SEGMENT_SIZE)), limit=MAX_SIZE)
    monkeypatch.undo()
    assert left(vault) == (0, 0)


async def test_a_store_that_fails_even_to_clean_up_hides_no_error(vault, item, monkeypatch):
    def fail(*_args, **_options):
        raise StoreUnavailableError("as the test wants")

    monkeypatch.setattr(vault.store, "put_part", fail)
    monkeypatch.setattr(vault.store, "abort", fail)
    with pytest.raises(StoreUnavailableError):
        await vault.receive(item, chunks_of(b"x"), limit=1)


async def test_at_most_two_segments_are_in_flight(vault, item, monkeypatch):
    flying, most = 0, 0
    count = threading.Lock()
    put_part = vault.store.put_part

    def counted(*args, **how):
        nonlocal flying, most
        with count:
            flying += 1
            most = max(most, flying)
        try:
            return put_part(*args, **how)
        finally:
            with count:
                flying -= 1

    monkeypatch.setattr(vault.store, "put_part", counted)
    await vault.receive(item, chunks_of(bytes(6 * SEGMENT_SIZE), MIB), limit=MAX_SIZE)
    assert 1 <= most <= 2


async def test_buffers_of_many_deposits_at_once_are_let_go_when_they_have_ended(vault, space):
    async def one() -> None:
        item = ItemRef(space.collection, uuid4())
        received = await vault.receive(item, chunks_of(bytes(3 * SEGMENT_SIZE), MIB), limit=MAX_SIZE)
        await vault.discard(received)

    await one()
    tracemalloc.start()
    try:
        await asyncio.gather(*(one() for _ in range(4)))
        await one()
        gc.collect()
        held = sum(trace.size for trace in tracemalloc.take_snapshot().traces if trace.size >= SEGMENT_SIZE)
    finally:
        tracemalloc.stop()
    assert held == 0


async def test_what_was_received_can_be_discarded_twice(vault, item):
    received = await vault.receive(item, chunks_of(b"draft"), limit=10)
    assert left(vault) == (1, 0)
    await vault.discard(received)
    await vault.discard(received)
    assert left(vault) == (0, 0)


async def test_a_received_item_never_shows_its_key(vault, item):
    received = await vault.receive(item, chunks_of(b"draft"), limit=10)
    assert "data_key" not in repr(received)


async def test_the_same_bytes_twice_share_no_sealed_byte_and_no_salt(vault, item):
    data = bytes(2 * SEGMENT_SIZE)
    salts = set()
    for _ in range(2):
        received = await vault.receive(item, chunks_of(data), limit=MAX_SIZE)
        for number in range(2):
            offset = number * sealed_size(SEGMENT_SIZE)
            salts.add(vault.store.read(received.object_key, received.object_version, offset, SALT_SIZE))
    assert len(salts) == 4


async def test_an_item_version_is_recorded_once(vault, session, space, item):
    await vault.make_space(session, space)
    await deposit(vault, session, space, item, b"one")
    again = await vault.receive(item, chunks_of(b"two"), limit=10)
    with pytest.raises(ItemExistsError):
        await vault.keep(session, again, space)
    assert await read_all(await vault.open(session, item, space)) == b"one"
    await deposit(vault, session, space, replace(item, version=2), b"two")
    assert await read_all(await vault.open(session, replace(item, version=2), space)) == b"two"


async def test_a_rolled_back_transaction_leaves_an_object_and_no_row(vault, sessions, space, item):
    async with sessions.begin() as session:
        await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(b"x"), limit=1)
    async with sessions() as session:
        await vault.keep(session, received, space)
        await session.rollback()
    async with sessions() as session:
        with pytest.raises(ItemMissingError):
            await vault.facts(session, item)
    assert left(vault) == (1, 0)


async def test_an_unknown_item_or_place_is_refused(vault, session, space, item):
    await vault.make_space(session, space)
    with pytest.raises(ItemMissingError):
        await vault.open(session, item, space)
    received = await vault.receive(item, chunks_of(b"x"), limit=1)
    with pytest.raises(AccessError):
        await vault.keep(session, received, SpaceRef(uuid4(), space.space))


# ---- the store, tampered with


class Tampered(MemoryObjects):
    """A store whose owner rewrites what it holds."""

    def rewrite(self, received, change) -> None:
        place = (received.object_key, received.object_version)
        stored_at, content = self._objects[place]
        forged = bytearray(content)
        change(forged)
        self._objects[place] = (stored_at, bytes(forged))


@pytest.fixture
def tampered(vault):
    vault.store = Tampered()
    return vault


def cut_last_segment(content: bytearray) -> None:
    del content[sealed_size(SEGMENT_SIZE) :]


def cut_one_byte(content: bytearray) -> None:
    del content[-1:]


def swap_segments(content: bytearray) -> None:
    length = sealed_size(SEGMENT_SIZE)
    content[:length], content[length : 2 * length] = content[length : 2 * length], content[:length]


def flip(position: int):
    def change(content: bytearray) -> None:
        content[position] ^= 1

    return change


@pytest.mark.parametrize("change", [cut_last_segment, cut_one_byte, flip(-1)])
async def test_a_changed_end_is_refused_before_a_length_is_announced(tampered, session, space, item, change):
    await tampered.make_space(session, space)
    received = await deposit(tampered, session, space, item, os.urandom(2 * SEGMENT_SIZE + 100))
    tampered.store.rewrite(received, change)
    with pytest.raises(SealError):
        await tampered.open(session, item, space)
    assert await scrub(tampered, session, item) == [0, 1, 2][-2 if change is cut_last_segment else -1 :]


@pytest.mark.parametrize(
    "change", [swap_segments, flip(0), flip(30), flip(5 * MIB), flip(sealed_size(SEGMENT_SIZE) - 1)]
)
async def test_a_changed_middle_is_refused_and_only_authentic_bytes_leave(tampered, session, space, item, change):
    data = os.urandom(2 * SEGMENT_SIZE + 100)
    await tampered.make_space(session, space)
    received = await deposit(tampered, session, space, item, data)
    tampered.store.rewrite(received, change)
    opened = await tampered.open(session, item, space)
    given = bytearray()
    with pytest.raises(SealError):
        await gather(opened, given)
    assert data.startswith(given)
    assert len(given) < SEGMENT_SIZE
    assert await scrub(tampered, session, item) != []


async def test_a_wrong_digest_in_the_row_is_noticed_before_the_last_piece(vault, session, space, item):
    data = os.urandom(3 * MIB)
    await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(data), limit=MAX_SIZE)
    await vault.keep(session, replace(received, sha256=bytes(32)), space)
    opened = await vault.open(session, item, space)
    given = bytearray()
    with pytest.raises(DigestMismatchError):
        await gather(opened, given)
    assert given == data[: 2 * MIB]
    assert await read_all(opened, 1) == data[1:]


@pytest.mark.parametrize("size", [0, 1, MIB, 3 * MIB])
async def test_a_wrong_size_in_the_row_is_noticed_at_once(vault, session, space, item, size):
    await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(bytes(2 * MIB)), limit=MAX_SIZE)
    await vault.keep(session, replace(received, size=size), space)
    with pytest.raises(SealError):
        await vault.open(session, item, space)


async def test_another_items_object_in_its_place_is_refused_at_the_commitment(vault, session, space, item):
    await vault.make_space(session, space)
    other = await vault.receive(ItemRef(space.collection, uuid4()), chunks_of(b"theirs"), limit=10)
    mine = await vault.receive(item, chunks_of(b"mine !"), limit=10)
    swapped = replace(mine, object_key=other.object_key, object_version=other.object_version)
    await vault.keep(session, swapped, space)
    with pytest.raises(SealError, match="another key"):
        await vault.open(session, item, space)
    vault.store = MemoryObjects()
    with pytest.raises(ObjectMissingError):
        await vault.open(session, item, space)


async def test_a_reading_left_early_leaves_no_task_behind(vault, session, space, item):
    await vault.make_space(session, space)
    await deposit(vault, session, space, item, bytes(4 * MIB))
    opened = await vault.open(session, item, space)
    async with aclosing(opened.read()) as pieces:
        async for _ in pieces:
            break
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_object_that_vanishes_while_it_is_read_is_said_to_be_missing(vault, session, space, item):
    await vault.make_space(session, space)
    received = await deposit(vault, session, space, item, bytes(4 * MIB))
    opened = await vault.open(session, item, space)
    await vault.discard(received)
    with pytest.raises(ObjectMissingError):
        await read_all(opened)
