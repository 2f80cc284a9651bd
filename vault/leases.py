"""Who may write to a resumable deposit: one at a time, by a lease that it renews while bytes come, and fenced.

A line that went silent (a phone changed its network, and its old connection still stands half open) makes way for the
next one of this process within a second: what it had under way comes to its end first, so that nothing is torn. A
lease of a process that is known to be dead (vault/presence.py) is taken at once; any other within seconds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import CursorResult, Row, update
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import UploadBusyError, UploadOffsetError
from vault.keys.keyring import KeyRing
from vault.keys.secret import Secret, zero
from vault.presence import Presence
from vault.refs import SpaceRef
from vault.tables import uploads
from vault.upload_rows import item_of, now, row_of

LEASE_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 0.5
"""For how long no byte has come over a line that makes way for the next one."""

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

    def __init__(self, row: Row[Any], data_key: Secret, lease_seconds: float, *, appends: bool) -> None:
        self.row = row
        self.fence = row.fence + 1
        self.data_key = data_key
        self.overtaken = asyncio.Event()
        self._appends = appends
        self._lease = int(lease_seconds * 1000)
        self._renewed = self._noted = time.monotonic()
        self._moved = True

    def until(self) -> int:
        """When a lease taken now ends."""
        return now() + self._lease

    def note(self) -> None:
        """Bytes came."""
        self._moved = True
        self._noted = time.monotonic()

    @property
    def silent(self) -> bool:
        """Whether this is a line over which nothing comes any more; a finishing never is."""
        return self._appends and time.monotonic() - self._noted > SILENT_SECONDS

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

    def __init__(self, keys: KeyRing, presence: Presence, lease_seconds: float) -> None:
        self._keys = keys
        self._presence = presence
        self.seconds = lease_seconds
        self._writing: dict[UUID, Writer] = {}

    async def take(self, sessions: Sessions, upload: UUID, *, offset: int | None) -> Writer:
        """Become the one writer: a silent line makes way; another process's lease is waited out, unless that is dead.

        ``offset`` is where bytes will be appended, None for whoever takes none.
        """
        patience = time.monotonic() + 1.5 * self.seconds
        impatience = time.monotonic() + 2 * SILENT_SECONDS
        while True:
            async with sessions() as session:
                row = await row_of(session, upload, lock=True)
                if offset is not None and not row.received <= offset <= row.size:
                    raise UploadOffsetError(row.received)
                before = self._writing.get(upload)
                writer = None
                if before is None and (row.lease_until <= now() or await self._left(row)):
                    writer = await self._taken(session, row, appends=offset is not None)
            if writer is not None:
                self._writing[upload] = writer
                return writer
            if before is not None and before.silent:
                before.overtaken.set()
            making_way = before is None or before.overtaken.is_set()
            if time.monotonic() > (patience if making_way else impatience):
                raise UploadBusyError("somebody else is writing to this upload")
            await asyncio.sleep(min(self.seconds, SILENT_SECONDS) / 10)

    async def _left(self, row: Row[Any]) -> bool:
        """Whether a process that is dead left this lease."""
        return await asyncio.to_thread(self._presence.dead, row.holder)

    async def _taken(self, session: AsyncSession, row: Row[Any], *, appends: bool) -> Writer:
        writer = Writer(row, await open_data_key(self._keys, session, row), self.seconds, appends=appends)
        mark = await asyncio.to_thread(lambda: self._presence.mark)
        changes = {"fence": writer.fence, "lease_until": writer.until(), "holder": mark}
        await session.execute(update(uploads).where(uploads.c.upload == row.upload).values(changes))
        return writer

    async def guard(
        self,
        sessions: Sessions,
        writer: Writer,
        work: Coroutine[Any, Any, _T],
        end: Callable[[], Awaitable[None]] | None = None,
    ) -> _T:
        """Work under the lease; however it ends, what is under way is brought to its end and the lease given back.

        Raises UploadBusyError when the next line took over.
        """
        working = asyncio.create_task(work)
        keeping = asyncio.create_task(self._keep_lease(sessions, writer))
        watching = asyncio.create_task(writer.overtaken.wait())
        try:
            await asyncio.wait([working, watching], return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise UploadBusyError("this upload goes on over another line")
            return working.result()
        finally:
            tasks: list[asyncio.Task[Any]] = [working, keeping, watching]
            for task in tasks:
                task.cancel()
            ending = asyncio.create_task(self._close(sessions, writer, tasks, end))
            _ends.add(ending)
            ending.add_done_callback(_ends.discard)
            await asyncio.shield(ending)

    async def _close(
        self,
        sessions: Sessions,
        writer: Writer,
        tasks: list[asyncio.Task[Any]],
        end: Callable[[], Awaitable[None]] | None,
    ) -> None:
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
            if end is not None:
                await end()
        finally:
            await self._release(sessions, writer)

    async def _release(self, sessions: Sessions, writer: Writer) -> None:
        zero(writer.data_key)
        try:
            async with sessions() as session:
                await session.execute(
                    update(uploads)
                    .where(uploads.c.upload == writer.row.upload, uploads.c.fence == writer.fence)
                    .values(lease_until=0)
                )
        finally:
            if self._writing.get(writer.row.upload) is writer:
                del self._writing[writer.row.upload]

    async def _keep_lease(self, sessions: Sessions, writer: Writer) -> None:
        """Renew the lease as long as something moves."""
        while True:
            await asyncio.sleep(self.seconds / 3)
            if writer.moved():
                with suppress(Exception):  # the next commit tells
                    async with sessions() as session:
                        await writer.commit(session)
