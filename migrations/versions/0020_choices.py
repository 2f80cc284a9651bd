"""Lists of mediators that both sides rank."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    outcomes = ("decided", "none_left", "by_a_person", "withdrawn")
    op.create_table(
        "choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("listed_by", sa.Uuid(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("draw", sa.String(64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(*outcomes, name="choiceoutcome", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("chosen", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
    )
    with op.batch_alter_table("choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choices_dispute_id"), ["dispute_id"], unique=False)
    op.create_table(
        "listed_mediators",
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("choice_id", "position", name=op.f("pk_listed_mediators")),
    )
    op.create_table(
        "rankings",
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ballot_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("choice_id", "party_id", name=op.f("pk_rankings")),
    )


def downgrade() -> None:
    for table in ("rankings", "listed_mediators", "choices"):
        op.drop_table(table)
