"""Resumable uploads: the vault's two tables, and whose they are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "vault_uploads",
        sa.Column("upload", sa.Uuid(), nullable=False),
        sa.Column("collection", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("space", sa.Uuid(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("object_key", sa.String(length=200), nullable=False),
        sa.Column("store_upload", sa.String(length=1024), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("lifetime", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("object_version", sa.String(length=1024), nullable=True),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("upload", name=op.f("pk_vault_uploads")),
        sa.UniqueConstraint("object_key", name=op.f("uq_vault_uploads_object_key")),
    )
    with op.batch_alter_table("vault_uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vault_uploads_expires_at"), ["expires_at"], unique=False)
    op.create_table(
        "vault_upload_segments",
        sa.Column("upload", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed_size", sa.Integer(), nullable=False),
        sa.Column("sealed_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tag", sa.String(length=1024), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload"], ["vault_uploads.upload"], name=op.f("fk_vault_upload_segments_upload_vault_uploads")
        ),
        sa.PrimaryKeyConstraint("upload", "number", name=op.f("pk_vault_upload_segments")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("fields_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_lodged_at"), ["lodged_at"], unique=False)


def downgrade() -> None:
    op.drop_table("uploads")
    op.drop_table("vault_upload_segments")
    op.drop_table("vault_uploads")
