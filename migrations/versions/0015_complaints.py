"""Complaints between two companies, and what they propose."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STAGES = (
    "draft", "referred", "admissible", "inadmissible", "direct_negotiation", "invited", "not_engaged",
    "convention_pending", "open", "suspended", "agreement_drafting", "signing", "settled", "performing", "performed",
    "in_default", "not_settled", "archived", "reopening_requested", "reopened", "disposed",
)  # fmt: skip
_NEW = ("complaint", "settled_directly")


def _stage(stages: Sequence[str]) -> sa.Enum:
    return sa.Enum(*stages, name="stage", native_enum=False, create_constraint=True, length=40)


def _restrict(before: Sequence[str], after: Sequence[str]) -> None:
    for table in ("disputes", "stage_reasons"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("stage", existing_type=_stage(before), type_=_stage(after), existing_nullable=False)


def upgrade() -> None:
    _restrict(_STAGES, (*_STAGES, *_NEW))
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_complaint", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.alter_column("is_complaint", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)

    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "standing",
                "replaced",
                "accepted",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("terms_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_dispute_id"), ["dispute_id"], unique=False)


def downgrade() -> None:
    op.drop_table("proposals")
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_column("is_complaint")
    _restrict((*_STAGES, *_NEW), _STAGES)
