"""Exhibits handed to some of the other parties, each in its own caucus."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.alter_column("apart", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
    with op.batch_alter_table("quarantines", schema=None) as batch_op:
        batch_op.add_column(sa.Column("disclosure_id", sa.Uuid(), nullable=True))
    op.create_table(
        "handed_exhibits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("label_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_exhibits")),
        sa.UniqueConstraint("space_id", "number", name=op.f("uq_handed_exhibits_space_id_number")),
    )
    for column in ("dispute_id", "disclosure_id", "exhibit_id", "version_id"):
        op.create_index(op.f(f"ix_handed_exhibits_{column}"), "handed_exhibits", [column])


def downgrade() -> None:
    for column in ("version_id", "exhibit_id", "disclosure_id", "dispute_id"):
        op.drop_index(op.f(f"ix_handed_exhibits_{column}"), table_name="handed_exhibits")
    op.drop_table("handed_exhibits")
    with op.batch_alter_table("quarantines", schema=None) as batch_op:
        batch_op.drop_column("disclosure_id")
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.drop_column("apart")
