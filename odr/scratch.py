"""Scratch data beside the real: the operator's own database engine, store and key root, and nothing that is kept.

On PostgreSQL a schema of its own is made, in which every transaction stays (``Database.schema``); on SQLite a file;
in a bucket a prefix of its own. Mails go into a folder. Checkpoints are signed by a key made for the occasion, under
another centre's id, so that nothing made here can be taken for the real register's. What can't be set apart is refused
before anything is written, and what was made is removed whatever happens.
"""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from odr import migrate, tables
from odr.database import Database
from odr.errors import OdrError
from odr.ids import new_id
from odr.leftovers import PREFIX, Leftovers, drop_schema, held, is_postgres, remove_folder, remove_leftovers, say
from odr.settings import FolderMail, Settings
from vault import ConfigurationError, FileStore, VaultError, create_keys, empty_corner, scratch_corner, try_corner
from vault import metadata as vault_metadata

_PROBE: Final = "accounts"
"""A table that every installation has: where its name leads to must be known before anything is written."""


class ScratchRefusedError(OdrError):
    """Scratch data can't be set apart from the real. ``code`` says why; nothing was written, or all was removed."""


class LeftBehindError(OdrError):
    """What was made could not be removed: ``details`` name it."""


@dataclass(slots=True)
class _Made:
    """What there is to remove, newest last: what it is called, and what removes it."""

    removals: list[tuple[str, Callable[[], Any]]] = field(default_factory=list[tuple[str, Callable[[], Any]]])

    async def remove(self) -> None:
        """Remove everything, the newest first. Raises LeftBehindError with the names of what stays."""
        left: list[str] = []
        for name, remove in reversed(self.removals):
            try:
                done = remove()
                if asyncio.iscoroutine(done):
                    await done
            except (OSError, SQLAlchemyError, VaultError):
                left.append(name)
        if left:
            raise LeftBehindError("left_behind", names=", ".join(left))


@dataclass(frozen=True, slots=True)
class Scratch:
    """A scratch installation: its settings, what was made for it, by name, and what was found of killed ones."""

    settings: Settings
    places: tuple[str, ...]
    leftovers: Leftovers


@asynccontextmanager
async def scratch_settings(settings: Settings) -> AsyncIterator[Scratch]:
    """Give the settings of a scratch installation, empty and migrated; remove all of it at the end, even at Ctrl-C.

    What one that was killed has left is removed first. Raises ScratchRefusedError where it can't be set apart,
    LeftBehindError where something could not be removed.
    """
    name, made = f"{PREFIX}{secrets.token_hex(8)}", _Made()
    folder = Path(tempfile.gettempdir()) / name
    async with AsyncExitStack() as holding:
        try:
            folder.mkdir(mode=0o700)
            made.removals.append((str(folder), lambda: remove_folder(folder)))
            try:
                await holding.enter_async_context(held(folder, settings.database_url))
                leftovers = await remove_leftovers(settings)
            except SQLAlchemyError as error:
                raise ScratchRefusedError("no_schema", name=name, why=type(error).__name__) from error
            apart = await _make(settings, folder, made)
            yield Scratch(apart, tuple(place for place, _remove in made.removals), leftovers)
        finally:
            await asyncio.shield(asyncio.ensure_future(made.remove()))


async def _make(settings: Settings, folder: Path, made: _Made) -> Settings:
    name = folder.name
    signing, token = folder / "checkpoint.pem", folder / "token.pem"
    create_keys(root=folder / "unused.key", signing=signing, token=token)
    vault = replace(
        settings.vault,
        tenant=new_id(),
        signing_key=signing,
        store=FileStore(folder / "store"),
        authorities=(),
        former_roots=(),
        replica=None,
        pdf_seal=folder / "pdf-seal.pem",
    )
    corner = scratch_corner(settings.vault.store, name.replace("_", "-"))
    if corner is not None:
        await _take_corner(settings, name.replace("_", "-"), made)
        vault = replace(vault, store=corner)
    apart_by_schema = is_postgres(settings.database_url)
    if apart_by_schema:
        await _take_schema(settings.database_url, name, made)
    apart = replace(
        settings,
        data_dir=folder,
        database_url=settings.database_url if apart_by_schema else f"sqlite+aiosqlite:///{folder / 'scratch.sqlite3'}",
        database_schema=name if apart_by_schema else None,
        vault=vault,
        token_key=token,
        mail=FolderMail(folder / "mail"),
        root_rotation_days=0,
        space_rotation_days=0,
        worker_inside=False,
        demo=False,
    )
    await _migrate(apart)
    return apart


