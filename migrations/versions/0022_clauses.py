"""Clauses of the agreement to mediate, negotiated; what it fixes; by when it is to be signed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "clause_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state", _words("proposalstate", "open", "adopted", "kept", "countered", "withdrawn"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_proposals")),
    )
    with op.batch_alter_table("clause_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_proposals_agreement_id"), ["agreement_id"], unique=False)
    op.create_table(
        "clause_consents",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", "side", name=op.f("pk_clause_consents")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("term_months", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("retention_years", sa.Integer(), nullable=True))
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sign_by", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_column("sign_by")
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_column("retention_years")
        batch_op.drop_column("term_months")
    op.drop_table("clause_consents")
    op.drop_table("clause_proposals")
