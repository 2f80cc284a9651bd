"""Keys: who can open what, what rotation leaves alone, what a shred ends, and what a thief of rows gains."""

import asyncio
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update

from vault import (
    AccessError,
    ConfigurationError,
    ItemExistsError,
    ItemHeldError,
    ItemMissingError,
    ItemRef,
    KeyRootError,
    LocalRoot,
    SealError,
    SpaceExistsError,
    SpaceMissingError,
    SpaceRef,
    open_vault,
    sweep_store,
)
from vault.keys.keyring import KeyRing
from vault.keys.local import LocalRootKey
from vault.tables import space_keys, wrapped_keys

LIMIT = 1024 * 1024
TEXT = "Nous reconnaissons nos réponses tardives. 🤝"


async def one_chunk(data: bytes):
    yield data


async def read_all(opened) -> bytes:
    return b"".join([piece async for piece in opened.read()])


@pytest.fixture
def caucus():
    return SpaceRef(uuid4(), uuid4())


@pytest.fixture
def joint(caucus):
    return SpaceRef(caucus.collection, uuid4())


@pytest.fixture
def item(caucus):
    return ItemRef(caucus.collection, uuid4())


async def lodge(vault, session, space, item, data: bytes = b"an exhibit"):
    received = await vault.receive(item, one_chunk(data), limit=LIMIT)
    await vault.keep(session, received, space)
    return received


def objects_of(path: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in (path / "store").rglob("*") if each.is_file()}


async def test_an_item_opens_only_through_a_space_it_was_placed_in(vault, session, caucus, joint, item, tmp_path):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    await lodge(vault, session, caucus, item)
    with pytest.raises(AccessError):
        await vault.open(session, item, joint)
    before = objects_of(tmp_path)
    await vault.grant(session, item, held=caucus, to=joint)
    assert objects_of(tmp_path) == before
    assert await read_all(await vault.open(session, item, joint)) == b"an exhibit"
    assert await read_all(await vault.open(session, item, caucus)) == b"an exhibit"


async def test_who_does_not_hold_an_item_cannot_grant_it(vault, session, caucus, joint, item):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    await lodge(vault, session, caucus, item)
    with pytest.raises(AccessError):
        await vault.grant(session, item, held=joint, to=joint)
    with pytest.raises(SpaceMissingError):
        await vault.grant(session, item, held=caucus, to=SpaceRef(caucus.collection, uuid4()))
    elsewhere = SpaceRef(uuid4(), joint.space)
    await vault.make_space(session, elsewhere)
    with pytest.raises(AccessError, match="own collection"):
        await vault.grant(session, item, held=caucus, to=elsewhere)
    with pytest.raises(AccessError):
        await vault.open(session, item, elsewhere)


async def test_a_revoked_item_no_longer_opens_and_the_last_place_is_kept(vault, session, caucus, joint, item):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    await lodge(vault, session, caucus, item)
    await vault.grant(session, item, held=caucus, to=joint)
    await vault.revoke(session, item, joint)
    with pytest.raises(AccessError):
        await vault.open(session, item, joint)
    for place in (joint, caucus):
        with pytest.raises(AccessError, match="last one"):
            await vault.revoke(session, item, place)
    assert await read_all(await vault.open(session, item, caucus)) == b"an exhibit"


async def test_a_wrapped_key_copied_to_another_row_is_refused_at_the_commitment(vault, session, caucus, joint, item):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    other = replace(item, item=uuid4())
    newer = replace(item, version=2)
    for each in (item, other, newer):
        await lodge(vault, session, caucus, each)
    row = (await session.execute(select(wrapped_keys).where(wrapped_keys.c.item == other.item))).mappings().one()
    stolen = [
        (joint, item, {"space": joint.space, "item": item.item, "version": 1}),
        (joint, other, {"space": joint.space}),
    ]
    for through, target, changes in stolen:
        await session.execute(insert(wrapped_keys).values({**row, **changes}))
        with pytest.raises(SealError, match="another key"):
            await vault.open(session, target, through)
    for target in (item, newer):
        await session.execute(
            update(wrapped_keys)
            .where(
                wrapped_keys.c.item == target.item,
                wrapped_keys.c.version == target.version,
                wrapped_keys.c.space == caucus.space,
            )
            .values(wrapped=row["wrapped"])
        )
        with pytest.raises(SealError, match="another key"):
            await vault.open(session, target, caucus)


