"""Loss worksheets: lines, and the versions that were shared."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "loss_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_lines")),
    )
    with op.batch_alter_table("loss_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loss_lines_dispute_id"), ["dispute_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loss_lines_space_id"), ["space_id"], unique=False)

    op.create_table(
        "loss_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "procedure",
                "private",
                "caucus",
                "joint",
                "notes",
                "expert",
                name="spacekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("shared_by", sa.Uuid(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_shares")),
        sa.UniqueConstraint("space_id", "owner_id", "number", name=op.f("uq_loss_shares_space_id_owner_id_number")),
    )
    with op.batch_alter_table("loss_shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loss_shares_dispute_id"), ["dispute_id"], unique=False)


def downgrade() -> None:
    op.drop_table("loss_shares")
    op.drop_table("loss_lines")
