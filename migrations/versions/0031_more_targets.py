"""Response times of the centre, for one objection or request among several too."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    rows = op.get_bind().execute(sa.text("SELECT dispute_id, deadline, due FROM response_dues")).mappings().all()
    table = _make("dispute_id", "deadline", "subject_id")
    if rows:
        known = sa.table("response_dues", *(sa.column(column.name) for column in table.columns))
        op.bulk_insert(known, [{**row, "subject_id": row["dispute_id"]} for row in rows])


def _make(*key: str) -> sa.Table:
    op.drop_table("response_dues")
    subject: list[sa.Column[UUID]] = [sa.Column("subject_id", sa.Uuid(), nullable=False)] if "subject_id" in key else []
    made = op.create_table(
        "response_dues",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("deadline", sa.String(40), nullable=False),
        *subject,
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_response_dues")),
    )
    with op.batch_alter_table("response_dues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_dues_due"), ["due"], unique=False)
    return made


def downgrade() -> None:
    kept = sa.text("SELECT dispute_id, deadline, due FROM response_dues WHERE subject_id = dispute_id")
    rows = op.get_bind().execute(kept).mappings().all()
    table = _make("dispute_id", "deadline")
    if rows:
        known = sa.table("response_dues", *(sa.column(column.name) for column in table.columns))
        op.bulk_insert(known, [dict(row) for row in rows])
