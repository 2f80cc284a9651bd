"""Mandates, sealed under their party's private room; standing in for somebody until a day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "mandates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandates_dispute_id"), ["dispute_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandates_seat_id"), ["seat_id"], unique=False)

    # a ceiling in plain figures can't be sealed here, where no key is: its party writes its mandate down anew
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_column("mandate_ceiling")
        batch_op.add_column(sa.Column("acting_role", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("acting_for", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("acting_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_column("acting_until")
        batch_op.drop_column("acting_for")
        batch_op.drop_column("acting_role")
        batch_op.add_column(sa.Column("mandate_ceiling", sa.BigInteger(), nullable=True))
    op.drop_table("mandates")