async def test_a_space_key_copied_to_another_space_is_refused_by_the_root(vault, session, caucus, joint):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    sealed = await vault.seal_text(session, caucus, UUID(int=1), TEXT)
    row = (await session.execute(select(space_keys).where(space_keys.c.space == caucus.space))).one()
    await session.execute(update(space_keys).where(space_keys.c.space == joint.space).values(wrapped=row.wrapped))
    with pytest.raises(KeyRootError):
        await vault.open_text(session, joint, UUID(int=1), sealed)


async def test_a_text_opens_for_its_own_space_and_label_only(vault, session, caucus, joint):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    label = uuid4()
    sealed = await vault.seal_text(session, caucus, label, TEXT)
    assert TEXT.encode() not in sealed
    assert await vault.open_text(session, caucus, label, sealed) == TEXT
    for space, wrong in ((caucus, uuid4()), (joint, label)):
        with pytest.raises(SealError):
            await vault.open_text(session, space, wrong, sealed)
    with pytest.raises(SpaceMissingError):
        await vault.open_text(session, SpaceRef(uuid4(), caucus.space), label, sealed)


async def test_the_same_text_twice_is_sealed_differently(vault, session, caucus):
    await vault.make_space(session, caucus)
    assert await vault.seal_text(session, caucus, UUID(int=1), TEXT) != await vault.seal_text(
        session, caucus, UUID(int=1), TEXT
    )


async def test_rubbish_for_a_text_is_refused(vault, session, caucus):
    await vault.make_space(session, caucus)
    sealed = await vault.seal_text(session, caucus, UUID(int=1), "")
    assert await vault.open_text(session, caucus, UUID(int=1), sealed) == ""
    for rubbish in (b"", b"\0\0\0", sealed[:-1], sealed + b"\0", sealed[:4]):
        with pytest.raises(SealError):
            await vault.open_text(session, caucus, UUID(int=1), rubbish)
    with pytest.raises(SpaceMissingError):
        await vault.open_text(session, caucus, UUID(int=1), b"\xff" * 100)


async def test_many_texts_of_a_space_open_in_their_order_over_versions(vault, session, caucus):
    await vault.make_space(session, caucus)
    sealed = []
    for number in range(6):
        if number == 3:
            await vault.keys.add_version(session, caucus)
        sealed.append((UUID(int=number), await vault.seal_text(session, caucus, UUID(int=number), f"n° {number}")))
    assert await vault.open_texts(session, caucus, reversed(sealed)) == [f"n° {5 - number}" for number in range(6)]
    assert await vault.open_texts(session, caucus, []) == []


async def test_a_space_has_one_key_made_once(vault, session, caucus):
    with pytest.raises(SpaceMissingError):
        await vault.seal_text(session, caucus, UUID(int=1), TEXT)
    with pytest.raises(SpaceMissingError):
        await vault.keys.add_version(session, caucus)
    await vault.make_space(session, caucus)
    with pytest.raises(SpaceExistsError):
        await vault.make_space(session, caucus)


async def test_two_makers_of_one_space_leave_one_key(vault, sessions, caucus):
    async def make() -> bool:
        try:
            async with sessions.begin() as session:
                await vault.make_space(session, caucus)
        except SpaceExistsError:
            return False
        return True

    assert sorted(await asyncio.gather(make(), make(), make())) == [False, False, True]


async def test_a_key_made_in_a_rolled_back_transaction_seals_nothing_later(vault, sessions, caucus):
    async with sessions() as session:
        await vault.make_space(session, caucus)
        await session.rollback()
    async with sessions.begin() as session:
        with pytest.raises(SpaceMissingError):
            await vault.seal_text(session, caucus, UUID(int=1), TEXT)
        await vault.make_space(session, caucus)
        sealed = await vault.seal_text(session, caucus, UUID(int=1), TEXT)
    vault.keys.forget()
    async with sessions() as session:
        assert await vault.open_text(session, caucus, UUID(int=1), sealed) == TEXT


