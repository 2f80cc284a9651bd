"""The ledger's tables. Nodes, bodies, batches, members, kept leaves, checkpoints and stamps are only inserted.

A tree is named by a random UUID: a space's tree by its pseudonym, the platform's by the tenant. Times are milliseconds
since the epoch. Bodies alone may be deleted, when an event's content has to be forgotten: its leaf stays.
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Uuid

from vault.tables import metadata

heads: Final = Table(
    "ledger_heads",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("space", Uuid, primary_key=True),
    Column("tenant", Uuid, nullable=False),
    Column("tree", Uuid, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)

nodes: Final = Table(
    "ledger_nodes",
    metadata,
    Column("tree", Uuid, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

bodies: Final = Table(
    "ledger_bodies",
    metadata,
    Column("tree", Uuid, primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)

batched: Final = Table(
    "ledger_batched",
    metadata,
    Column("tree", Uuid, primary_key=True),
    Column("size", BigInteger, nullable=False),
)

batches: Final = Table(
    "ledger_batches",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("slot", BigInteger, nullable=False),
    Column("width", BigInteger, nullable=False),
    Column("seed", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Index("uq_ledger_batches_tenant_slot", "tenant", "slot", unique=True),
)

members: Final = Table(
    "ledger_members",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("tree", Uuid, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Index("uq_ledger_members_tree_size", "tree", "size", unique=True),
)

waiting: Final = Table(
    "ledger_waiting",
    metadata,
    Column("subject", Uuid, primary_key=True),
    Column("tenant", Uuid, nullable=False),
    Column("source", Uuid),
    Column("leaf", LargeBinary, nullable=False),
    Column("noted_at", BigInteger, nullable=False),
    Index("ix_ledger_waiting_tenant_noted_at", "tenant", "noted_at"),
)

kept: Final = Table(
    "ledger_kept",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", Uuid, nullable=False, unique=True),
    Column("leaf", LargeBinary, nullable=False),
)

platform: Final = Table(
    "ledger_platform",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)

checkpoints: Final = Table(
    "ledger_checkpoints",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("made_at", BigInteger, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("key", String(512), nullable=False),
)

stamps: Final = Table(
    "ledger_stamps",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("authority", String(200), primary_key=True),
    Column("independent", Boolean, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("stamped_at", BigInteger, nullable=False),
)

wishes: Final = Table(
    "ledger_wishes",
    metadata,
    Column("tree", Uuid, primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("tenant", Uuid, nullable=False),
)
