"""Waivers of confidentiality, and bundles for a court."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "waivers",
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "given",
                "refused",
                "withdrawn",
                name="waiverstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("exhibit_id", "party_id", "version", name=op.f("pk_waivers")),
    )
    with op.batch_alter_table("waivers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waivers_dispute_id"), ["dispute_id"], unique=False)
    op.create_table(
        "court_bundles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_bundles")),
    )
    with op.batch_alter_table("court_bundles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_court_bundles_dispute_id"), ["dispute_id"], unique=False)
    op.create_table(
        "bundled_exhibits",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", "exhibit_id", name=op.f("pk_bundled_exhibits")),
    )
    with op.batch_alter_table("bundled_exhibits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundled_exhibits_exhibit_id"), ["exhibit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("bundled_exhibits")
    op.drop_table("court_bundles")
    op.drop_table("waivers")