# ---- rotation


async def test_a_new_space_key_leaves_objects_identical_and_all_readable(vault, session, caucus, joint, item, tmp_path):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    items = [item, replace(item, version=2), replace(item, item=uuid4())]
    for each in items:
        await lodge(vault, session, caucus, each)
    await vault.grant(session, item, held=caucus, to=joint)
    sealed = await vault.seal_text(session, caucus, UUID(int=1), TEXT)
    before = objects_of(tmp_path)
    old = (await session.execute(select(wrapped_keys.c.wrapped).where(wrapped_keys.c.space == caucus.space))).all()
    await vault.rotation.begin_spaces(session)
    done = []
    while moved := await vault.rotation.rewrap_spaces(session, limit=3):
        done.append(moved)
    assert sum(done) == 2 + 4
    new = (await session.execute(select(wrapped_keys).where(wrapped_keys.c.space == caucus.space))).all()
    assert objects_of(tmp_path) == before
    assert {row.key_version for row in new} == {2}
    assert not {row.wrapped for row in new} & {row.wrapped for row in old}
    for each in items:
        assert await read_all(await vault.open(session, each, caucus)) == b"an exhibit"
    assert await read_all(await vault.open(session, item, joint)) == b"an exhibit"
    assert await vault.open_text(session, caucus, UUID(int=1), sealed) == TEXT


async def test_a_new_root_leaves_everything_readable_and_the_old_root_unneeded(
    config, sessions, caucus, joint, item, tmp_path
):
    vault = open_vault(config)
    async with sessions.begin() as session:
        await vault.make_space(session, caucus)
        await vault.make_space(session, joint)
        await lodge(vault, session, caucus, item)
        sealed = await vault.seal_text(session, joint, UUID(int=1), TEXT)
    before = objects_of(tmp_path)
    newer = LocalRoot(tmp_path / "keys" / "second.json", create=True)
    both = open_vault(replace(config, root=newer, former_roots=[config.root]))
    async with sessions.begin() as session:
        assert await both.open_text(session, joint, UUID(int=1), sealed) == TEXT
        assert await both.rotation.rewrap_root(session, limit=1) == 1
        assert await both.rotation.rewrap_root(session) == 1
        assert await both.rotation.rewrap_root(session) == 0
    assert objects_of(tmp_path) == before
    alone = open_vault(replace(config, root=newer))
    async with sessions() as session:
        assert await alone.open_text(session, joint, UUID(int=1), sealed) == TEXT
        assert await read_all(await alone.open(session, item, caucus)) == b"an exhibit"
        with pytest.raises(KeyRootError, match="former root"):
            await open_vault(config).open_text(session, joint, UUID(int=1), sealed)


async def test_a_keyring_file_rotates_in_place_under_a_running_vault(config, sessions, caucus):
    running, commanded = open_vault(config), open_vault(config)
    async with sessions.begin() as session:
        await running.make_space(session, caucus)
        sealed = await running.seal_text(session, caucus, UUID(int=1), TEXT)
    await commanded.keys.root.rotate()
    async with sessions.begin() as session:
        assert await commanded.rotation.rewrap_root(session) == 1
    await commanded.keys.root.destroy_former()
    running.keys.forget()
    async with sessions.begin() as session:
        assert await running.open_text(session, caucus, UUID(int=1), sealed) == TEXT
        assert await running.keys.root.current() == await commanded.keys.root.current()
    assert sorted(each.name for each in config.root.path.parent.iterdir()) == ["checkpoints.pem", "keyring.json"]


# ---- shred


async def test_a_shredded_item_stays_shut_although_its_object_comes_back(vault, session, caucus, joint, item):
    await vault.make_space(session, caucus)
    await vault.make_space(session, joint)
    received = await lodge(vault, session, caucus, item)
    await vault.grant(session, item, held=caucus, to=joint)
    assert await vault.count(session) == 1
    await vault.destroy(session, item)
    await vault.destroy(session, item)
    assert vault.store.size(received.object_key, received.object_version) == received.sealed_size
    for space in (caucus, joint):
        with pytest.raises(AccessError):
            await vault.open(session, item, space)
        with pytest.raises(AccessError):
            await vault.grant(session, item, held=space, to=joint)
    assert (await vault.facts(session, item)).destroyed
    assert await vault.count(session) == 0


