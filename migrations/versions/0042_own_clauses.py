"""Behind which part of the agreement to mediate a clause of the centre's own stands."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("template_clauses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("after", sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("template_clauses", schema=None) as batch_op:
        batch_op.drop_column("after")
