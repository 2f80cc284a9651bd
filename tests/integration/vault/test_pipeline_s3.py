"""The whole pipeline over an S3 with Object Lock (SeaweedFS), and over one that goes away."""

import asyncio
import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from vault import (
    AccessError,
    ItemHeldError,
    ItemRef,
    ObjectLockedError,
    S3Store,
    SpaceRef,
    StoreUnavailableError,
    locks_due,
    open_vault,
    probe_locks,
    scrub,
    sweep_store,
)

MIB = 1024 * 1024


async def chunks_of(data: bytes):
    for start in range(0, len(data), MIB):
        yield data[start : start + MIB]


def s3_config(config, seaweedfs, *, object_lock: bool):
    return replace(
        config,
        store=S3Store(
            bucket=seaweedfs.new_bucket(object_lock=object_lock),
            prefix="centre",
            region=seaweedfs.region,
            endpoint_url=seaweedfs.url,
            access_key=seaweedfs.access_key,
            secret_key=seaweedfs.secret_key,
            object_lock=object_lock,
            lock_days=1,
        ),
    )


@pytest.fixture
def space():
    return SpaceRef(uuid4(), uuid4())


@pytest.mark.parametrize("size", [0, 5, 20 * MIB + 11])
async def test_bytes_go_in_and_come_out_through_s3(config, seaweedfs, session, space, size):
    vault = open_vault(s3_config(config, seaweedfs, object_lock=False))
    item, data = ItemRef(space.collection, uuid4()), os.urandom(size)
    await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(data), limit=size, expected_sha256=hashlib.sha256(data).digest())
    await vault.keep(session, received, space)
    opened = await vault.open(session, item, space)
    assert b"".join([piece async for piece in opened.read()]) == data
    assert b"".join([piece async for piece in opened.read(size // 2, size)]) == data[size // 2 :]
    assert await scrub(vault, session, item) == []
    assert (await sweep_store(vault, session, now=datetime.now(UTC) + timedelta(days=2))).missing == []


async def test_a_kept_item_is_locked_shredded_all_the_same_and_reported_by_the_sweep(config, seaweedfs, session, space):
    vault = open_vault(s3_config(config, seaweedfs, object_lock=True))
    item = ItemRef(space.collection, uuid4())
    await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(b"evidence"), limit=10)
    await vault.keep(session, received, space)
    with pytest.raises(ObjectLockedError):
        await vault.discard(received)
    await vault.destroy(session, item)
    with pytest.raises(AccessError):
        await vault.open(session, item, space)
    later = datetime.now(UTC) + timedelta(days=2)
    swept = await sweep_store(vault, session, now=later, remove=True)
    assert [each.key for each in swept.locked] == [received.object_key]
    draft = await vault.receive(replace(item, version=2), chunks_of(b"draft"), limit=10)
    await vault.discard(draft)
    vault.store.probe()
    probe_locks(vault.store)


async def test_a_legal_hold_is_put_on_the_stored_version_and_lifted_again(config, seaweedfs, session, space):
    vault = open_vault(s3_config(config, seaweedfs, object_lock=True))
    item = ItemRef(space.collection, uuid4())
    await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(b"evidence"), limit=10)
    place = (received.object_key, received.object_version)
    await vault.keep(session, received, space)
    await vault.hold(session, item, held=True)
    assert vault.store.protection(*place).held
    with pytest.raises(ItemHeldError):
        await vault.destroy(session, item)
    await vault.hold(session, item, held=False)
    assert not vault.store.protection(*place).held


async def test_a_final_object_is_locked_only_once_it_is_recorded_for_good(config, seaweedfs, session, space):
    """A transaction that fails leaves nothing under a lock that nobody could take back."""
    vault = open_vault(s3_config(config, seaweedfs, object_lock=True))
    item, until = ItemRef(space.collection, uuid4()), datetime.now(UTC) + timedelta(days=3650)
    await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(b"record"), limit=10)
    place = (received.object_key, received.object_version)
    await vault.keep(session, received, space, final_until=until)
    assert vault.store.protection(*place).mode is None
    assert await locks_due(session, [], before=datetime.now(UTC), limit=9) == [item]
    await vault.tend_lock(session, item)
    found = vault.store.protection(*place)
    assert str(found.mode) == "COMPLIANCE"
    assert abs((found.until or datetime.now(UTC)) - until) < timedelta(seconds=2)
    assert await locks_due(session, [space.collection], before=until + timedelta(days=9), limit=9) == []


async def test_a_running_matters_locks_are_prolonged_and_a_finished_ones_lapse(config, seaweedfs, session, space):
    vault = open_vault(s3_config(config, seaweedfs, object_lock=True))
    item = ItemRef(space.collection, uuid4())
    await vault.make_space(session, space)
    received = await vault.receive(item, chunks_of(b"evidence"), limit=10)
    await vault.keep(session, received, space)
    soon, later = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) + timedelta(days=2)
    assert await locks_due(session, [space.collection], before=soon, limit=9) == []
    assert await locks_due(session, [], before=later, limit=9) == [], "the matter is over"
    assert await locks_due(session, [space.collection], before=later, limit=9) == [item]
    vault.lock_days = 30
    await vault.tend_lock(session, item)
    place = (received.object_key, received.object_version)
    assert (vault.store.protection(*place).until or soon) > datetime.now(UTC) + timedelta(days=29)
    assert await locks_due(session, [space.collection], before=later, limit=9) == []


async def test_a_cancelled_upload_leaves_no_part_in_the_bucket(config, seaweedfs):
    vault = open_vault(s3_config(config, seaweedfs, object_lock=False))

    async def stalls():
        yield bytes(17 * MIB)
        await asyncio.Event().wait()

    receiving = asyncio.create_task(vault.receive(ItemRef(uuid4(), uuid4()), stalls(), limit=64 * MIB))
    await asyncio.sleep(0.3)
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert list(vault.store.uploads(str(vault.tenant))) == []
    assert list(vault.store.objects(str(vault.tenant))) == []


async def test_a_store_that_is_away_is_named_and_hides_its_address(config, seaweedfs):
    sound = s3_config(config, seaweedfs, object_lock=False)
    vault = open_vault(replace(sound, store=replace(sound.store, endpoint_url="http://127.0.0.1:9")))
    with pytest.raises(StoreUnavailableError) as away:
        await vault.receive(ItemRef(uuid4(), uuid4()), chunks_of(b"x"), limit=1)
    assert "127.0.0.1" not in str(away.value)
    assert seaweedfs.secret_key not in repr(sound)
