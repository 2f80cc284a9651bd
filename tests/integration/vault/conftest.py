"""A vault over real databases and stores."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tests.statements import an_engine, compile_once
from vault import FileStore, LocalRoot, VaultConfig, metadata, open_vault

compile_once()


async def make_tables(url: str) -> None:
    engine = an_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


@pytest.fixture(scope="session")
def empty_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the vault's tables, copied for each test."""
    path = tmp_path_factory.mktemp("vault") / "empty.db"
    asyncio.run(make_tables(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def empty_postgres(postgres: Any) -> Iterator[str]:
    """The name of a PostgreSQL database with the vault's tables, copied for each test."""
    with postgres.new_database() as name:
        asyncio.run(make_tables(postgres.url(name)))
        yield name


def prepare_sqlite(connection, _record) -> None:
    """As the platform does: writers wait for each other, foreign keys hold."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLAlchemy's URL of a database that holds the vault's tables, and nothing else."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_vault"), tmp_path / "vault.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'vault.db'}"
        return
    server: Any = request.getfixturevalue("postgres")
    with server.new_database(like=request.getfixturevalue("empty_postgres")) as name:
        yield server.url(name)


@pytest_asyncio.fixture
async def sessions(empty_database: str) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions on that database."""
    engine = an_engine(empty_database)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", prepare_sqlite)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    yield async_sessionmaker(engine, expire_on_commit=False)
    await engine.dispose()


@pytest_asyncio.fixture
async def session(sessions) -> AsyncIterator[AsyncSession]:
    """One session, in one transaction."""
    async with sessions.begin() as session:
        yield session


@pytest.fixture
def tenant() -> UUID:
    return uuid4()


@pytest.fixture
def config(tmp_path: Path, tenant: UUID) -> VaultConfig:
    return VaultConfig(
        tenant=tenant,
        root=LocalRoot(tmp_path / "keys" / "keyring.json", create=True),
        store=FileStore(tmp_path / "store"),
        signing_key=tmp_path / "keys" / "checkpoints.pem",
        origin="entente.test/log",
        create_signing_key=True,
        local=tmp_path / "local",
    )


@pytest.fixture
def vault(config):
    return open_vault(config)
