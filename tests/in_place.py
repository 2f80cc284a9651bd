"""SQLite's statements run where they are asked from: the way to the connection's thread took an eighth of the time.

Only within a transaction, where none of them waits: its lock is held, or it only reads. What begins one may have to
wait for whoever writes, and goes to the thread as ever. Others still have their turn before each statement, as they
have while the thread works.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, Final, TypeVar

import aiosqlite

_T = TypeVar("_T")

_CHUNK: Final = 64  # rows; aiosqlite's own


class _InPlace(aiosqlite.Connection):
    """A connection whose thread is only asked for what may wait."""

    async def _execute(self, fn: Callable[..., _T], *how: Any, **more: Any) -> _T:
        connection = self._connection
        if connection is None or not self._running or not connection.in_transaction:
            done: _T = await super()._execute(fn, *how, **more)
            return done
        await asyncio.sleep(0)
        return fn(*how, **more)


def in_place(path: str, **how: Any) -> aiosqlite.Connection:
    """What ``aiosqlite.connect`` returns, but for where its statements run; SQLAlchemy takes it in its place."""
    options = {**how, "check_same_thread": False}
    made = _InPlace(lambda: sqlite3.connect(path, **options), _CHUNK)
    made._thread.daemon = True  # noqa: SLF001 -- as SQLAlchemy does with the connections that it makes
    return made
