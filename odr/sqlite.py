"""SQLite through its thread in one trip a statement: SQLAlchemy's own adapter makes four, each two switches of threads.

Cursor, execution, rows and closing are one call in the connection's thread; the rows are in memory then, as they are
with the adapter this one replaces. A transaction begins within its first statement's call, and one that asked nothing
has nothing to end. Nothing else of the dialect changes.
"""

# The adapter's own names, some of which aiosqlite leaves untyped:
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false

import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, cast

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)

_Told = tuple[Any, int, int | None]  # description, rowcount and lastrowid of the statement that ran last


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that exists in the thread only while a statement runs."""

    __slots__ = ("_told",)

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 -- as the class above does
        self._rows = deque()
        self._told: _Told = (None, -1, None)

    @property
    def description(self) -> Any:  # noqa: ANN401 -- of the DB-API
        return self._told[0]

    @property
    def rowcount(self) -> int:
        return self._told[1]

    @property
    def lastrowid(self) -> int:
        return cast("int", self._told[2])

    def close(self) -> None:
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """There is nothing to close any more."""

    async def _execute_async(self, operation: Any, parameters: Any) -> None:  # noqa: ANN401 -- as above
        await self._run(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:  # noqa: ANN401 -- as above
        await self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    async def _run(self, execute: Callable[..., object], operation: str, parameters: Sequence[Any]) -> None:
        connection = cast("aiosqlite.Connection", self._connection)
        begins = cast("Connection", self._adapt_connection).take_beginning()

        def trip() -> tuple[_Told, list[Any]]:
            if begins:
                connection._conn.execute(begins)  # noqa: SLF001 -- the one thing that runs in its thread
            cursor = connection._conn.cursor()  # noqa: SLF001 -- the one thing that runs in its thread
            try:
                execute(cursor, operation, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return (cursor.description, cursor.rowcount, cursor.lastrowid), rows
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:  # noqa: SLF001 -- as the class above does
            into_its_thread = cast("Callable[..., Awaitable[tuple[_Told, list[Any]]]]", connection._execute)  # noqa: SLF001 -- it has no other way in
            self._told, rows = await into_its_thread(trip)
        self._rows = deque(rows)


class Connection(AsyncAdapt_aiosqlite_connection):
    """A connection whose cursors make one trip, and whose transactions begin with their first statement."""

    __slots__ = ("_begins", "_is_open")

    _cursor_cls = _Cursor  # type: ignore[assignment]  # SQLAlchemy says its own class where it means any of its kind

    def __init__(self, dbapi: Any, connection: Any) -> None:  # noqa: ANN401 -- the driver's own
        super().__init__(dbapi, connection)
        self._begins = ""
        self._is_open = False

    def begin_with_next(self, statement: str) -> None:
        """Begin a transaction by ``statement``, in the trip of whatever is asked next."""
        self._begins = statement

    def take_beginning(self) -> str:
        """Return what is still to be said to begin, once; empty within a transaction."""
        begins, self._begins = self._begins, ""
        self._is_open = self._is_open or bool(begins)
        return begins

    def rollback(self) -> None:
        """Roll back what was begun: the pool asks for it once more when all is over."""
        self._begins = ""
        if self._is_open:
            self._is_open = False
            super().rollback()

    def commit(self) -> None:
        """Commit what was begun; what could not be committed is still to be rolled back."""
        self._begins = ""
        if self._is_open:
            super().commit()
            self._is_open = False


class _Module(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver's module."""

    def connect(self, *arg: Any, **kw: Any) -> Connection:  # noqa: ANN401 -- sqlite3's own parameters
        return Connection(self, super().connect(*arg, **kw)._connection)  # noqa: SLF001 -- as the class above does


one_trip: Final = _Module(aiosqlite, sqlite3)
"""The driver to give to ``create_async_engine`` as its ``module``."""
