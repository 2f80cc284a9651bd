"""When the newest rotation of the spaces' keys began."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "vault_rotations",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_vault_rotations")),
    )


def downgrade() -> None:
    op.drop_table("vault_rotations")
