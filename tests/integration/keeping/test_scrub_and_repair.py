"""Objects are destroyed and corrupted on purpose, in either store: found, told, mended from the other copy."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from odr.errors import UnavailableError
from odr.event import EventRow
from odr.evidence.sweeping import sweep_now
from odr.keeping.copying import copy_waiting
from odr.keeping.repairing import Repair, repair_copy
from odr.keeping.scrubbing import (
    SLICE_SECONDS,
    repair_known,
    scrub_all,
    scrub_due,
    scrub_item,
    scrub_slice,
    tell_operators,
)
from odr.keeping.standing import standing_now
from odr.outbox import JobRow
from odr.platform import Platform
from odr.visibility.actor import CentreRole
from odr.worker import Worker, recurring
from tests.builders import Hands, an_account
from tests.integration.keeping.hands import MIB, Damager, keep, place, raw, read, some
from vault import Copy, Damage, ItemRef

Harm = Callable[[Damager, ItemRef, Copy], Awaitable[None]]
COPIES = pytest.mark.parametrize("copy", list(Copy))


@COPIES
@pytest.mark.parametrize("harm", [Damager.lose, Damager.rot, Damager.cut, Damager.lengthen])
async def test_a_damaged_copy_is_found_and_mended_from_the_other(
    twofold: Platform, damage: Damager, copy: Copy, harm: Harm
) -> None:
    content = some(3000)
    item, space = await keep(twofold, content)
    await keep(twofold, some(100))
    assert await copy_waiting(twofold, seconds=60) == 2
    sealed = await raw(twofold, item, Copy.FIRST)
    assert await raw(twofold, item, Copy.SECOND) == sealed, "verbatim"
    await harm(damage, item, copy)
    assert await read(twofold, item, space) == content, "the other copy is read meanwhile"
    done = await scrub_all(twofold)
    (found,) = done.found
    assert (found.item, found.copy, found.mended) == (item, copy, True)
    assert found.damage is (Damage.LOST if harm is Damager.lose else Damage.ROT)
    assert await raw(twofold, item, copy) == sealed
    assert (await scrub_all(twofold)).found == []
    assert await read(twofold, item, space) == content


@COPIES
async def test_another_objects_bytes_are_told_apart_from_rot(twofold: Platform, damage: Damager, copy: Copy) -> None:
    (one, space), (other, _) = await keep(twofold, b"mine"), await keep(twofold, b"theirs, and longer")
    await copy_waiting(twofold, seconds=60)
    await damage.rewrite(one, copy, await raw(twofold, other, copy))
    (found,) = (await scrub_all(twofold)).found
    assert (found.item, found.damage, found.mended) == (one, Damage.SWAPPED, True)
    assert await read(twofold, one, space) == b"mine"


async def test_what_is_damaged_in_both_stores_stays_a_finding_and_is_never_spread(
    twofold: Platform, damage: Damager
) -> None:
    item, _ = await keep(twofold, some(500))
    await copy_waiting(twofold, seconds=60)
    await damage.rot(item, Copy.FIRST)
    await damage.lose(item, Copy.SECOND)
    found = (await scrub_all(twofold)).found
    assert {(each.copy, each.damage, each.mended) for each in found} == {
        (Copy.FIRST, Damage.ROT, False),
        (Copy.SECOND, Damage.LOST, False),
    }
    assert await repair_copy(twofold, item, Copy.SECOND) is Repair.BOTH_DAMAGED
    assert await repair_copy(twofold, item, Copy.FIRST) is Repair.BOTH_DAMAGED
    await repair_known(twofold)
    assert (await standing_now(twofold)).standing == 2


async def test_each_segment_may_come_from_the_copy_that_has_it(platform_of_two: Platform) -> None:
    """Rot in one segment here, in another there: what is read is whole all the same."""
    damage = Damager(platform_of_two)
    content = some(17 * MIB)
    item, space = await keep(platform_of_two, content)
    await copy_waiting(platform_of_two, seconds=60)
    for copy, place_in_it in ((Copy.FIRST, 10), (Copy.SECOND, 9 * MIB)):
        sealed = bytearray(await raw(platform_of_two, item, copy))
        sealed[place_in_it] ^= 1
        await damage.rewrite(item, copy, bytes(sealed))
    assert await read(platform_of_two, item, space) == content


async def test_a_lost_item_mended_by_command_is_read_again(platform_of_two: Platform) -> None:
    damage = Damager(platform_of_two)
    item, space = await keep(platform_of_two, b"contrat")
    await copy_waiting(platform_of_two, seconds=60)
    await damage.lose(item, Copy.FIRST)
    assert await scrub_item(platform_of_two, item.item)
    assert (await standing_now(platform_of_two)).standing == 0
    await damage.lose(item, Copy.SECOND)
    assert await read(platform_of_two, item, space) == b"contrat"
    assert not await scrub_item(platform_of_two, space.space), "no such item"


async def test_a_scrub_goes_on_within_an_object_where_the_last_slice_ended(platform: Platform, clock: Hands) -> None:
    await keep(platform, some(17 * MIB))
    before = clock()
    reads = []
    for _slice in range(4):
        done = await scrub_slice(platform, before=before, budget=9 * MIB)
        reads.append((done.read // MIB, done.objects))
    assert reads == [(8, 0), (8, 0), (1, 1), (0, 0)], "a segment at least, never the same twice"
    assert (await standing_now(platform)).unread == 0


async def test_what_was_longest_not_read_comes_first_and_again_when_its_days_are_over(
    platform: Platform, clock: Hands
) -> None:
    first, _ = await keep(platform, b"one")
    assert (await scrub_due(platform)).objects == 1
    clock.advance(days=10)
    await keep(platform, b"two")
    assert (await scrub_due(platform)).objects == 1, "the first is not due before its days are over"
    clock.advance(days=25)
    done = await scrub_slice(platform, before=clock() - timedelta(days=30), budget=1)
    assert (done.objects, done.read) == (1, len(await raw(platform, first, Copy.FIRST)))


async def test_the_worker_scrubs_and_copies_by_itself(platform_of_two: Platform, clock: Hands) -> None:
    item, _ = await keep(platform_of_two, some(100))
    worker = Worker(platform_of_two)
    assert recurring(60)["scrub_objects"] == SLICE_SECONDS
    await worker.queue_recurring()
    await worker.drain()
    assert await raw(platform_of_two, item, Copy.SECOND) == await raw(platform_of_two, item, Copy.FIRST)
    clock.advance(seconds=SLICE_SECONDS + 1)
    await worker.queue_recurring()
    await worker.drain()
    found = await standing_now(platform_of_two)
    assert (found.objects, found.unread, found.waiting) == (2, 0, 0)


async def test_administrators_are_told_once_a_day_at_most_and_of_ids_alone(
    platform_of_two: Platform, clock: Hands
) -> None:
    damage = Damager(platform_of_two)
    await an_account(platform_of_two, "Adèle Administratrice", CentreRole.ADMINISTRATOR)
    for _ in range(2):
        item, _space = await keep(platform_of_two, b"secret content")
        await damage.lose(item, Copy.FIRST)
        await scrub_all(platform_of_two)
        await tell_operators(platform_of_two)
    async with platform_of_two.unit(write=False) as uow:
        events = list(await uow.session.scalars(select(EventRow).where(EventRow.name == "StoreDamaged")))
        told = [job for job in await uow.session.scalars(select(JobRow)) if job.payload.get("what") == "store_damaged"]
    assert len(events) == len(told) == 1
    clock.advance(days=1, minutes=1)
    assert await tell_operators(platform_of_two) == 1, "the second one, a day later"
    await Worker(platform_of_two).drain()
    mails = [path.read_text() for path in (platform_of_two.settings.data_dir / "mail").rglob("*.eml")]
    assert len(mails) == 2
    assert all("/operations" in mail and "secret" not in mail for mail in mails)
    assert "secret" not in json.dumps([job.payload for job in told])


async def test_a_second_store_that_is_away_delays_nothing_and_is_caught_up_with(
    platform_of_two: Platform,
) -> None:
    item, space = await keep(platform_of_two, b"contrat")
    folder = platform_of_two.settings.data_dir.parent / "second"
    folder.write_text("a file where the folder was")
    with pytest.raises(UnavailableError):
        await copy_waiting(platform_of_two, seconds=60)
    assert (await standing_now(platform_of_two)).waiting == 1
    assert await read(platform_of_two, item, space) == b"contrat"
    await Worker(platform_of_two).queue_recurring()
    await Worker(platform_of_two).drain()
    folder.unlink()
    assert await copy_waiting(platform_of_two, seconds=60) == 1
    assert (await standing_now(platform_of_two)).waiting == 0


async def test_deletions_follow_into_the_second_store(twofold: Platform, clock: Hands) -> None:
    item, _ = await keep(twofold, b"to be shredded")
    kept, space = await keep(twofold, b"to be kept")
    await copy_waiting(twofold, seconds=60)
    lies = await place(twofold, kept, Copy.SECOND)
    async with twofold.unit() as uow:
        await uow.vault.destroy(uow.session, item)
    clock.advance(days=2)
    dry = await sweep_now(twofold, remove=False)
    assert (dry.orphans, dry.missing, dry.second_missing) == (2, (), ())
    assert (await sweep_now(twofold, remove=True)).orphans == 2
    for copy in Copy:
        assert len(list(twofold.vault.store_of(copy).objects(str(twofold.vault.tenant)))) == 1
    assert await place(twofold, kept, Copy.SECOND) == lies
    assert await read(twofold, kept, space) == b"to be kept"
    assert (await standing_now(twofold)).waiting == 0, "what was shredded awaits no copy"


async def test_a_row_whose_second_object_is_gone_is_reported_by_the_sweep(twofold: Platform, damage: Damager) -> None:
    item, _ = await keep(twofold, b"x")
    await copy_waiting(twofold, seconds=60)
    await damage.lose(item, Copy.SECOND)
    found = await sweep_now(twofold, remove=True)
    assert (found.missing, found.second_missing) == ((), (str(item.item),))


async def test_a_mended_objects_damaged_version_is_swept_away_later(
    twofold: Platform, damage: Damager, clock: Hands
) -> None:
    item, space = await keep(twofold, b"contrat")
    await copy_waiting(twofold, seconds=60)
    await damage.rot(item, Copy.FIRST)
    await scrub_all(twofold)
    clock.advance(days=2)
    await sweep_now(twofold, remove=True)
    assert len(list(twofold.vault.store.objects(str(twofold.vault.tenant)))) == 1
    assert await read(twofold, item, space) == b"contrat"
