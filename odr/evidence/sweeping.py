"""The job that takes away what uploads left behind, and says aloud when bytes are missing."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from vault import Copy, Sweep, end_uploads, sweep_store, take_away

log = structlog.get_logger("keeping")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: how many orphans, unfinished uploads and locked orphans (and when the last lock ends).

    ``missing`` are the items whose bytes are gone from the store, ``second_missing`` from the second one.
    """

    orphans: int
    uploads: int
    locked: int
    missing: tuple[str, ...]
    locked_until: datetime | None = None
    second_missing: tuple[str, ...] = ()


async def sweep_now(platform: Platform, *, remove: bool) -> Swept:
    """Compare each store with its rows; with ``remove``, take away what no row names and is older than a day.

    Each orphan is looked up once more, by a transaction of its own, right before it goes.
    """
    found = [await _sweep(platform, Copy.FIRST, remove=remove)]
    if platform.vault.replica is not None:
        found.append(await _sweep(platform, Copy.SECOND, remove=remove))
    ends = [each.locked_until for each in found if each.locked_until is not None]
    missing = [tuple(str(item.item) for item in each.missing) for each in found]
    return Swept(
        orphans=sum(len(each.orphans) for each in found),
        uploads=sum(len(each.uploads) for each in found),
        locked=sum(len(each.locked) for each in found),
        missing=missing[0],
        locked_until=max(ends, default=None),
        second_missing=missing[1] if len(missing) > 1 else (),
    )


async def _sweep(platform: Platform, copy: Copy, *, remove: bool) -> Sweep:
    async with platform.unit(write=False) as uow:
        found = await sweep_store(platform.vault, uow.session, now=platform.clock(), copy=copy)
    if remove:
        for orphan in found.orphans:
            async with platform.unit(write=False) as uow:
                await take_away(platform.vault, uow.session, found, orphan)
        with speaking_odr():
            await end_uploads(platform.vault, found)
    return found


async def sweep_orphans(platform: Platform, _job: Job) -> None:
    """Remove objects and begun uploads that no row names and that are older than a day; report rows without bytes."""
    found = await sweep_now(platform, remove=True)
    if found.orphans or found.uploads:
        log.info("swept", objects=found.orphans, uploads=found.uploads, locked=found.locked)
    if found.missing or found.second_missing:
        log.error("bytes_missing", items=found.missing, second=found.second_missing)