async def test_a_hold_blocks_the_shred_until_it_ends(vault, session, caucus, item):
    await vault.make_space(session, caucus)
    await lodge(vault, session, caucus, item)
    await vault.hold(session, item, held=True)
    with pytest.raises(ItemHeldError):
        await vault.destroy(session, item)
    assert await read_all(await vault.open(session, item, caucus)) == b"an exhibit"
    assert (await vault.facts(session, item)).held
    await vault.hold(session, item, held=False)
    await vault.destroy(session, item)
    for call in (
        vault.hold(session, replace(item, version=9), held=True),
        vault.destroy(session, replace(item, version=9)),
    ):
        with pytest.raises(ItemMissingError):
            await call


async def test_a_destroyed_space_takes_its_texts_with_it_at_once(vault, session, caucus):
    await vault.make_space(session, caucus)
    sealed = await vault.seal_text(session, caucus, UUID(int=1), TEXT)
    await vault.keys.destroy_space(session, caucus)
    with pytest.raises(SpaceMissingError):
        await vault.open_text(session, caucus, UUID(int=1), sealed)


# ---- the root is asked seldom


class CountedRoot(LocalRootKey):
    """A root that counts how often it is asked to unwrap, and takes its time."""

    asked = 0

    async def unwrap(self, wrapped, context):
        CountedRoot.asked += 1
        await asyncio.sleep(0.01)
        return await super().unwrap(wrapped, context)


async def test_a_page_of_texts_costs_one_call_of_the_root_however_many_ask_at_once(sessions, tenant, caucus, joint):
    key = uuid4()
    root = CountedRoot(key, {key: os.urandom(32)})
    keys = KeyRing(root, tenant)
    async with sessions.begin() as session:
        await keys.make_space(session, caucus)
        await keys.make_space(session, joint)
        sealed = await keys.seal(session, caucus, UUID(int=1), b"text")
    keys.forget()
    CountedRoot.asked = 0

    async def page() -> None:
        async with sessions() as session:
            for _ in range(5):
                assert await keys.open(session, caucus, UUID(int=1), sealed) == b"text"

    await asyncio.gather(*(page() for _ in range(4)))
    assert CountedRoot.asked == 1


# ---- the sweep


async def test_the_sweep_finds_orphans_both_ways_and_removes_only_when_told(vault, session, caucus, item):
    await vault.make_space(session, caucus)
    kept = await lodge(vault, session, caucus, item)
    gone = await lodge(vault, session, caucus, replace(item, version=2))
    shredded = await lodge(vault, session, caucus, replace(item, version=3))
    orphan = await vault.receive(replace(item, version=4), one_chunk(b"orphan"), limit=LIMIT)
    upload = vault.store.begin(f"{vault.tenant}/aa/pending")
    stranger = open_vault_elsewhere(vault)
    await vault.discard(gone)
    await vault.destroy(session, shredded.item)
    tomorrow = datetime.now(UTC) + timedelta(days=1, minutes=1)

    fresh = await sweep_store(vault, session, now=datetime.now(UTC), remove=True)
    assert (fresh.orphans, fresh.uploads, fresh.missing) == ([], [], [gone.item])

    dry = await sweep_store(vault, session, now=tomorrow)
    assert {each.key for each in dry.orphans} == {orphan.object_key, shredded.object_key}
    assert [each.upload for each in dry.uploads] == [upload]
    assert not dry.removed
    assert vault.store.size(orphan.object_key, orphan.object_version)

    wet = await sweep_store(vault, session, now=tomorrow, remove=True)
    assert wet.removed
    assert wet.orphans == dry.orphans
    again = await sweep_store(vault, session, now=tomorrow)
    assert (again.orphans, again.uploads, again.missing) == ([], [], [gone.item])
    assert await read_all(await vault.open(session, kept.item, caucus)) == b"an exhibit"
    assert vault.store.read(*stranger, 0, 6) == b"theirs"


