"""Audit of items: each has its object, its key in every place opens it, and its leaf is of its digest."""

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import AccessError, DigestMismatchError, ObjectMissingError, SealError, SpaceMissingError
from vault.keys.secret import Secret, zero
from vault.ledger import kept
from vault.ledger.audit import Problem
from vault.ledger.existence import existence_leaf, existence_salt, item_subject
from vault.opened import Opened
from vault.refs import ItemRef, SpaceRef
from vault.sweep import scrub
from vault.tables import items, segments, wrapped_keys
from vault.vault import Vault

PAGE: Final = 50


@dataclass(slots=True)
class ItemsWalk:
    """How far items have been looked at: after which one, and how many."""

    after: tuple[UUID, UUID, int] | None = None
    seen: int = 0
    done: bool = False


async def step_items(vault: Vault, session: AsyncSession, walk: ItemsWalk, *, objects: bool) -> list[Problem]:
    """Look at the next page of item versions; with ``objects`` every sealed byte is hashed again, without a key.

    Raises StoreUnavailableError, KeyRootUnavailableError.
    """
    place = tuple_(items.c.collection, items.c.item, items.c.version)
    query = select(items).order_by(items.c.collection, items.c.item, items.c.version).limit(PAGE)
    found = (await session.execute(query if walk.after is None else query.where(place > walk.after))).all()
    problems: list[Problem] = []
    for row in found:
        item = ItemRef(row.collection, row.item, row.version)
        walk.after = (row.collection, row.item, row.version)
        walk.seen += 1
        where = f"{row.item}/{row.version}"
        codes = await _codes(vault, session, item, objects=objects)
        problems += [Problem(code, where) for code in codes]
    walk.done = len(found) < PAGE
    return problems


async def _codes(vault: Vault, session: AsyncSession, item: ItemRef, *, objects: bool) -> list[str]:
    row = (await session.execute(select(items).where(*_of(items, item)))).one()
    wrapped = select(wrapped_keys.c.space).where(*_of(wrapped_keys, item)).order_by(wrapped_keys.c.space)
    spaces = [SpaceRef(item.collection, space) for space in (await session.execute(wrapped)).scalars()]
    if row.destroyed_at is not None:
        return ["key_of_shredded_item"] if spaces else []
    part = segments.c
    sums = select(func.count(), func.sum(part.size), func.sum(part.sealed_size), func.max(part.number))
    counted = (await session.execute(sums.where(*_of(segments, item)))).one()
    if tuple(counted) != (row.segments, row.size, row.sealed_size, row.segments - 1):
        return ["segments_altered"]
    try:
        if await asyncio.to_thread(vault.store.size, row.object_key, row.object_version) != row.sealed_size:
            return ["object_altered"]
        codes = ["object_altered"] if objects and await scrub(vault, session, item) else []
        opening = [await _opens(vault, session, item, space) for space in spaces]
    except ObjectMissingError:
        return ["object_missing"]
    if not spaces:
        codes.append("key_missing")
    return codes + sorted({code for code in opening if code})


async def _opens(vault: Vault, session: AsyncSession, item: ItemRef, space: SpaceRef) -> str:
    """Open the beginning and the end of an item through a space; the code of what is wrong, or nothing."""
    try:
        data_key = await vault.keys.unwrap(session, space, item)
    except SpaceMissingError:
        return ""  # the space was shredded: nobody opens it through that any more
    except (SealError, AccessError):
        return "key_swapped"
    try:
        return await _fits(vault, session, item, data_key)
    finally:
        zero(data_key)


async def _fits(vault: Vault, session: AsyncSession, item: ItemRef, data_key: Secret) -> str:
    row = (await session.execute(select(items).where(*_of(items, item)))).one()
    place = (row.object_key, row.object_version)
    opened = Opened(vault.store, place, vault.tenant, item, data_key, size=row.size, sha256=row.sha256)
    try:
        await asyncio.to_thread(opened.check_end)
        async for _chunk in opened.read(0, min(1, row.size)):
            pass
    except (SealError, DigestMismatchError):
        return "key_swapped"
    leaf = await kept.leaf_of(session, item_subject(item))
    salt = existence_salt(data_key, vault.tenant, item)
    return "digest_altered" if leaf is not None and leaf != existence_leaf(salt, row.size, row.sha256) else ""


def _of(table: Table, item: ItemRef) -> tuple[ColumnElement[bool], ...]:
    columns = table.c
    return columns.collection == item.collection, columns.item == item.item, columns.version == item.version
