"""The database: engines, column types and the declarative base, the same for SQLite and PostgreSQL."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, cast

from sqlalchemy import JSON, BigInteger, Connection, DateTime, Enum, Integer, MetaData, Uuid, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from odr import sqlite
from odr.ids import ID_TYPES
from vault import metadata as vault_metadata

_SCHEMA: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes; always gives UTC back (SQLite drops the zone, PostgreSQL keeps it)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Turn an aware datetime to UTC; raises ``ValueError`` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- same
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(enum: type[StrEnum], length: int = 40, *, checked: bool = True) -> Enum:
    """Return the column type of a ``StrEnum``: its values as text, held by a CHECK on both databases.

    A second column of the same type in one table is not ``checked``: both checks would bear the same name.
    """
    return Enum(enum, native_enum=False, create_constraint=checked, length=length, values_callable=_values)


def _values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


BigKey: Final = BigInteger().with_variant(Integer, "sqlite")
Json: Final = JSON().with_variant(JSONB, "postgresql")


class Base(DeclarativeBase):
    """Base of odr's models. Other rooms' rows are named by id: no relationship crosses a room."""

    metadata = MetaData(naming_convention=vault_metadata.naming_convention)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        **{id_type: Uuid() for id_type in ID_TYPES},
    }


class Database:
    """Two ways in: ``write`` takes SQLite's write lock at once (BEGIN IMMEDIATE), ``read`` never does."""

    def __init__(self, url: str, schema: str | None = None) -> None:
        """Connect lazily to ``url`` (``sqlite+aiosqlite:///…`` or ``postgresql+psycopg://…``).

        ``schema``: the only schema of PostgreSQL in which names are looked up, whatever the connection's own path is.
        It is said anew in every transaction, so that a pooler between us and the server can't lose it.
        """
        self.url = url
        self.schema = schema
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.engine: AsyncEngine = create_async_engine(
                url, module=sqlite.one_trip, connect_args={"timeout": 30}, hide_parameters=True
            )
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        else:
            self.engine = create_async_engine(
                url, pool_size=10, max_overflow=10, pool_timeout=10, pool_pre_ping=True, hide_parameters=True
            )
            if schema is not None:
                event.listen(self.engine.sync_engine, "begin", _stay_in(schema))
        writing = self.engine.execution_options(entente_writes=True)
        self._write = async_sessionmaker(writing, expire_on_commit=False)
        self._read = async_sessionmaker(self.engine, expire_on_commit=False)

    def session(self, *, write: bool) -> AsyncSession:
        """Return a session; the caller commits and closes it."""
        return self._write() if write else self._read()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that may write; commit at a clean end, roll back at an error."""
        async with self._write() as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that only reads."""
        async with self._read() as session:
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _stay_in(schema: str) -> Callable[[Connection], None]:
    if not _SCHEMA.fullmatch(schema):
        raise ValueError("a schema's name is made of small letters, digits and underscores")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")

    return begin


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("entente_writes", False)
    driver = cast("sqlite.Connection", connection.connection.dbapi_connection)
    driver.begin_with_next("BEGIN IMMEDIATE" if writes else "BEGIN")
