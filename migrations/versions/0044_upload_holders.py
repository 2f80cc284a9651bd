"""Uploads: the mark of the process that holds the lease."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("vault_uploads") as batch_op:
        batch_op.add_column(sa.Column("holder", sa.String(length=120), nullable=False, server_default=""))
    with op.batch_alter_table("vault_uploads") as batch_op:
        batch_op.alter_column(
            "holder", server_default=None, existing_type=sa.String(length=120), existing_nullable=False
        )


def downgrade() -> None:
    with op.batch_alter_table("vault_uploads") as batch_op:
        batch_op.drop_column("holder")
