"""Alembic's door: the same migrations for SQLite and PostgreSQL, over the vault's and odr's tables."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, engine_from_config, pool

from odr.database import UtcDateTime
from odr.tables import metadata as odr_metadata
from vault import metadata as vault_metadata

TARGETS = [vault_metadata, odr_metadata]


def render_item(kind: str, thing: object, drawn: AutogenContext) -> str | Literal[False]:
    """Write our column types as what they are in the database, so that a migration never changes with our code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        drawn.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    """Run the migrations in one transaction; SQLite's tables are rebuilt where it cannot alter them."""
    context.configure(
        connection=connection,
        target_metadata=TARGETS,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = engine_from_config(context.config.get_section("alembic") or {}, poolclass=pool.NullPool)
    with engine.connect() as opened:
        run(opened)
        opened.commit()
