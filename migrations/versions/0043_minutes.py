"""Minutes of meetings: versions, drafts, what parties say of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "minutes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", _words("spacekind", "procedure", "private", "caucus", "joint", "notes", "expert"), nullable=False
        ),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_minutes_meeting_id_number")),
    )
    op.create_index(op.f("ix_minutes_dispute_id"), "minutes", ["dispute_id"])
    op.create_table(
        "minutes_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_drafts")),
        sa.UniqueConstraint("meeting_id", "author_id", name=op.f("uq_minutes_drafts_meeting_id_author_id")),
    )
    op.create_index(op.f("ix_minutes_drafts_dispute_id"), "minutes_drafts", ["dispute_id"])
    op.create_table(
        "minutes_answers",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("reply", _words("minutesreply", "approved", "contested"), nullable=False),
        sa.Column("label", sa.Uuid(), nullable=False),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("minutes_id", "party_id", name=op.f("pk_minutes_answers")),
    )


def downgrade() -> None:
    op.drop_table("minutes_answers")
    op.drop_index(op.f("ix_minutes_drafts_dispute_id"), table_name="minutes_drafts")
    op.drop_table("minutes_drafts")
    op.drop_index(op.f("ix_minutes_dispute_id"), table_name="minutes")
    op.drop_table("minutes")
