"""The choice among the files of a ZIP file, and what became of each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "unpackings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unpackings")),
    )
    op.create_table(
        "unpacked_entries",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "lodged",
                "repeated",
                "refused",
                name="entrystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.Column("path_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "index", name=op.f("pk_unpacked_entries")),
    )


def downgrade() -> None:
    op.drop_table("unpacked_entries")
    op.drop_table("unpackings")
