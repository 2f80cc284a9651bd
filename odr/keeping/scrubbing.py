"""The scrub as the worker runs it: a slice at a time, at the pace set; what it finds is mended if it can be, and told.

What the operator learns is a count, a kind of damage and an item's id, never what an item holds.
"""

import asyncio
import math
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from odr.errors import UnavailableError
from odr.ids import DisputeId, SpaceId
from odr.keeping.events import StoreDamaged
from odr.keeping.repairing import Repair, repair_copy
from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from vault import (
    Copy,
    Damage,
    ItemRef,
    Looked,
    Target,
    due_targets,
    findings,
    look,
    note,
    note_mended,
    protect,
    take_untold,
    versions_of,
)

log = structlog.get_logger("keeping")

SLICE_SECONDS: Final = 60
"""How often the worker scrubs a slice."""
BUSY_SECONDS: Final = 8
"""How long a slice may hold the worker up; what is left of it waits for the next."""
BATCH: Final = 20
MIB: Final = 1024 * 1024
TOLD_AGAIN: Final = timedelta(days=1)
NAMED: Final = 20
LOCKS: Final = frozenset({Damage.UNLOCKED, Damage.UNHELD})
RULE: Final = "O1"  # the platform watches over what it keeps


@dataclass(frozen=True, slots=True)
class Found:
    """One damage that a slice found, and whether it was mended at once."""

    item: ItemRef
    copy: Copy
    damage: Damage
    mended: bool


@dataclass(slots=True)
class Slice:
    """What a slice did: objects read whole, bytes read, damage found."""

    objects: int = 0
    read: int = 0
    found: list[Found] = field(default_factory=list[Found])


async def scrub_objects(platform: Platform, _job: Job) -> None:
    """Scrub one slice: as many bytes as the pace gives to it, what was longest not read first."""
    scrub = platform.settings.scrub
    budget = scrub.mib_per_second * MIB * SLICE_SECONDS
    try:
        await scrub_slice(platform, before=platform.clock() - scrub.whole_every, budget=budget, seconds=BUSY_SECONDS)
    except UnavailableError as error:  # the next slice comes soon; a parked job would end the scrub unseen
        log.warning("scrub_waits", because=error.code)
    await tell_operators(platform)


async def scrub_due(platform: Platform) -> Slice:
    """Read all that is due, whatever its size. Raises as :func:`scrub_slice`."""
    return await scrub_slice(platform, before=platform.clock() - platform.settings.scrub.whole_every)


async def scrub_all(platform: Platform) -> Slice:
    """Read everything, however recently it was read. Raises as :func:`scrub_slice`."""
    return await scrub_slice(platform, before=platform.clock())


async def scrub_item(platform: Platform, item: UUID) -> bool:
    """Read every version of an item; ``False`` where no living one is recorded. Raises as :func:`scrub_slice`."""
    async with platform.unit(write=False) as uow:
        versions = await versions_of(uow.session, item)
    for version in versions:
        await scrub_slice(platform, before=platform.clock(), item=version)
    return bool(versions)


async def repair_known(platform: Platform) -> None:
    """Try again to mend every damage that is known and stands; a lock is mended by reading the object again."""
    async with platform.unit(write=False) as uow:
        standing = [each for each in await findings(uow.session) if not each.mended]
    for each in standing:
        if each.damage in LOCKS:
            await scrub_slice(platform, before=platform.clock(), item=each.item)
        else:
            await repair_copy(platform, each.item, each.copy)


async def scrub_slice(
    platform: Platform,
    *,
    before: datetime,
    budget: float = math.inf,
    seconds: float = math.inf,
    item: ItemRef | None = None,
) -> Slice:
    """Read what was not read since ``before``, until the budget (bytes) or the time is spent. No transaction is held.

    Raises :class:`UnavailableError` when a store is away: nothing is taken for damaged then.
    """
    done = Slice()
    until = time.monotonic() + seconds
    copies = (Copy.FIRST, Copy.SECOND) if platform.vault.replica is not None else (Copy.FIRST,)
    for copy in copies:
        while done.read < budget and time.monotonic() < until:
            async with platform.unit(write=False) as uow:
                targets = await due_targets(uow.session, copy, before=before, limit=BATCH, item=item)
            for target in targets:
                if done.read >= budget or time.monotonic() >= until:
                    break
                await _look_at(platform, target, done, budget - done.read)
            if len(targets) < BATCH or item is not None:
                break
    return done


async def _look_at(platform: Platform, target: Target, done: Slice, budget: float) -> None:
    """Read one object on, note what was found, and mend it."""
    with speaking_odr():
        store = platform.vault.store_of(target.copy)
        looked = await asyncio.to_thread(look, store, target, budget, platform.clock())
    done.read += looked.read
    done.objects += looked.next_segment == 0
    async with platform.unit() as uow:
        damage = await note(uow.session, looked, uow.now())
    if damage is not None:
        mended = await _mend(platform, looked, damage)
        done.found.append(Found(target.source.item, target.copy, damage, mended))
        log.error(
            "object_damaged",
            item=str(target.source.item.item),
            version=target.source.item.version,
            copy=target.copy.value,
            damage=damage.value,
            mended=mended,
        )


async def _mend(platform: Platform, looked: Looked, damage: Damage) -> bool:
    target = looked.target
    if damage in LOCKS:
        with speaking_odr():
            store = platform.vault.store_of(target.copy)
            await asyncio.to_thread(protect, store, target.source.place, target.wanted, platform.clock())
        async with platform.unit() as uow:
            await note_mended(uow.session, target.source.item, target.copy, uow.now())
        return True
    return await repair_copy(platform, target.source.item, target.copy) is Repair.DONE


async def tell_operators(platform: Platform) -> int:
    """Tell the administrators of what nobody was told of yet, once a day at most; return how many findings."""
    async with platform.unit() as uow:
        untold = await take_untold(uow.session, uow.now(), not_since=uow.now() - TOLD_AGAIN)
        if untold:
            centre = platform.settings.centre_id
            await uow.record(
                StoreDamaged(
                    dispute_id=DisputeId(centre),
                    space_id=SpaceId(centre),
                    rule=RULE,
                    actor_id=None,
                    found=len(untold),
                    mended=sum(each.mended for each in untold),
                    items=tuple(str(each.item.item) for each in untold[:NAMED]),
                )
            )
    return len(untold)
