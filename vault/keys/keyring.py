"""The key ring: root key → space key → data key. Wrapped keys live in the database, unwrapped ones only here."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from vault import envelope
from vault.errors import AccessError, KeyRootError, SealError, SpaceExistsError, SpaceMissingError
from vault.keys.cache import KeyCache
from vault.keys.root import RootKey
from vault.refs import ItemRef, SpaceRef
from vault.tables import space_keys, wrapped_keys

APP: Final = "entente"
KEY_LIFETIME_SECONDS: Final = 300.0
KEY_CAPACITY: Final = 1024

_VERSION_BYTES: Final = 4


def _of(item: ItemRef) -> tuple[ColumnElement[bool], ...]:
    columns = wrapped_keys.c
    return columns.collection == item.collection, columns.item == item.item, columns.version == item.version


def _key_of(space: SpaceRef) -> tuple[ColumnElement[bool], ...]:
    return space_keys.c.collection == space.collection, space_keys.c.space == space.space


@dataclass(frozen=True, slots=True)
class _SpaceKey:
    """One version of a space's key, by its place in the cache."""

    version: int
    name: bytes


class KeyRing:
    """Makes, wraps, unwraps and rewraps keys. Every method with a session joins the caller's transaction.

    Errors of all: SpaceMissingError, SealError, KeyRootError, KeyRootUnavailableError.
    """

    def __init__(
        self,
        root: RootKey,
        tenant: UUID,
        *,
        former_roots: Sequence[RootKey] = (),
        cache: KeyCache | None = None,
    ) -> None:
        self._root = root
        self._roots = (root, *former_roots)
        self._tenant = tenant
        self._cache = cache or KeyCache(lifetime=KEY_LIFETIME_SECONDS, capacity=KEY_CAPACITY)
        self._unwrapping: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def make_space(self, session: AsyncSession, space: SpaceRef) -> None:
        """Make a space's first key. Raises SpaceExistsError."""
        if await self._newest_version(session, space):
            raise SpaceExistsError("this space has its key already")
        await self._make_key(session, space, 1)

    async def seal(self, session: AsyncSession, space: SpaceRef, label: UUID, data: bytes) -> bytes:
        """Seal bytes for one space and one label: key version (4 B, big-endian), then a message."""
        async with self._key(session, space) as (version, key):
            context = envelope.text_context(self._tenant, space, version, label)
            return version.to_bytes(_VERSION_BYTES, "big") + envelope.seal(key, context, data)

    async def open(self, session: AsyncSession, space: SpaceRef, label: UUID, sealed: bytes) -> bytes:
        """What ``seal`` sealed for the same space and label."""
        return (await self.open_many(session, space, [(label, sealed)]))[0]

    async def open_many(
        self, session: AsyncSession, space: SpaceRef, sealed: Iterable[tuple[UUID, bytes]]
    ) -> list[bytes]:
        """Open many sealed values of one space in their order: one query and at most one root call a key version."""
        wanted = list(sealed)
        opened = [b""] * len(wanted)
        by_version: dict[int, list[int]] = {}
        for place, (_, message) in enumerate(wanted):
            if len(message) < _VERSION_BYTES:
                raise SealError("this is no sealed text")
            by_version.setdefault(int.from_bytes(message[:_VERSION_BYTES], "big"), []).append(place)
        for version, places in by_version.items():
            async with self._key(session, space, version) as (_, key):
                for place in places:
                    label, message = wanted[place]
                    context = envelope.text_context(self._tenant, space, version, label)
                    opened[place] = envelope.open_message(key, context, message[_VERSION_BYTES:])
        return opened

    async def wrap(self, session: AsyncSession, space: SpaceRef, item: ItemRef, data_key: bytes) -> None:
        """Wrap an item's data key for one space, in place of what may be wrapped for it already."""
        async with self._key(session, space) as (version, key):
            context = envelope.data_key_context(self._tenant, space, version, item)
            wrapped = bytes(envelope.seal(key, context, data_key))
        await session.execute(delete(wrapped_keys).where(*_of(item), wrapped_keys.c.space == space.space))
        await session.execute(
            insert(wrapped_keys).values(
                collection=item.collection,
                item=item.item,
                version=item.version,
                space=space.space,
                key_version=version,
                wrapped=wrapped,
            )
        )

    async def unwrap(self, session: AsyncSession, space: SpaceRef, item: ItemRef) -> bytes:
        """An item's data key, through a space that it was wrapped for. Raises AccessError where it was not."""
        if space.collection != item.collection:
            raise AccessError("this item was never placed in this space")
        found = (
            await session.execute(
                select(wrapped_keys.c.key_version, wrapped_keys.c.wrapped).where(
                    *_of(item), wrapped_keys.c.space == space.space
                )
            )
        ).one_or_none()
        if found is None:
            raise AccessError("this item was never placed in this space, or it was destroyed")
        async with self._key(session, space, found.key_version) as (version, key):
            context = envelope.data_key_context(self._tenant, space, version, item)
            return envelope.open_message(key, context, found.wrapped)

    async def destroy(self, session: AsyncSession, item: ItemRef) -> None:
        """Delete every wrapped form of an item's data key: its bytes can never be opened again."""
        await session.execute(delete(wrapped_keys).where(*_of(item)))

    async def destroy_space(self, session: AsyncSession, space: SpaceRef) -> None:
        """Delete every version of a space's key: its texts, and items placed nowhere else, stay sealed for ever."""
        await session.execute(delete(space_keys).where(*_key_of(space)))

    async def rewrap_root(self, session: AsyncSession, *, limit: int = 1000) -> int:
        """Wrap up to ``limit`` space keys anew that are not under the current root key; how many were.

        Call it again until it answers 0. Objects, data keys and texts are untouched. The former roots must be
        configured meanwhile.
        """
        rows = (
            await session.execute(
                select(space_keys).where(space_keys.c.root != self._root.name).limit(limit).with_for_update()
            )
        ).all()
        for row in rows:
            space = SpaceRef(row.collection, row.space)
            context = self._root_context(space, row.key_version)
            key = await self._holder(row.root).unwrap(row.wrapped, context)
            await session.execute(
                update(space_keys)
                .where(*_key_of(space), space_keys.c.key_version == row.key_version)
                .values(root=self._root.name, wrapped=await self._root.wrap(key, context))
            )
        return len(rows)

    async def rewrap_space(self, session: AsyncSession, space: SpaceRef) -> int:
        """Give a space a new key and wrap its data keys under it; how many were. No object changes.

        Earlier versions stay, for the texts sealed under them.
        """
        version = await self._newest_version(session, space)
        if not version:
            raise SpaceMissingError("this space has no key")
        await self._make_key(session, space, version + 1)
        rows = (
            await session.execute(
                select(wrapped_keys.c.item, wrapped_keys.c.version).where(
                    wrapped_keys.c.collection == space.collection, wrapped_keys.c.space == space.space
                )
            )
        ).all()
        for row in rows:
            item = ItemRef(space.collection, row.item, row.version)
            await self.wrap(session, space, item, await self.unwrap(session, space, item))
        return len(rows)

    def forget(self) -> None:
        """Zero every unwrapped key held in memory."""
        self._cache.clear()

    async def _make_key(self, session: AsyncSession, space: SpaceRef, version: int) -> None:
        key = secrets.token_bytes(envelope.KEY_SIZE)
        wrapped = await self._root.wrap(key, self._root_context(space, version))
        row = {
            "collection": space.collection,
            "space": space.space,
            "key_version": version,
            "root": self._root.name,
            "wrapped": wrapped,
            "made_at": time.time_ns() // 1_000_000,
        }
        try:
            await session.execute(insert(space_keys).values(row))
        except IntegrityError as error:
            raise SpaceExistsError("this space's key was made at the same moment") from error
        self._cache.put(_name(space, version, wrapped), key)

    async def _newest_version(self, session: AsyncSession, space: SpaceRef) -> int:
        """The newest key version of a space, or 0."""
        found = await session.execute(select(func.max(space_keys.c.key_version)).where(*_key_of(space)))
        return found.scalar_one() or 0

    @asynccontextmanager
    async def _key(
        self, session: AsyncSession, space: SpaceRef, version: int | None = None
    ) -> AsyncGenerator[tuple[int, bytearray], None]:
        """A space's key, the newest unless a version is named, zeroed at the end."""
        found = await self._find_key(session, space, version)
        with self._cache.lent(found.name) as key:
            yield found.version, key

    async def _find_key(self, session: AsyncSession, space: SpaceRef, version: int | None) -> _SpaceKey:
        """Read a space key's row and see to it that its key is in the cache.

        The row is read each time, so that a destroyed or rolled-back key is gone at once. Nobody awaits anything
        between the last look into the cache and the loan.
        """
        query = select(space_keys).where(*_key_of(space)).order_by(space_keys.c.key_version.desc()).limit(1)
        if version is not None:
            query = query.where(space_keys.c.key_version == version)
        row = (await session.execute(query)).one_or_none()
        if row is None:
            raise SpaceMissingError("this space has no such key")
        name = _name(space, row.key_version, row.wrapped)
        if name not in self._cache:
            async with self._unwrapping.setdefault(name, asyncio.Lock()):
                if name not in self._cache:
                    context = self._root_context(space, row.key_version)
                    self._cache.put(name, await self._holder(row.root).unwrap(row.wrapped, context))
        return _SpaceKey(row.key_version, name)

    def _holder(self, name: str) -> RootKey:
        for root in self._roots:
            if root.holds(name):
                return root
        raise KeyRootError("no configured root key can open this space key: is a former root key missing?")

    def _root_context(self, space: SpaceRef, version: int) -> dict[str, str]:
        """The encryption context, authenticated by the root and never stored."""
        return {
            "app": APP,
            "tenant": str(self._tenant),
            "space": f"{space.collection}/{space.space}",
            "key_version": str(version),
        }


def _name(space: SpaceRef, version: int, wrapped: bytes) -> bytes:
    """A key's name in the cache. The space is part of it: a row copied to another space must meet its root again."""
    place = space.collection.bytes + space.space.bytes + version.to_bytes(_VERSION_BYTES, "big")
    return hashlib.sha256(place + wrapped).digest()
