"""The store's locks as the platform keeps them: prolonged while a dispute runs, final for its record, mended."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from odr.archive.models import Record
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.qualifying import reject_dispute
from odr.evidence.sweeping import sweep_now
from odr.ids import DisputeId, JobId, new_id
from odr.keeping.locking import tend_locks
from odr.keeping.scrubbing import scrub_all
from odr.outbox import Job
from odr.platform import Platform
from tests.builders import Hands, a_case, a_platform
from tests.integration.archive.hands import turn
from tests.integration.keeping.hands import keep, place, s3_settings
from vault import Copy, Damage, ItemRef
from vault.stores.base import LockMode
from vault.stores.s3 import S3Objects

TEND = Job(JobId(new_id()), "tend_locks", {}, 1, "worker")


@pytest.fixture
async def locking(tmp_path: Path, migrated_database: Path, clock: Hands, seaweedfs: Any) -> AsyncIterator[Platform]:
    """SQLite, and a bucket that locks."""
    directory = tmp_path / "entente"
    shutil.copytree(migrated_database, directory)
    bucket = seaweedfs.new_bucket(object_lock=True)
    changes = s3_settings(tmp_path, seaweedfs, bucket, ENTENTE_S3_OBJECT_LOCK="yes")
    async with a_platform(directory, changes, clock=clock, migrated=True) as platform:
        yield platform


async def until(platform: Platform, item: ItemRef) -> datetime:
    found = platform.vault.store.protection(*await place(platform, item, Copy.FIRST))
    assert found.mode is LockMode.GOVERNANCE
    return found.until or datetime.min.replace(tzinfo=UTC)


async def test_a_lock_never_lapses_while_its_dispute_runs(locking: Platform, clock: Hands) -> None:
    case = await a_case(locking)
    item, _ = await keep(locking, b"contrat", case.ref("joint"))
    first = await until(locking, item)
    assert first > datetime.now(UTC) + timedelta(days=360)
    locking.vault.lock_days = 400
    await tend_locks(locking, TEND)
    assert await until(locking, item) == first, "more than half its days are left"
    clock.advance(days=200)
    await tend_locks(locking, TEND)
    assert await until(locking, item) > first + timedelta(days=30)


async def test_a_lock_lapses_once_its_dispute_is_over(locking: Platform, clock: Hands) -> None:
    case = await a_case(locking)
    item, _ = await keep(locking, b"contrat", case.ref("joint"))
    async with locking.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.ARCHIVED))
    first = await until(locking, item)
    locking.vault.lock_days = 400
    clock.advance(days=200)
    await tend_locks(locking, TEND)
    assert await until(locking, item) == first


async def test_a_sealed_record_is_locked_to_the_end_of_its_years(locking: Platform, clock: Hands) -> None:
    case = await a_case(locking, Stage.REFERRED)
    async with locking.unit() as uow:
        await reject_dispute(uow, case.people["secretariat"], case.id, reason="Hors de notre compétence.")
    await turn(locking, clock, times=4)
    async with locking.unit(write=False) as uow:
        record = (await uow.session.scalars(select(Record).where(Record.dispute_id == DisputeId(case.id)))).one()
    lies = await place(locking, ItemRef(case.id, record.item_id), Copy.FIRST)
    found = locking.vault.store.protection(*lies)
    assert found.mode is LockMode.COMPLIANCE
    assert abs((found.until or clock()) - (clock() + locking.settings.record_term)) < timedelta(days=1)


async def test_a_hold_that_somebody_lifted_in_the_store_is_found_and_put_back(locking: Platform) -> None:
    item, _ = await keep(locking, b"contrat")
    async with locking.unit() as uow:
        await uow.vault.hold(uow.session, item, held=True)
    lies = await place(locking, item, Copy.FIRST)
    store = locking.vault.store
    store.hold(*lies, on=False)
    (found,) = (await scrub_all(locking)).found
    assert (found.damage, found.mended) == (Damage.UNHELD, True)
    assert store.protection(*lies).held
    assert (await scrub_all(locking)).found == []


async def test_a_lock_that_somebody_shortened_in_the_store_is_found_and_put_back(locking: Platform) -> None:
    item, _ = await keep(locking, b"contrat")
    store, (key, version) = locking.vault.store, await place(locking, item, Copy.FIRST)
    assert isinstance(store, S3Objects)
    store._client.put_object_retention(  # noqa: SLF001 -- somebody who may bypass it
        Bucket=store._bucket,  # noqa: SLF001 -- the same bucket
        Key=f"vault/{key}",
        VersionId=version,
        Retention={"Mode": "GOVERNANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(minutes=5)},
        BypassGovernanceRetention=True,
    )
    (found,) = (await scrub_all(locking)).found
    assert (found.damage, found.mended) == (Damage.UNLOCKED, True)
    assert await until(locking, item) > datetime.now(UTC) + timedelta(days=360)


async def test_a_locked_orphan_stays_and_the_sweep_says_until_when(locking: Platform, clock: Hands) -> None:
    item, _ = await keep(locking, b"contrat")
    lock_ends = await until(locking, item)
    async with locking.unit() as uow:
        await uow.vault.destroy(uow.session, item)
    clock.advance(days=2)
    swept = await sweep_now(locking, remove=True)
    assert (swept.orphans, swept.locked) == (1, 1)
    assert swept.locked_until == lock_ends
