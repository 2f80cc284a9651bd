"""The job that takes away what uploads left behind, and says aloud when bytes are missing."""

import structlog

from odr.outbox import Job
from odr.platform import Platform
from vault import sweep

log = structlog.get_logger("evidence")


async def sweep_orphans(platform: Platform, _job: Job) -> None:
    """Remove objects and begun uploads that no row names and that are older than a day; report rows without bytes."""
    async with platform.unit(write=False) as uow:
        found = await sweep(platform.vault, uow.session, now=platform.clock(), remove=True)
    if found.orphans or found.uploads:
        log.info("swept", objects=len(found.orphans), uploads=len(found.uploads), locked=len(found.locked))
    if found.missing:
        log.error("bytes_missing", items=[str(item.item) for item in found.missing])
