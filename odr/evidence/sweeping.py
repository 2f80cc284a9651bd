"""The job that takes away what uploads left behind, and says aloud when bytes are missing."""

from dataclasses import dataclass

import structlog

from odr.outbox import Job
from odr.platform import Platform
from vault import sweep_store

log = structlog.get_logger("evidence")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: how many orphans, unfinished uploads and locked orphans; the items whose bytes are gone."""

    orphans: int
    uploads: int
    locked: int
    missing: tuple[str, ...]


async def sweep_now(platform: Platform, *, remove: bool) -> Swept:
    """Compare the store with the rows; with ``remove``, take away what no row names and is older than a day."""
    async with platform.unit(write=False) as uow:
        found = await sweep_store(platform.vault, uow.session, now=platform.clock(), remove=remove)
    return Swept(
        len(found.orphans), len(found.uploads), len(found.locked), tuple(str(item.item) for item in found.missing)
    )


async def sweep_orphans(platform: Platform, _job: Job) -> None:
    """Remove objects and begun uploads that no row names and that are older than a day; report rows without bytes."""
    found = await sweep_now(platform, remove=True)
    if found.orphans or found.uploads:
        log.info("swept", objects=found.orphans, uploads=found.uploads, locked=found.locked)
    if found.missing:
        log.error("bytes_missing", items=found.missing)
