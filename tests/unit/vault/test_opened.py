"""A reading takes what lies in memory at once, waits for the rest, and leaves nothing behind, however it ends."""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Container, Iterator
from contextlib import aclosing, contextmanager
from itertools import count
from uuid import uuid4

import pytest

from vault import ItemRef
from vault.deposit import receive
from vault.envelope import SEGMENT_SIZE
from vault.errors import SealError, StoreUnavailableError
from vault.opened import Opened
from vault.stores.base import Fill
from vault.stores.memory import MemoryObjects

MIB = 1024 * 1024
DATA = os.urandom(SEGMENT_SIZE + 2 * MIB + 3)
DOWN = range(2, 100)


class Store(MemoryObjects):
    """Has nothing at hand that is asked for by the numbers of ``missing``; may fail from an offset on, or hang."""

    def __init__(self, missing: Container[int]) -> None:
        super().__init__()
        self.missing = missing
        self.asked = count()
        self.held = 0
        self.waited: list[int] = []
        self.sound = 2 * len(DATA)
        self.reads = threading.Event()
        self.goes_on = threading.Event()
        self.goes_on.set()

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        self.waited.append(offset)
        self.reads.set()
        self.goes_on.wait(10)
        if offset > self.sound:
            raise StoreUnavailableError("away")
        return super().read(key, version, offset, length)

    @contextmanager
    def at_hand(self, key: str, version: str) -> Iterator[Fill]:
        def fill(offset: int, into: memoryview) -> bool:
            if next(self.asked) in self.missing or offset > self.sound:
                return False
            into[:] = MemoryObjects.read(self, key, version, offset, len(into))
            return True

        self.held += 1
        try:
            yield fill
        finally:
            self.held -= 1


async def opened_from(store: Store) -> Opened:
    async def chunks() -> AsyncIterator[bytes]:
        yield DATA

    tenant, item = uuid4(), ItemRef(uuid4(), uuid4())
    received = await receive(store, tenant, item, chunks(), limit=len(DATA))
    place = received.object_key, received.object_version
    return Opened(store, place, tenant, item, received.data_key, size=received.size, sha256=received.sha256)


def closed_after(pieces: AsyncIterator[bytes]) -> aclosing[AsyncGenerator[bytes, None]]:
    assert isinstance(pieces, AsyncGenerator)
    return aclosing(pieces)


async def gather(pieces: AsyncIterator[bytes], given: bytearray) -> None:
    async for piece in pieces:
        given += piece


@pytest.mark.parametrize(("missing", "waits"), [(range(100), 13), (range(3, 100), 10), ({0}, 2), ({2}, 1), ((), 0)])
async def test_only_what_does_not_lie_in_memory_is_waited_for(missing, waits):
    store, given = Store(missing), bytearray()
    await gather((await opened_from(store)).read(5, len(DATA)), given)
    assert given == DATA[5:]
    assert len(store.waited) == waits
    assert store.held == 0


@pytest.mark.parametrize("missing", [(), {2}, DOWN])
async def test_ahead_of_a_reader_who_waits_or_leaves_there_is_one_piece_at_most(missing):
    store = Store(missing)
    async with closed_after((await opened_from(store)).read(1)) as pieces:
        assert await anext(pieces) + await anext(pieces) == DATA[1 : 2 * MIB]
        assert store.held == 1
    assert next(store.asked) + len(store.waited) <= 8
    assert store.held == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("missing", [(), {4}, DOWN])
async def test_of_a_piece_that_fails_while_the_one_before_it_leaves_nothing_leaves(missing):
    store, given = Store(missing), bytearray()
    opened = await opened_from(store)
    store.sound = 4 * MIB
    with pytest.raises(StoreUnavailableError):
        await gather(opened.read(1), given)
    assert given == DATA[1 : 4 * MIB]
    assert store.held == 0


@pytest.mark.parametrize("missing", [(), {4}, DOWN])
async def test_of_a_piece_that_was_altered_nothing_leaves(missing, monkeypatch):
    store, given = Store(missing), bytearray()
    opened = await opened_from(store)
    read = MemoryObjects.read

    def altered(self: MemoryObjects, key: str, version: str, offset: int, length: int) -> bytes:
        found = bytearray(read(self, key, version, offset, length))
        found[-1] ^= offset > 4 * MIB
        return bytes(found)

    monkeypatch.setattr(MemoryObjects, "read", altered)
    with pytest.raises(SealError):
        await gather(opened.read(1), given)
    assert DATA[1 : 4 * MIB].startswith(given)
    assert len(given) >= 2 * MIB
    assert store.held == 0


async def test_a_reader_who_is_cancelled_waits_for_the_thread_that_reads_for_them():
    store, given = Store(DOWN), bytearray()
    opened = await opened_from(store)
    store.goes_on.clear()

    async def read_on() -> None:
        async with closed_after(opened.read(1)) as pieces:
            await gather(pieces, given)

    reader = asyncio.create_task(read_on())
    await asyncio.to_thread(store.reads.wait, 10)
    reader.cancel()
    done, _ = await asyncio.wait([reader], timeout=0.01)
    assert (done, store.held) == (set(), 1)
    store.goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert given == DATA[1:MIB]
    assert store.held == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
