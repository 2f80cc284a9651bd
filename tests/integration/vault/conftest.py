"""A vault over real databases and stores."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from vault import FileStore, LocalRoot, VaultConfig, metadata, open_vault


def prepare_sqlite(connection, _record) -> None:
    """As the platform does: writers wait for each other, foreign keys hold."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def sessions(request, tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions on an empty database with the vault's tables."""
    if request.param == "sqlite":
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'vault.db'}")
        event.listen(engine.sync_engine, "connect", prepare_sqlite)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    else:
        engine = create_async_engine(request.getfixturevalue("fresh_postgres"))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
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
