"""Orphans, both ways: objects that no row names, rows whose object is gone. A dry run unless told otherwise.

Each of the two stores is swept by its own rows. A listing may be stale, so it decides nothing alone: what seems to be
missing is asked for by name, and what seems to be an orphan is looked up once more right before it is deleted.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.copies import Copy, same_item
from vault.errors import ItemMissingError, ObjectLockedError, ObjectMissingError
from vault.keeping_tables import replicas
from vault.refs import ItemRef
from vault.stores.base import PendingUpload, StoredObject
from vault.stores.probing import PROBES
from vault.tables import items, uploads
from vault.vault import Vault

BATCH: Final = 500
MOMENT: Final = timedelta(days=1)
"""The age from which an orphan is one: longer than any time between an object's arrival and its row's commit."""


@dataclass(slots=True)
class Sweep:
    """What a sweep found, and did where it was no dry run.

    ``orphans``: objects without a row, or of destroyed items, older than the age given; ``uploads``: begun and never
    ended, as old; ``missing``: recorded items whose object is gone, which need a person or the other copy; ``locked``:
    orphans that the store refuses to delete yet, and ``locked_until``, when the last of their locks ends.
    """

    removed: bool
    copy: Copy = Copy.FIRST
    orphans: list[StoredObject] = field(default_factory=list[StoredObject])
    uploads: list[PendingUpload] = field(default_factory=list[PendingUpload])
    missing: list[ItemRef] = field(default_factory=list[ItemRef])
    locked: list[StoredObject] = field(default_factory=list[StoredObject])
    locked_until: datetime | None = None


async def sweep_store(
    vault: Vault,
    session: AsyncSession,
    *,
    now: datetime,
    older_than: timedelta = MOMENT,
    remove: bool = False,
    copy: Copy = Copy.FIRST,
) -> Sweep:
    """Compare a store with its rows, and with ``remove`` take away what no row names. Raises StoreError.

    ``older_than`` must exceed the longest time between an object's arrival and its transaction's commit. A session
    that sees one moment only must not remove: call ``take_away`` with a fresh one for each orphan instead.
    """
    found = Sweep(removed=remove, copy=copy)
    store, seen = vault.store_of(copy), set[tuple[str, str]]()
    begun = set((await session.execute(select(uploads.c.store_upload))).scalars())  # these have a time of their own
    for prefix in (str(vault.tenant), PROBES):
        objects = store.objects(prefix)
        while batch := await asyncio.to_thread(_take, objects):
            seen.update((each.key, each.version) for each in batch)
            wanted = await _wanted(session, copy, [each.key for each in batch])
            found.orphans += [
                each for each in batch if (each.key, each.version) not in wanted and each.stored_at < now - older_than
            ]
        pending = await asyncio.to_thread(list, store.uploads(prefix))
        found.uploads += [each for each in pending if each.begun_at < now - older_than and each.upload not in begun]
    found.missing = await _missing(vault, session, copy, seen)
    if remove:
        for orphan in found.orphans:
            await take_away(vault, session, found, orphan)
        await end_uploads(vault, found)
    return found


async def take_away(vault: Vault, session: AsyncSession, found: Sweep, orphan: StoredObject) -> None:
    """Delete one orphan, unless a row names it by now; what the store holds is noted as locked. Raises StoreError."""
    if (orphan.key, orphan.version) in await _wanted(session, found.copy, [orphan.key]):
        return
    store = vault.store_of(found.copy)
    try:
        await asyncio.to_thread(store.delete, orphan.key, orphan.version)
    except ObjectLockedError:
        found.locked.append(orphan)
        until = (await asyncio.to_thread(store.protection, orphan.key, orphan.version)).until
        if until is not None and (found.locked_until is None or until > found.locked_until):
            found.locked_until = until
    except ObjectMissingError:
        return


async def end_uploads(vault: Vault, found: Sweep) -> None:
    """Drop the uploads that a sweep found begun and never ended. Raises StoreError."""
    for upload in found.uploads:
        await asyncio.to_thread(vault.store_of(found.copy).abort, upload.key, upload.upload)


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


async def _wanted(session: AsyncSession, copy: Copy, keys: list[str]) -> set[tuple[str, str]]:
    """The objects, of those with these keys, that a living row or an upload not yet lodged names."""
    table = items if copy is Copy.FIRST else replicas
    rows = await session.execute(
        select(table.c.object_key, table.c.object_version)
        .select_from(items if copy is Copy.FIRST else items.join(replicas, same_item(replicas.c, items.c)))
        .where(table.c.object_key.in_(keys), items.c.destroyed_at.is_(None))
    )
    unlodged = await session.execute(
        select(uploads.c.object_key, uploads.c.object_version).where(uploads.c.object_key.in_(keys))
    )
    return {(row.object_key, row.object_version) for row in (*rows, *unlodged)}


async def _missing(vault: Vault, session: AsyncSession, copy: Copy, seen: set[tuple[str, str]]) -> list[ItemRef]:
    """Living rows without their object; what the listing does not show is asked for by name."""
    table = items if copy is Copy.FIRST else replicas
    rows = await session.execute(
        select(items.c.collection, items.c.item, items.c.version, table.c.object_key, table.c.object_version)
        .select_from(items if copy is Copy.FIRST else items.join(replicas, same_item(replicas.c, items.c)))
        .where(items.c.destroyed_at.is_(None))
        .order_by(items.c.kept_at)
    )
    missing: list[ItemRef] = []
    for row in rows:
        if (row.object_key, row.object_version) not in seen:
            try:
                await asyncio.to_thread(vault.store_of(copy).size, row.object_key, row.object_version)
            except ObjectMissingError:
                missing.append(ItemRef(row.collection, row.item, row.version))
    return missing
