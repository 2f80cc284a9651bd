"""Rotation: space keys rewrapped under a new root, spaces given new keys, in batches, while everybody works.

All that a rotation has still to do can be read off the rows, so it goes on after any interruption where it stood. Only
when a rotation of the spaces began is kept beside. No object is read or written.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, Subquery, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from vault.keys.keyring import KeyRing, now_ms
from vault.keys.secret import zero
from vault.refs import ItemRef, SpaceRef
from vault.tables import rotations, space_keys, uploads, wrapped_keys

BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rotation is: ``done`` of ``total`` wrapped keys. ``begun_at`` is ``None`` before the first one."""

    done: int
    total: int
    begun_at: datetime | None = None

    @property
    def under_way(self) -> bool:
        """Whether something is still to be rewrapped."""
        return self.done < self.total


class Rotation:
    """Moves keys to newer keys. Each step is one bounded batch that joins the caller's transaction.

    Errors of all: KeyRootError, KeyRootUnavailableError, SealError.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def root_progress(self, session: AsyncSession) -> Progress:
        """How many space keys lie under the current root key, of how many."""
        current = await self._keys.root.current()
        column = space_keys.c.root
        counted = await session.execute(
            select(func.count(), func.count().filter(column == current)).select_from(space_keys)
        )
        total, done = counted.one()
        return Progress(done, total)

    async def rewrap_root(self, session: AsyncSession, *, limit: int = BATCH) -> int:
        """Wrap up to ``limit`` space keys anew that are not under the current root key; how many were.

        Call it again until it answers 0. The former roots must be configured meanwhile.
        """
        current = await self._keys.root.current()
        query = select(space_keys).where(space_keys.c.root != current).limit(limit).with_for_update(skip_locked=True)
        rows = (await session.execute(query)).all()
        for row in rows:
            space = SpaceRef(row.collection, row.space)
            await self._keys.rewrap(session, space, row.key_version, row.root, row.wrapped)
        return len(rows)

    async def begin_spaces(self, session: AsyncSession) -> None:
        """Begin to give every space a new key; where that is under way already, nothing changes."""
        if (await self.spaces_progress(session)).under_way:
            return
        begun = now_ms()
        beginning = update(rotations).values(begun_at=begun, total=0).returning(rotations.c.begun_at)
        if (await session.execute(beginning)).first() is None:
            await session.execute(insert(rotations).values(kind=_SPACES, begun_at=begun, total=0))
        left = await self._left(session, begun)
        await session.execute(update(rotations).values(total=left))

    async def spaces_progress(self, session: AsyncSession) -> Progress:
        """How far the newest rotation of the spaces is: spaces with a new key, and data keys under the newest one."""
        row = (await session.execute(select(rotations))).one_or_none()
        if row is None:
            return Progress(0, 0)
        left = await self._left(session, row.begun_at)
        total = max(row.total, left)
        return Progress(total - left, total, datetime.fromtimestamp(row.begun_at / 1000, UTC))

    async def rewrap_spaces(self, session: AsyncSession, *, limit: int = BATCH) -> int:
        """Give up to ``limit`` spaces a new key, or else wrap as many data keys anew, uploads' too; how many were.

        Call it again until it answers 0. Texts stay under the version that sealed them.
        """
        begun = (await session.execute(select(rotations.c.begun_at))).scalar_one_or_none()
        if begun is None:
            return 0
        spaces = (await session.execute(_stale_spaces(begun).limit(limit))).all()
        for row in spaces:
            await self._keys.add_version(session, SpaceRef(row.collection, row.space), not_before=begun)
        if spaces:
            return len(spaces)
        return await self._rewrap_items(session, limit) or await self._rewrap_uploads(session, limit)

    async def _rewrap_items(self, session: AsyncSession, limit: int) -> int:
        query = _stale_items().limit(limit).with_for_update(of=wrapped_keys, skip_locked=True)
        rows = (await session.execute(query)).all()
        for row in rows:
            item = ItemRef(row.collection, row.item, row.version)
            await self._keys.rewrap_item(session, SpaceRef(row.collection, row.space), item)
        return len(rows)

    async def _rewrap_uploads(self, session: AsyncSession, limit: int) -> int:
        query = _stale_uploads().limit(limit).with_for_update(of=uploads, skip_locked=True)
        rows = (await session.execute(query)).all()
        for row in rows:
            space, item = SpaceRef(row.collection, row.space), ItemRef(row.collection, row.item, row.version)
            data_key = await self._keys.unwrap_apart(session, space, item, row.key_version, row.wrapped)
            try:
                version, wrapped = await self._keys.wrap_apart(session, space, item, data_key)
            finally:
                zero(data_key)
            await session.execute(
                update(uploads).where(uploads.c.upload == row.upload).values(key_version=version, wrapped=wrapped)
            )
        return len(rows)

    async def _left(self, session: AsyncSession, begun: int) -> int:
        spaces = await session.execute(select(func.count()).select_from(_stale_spaces(begun).subquery()))
        items = await session.execute(select(func.count()).select_from(_stale_items().subquery()))
        under_way = await session.execute(select(func.count()).select_from(_stale_uploads().subquery()))
        moving = 0
        for table in (wrapped_keys, uploads):
            stale = _stale_spaces(begun).subquery()
            joined = table.join(stale, (table.c.collection == stale.c.collection) & (table.c.space == stale.c.space))
            moving += (await session.execute(select(func.count()).select_from(joined))).scalar_one()
        return spaces.scalar_one() + items.scalar_one() + under_way.scalar_one() + moving


_SPACES: Final = "spaces"


def _newest() -> Subquery:
    """Each space's newest key version, and when it was made."""
    columns = space_keys.c
    return (
        select(
            columns.collection,
            columns.space,
            func.max(columns.key_version).label("key_version"),
            func.max(columns.made_at).label("made_at"),
        )
        .group_by(columns.collection, columns.space)
        .subquery()
    )


def _stale_spaces(begun: int) -> Select[*tuple[Any, ...]]:
    newest = _newest()
    return select(newest.c.collection, newest.c.space).where(newest.c.made_at < begun)


def _stale_items() -> Select[*tuple[Any, ...]]:
    """Data keys that lie under another version of their space's key than the newest."""
    newest, columns = _newest(), wrapped_keys.c
    return (
        select(columns.collection, columns.item, columns.version, columns.space)
        .join(newest, (newest.c.collection == columns.collection) & (newest.c.space == columns.space))
        .where(columns.key_version < newest.c.key_version)
    )


def _stale_uploads() -> Select[*tuple[Any, ...]]:
    """The same of uploads that are under way."""
    newest, columns = _newest(), uploads.c
    return (
        select(
            columns.upload,
            columns.collection,
            columns.item,
            columns.version,
            columns.space,
            columns.key_version,
            columns.wrapped,
        )
        .join(newest, (newest.c.collection == columns.collection) & (newest.c.space == columns.space))
        .where(columns.key_version < newest.c.key_version)
    )
