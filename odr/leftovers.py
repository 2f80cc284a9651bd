"""What a check that was killed left of its scratch data: told from what another check is using now, and removed.

Whoever makes scratch data holds it for as long as it lives: a lock on its folder, and on PostgreSQL a lock in an open
transaction. Both end with the process, however it ends. In a bucket, where nothing can be held, a corner is another
process's as long as its folder or its lock is; where there is neither, for an hour after it was last written to.
"""

import asyncio
import fcntl
import hashlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from odr.database import Database
from odr.settings import Settings
from vault import FileStore, MemoryStore, S3Store, VaultError, corners_of, empty_corner

PREFIX: Final = "entente_separation_"
"""Begins the name of everything that is made for a check: schemas, folders; with a hyphen, corners of a bucket."""

HELD: Final = "held"
_NAME: Final = re.compile(f"{PREFIX}[0-9a-f]+")
_QUIET: Final = timedelta(hours=1)
_JUST_MADE: Final = timedelta(minutes=1)
_TRIES: Final = 20
_PAUSE_SECONDS: Final = 0.25


@dataclass(slots=True)
class Leftovers:
    """By name, what killed checks had left: what is gone now, and what could not be removed."""

    removed: list[str] = field(default_factory=list[str])
    stuck: list[str] = field(default_factory=list[str])

    async def remove(self, name: str, removal: Awaitable[object]) -> None:
        """Remove one thing, and remember how that went."""
        try:
            await removal
        except (OSError, SQLAlchemyError, VaultError):
            self.stuck.append(name)
        else:
            self.removed.append(name)


@asynccontextmanager
async def held(folder: Path, url: str) -> AsyncIterator[None]:
    """Hold the scratch data that is called as ``folder`` is. Raises OSError, SQLAlchemyError."""
    with (folder / HELD).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not is_postgres(url):
            yield
            return
        database = Database(url)
        try:
            async with database.engine.connect() as connection:  # its transaction stays open, and holds no row
                await connection.execute(select(func.pg_advisory_xact_lock(_number(folder.name))))
                yield
        finally:
            await database.close()


async def remove_leftovers(settings: Settings) -> Leftovers:
    """Remove what killed checks left: folders here, schemas and corners of this installation's."""
    found, url = Leftovers(), settings.database_url
    folders = await asyncio.to_thread(_folders)
    used = {name for name, path in folders.items() if _is_used(path)}
    dead = sorted(folders.keys() - used)
    for name in sorted(await _schemas(url) - used):
        if await _is_free(url, name):
            await found.remove(f"schema {name}", drop_schema(url, name))
    for corner, written in sorted((await _corners(settings.vault.store)).items()):
        name = corner.replace("-", "_")
        quiet = written < datetime.now(UTC) - _QUIET
        if name in dead or (name not in used and (await _is_free(url, name) if is_postgres(url) else quiet)):
            await found.remove(f"corner {corner}", asyncio.to_thread(empty_corner, settings.vault.store, corner))
    for name in dead:  # last: as long as it is here, the rest is known to be nobody's
        await found.remove(str(folders[name]), remove_folder(folders[name]))
    return found


async def drop_schema(url: str, name: str) -> None:
    """Drop a scratch schema with all that is in it. Raises SQLAlchemyError."""
    await say(url, f"DROP SCHEMA IF EXISTS {name} CASCADE")


async def say(url: str, statement: str) -> None:
    """Have the database do one thing, in a transaction of its own. Raises SQLAlchemyError."""
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql(statement)
    finally:
        await database.close()


async def remove_folder(folder: Path) -> None:
    """Remove a folder into which a thread that was interrupted may still write for a moment. Raises OSError."""
    for _try in range(_TRIES):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return
        except OSError:
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            return
    shutil.rmtree(folder)


def is_postgres(url: str) -> bool:
    """Tell whether a database is one in which schemas are made."""
    return url.startswith("postgresql")


def _folders() -> dict[str, Path]:
    return {path.name: path for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*") if path.is_dir()}


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _is_used(folder: Path) -> bool:
    """Tell whether somebody holds a folder; one that is not ours is somebody's, and so is one just made."""
    try:
        with (folder / HELD).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return folder.stat().st_mtime > (datetime.now(UTC) - _JUST_MADE).timestamp()
    except OSError:
        return True
    return False


async def _schemas(url: str) -> set[str]:
    if not is_postgres(url):
        return set()
    database = Database(url)
    try:
        async with database.read() as session:
            known = await session.scalars(text("SELECT nspname FROM pg_namespace"))
            return {str(name) for name in known if _NAME.fullmatch(str(name))}
    finally:
        await database.close()


async def _is_free(url: str, name: str) -> bool:
    """Tell whether nobody holds what is called so in this database."""
    database = Database(url)
    try:
        async with database.read() as session:
            return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(_number(name)))))
    finally:
        await database.close()


async def _corners(store: FileStore | S3Store | MemoryStore) -> dict[str, datetime]:
    """Return the corners that there are, and when each was last written to; none where the bucket fails."""
    try:
        return await asyncio.to_thread(corners_of, store)
    except VaultError:
        return {}
