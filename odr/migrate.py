"""Bring a database to the newest migration, or tell how far it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from odr.database import Database

MIGRATIONS: Final = Path(__file__).parent.parent / "migrations"


def configuration() -> Config:
    """Return Alembic's configuration: no ini file, only where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run the missing migrations in one transaction."""
    await _run(database, lambda config: command.upgrade(config, revision))


async def downgrade(database: Database, revision: str) -> None:
    """Undo migrations down to ``revision`` (``base`` for all)."""
    await _run(database, lambda config: command.downgrade(config, revision))


async def is_current(database: Database) -> bool:
    """Tell whether every migration has been run."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()

    def current(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.engine.connect() as connection:
        return await connection.run_sync(current) == head


async def _run(database: Database, act: Callable[[Config], None]) -> None:
    config = configuration()

    def within(connection: Connection) -> None:
        config.attributes["connection"] = connection
        act(config)

    engine = database.engine.execution_options(entente_writes=True)
    async with engine.begin() as connection:
        await connection.run_sync(within)
