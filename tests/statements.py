"""SQL is compiled once a process: each test has an engine of its own, and would compile the same statements anew."""

from typing import Any, Final

from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from odr import database
from tests.in_place import in_place

_compiled: Final[dict[Any, Any]] = {}


def an_engine(url: str, **options: Any) -> AsyncEngine:
    """What ``create_async_engine`` makes, with the statements that this process has compiled; SQLite's run in place."""
    if url.startswith("sqlite"):
        options["connect_args"] = {**options.get("connect_args", {}), "async_creator_fn": in_place}
    return create_async_engine(url, execution_options={"compiled_cache": _compiled}, **options)


def compile_once() -> None:
    """Let engines of the same dialect, whose servers are of one version, know each other's statements."""
    for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        dialect.__eq__ = _alike  # type: ignore[method-assign,assignment]  # each statement is kept under its dialect
        dialect.__hash__ = _of_its_kind  # type: ignore[method-assign,assignment]  # same
    setattr(database, "create_async_engine", an_engine)  # noqa: B010 -- a name that the module only imports


def _alike(one: Dialect, other: object) -> bool:
    return type(one) is type(other) and one.server_version_info == getattr(other, "server_version_info", None)


def _of_its_kind(one: Dialect) -> int:
    return hash(type(one))
