"""Keeping: how the store's locks should be, where the second copies lie, how far the scrub is."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ITEM = ["collection", "item", "version"]


def upgrade() -> None:
    op.create_table(
        "vault_locks",
        sa.Column("collection", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("applied", sa.Boolean(create_constraint=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection", "item", "version"],
            ["vault_items.collection", "vault_items.item", "vault_items.version"],
            name=op.f("fk_vault_locks_collection_vault_items"),
        ),
        sa.PrimaryKeyConstraint("collection", "item", "version", name=op.f("pk_vault_locks")),
    )
    op.create_index(op.f("ix_vault_locks_until"), "vault_locks", ["until"])
    op.create_table(
        "vault_replicas",
        sa.Column("collection", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_key", sa.String(length=200), nullable=False),
        sa.Column("object_version", sa.String(length=1024), nullable=False),
        sa.Column("copied_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ITEM, [f"vault_items.{name}" for name in ITEM], name=op.f("fk_vault_replicas_collection_vault_items")
        ),
        sa.PrimaryKeyConstraint(*ITEM, name=op.f("pk_vault_replicas")),
    )
    op.create_index(op.f("ix_vault_replicas_object_key"), "vault_replicas", ["object_key"])
    op.create_table(
        "vault_scrubs",
        sa.Column("collection", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("copy", sa.String(length=8), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("next_segment", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=True),
        sa.Column("found_at", sa.BigInteger(), nullable=True),
        sa.Column("mended_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ITEM, [f"vault_items.{name}" for name in ITEM], name=op.f("fk_vault_scrubs_collection_vault_items")
        ),
        sa.PrimaryKeyConstraint(*ITEM, "copy", name=op.f("pk_vault_scrubs")),
    )


def downgrade() -> None:
    op.drop_table("vault_scrubs")
    op.drop_table("vault_replicas")
    op.drop_table("vault_locks")
