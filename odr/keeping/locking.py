"""The store's locks: tried before anything is entrusted to them, and kept from lapsing while a dispute runs."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import select

from odr.disputes.lifecycle import ENDS, Stage
from odr.disputes.models import Dispute
from odr.outbox import Job
from odr.platform import Platform
from vault import ConfigurationError, S3Store, StoreError, locks_due, probe_locks

log = structlog.get_logger("keeping")

BATCH: Final = 200
PROOF: Final = "locks-tried.json"
PROVEN_FOR: Final = timedelta(days=1)
_OVER: Final = ENDS | {Stage.ARCHIVED}


async def why_locks_fail(platform: Platform) -> str:
    """Why the store's locks cannot be relied on although they are configured; empty where they can, or are not.

    What was tried within the last day is not tried again: each trial leaves small objects until their locks end.
    """
    config = platform.settings.vault.store
    if not (isinstance(config, S3Store) and config.object_lock):
        return ""
    place = f"{config.endpoint_url or config.region}/{config.bucket}/{config.prefix}"
    note = platform.settings.data_dir / PROOF
    now = platform.clock()
    if await asyncio.to_thread(_was_proven, note, place, now):
        return ""
    try:
        await asyncio.to_thread(probe_locks, platform.vault.store)
        await asyncio.to_thread(note.write_text, json.dumps({"place": place, "at": now.isoformat()}), "utf-8")
    except (ConfigurationError, StoreError) as error:
        return str(error)
    return ""


def _was_proven(note: Path, place: str, now: datetime) -> bool:
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        return told["place"] == place and now - PROVEN_FOR < datetime.fromisoformat(told["at"]) <= now
    except (OSError, ValueError, KeyError, TypeError):
        return False


async def tend_locks(platform: Platform, _job: Job) -> None:
    """Prolong the GOVERNANCE locks of running disputes once half their days are left; give the store what it awaits.

    A lock is prolonged in one transaction an item: a store that goes away in the middle leaves the rest for next time.
    """
    vault = platform.vault
    if not vault.store.locks:
        return
    before = platform.clock() + timedelta(days=vault.lock_days) / 2
    tended = 0
    while True:
        async with platform.unit(write=False) as uow:
            running = await uow.session.scalars(select(Dispute.id).where(Dispute.stage.not_in(_OVER)))
            due = await locks_due(uow.session, running, before=before, limit=BATCH)
        for item in due:
            async with platform.unit() as uow:
                await vault.tend_lock(uow.session, item)
        tended += len(due)
        if len(due) < BATCH:
            break
    if tended:
        log.info("locks_tended", objects=tended)
