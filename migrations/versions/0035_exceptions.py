"""What mediators disclosed without consent, under the two exceptions of the law."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "exceptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", _words("spacekind", "procedure", "private", "caucus", "joint", "notes", "expert"), nullable=False
        ),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("ground", _words("ground", "public_order", "integrity", "performance"), nullable=False),
        sa.Column("matter", _words("matter", "sentence", "exhibit", "existence", "passage"), nullable=False),
        sa.Column("exhibit_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("used_by", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_in", sa.Uuid(), nullable=False),
        sa.Column("noted_index", sa.BigInteger(), nullable=False),
        sa.Column("tell_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_index", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptions")),
    )
    with op.batch_alter_table("exceptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exceptions_dispute_id"), ["dispute_id"], unique=False)


def downgrade() -> None:
    op.drop_table("exceptions")
