"""Leaves of kept item versions in the batches of the platform's log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "ledger_kept",
        sa.Column("tenant", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number", "position", name=op.f("pk_ledger_kept")),
        sa.UniqueConstraint("subject", name=op.f("uq_ledger_kept_subject")),
    )
    op.create_table(
        "ledger_waiting",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.Uuid(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_ledger_waiting")),
    )
    op.create_index("ix_ledger_waiting_tenant_noted_at", "ledger_waiting", ["tenant", "noted_at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_waiting_tenant_noted_at", table_name="ledger_waiting")
    op.drop_table("ledger_waiting")
    op.drop_table("ledger_kept")