def open_vault_elsewhere(vault) -> tuple[str, str]:
    """An object of another tenant in the same store."""
    key = f"{uuid4()}/aa/theirs"
    upload = vault.store.begin(key)
    piece = vault.store.put_part(key, upload, 1, 0, b"theirs", bytes(32))
    return key, vault.store.complete(key, upload, [piece])


# ---- key files


def test_a_keyring_open_to_others_is_refused(config):
    open_vault(config)
    for path in (config.root.path, config.signing_key):
        assert path.stat().st_mode & 0o777 == 0o600
        for mode in (0o640, 0o604, 0o620):
            path.chmod(mode)
            with pytest.raises(ConfigurationError, match="chmod 600"):
                open_vault(config)
        path.chmod(0o600)


def test_a_key_file_is_made_once_and_never_replaced(config):
    first = open_vault(config)
    content = config.root.path.read_bytes(), config.signing_key.read_bytes()
    second = open_vault(config)
    assert content == (config.root.path.read_bytes(), config.signing_key.read_bytes())
    assert first.ledger.key == second.ledger.key
    assert sorted(each.name for each in config.root.path.parent.iterdir()) == ["checkpoints.pem", "keyring.json"]


def test_a_missing_key_file_is_made_only_if_asked(config):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        open_vault(replace(config, root=LocalRoot(config.root.path)))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        open_vault(replace(config, create_signing_key=False))


@pytest.mark.parametrize(
    "change",
    [
        lambda ring: {**ring, "format": "entente-keyring/v9"},
        lambda ring: {**ring, "current": str(uuid4())},
        lambda ring: {**ring, "keys": {**ring["keys"], str(uuid4()): "c2hvcnQ="}},
        lambda ring: {**ring, "keys": {**ring["keys"], "no uuid": next(iter(ring["keys"].values()))}},
        lambda ring: {**ring, "keys": {str(uuid4()): "not base64"}},
        lambda ring: {**ring, "more": 1},
        lambda _: [],
    ],
)
def test_a_damaged_keyring_is_refused_without_telling_what_is_in_it(config, change):
    open_vault(config)
    ring = json.loads(config.root.path.read_text())
    config.root.path.write_text(json.dumps(change(ring)))
    with pytest.raises(ConfigurationError, match="no keyring file") as refusal:
        open_vault(config)
    for secret in ring["keys"].values():
        assert secret not in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\0" * 2_000_000])
def test_a_damaged_signing_key_is_refused(config, content):
    config.signing_key.parent.mkdir()
    config.signing_key.write_bytes(content)
    config.signing_key.chmod(0o600)
    with pytest.raises(ConfigurationError):
        open_vault(config)


def test_a_folder_that_cannot_be_made_is_a_plain_error(config, tmp_path):
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(ConfigurationError, match="cannot be"):
        open_vault(config)


async def test_deleting_the_wrapped_rows_by_hand_is_a_shred_too(vault, session, caucus, item):
    await vault.make_space(session, caucus)
    await lodge(vault, session, caucus, item)
    await session.execute(delete(wrapped_keys))
    with pytest.raises(AccessError):
        await vault.open(session, item, caucus)


async def test_the_second_of_two_overlapping_transactions_learns_that_it_came_late(vault, sessions, caucus, item):
    async def make() -> None:
        async with sessions.begin() as second:
            await vault.make_space(second, caucus)

    async def keep(received) -> None:
        async with sessions.begin() as second:
            await vault.keep(second, received, caucus)

    async with sessions.begin() as first:
        await vault.make_space(first, caucus)
        making = asyncio.create_task(make())
        await asyncio.sleep(0.3)
    with pytest.raises(SpaceExistsError):
        await making
    one, two = [await vault.receive(item, one_chunk(content), limit=LIMIT) for content in (b"one", b"two")]
    async with sessions.begin() as first:
        await vault.keep(first, one, caucus)
        keeping = asyncio.create_task(keep(two))
        await asyncio.sleep(0.3)
    with pytest.raises(ItemExistsError):
        await keeping
    async with sessions() as session:
        assert await read_all(await vault.open(session, item, caucus)) == b"one"
