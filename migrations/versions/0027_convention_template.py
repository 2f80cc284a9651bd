"""The centre's own agreement to mediate, and which of its versions each text began with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "template_clauses",
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("heading", sa.String(200), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("language", "version", name=op.f("pk_template_clauses")),
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:  # texts drafted before began with the shipped one
        batch_op.add_column(sa.Column("template_version", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.alter_column("template_version", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_column("template_version")
    op.drop_table("template_clauses")
