"""Requests to disclose an exhibit hold for a time, and may be a party's own offer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    fortnight = (
        "datetime(asked_at, '+14 days')" if op.get_bind().dialect.name == "sqlite" else "asked_at + interval '14 days'"
    )
    op.execute(sa.text(f"UPDATE disclosures SET expires_at = {fortnight}"))  # noqa: S608 -- constants
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.alter_column("offered", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
        batch_op.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.drop_column("expires_at")
        batch_op.drop_column("offered")
