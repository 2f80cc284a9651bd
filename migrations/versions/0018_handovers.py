"""Candidates for the seat of a mediator; whether parties pass on what they said apart to a successor."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ROLES = ("representative", "coordinator", "counsel", "member", "mediator", "expert")


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _roles(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    for table in ("seats", "appointments"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "role",
                existing_type=_words("seatrole", *before),
                type_=_words("seatrole", *after),
                existing_nullable=False,
            )


def upgrade() -> None:
    _roles(ROLES, (*ROLES, "candidate"))
    op.create_table(
        "handovers",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("passes", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("seat_id", "party_id", name=op.f("pk_handovers")),
    )


def downgrade() -> None:
    op.drop_table("handovers")
    op.execute("UPDATE seats SET until = since WHERE role = 'candidate' AND until IS NULL")
    op.execute("UPDATE seats SET role = 'mediator' WHERE role = 'candidate'")
    _roles((*ROLES, "candidate"), ROLES)
