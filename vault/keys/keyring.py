"""The key ring: root key → space key → data key. Wrapped keys live in the database, unwrapped ones only here."""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from vault import contexts, envelope
from vault.envelope import Buffer
from vault.errors import AccessError, KeyRootError, SealError, SpaceExistsError, SpaceMissingError
from vault.keys.cache import KeyCache
from vault.keys.root import RootKey
from vault.keys.secret import Secret, zero
from vault.keys.statements import DATA_KEY, NEWEST_KEY, ONE_KEY, keys_of, rows_of
from vault.refs import ItemRef, SpaceRef
from vault.tables import space_keys, wrapped_keys

APP: Final = "entente"
KEY_LIFETIME_SECONDS: Final = 300.0
KEY_CAPACITY: Final = 1024

_VERSION_BYTES: Final = 4


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
        self.root = root
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
            context = contexts.text_context(self._tenant, space, version, label)
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
                    context = contexts.text_context(self._tenant, space, version, label)
                    opened[place] = envelope.open_message(key, context, message[_VERSION_BYTES:])
        return opened

    async def wrap(self, session: AsyncSession, space: SpaceRef, item: ItemRef, data_key: Buffer) -> None:
        """Wrap an item's data key for one space, in place of what may be wrapped for it already."""
        version, wrapped = await self.wrap_apart(session, space, item, data_key)
        await session.execute(delete(wrapped_keys).where(*rows_of(item), wrapped_keys.c.space == space.space))
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

    async def unwrap(self, session: AsyncSession, space: SpaceRef, item: ItemRef) -> Secret:
        """An item's data key, through a space that it was wrapped for; the caller zeroes it.

        Raises AccessError where it was not wrapped for it.
        """
        if space.collection != item.collection:
            raise AccessError("this item was never placed in this space")
        asked = {"collection": item.collection, "item": item.item, "version": item.version, "space": space.space}
        row = (await session.execute(DATA_KEY, asked)).one_or_none()
        if row is None:
            raise AccessError("this item was never placed in this space, or it was destroyed")
        found = await self._keep_ready(space, row)
        context = contexts.data_key_context(self._tenant, space, found.version, item)
        with self._cache.lent(found.name) as key:
            return envelope.open_key(key, context, row.data_key)

    async def rewrap_item(self, session: AsyncSession, space: SpaceRef, item: ItemRef) -> None:
        """Wrap an item's data key anew under the newest key of a space that it is in.

        The row is changed in place: whoever takes the item out of the space meanwhile still meets it.
        """
        data_key = await self.unwrap(session, space, item)
        try:
            version, wrapped = await self.wrap_apart(session, space, item, data_key)
        finally:
            zero(data_key)
        await session.execute(
            update(wrapped_keys)
            .where(*rows_of(item), wrapped_keys.c.space == space.space)
            .values(key_version=version, wrapped=wrapped)
        )

    async def wrap_apart(
        self, session: AsyncSession, space: SpaceRef, item: ItemRef, data_key: Buffer
    ) -> tuple[int, bytes]:
        """Wrap a data key for one space and record it nowhere: the version of the space's key, and the message."""
        async with self._key(session, space) as (version, key):
            context = contexts.data_key_context(self._tenant, space, version, item)
            return version, bytes(envelope.seal(key, context, data_key))

    async def unwrap_apart(
        self, session: AsyncSession, space: SpaceRef, item: ItemRef, version: int, wrapped: bytes
    ) -> Secret:
        """The data key that ``wrap_apart`` wrapped; the caller zeroes it."""
        async with self._key(session, space, version) as (_, key):
            return envelope.open_key(key, contexts.data_key_context(self._tenant, space, version, item), wrapped)

    async def destroy(self, session: AsyncSession, item: ItemRef) -> None:
        """Delete every wrapped form of an item's data key: its bytes can never be opened again."""
        await session.execute(delete(wrapped_keys).where(*rows_of(item)))

    async def destroy_space(self, session: AsyncSession, space: SpaceRef) -> None:
        """Delete every version of a space's key: its texts, and items placed nowhere else, stay sealed for ever."""
        await session.execute(delete(space_keys).where(*keys_of(space)))

    async def rewrap(self, session: AsyncSession, space: SpaceRef, version: int, root: str, wrapped: bytes) -> None:
        """Wrap one version of a space's key anew under the current root; the former root still opens it meanwhile."""
        context = self._root_context(space, version)
        if self.root.holds(root):
            made = await self.root.rewrap(wrapped, context)
        else:
            key = await self._holder(root).unwrap(wrapped, context)
            try:
                made = await self.root.wrap(key, context)
            finally:
                zero(key)
        await session.execute(
            update(space_keys)
            .where(*keys_of(space), space_keys.c.key_version == version)
            .values(root=made.root, wrapped=made.data)
        )

    async def add_version(self, session: AsyncSession, space: SpaceRef, *, not_before: int = 0) -> None:
        """Give a space a new key; the earlier ones stay, for what is sealed under them.

        ``not_before``: the moment that the row names at the earliest, whatever the clock does. Raises
        SpaceMissingError.
        """
        version = await self._newest_version(session, space)
        if not version:
            raise SpaceMissingError("this space has no key")
        await self._make_key(session, space, version + 1, not_before)

    def forget(self) -> None:
        """Zero every unwrapped key held in memory."""
        self._cache.clear()

    async def _make_key(self, session: AsyncSession, space: SpaceRef, version: int, not_before: int = 0) -> None:
        key = Secret.fresh(envelope.KEY_SIZE)
        try:
            made = await self.root.wrap(key, self._root_context(space, version))
            row = {
                "collection": space.collection,
                "space": space.space,
                "key_version": version,
                "root": made.root,
                "wrapped": made.data,
                "made_at": max(now_ms(), not_before),
            }
            try:
                await session.execute(insert(space_keys).values(row))
            except IntegrityError as error:
                raise SpaceExistsError("this space's key was made at the same moment") from error
            self._cache.put(_name(space, version, made.data), key)
        finally:
            zero(key)

    async def _newest_version(self, session: AsyncSession, space: SpaceRef) -> int:
        """The newest key version of a space, or 0."""
        found = await session.execute(select(func.max(space_keys.c.key_version)).where(*keys_of(space)))
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
        between the last look into the cache (in ``_keep_ready``) and the loan.
        """
        asked: dict[str, UUID | int] = {"collection": space.collection, "space": space.space}
        if version is not None:
            asked["version"] = version
        found = await session.execute(NEWEST_KEY if version is None else ONE_KEY, asked)
        return await self._keep_ready(space, found.one_or_none())

    async def _keep_ready(self, space: SpaceRef, row: Row[*tuple[Any, ...]] | None) -> _SpaceKey:
        """See to it that the key of a row of space_keys is in the cache."""
        if row is None or row.key_version is None:
            raise SpaceMissingError("this space has no such key")
        name = _name(space, row.key_version, row.wrapped)
        if name not in self._cache:
            async with self._unwrapping.setdefault(name, asyncio.Lock()):
                if name not in self._cache:
                    context = self._root_context(space, row.key_version)
                    key = await self._holder(row.root).unwrap(row.wrapped, context)
                    try:
                        self._cache.put(name, key)
                    finally:
                        zero(key)
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


def now_ms() -> int:
    """The present moment, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def _name(space: SpaceRef, version: int, wrapped: bytes) -> bytes:
    """A key's name in the cache. The space is part of it: a row copied to another space must meet its root again."""
    place = space.collection.bytes + space.space.bytes + version.to_bytes(_VERSION_BYTES, "big")
    return hashlib.sha256(place + wrapped).digest()
