"""How soon the centre wants to answer, and until when each answer is due."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "response_targets",
        sa.Column("deadline", sa.String(40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("deadline", name=op.f("pk_response_targets")),
    )
    op.create_table(
        "response_dues",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("deadline", sa.String(40), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dispute_id", "deadline", name=op.f("pk_response_dues")),
    )
    with op.batch_alter_table("response_dues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_dues_due"), ["due"], unique=False)


def downgrade() -> None:
    op.drop_table("response_dues")
    op.drop_table("response_targets")
