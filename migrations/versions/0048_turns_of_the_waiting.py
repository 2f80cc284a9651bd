"""With whose leaves one that waits for a batch takes its turn; those that wait already are one source together."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("ledger_waiting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ledger_waiting", schema=None) as batch_op:
        batch_op.drop_column("source")
