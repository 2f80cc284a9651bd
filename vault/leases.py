"""Who may write to a resumable deposit: one at a time, by a lease that it renews while bytes come, and fenced."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import CursorResult, Row, update
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import UploadBusyError, UploadOffsetError
from vault.keys.keyring import KeyRing
from vault.keys.secret import Secret, zero
from vault.refs import SpaceRef
from vault.tables import uploads
from vault.upload_rows import item_of, now, row_of

LEASE_SECONDS: Final = 5.0

Sessions = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""Opens a transaction of its own that commits at a clean end."""

_T = TypeVar("_T")
_ends: Final[set[asyncio.Task[None]]] = set()


async def open_data_key(keys: KeyRing, session: AsyncSession, row: Row[Any]) -> Secret:
    """The data key of an upload; the caller zeroes it."""
    space = SpaceRef(row.collection, row.space)
    return await keys.unwrap_apart(session, space, item_of(row), row.key_version, row.wrapped)


class Writer:
    """Whoever holds an upload's lease."""

    def __init__(self, row: Row[Any], data_key: Secret, lease_seconds: float) -> None:
        self.row = row
        self.fence = row.fence + 1
        self.data_key = data_key
        self._lease = int(lease_seconds * 1000)
        self._renewed = time.monotonic()
        self._moved = True

    def until(self) -> int:
        """When a lease taken now ends."""
        return now() + self._lease

    def note(self) -> None:
        """Bytes came."""
        self._moved = True

    def moved(self) -> bool:
        """Whether bytes came since this was last asked."""
        moved, self._moved = self._moved, False
        return moved

    @property
    def doubtful(self) -> bool:
        """Whether the lease may be over soon, or is."""
        return time.monotonic() - self._renewed > self._lease / 2000

    async def commit(self, session: AsyncSession, **changes: Any) -> None:  # noqa: ANN401 -- columns' values
        """Renew the lease and change the row, if it is still ours. Raises UploadBusyError."""
        statement = update(uploads).where(uploads.c.upload == self.row.upload, uploads.c.fence == self.fence)
        done: CursorResult[Any] = await session.execute(statement.values(lease_until=self.until(), **changes))  # type: ignore[assignment]
        if done.rowcount != 1:
            raise UploadBusyError("this upload was given up, or taken over by somebody else")
        self._renewed = time.monotonic()


class Leases:
    """Hands out the leases of one process."""

    def __init__(self, keys: KeyRing, lease_seconds: float) -> None:
        self._keys = keys
        self.seconds = lease_seconds
        self._writing: set[UUID] = set()

    async def take(self, sessions: Sessions, upload: UUID, *, offset: int | None) -> Writer:
        """Become the one writer; a lease that a dead process left is waited out."""
        patience = time.monotonic() + 1.5 * self.seconds
        while True:
            async with sessions() as session:
                row = await row_of(session, upload, lock=True)
                if offset is not None and row.received != offset:
                    raise UploadOffsetError(row.received)
                if row.lease_until <= now():
                    writer = Writer(row, await open_data_key(self._keys, session, row), self.seconds)
                    await session.execute(
                        update(uploads)
                        .where(uploads.c.upload == upload)
                        .values(fence=row.fence + 1, lease_until=writer.until())
                    )
                    self._writing.add(upload)
                    return writer
            if upload in self._writing or time.monotonic() > patience:
                raise UploadBusyError("somebody else is writing to this upload")
            await asyncio.sleep(self.seconds / 20)

    async def guard(
        self,
        sessions: Sessions,
        writer: Writer,
        work: Awaitable[_T],
        end: Callable[[], Awaitable[None]] | None = None,
    ) -> _T:
        """Work under the lease; however it ends, what is under way is brought to its end and the lease given back."""
        keeping = asyncio.create_task(self._keep_lease(sessions, writer))
        try:
            return await work
        finally:
            keeping.cancel()
            ending = asyncio.create_task(self._close(sessions, writer, keeping, end))
            _ends.add(ending)
            ending.add_done_callback(_ends.discard)
            await asyncio.shield(ending)

    async def _close(
        self,
        sessions: Sessions,
        writer: Writer,
        keeping: asyncio.Task[None],
        end: Callable[[], Awaitable[None]] | None,
    ) -> None:
        try:
            if end is not None:
                await end()
            await asyncio.wait([keeping])
        finally:
            await self._release(sessions, writer)

    async def _release(self, sessions: Sessions, writer: Writer) -> None:
        self._writing.discard(writer.row.upload)
        zero(writer.data_key)
        async with sessions() as session:
            await session.execute(
                update(uploads)
                .where(uploads.c.upload == writer.row.upload, uploads.c.fence == writer.fence)
                .values(lease_until=0)
            )

    async def _keep_lease(self, sessions: Sessions, writer: Writer) -> None:
        """Renew the lease as long as something moves."""
        while True:
            await asyncio.sleep(self.seconds / 3)
            if writer.moved():
                with suppress(Exception):  # the next commit tells
                    async with sessions() as session:
                        await writer.commit(session)
