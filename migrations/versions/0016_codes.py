"""Codes that prove the address of an invitation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("invitation_mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(sa.Column("code_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("code_tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("codes_sent", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("invitation_mails", schema=None) as batch_op:
        batch_op.alter_column("code_tries", server_default=None)
        batch_op.alter_column("codes_sent", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("invitation_mails", schema=None) as batch_op:
        for name in ("codes_sent", "code_tries", "code_until", "code_sealed", "code_hash"):
            batch_op.drop_column(name)
