"""The vault's tables of keeping: how objects should be locked, where second copies lie, how far the scrub is."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, Integer, String, Table, Uuid

from vault.tables import metadata

# Times are integer milliseconds since the epoch.

locks: Final = Table(
    "vault_locks",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("item", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("mode", String(16), nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
    Column("applied", Boolean(create_constraint=False), nullable=False),
    ForeignKeyConstraint(
        ["collection", "item", "version"],
        ["vault_items.collection", "vault_items.item", "vault_items.version"],
    ),
)


replicas: Final = Table(
    "vault_replicas",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("item", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("object_key", String(200), nullable=False, index=True),
    Column("object_version", String(1024), nullable=False),
    Column("copied_at", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["collection", "item", "version"],
        ["vault_items.collection", "vault_items.item", "vault_items.version"],
    ),
)

scrubs: Final = Table(
    "vault_scrubs",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("item", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("copy", String(8), primary_key=True),
    Column("checked_at", BigInteger, nullable=False),  # 0 until it was read whole
    Column("next_segment", Integer, nullable=False),  # where a reading under way goes on
    Column("finding", String(16)),
    Column("found_at", BigInteger),
    Column("mended_at", BigInteger),
    Column("told_at", BigInteger),
    ForeignKeyConstraint(
        ["collection", "item", "version"],
        ["vault_items.collection", "vault_items.item", "vault_items.version"],
    ),
)
