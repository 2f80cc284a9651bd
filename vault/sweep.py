"""Orphans, both ways: objects that no row names, rows whose object is gone. A dry run unless told otherwise."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ItemMissingError, ObjectLockedError, ObjectMissingError
from vault.refs import ItemRef
from vault.stores.base import PendingUpload, StoredObject
from vault.tables import items, uploads
from vault.vault import Vault

BATCH: Final = 500


@dataclass(slots=True)
class Sweep:
    """What a sweep found, and did where it was no dry run.

    ``orphans``: objects without a row, or of destroyed items, older than the age given; ``uploads``: begun and never
    ended, as old; ``missing``: recorded items whose object is gone, which need a person; ``locked``: orphans that the
    store refuses to delete yet.
    """

    removed: bool
    orphans: list[StoredObject] = field(default_factory=list[StoredObject])
    uploads: list[PendingUpload] = field(default_factory=list[PendingUpload])
    missing: list[ItemRef] = field(default_factory=list[ItemRef])
    locked: list[StoredObject] = field(default_factory=list[StoredObject])


async def sweep_store(
    vault: Vault,
    session: AsyncSession,
    *,
    now: datetime,
    older_than: timedelta = timedelta(days=1),
    remove: bool = False,
) -> Sweep:
    """Compare the store with the rows, and with ``remove`` take away what no row names. Raises StoreError.

    ``older_than`` must exceed the longest time between an object's arrival and its transaction's commit.
    """
    found = Sweep(removed=remove)
    prefix = str(vault.tenant)
    seen: set[tuple[str, str]] = set()
    objects = vault.store.objects(prefix)
    while batch := await asyncio.to_thread(_take, objects):
        seen.update((each.key, each.version) for each in batch)
        wanted = await _wanted(session, [each.key for each in batch])
        found.orphans += [
            each for each in batch if (each.key, each.version) not in wanted and each.stored_at < now - older_than
        ]
    pending = await asyncio.to_thread(list, vault.store.uploads(prefix))
    begun = set((await session.execute(select(uploads.c.store_upload))).scalars())  # these have a time of their own
    found.uploads = [each for each in pending if each.begun_at < now - older_than and each.upload not in begun]
    found.missing = await _missing(vault, session, seen)
    if remove:
        for orphan in found.orphans:
            try:
                await asyncio.to_thread(vault.store.delete, orphan.key, orphan.version)
            except ObjectLockedError:
                found.locked.append(orphan)
            except ObjectMissingError:
                continue
        for upload in found.uploads:
            await asyncio.to_thread(vault.store.abort, upload.key, upload.upload)
    return found


async def scrub(vault: Vault, session: AsyncSession, item: ItemRef) -> list[int]:
    """Hash an item's sealed segments without any key; the numbers of those that changed.

    Raises ItemMissingError, StoreError.
    """
    row = (
        await session.execute(
            select(items.c.object_key, items.c.object_version).where(
                items.c.collection == item.collection, items.c.item == item.item, items.c.version == item.version
            )
        )
    ).one_or_none()
    if row is None:
        raise ItemMissingError("no such item version is recorded")
    changed: list[int] = []
    offset = 0
    for segment in await vault.segments(session, item):
        sealed = await asyncio.to_thread(
            vault.store.read, row.object_key, row.object_version, offset, segment.sealed_size
        )
        if hashlib.sha256(sealed).digest() != segment.sealed_sha256:
            changed.append(segment.number)
        offset += segment.sealed_size
    return changed


def _take(objects: Iterator[StoredObject]) -> list[StoredObject]:
    return list(islice(objects, BATCH))


async def _wanted(session: AsyncSession, keys: list[str]) -> set[tuple[str, str]]:
    """The objects, of those with these keys, that a living row or an upload not yet lodged names."""
    rows = await session.execute(
        select(items.c.object_key, items.c.object_version).where(
            items.c.object_key.in_(keys), items.c.destroyed_at.is_(None)
        )
    )
    unlodged = await session.execute(
        select(uploads.c.object_key, uploads.c.object_version).where(uploads.c.object_key.in_(keys))
    )
    return {(row.object_key, row.object_version) for row in (*rows, *unlodged)}


async def _missing(vault: Vault, session: AsyncSession, seen: set[tuple[str, str]]) -> list[ItemRef]:
    """Living rows without their object; what was stored since the listing is asked for by name."""
    missing: list[ItemRef] = []
    for row in await session.execute(select(items).where(items.c.destroyed_at.is_(None)).order_by(items.c.kept_at)):
        if (row.object_key, row.object_version) not in seen:
            try:
                await asyncio.to_thread(vault.store.size, row.object_key, row.object_version)
            except ObjectMissingError:
                missing.append(ItemRef(row.collection, row.item, row.version))
    return missing
