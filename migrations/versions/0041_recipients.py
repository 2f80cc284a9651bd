"""Sentences for some of the other parties, each in its own caucus."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.alter_column("apart", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
    op.create_table(
        "statement_handings",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("caucus_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_statement_handings")),
    )
    op.create_index(op.f("ix_statement_handings_statement_id"), "statement_handings", ["statement_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_statement_handings_statement_id"), table_name="statement_handings")
    op.drop_table("statement_handings")
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.drop_column("apart")
