"""Mending one copy of an object from the other: verified while it is read, written anew, then the row points to it."""

import asyncio
from enum import StrEnum

import structlog

from odr.platform import Platform
from vault import (
    Copy,
    CopyDamagedError,
    ItemRef,
    ObjectMissingError,
    StoreError,
    load_sources,
    note_mended,
    place_of,
    point_to,
    protect,
    wanted_protection,
    write_copy,
)

log = structlog.get_logger("keeping")


class Repair(StrEnum):
    """How mending one copy ended."""

    DONE = "done"
    NO_COPY = "no_copy"  # there is no other copy to mend it from
    BOTH_DAMAGED = "both_damaged"  # the other is damaged too
    STORE_AWAY = "store_away"  # one of the two stores does not answer, or refuses
    MOVED_ON = "moved_on"  # it was mended or shredded meanwhile


async def repair_copy(platform: Platform, item: ItemRef, copy: Copy) -> Repair:
    """Write one copy of an item anew from the other, byte for byte, under its locks. The damaged version stays behind.

    It is an orphan from then on, which the sweep takes away once its lock has ended.
    """
    vault = platform.vault
    if vault.replica is None:
        return Repair.NO_COPY
    async with platform.unit(write=False) as uow:
        sources = await load_sources(uow.session, copy.other, [item])
        before = await place_of(uow.session, copy, item)
        wanted = await wanted_protection(uow.session, item)
    if not sources or (before is None and copy is Copy.FIRST):
        return Repair.NO_COPY
    target = vault.store_of(copy)
    try:
        version = await asyncio.to_thread(write_copy, vault.store_of(copy.other), sources[0], target)
    except (CopyDamagedError, ObjectMissingError):
        return Repair.BOTH_DAMAGED
    except StoreError as error:
        log.warning("repair_waits", item=str(item.item), error=type(error).__name__)
        return Repair.STORE_AWAY
    place = (sources[0].place[0], version)
    async with platform.unit() as uow:
        moved = await place_of(uow.session, copy, item) != before
        if not moved:
            await point_to(uow.session, copy, item, place, now=uow.now())
            await note_mended(uow.session, item, copy, uow.now())
            if target.locks:
                await asyncio.to_thread(protect, target, place, wanted, uow.now())
    if moved:
        await asyncio.to_thread(target.delete, *place)
        return Repair.MOVED_ON
    log.info("copy_mended", item=str(item.item), version=item.version, copy=copy.value)
    return Repair.DONE