async def _take_corner(settings: Settings, name: str, made: _Made) -> None:
    store = settings.vault.store
    corner = scratch_corner(store, name)
    if corner is None:
        return
    place = f"s3://{corner.bucket}/{corner.prefix}"
    made.removals.append((place, lambda: asyncio.to_thread(empty_corner, store, name)))
    try:
        await asyncio.to_thread(try_corner, corner)
    except ConfigurationError as error:
        raise ScratchRefusedError("no_corner", place=place, why=str(error)) from error


async def _take_schema(url: str, name: str, made: _Made) -> None:
    """Make the schema, and prove that a transaction that stays in it can't reach any other table."""
    made.removals.append((f"schema {name}", lambda: drop_schema(url, name)))
    try:
        await say(url, f"CREATE SCHEMA {name}")
    except SQLAlchemyError as error:
        raise ScratchRefusedError("no_schema", name=name, why=type(error).__name__) from error
    if await _where_names_lead(url, name) != (name, None):
        raise ScratchRefusedError("not_apart", name=name)


async def _migrate(settings: Settings) -> None:
    database = Database(settings.database_url, settings.database_schema)
    try:
        await migrate.upgrade(database)
    finally:
        await database.close()
    name = settings.database_schema
    if name is not None and await _where_names_lead(settings.database_url, name) != (name, name):
        raise ScratchRefusedError("not_apart", name=name)


async def _where_names_lead(url: str, schema: str) -> tuple[str | None, str | None]:
    """In which schema a new table would be made, and in which one the name of a known table is found."""
    database = Database(url, schema)
    try:
        async with database.read() as session:
            row = (
                await session.execute(
                    text(
                        "SELECT current_schema(), (SELECT n.nspname FROM pg_class c JOIN pg_namespace n"
                        " ON n.oid = c.relnamespace WHERE c.oid = to_regclass(:probe))"
                    ),
                    {"probe": _PROBE},
                )
            ).one()
            return row[0], row[1]
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every row of a scratch database at one moment, to begin from again and again."""

    database: Database
    rows: tuple[tuple[Any, list[dict[str, Any]]], ...]

    @classmethod
    async def take(cls, database: Database) -> "Snapshot":
        """Read every row."""
        found: list[tuple[Any, list[dict[str, Any]]]] = []
        async with database.read() as session:
            for table in _tables():
                rows = (await session.execute(select(table))).mappings().all()
                found.append((table, [dict(row) for row in rows]))
        return cls(database, tuple(found))

    def ids(self) -> Iterator[str]:
        """Every id in it."""
        for _table, rows in self.rows:
            for row in rows:
                yield from (str(value) for value in row.values() if isinstance(value, UUID))

    async def put_back(self) -> None:
        """Make the database what it was; for scratch data only. Raises ScratchRefusedError for any other."""
        database = self.database
        if database.schema is None and PREFIX not in database.url:
            raise ScratchRefusedError("not_apart", name="")
        async with database.write() as session:
            if database.is_sqlite:
                await session.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in reversed(_tables()):
                await session.execute(table.delete())
            for table, rows in self.rows:
                if rows:
                    await session.execute(table.insert(), rows)
                counted = table.autoincrement_column
                if counted is not None and not database.is_sqlite:
                    newest = select(func.coalesce(func.max(counted), 0) + 1).scalar_subquery()
                    place = func.pg_get_serial_sequence(table.name, counted.name)
                    await session.execute(select(func.setval(place, newest, False)))


def _tables() -> list[Any]:
    return [*tables.metadata.sorted_tables, *vault_metadata.sorted_tables]
