"""The job that brings everything into the second store, oldest first, and takes up what it could not do before."""

import time
from typing import Final

import structlog

from odr.errors import UnavailableError
from odr.keeping.repairing import Repair, repair_copy
from odr.outbox import Job
from odr.platform import Platform
from vault import Copy, ItemRef, uncopied

log = structlog.get_logger("keeping")

EVERY_SECONDS: Final = 60
BUSY_SECONDS: Final = 10
BATCH: Final = 20


async def replicate(platform: Platform, _job: Job) -> None:
    """Copy what has no second copy yet. A damaged first copy is left to the scrub, and holds nothing else up.

    A store that is away is waited for: the next slot comes soon, and a parked job would end the copying unseen.
    """
    try:
        await copy_waiting(platform, seconds=BUSY_SECONDS)
    except UnavailableError as error:
        log.warning("copying_waits", because=error.code)


async def copy_waiting(platform: Platform, *, seconds: float) -> int:
    """Copy what waits, until it is done or the time is spent; return how many objects. Raises UnavailableError."""
    if platform.vault.replica is None:
        return 0
    copied, damaged = 0, set[ItemRef]()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        async with platform.unit(write=False) as uow:
            waiting = await uncopied(uow.session, limit=BATCH, but=frozenset(damaged))
        if not waiting:
            break
        for source in waiting:
            ended = await repair_copy(platform, source.item, Copy.SECOND)
            copied += ended is Repair.DONE
            if ended is Repair.STORE_AWAY:
                raise UnavailableError("store_away")
            if ended is Repair.BOTH_DAMAGED:
                damaged.add(source.item)
                log.error("copy_refused", item=str(source.item.item), version=source.item.version)
            if time.monotonic() >= until:
                break
    return copied
