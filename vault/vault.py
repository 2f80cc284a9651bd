"""The vault: receive, keep, open, grant, destroy. Every method with a session joins the caller's transaction."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from vault import deposit
from vault.copies import Copy, is_item, place_of
from vault.deposit import Received
from vault.errors import (
    AccessError,
    ConfigurationError,
    ItemDestroyedError,
    ItemExistsError,
    ItemHeldError,
    ItemMissingError,
    ObjectMissingError,
)
from vault.item_rows import ITEM, ItemFacts, item_row, now, segment_row
from vault.keys.keyring import KeyRing
from vault.keys.rotation import Rotation
from vault.keys.secret import zero
from vault.ledger.existence import Existence, existence_salt, item_subject
from vault.ledger.log import Ledger
from vault.locks import want_lock, wanted_protection
from vault.opened import Opened
from vault.pdf.papers import Papers
from vault.pipeline import StoredSegment
from vault.refs import ItemRef, SpaceRef
from vault.stores.base import LockMode, ObjectStore
from vault.stores.circuit import Circuit
from vault.tables import items, segments, wrapped_keys
from vault.uploads import Uploads

LOCK_DAYS: Final = 365


class Vault:
    """Bytes and proofs. Errors of all: VaultError and its children."""

    def __init__(
        self,
        tenant: UUID,
        keys: KeyRing,
        store: ObjectStore,
        ledger: Ledger,
        papers: Papers,
        *,
        replica: ObjectStore | None = None,
        lock_days: int = LOCK_DAYS,
        local: Path | None = None,
    ) -> None:
        self.tenant = tenant
        self.keys = keys
        self.rotation = Rotation(keys)
        self.store = store
        self.replica = replica
        self.bounded = Circuit(store)
        self.ledger = ledger
        self.papers = papers
        self.uploads = Uploads(tenant, keys, store, local=local)
        self.lock_days = lock_days

    async def make_space(self, session: AsyncSession, space: SpaceRef) -> None:
        """Make a space's key. Raises SpaceExistsError."""
        await self.keys.make_space(session, space)

    async def receive(
        self, item: ItemRef, chunks: AsyncIterator[bytes], *, limit: int, expected_sha256: bytes | None = None
    ) -> Received:
        """Seal ``chunks`` to the store while they arrive; no session, constant memory.

        Raises TooLargeError beyond ``limit`` bytes, DigestMismatchError, StoreError, and what ``chunks`` raises;
        nothing is left in the store then.
        """
        return await deposit.receive(
            self.store, self.tenant, item, chunks, limit=limit, expected_sha256=expected_sha256
        )

    async def keep(
        self, session: AsyncSession, received: Received, space: SpaceRef, *, final_until: datetime | None = None
    ) -> None:
        """Record what was received, its data key wrapped for one space. Raises ItemExistsError, SpaceMissingError.

        Where the store locks, the object is under GOVERNANCE for the configured days. With ``final_until`` it is to be
        under COMPLIANCE until then: ``tend_lock`` does it once this transaction has been committed, since nobody could
        take back what a failed one had locked.
        """
        item = received.item
        _same_collection(item, space)
        if (await session.execute(select(items.c.size).where(*is_item(items.c, item)))).one_or_none() is not None:
            raise ItemExistsError("this item version is recorded already")
        try:
            await session.execute(insert(items).values(item_row(received)))
        except IntegrityError as error:
            raise ItemExistsError("this item version was recorded at the same moment") from error
        await session.execute(insert(segments), [segment_row(item, segment) for segment in received.segments])
        await self.keys.wrap(session, space, item, received.data_key)
        salt = existence_salt(received.data_key, self.tenant, item)
        await self.ledger.note_kept(session, space.space, item_subject(item), salt, received.size, received.sha256)
        if self.store.locks and final_until is not None:
            await want_lock(session, item, LockMode.COMPLIANCE, final_until, applied=False)
        elif self.store.locks:
            until, place = self._lock_end(), (received.object_key, received.object_version)
            await asyncio.to_thread(self.store.lock, *place, LockMode.GOVERNANCE, until)
            await want_lock(session, item, LockMode.GOVERNANCE, until, applied=True)

    async def discard(self, received: Received) -> None:
        """Take the object away again. One that is gone already is no error."""
        try:
            await asyncio.to_thread(self.store.delete, received.object_key, received.object_version)
        except ObjectMissingError:
            return

    async def facts(self, session: AsyncSession, item: ItemRef) -> ItemFacts:
        """What is recorded of an item version, destroyed ones included. Raises ItemMissingError."""
        row = await self._row(session, item)
        return ItemFacts(
            item=item,
            size=row.size,
            sha256=row.sha256,
            sealed_size=row.sealed_size,
            segments=row.segments,
            held=row.held,
            destroyed=row.destroyed_at is not None,
        )

    async def versions(self, session: AsyncSession, collection: UUID, item: UUID) -> list[ItemFacts]:
        """What is recorded of every version of an item, destroyed ones included, in their order; none is no error."""
        mine = items.c.collection == collection, items.c.item == item
        numbers = await session.execute(select(items.c.version).where(*mine).order_by(items.c.version))
        return [await self.facts(session, ItemRef(collection, item, number)) for number in numbers.scalars().all()]

    async def segments(self, session: AsyncSession, item: ItemRef) -> list[StoredSegment]:
        """The sealed segments of an item version, in order."""
        columns = segments.c
        rows = await session.execute(
            select(columns.number, columns.size, columns.sealed_size, columns.sealed_sha256)
            .where(columns.collection == item.collection, columns.item == item.item, columns.version == item.version)
            .order_by(columns.number)
        )
        return [StoredSegment(*row) for row in rows]

    async def open(self, session: AsyncSession, item: ItemRef, through: SpaceRef) -> Opened:
        """Open an item through a space it was placed in; its length is authenticated first.

        Raises ItemMissingError, ItemDestroyedError, AccessError, SealError, StoreError.
        """
        row = await self._row(session, item)
        if row.destroyed_at is not None:
            raise ItemDestroyedError("this item was destroyed")
        data_key = await self.keys.unwrap(session, through, item)
        spare = await self._spare(session, item)
        opened = Opened(
            self.store if spare is None else self.bounded,
            (row.object_key, row.object_version),
            self.tenant,
            item,
            data_key,
            size=row.size,
            sha256=row.sha256,
            spare=spare,
        )
        zero(data_key)
        await asyncio.to_thread(opened.check_end)
        return opened

    async def grant(self, session: AsyncSession, item: ItemRef, *, held: SpaceRef, to: SpaceRef) -> None:
        """Wrap an item's data key once more, for another space; no bytes move. Raises AccessError."""
        _same_collection(item, to)
        data_key = await self.keys.unwrap(session, held, item)
        try:
            await self.keys.wrap(session, to, item, data_key)
        finally:
            zero(data_key)

    async def revoke(self, session: AsyncSession, item: ItemRef, space: SpaceRef) -> None:
        """Take an item out of one space. Raises AccessError where it is not in it, or in no other."""
        columns = wrapped_keys.c
        mine = (columns.collection == item.collection, columns.item == item.item, columns.version == item.version)
        places = set((await session.execute(select(columns.space).where(*mine).with_for_update())).scalars())
        if space.collection != item.collection or space.space not in places or len(places) == 1:
            raise AccessError("an item leaves a space it is in, and never its last one")
        await session.execute(delete(wrapped_keys).where(*mine, columns.space == space.space))

    async def existence_proof(self, session: AsyncSession, item: ItemRef, through: SpaceRef) -> Existence | None:
        """Prove that an item version's bytes were kept, and nothing else; None until a batch holds its leaf.

        Needs the item's key, so whoever may not open it gets no proof, and a shredded item has none any more.
        Raises ItemMissingError, AccessError, ProofError.
        """
        row = await self._row(session, item)
        data_key = await self.keys.unwrap(session, through, item)
        try:
            salt = existence_salt(data_key, self.tenant, item)
        finally:
            zero(data_key)
        return await self.ledger.existence(session, item_subject(item), salt, row.size, row.sha256)

    async def hold(self, session: AsyncSession, item: ItemRef, *, held: bool) -> None:
        """Put an item version under a legal hold, or end it: in the rows, and in the store where it locks.

        Raises ItemMissingError, StoreError; should the transaction fail afterwards, the scrub mends the store.
        """
        row = await self._row(session, item, lock=True)
        await session.execute(update(items).where(*is_item(items.c, item)).values(held=held))
        if row.destroyed_at is None:
            for store, place in await self._locking(session, item):
                await asyncio.to_thread(store.hold, *place, on=held)

    async def tend_lock(self, session: AsyncSession, item: ItemRef) -> None:
        """Let a GOVERNANCE lock run its full days from now; give the store a COMPLIANCE lock that it awaits.

        Raises ItemMissingError, StoreError.
        """
        row = await self._row(session, item, lock=True)
        wanted = await wanted_protection(session, item)
        if row.destroyed_at is not None or wanted.mode is None or wanted.until is None:
            return
        until = wanted.until if wanted.mode is LockMode.COMPLIANCE else self._lock_end()
        for store, place in await self._locking(session, item):
            await asyncio.to_thread(store.lock, *place, wanted.mode, until)
        await want_lock(session, item, wanted.mode, until, applied=True)

    def store_of(self, copy: Copy) -> ObjectStore:
        """The store of first or second copies. Raises ConfigurationError where there is no second one."""
        if copy is Copy.FIRST:
            return self.store
        if self.replica is None:
            raise ConfigurationError("there is no second store")
        return self.replica

    async def _spare(self, session: AsyncSession, item: ItemRef) -> tuple[ObjectStore, tuple[str, str]] | None:
        """Where an item can be read when its first copy can't."""
        if self.replica is None:
            return None
        place = await place_of(session, Copy.SECOND, item)
        return None if place is None else (self.replica, place)

    async def _locking(self, session: AsyncSession, item: ItemRef) -> list[tuple[ObjectStore, tuple[str, str]]]:
        """Both copies of an item, as far as their stores have locks."""
        row = await self._row(session, item)
        copies = [(self.store, (row.object_key, row.object_version)), await self._spare(session, item)]
        return [each for each in copies if each is not None and each[0].locks]

    def _lock_end(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.lock_days)

    async def destroy(self, session: AsyncSession, item: ItemRef) -> None:
        """Shred an item version: delete its wrapped keys; the sweep removes the object later.

        Raises ItemMissingError, ItemHeldError.
        """
        row = await self._row(session, item, lock=True)
        if row.held:
            raise ItemHeldError("this item is under a legal hold")
        await self.keys.destroy(session, item)
        if row.destroyed_at is None:
            await session.execute(update(items).where(*is_item(items.c, item)).values(destroyed_at=now()))

    async def seal_text(self, session: AsyncSession, space: SpaceRef, label: UUID, text: str) -> bytes:
        """Seal a text for one space and the row that ``label`` names."""
        return await self.keys.seal(session, space, label, text.encode())

    async def open_text(self, session: AsyncSession, space: SpaceRef, label: UUID, sealed: bytes) -> str:
        """The text sealed for the same space and label. Raises SealError, SpaceMissingError."""
        return (await self.keys.open(session, space, label, sealed)).decode()

    async def open_texts(
        self, session: AsyncSession, space: SpaceRef, sealed: Iterable[tuple[UUID, bytes]]
    ) -> list[str]:
        """Many texts of one space in their order, with one query for its key."""
        return [text.decode() for text in await self.keys.open_many(session, space, sealed)]

    async def count(self, session: AsyncSession) -> int:
        """How many item versions are recorded and not destroyed."""
        return (await session.execute(select(func.count()).where(items.c.destroyed_at.is_(None)))).scalar_one()

    async def _row(self, session: AsyncSession, item: ItemRef, *, lock: bool = False) -> Row[tuple[object, ...]]:
        asked = {"collection": item.collection, "item": item.item, "version": item.version}
        row = (await session.execute(ITEM.with_for_update() if lock else ITEM, asked)).one_or_none()
        if row is None:
            raise ItemMissingError("no such item version is recorded")
        return row


def _same_collection(item: ItemRef, space: SpaceRef) -> None:
    if item.collection != space.collection:
        raise AccessError("an item is placed in spaces of its own collection only")
