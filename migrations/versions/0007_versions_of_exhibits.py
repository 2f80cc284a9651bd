"""Versions of exhibits: each a file of its own, with what a scanner said of it; which one stands in which room."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FACTS = ("document_date", "size", "sha256", "media_type")


def upgrade() -> None:
    op.create_table(
        "exhibit_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exhibit_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("lodged_by", sa.Uuid(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column(
            "scan",
            sa.Enum(
                "clean",
                "infected",
                "waiting",
                "unscanned",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "scan_because",
            sa.Enum(
                "",
                "no_scanner",
                "too_large",
                "encrypted",
                name="because",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scan_engine", sa.String(length=120), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scan_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scan_attempts", sa.Integer(), nullable=False),
        sa.Column("signature_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_versions")),
    )
    op.execute(
        sa.text(
            "INSERT INTO exhibit_versions (id, exhibit_id, dispute_id, space_id, lodged_by, lodged_at, document_date,"
            " size, sha256, media_type, scan, scan_because, scan_engine, scan_attempts)"
            " SELECT id, id, dispute_id,"
            " (SELECT space_id FROM placements WHERE exhibit_id = exhibits.id ORDER BY placed_at LIMIT 1),"
            " lodged_by, lodged_at, document_date, size, sha256, media_type, 'unscanned', 'no_scanner', '', 0"
            " FROM exhibits"
        )
    )
    op.create_index("ix_exhibit_versions_exhibit_id", "exhibit_versions", ["exhibit_id"])
    op.create_index("ix_exhibit_versions_dispute_id_sha256", "exhibit_versions", ["dispute_id", "sha256"])
    op.create_index("ix_exhibit_versions_scan_scan_due_at", "exhibit_versions", ["scan", "scan_due_at"])
    with op.batch_alter_table("exhibits", schema=None) as batch_op:
        batch_op.drop_index("ix_exhibits_dispute_id_owner_id_sha256")
        for column in FACTS:
            batch_op.drop_column(column)
    _add_versions("placements", sa.Column("ordinal", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.alter_column("ordinal", server_default=None, existing_type=sa.Integer(), existing_nullable=False)
        batch_op.add_column(sa.Column("withdrawn_by", sa.Uuid(), nullable=True))
    _add_versions("openings")
    _add_versions("supplies")
    with op.batch_alter_table("supplies", schema=None) as batch_op:
        batch_op.drop_constraint("pk_supplies", type_="primary")
        batch_op.create_primary_key("pk_supplies", ["mission_id", "exhibit_id", "version_id"])
    op.create_table(
        "former_placements",
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("label_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("placement_id", "ordinal", name=op.f("pk_former_placements")),
    )
    op.create_index("ix_former_placements_version_id", "former_placements", ["version_id"])
    op.create_table(
        "redactions",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("original_id", sa.Uuid(), nullable=False),
        sa.Column("original_version_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_redactions")),
    )
    op.create_index("ix_redactions_original_id", "redactions", ["original_id"])
    op.create_table(
        "exhibit_overrides",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "account_id", name=op.f("pk_exhibit_overrides")),
    )


def downgrade() -> None:
    op.drop_table("exhibit_overrides")
    op.drop_table("redactions")
    op.drop_table("former_placements")
    with op.batch_alter_table("supplies", schema=None) as batch_op:
        batch_op.drop_constraint("pk_supplies", type_="primary")
        batch_op.drop_column("version_id")
        batch_op.create_primary_key("pk_supplies", ["mission_id", "exhibit_id"])
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.drop_column("version_id")
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_column("withdrawn_by")
        batch_op.drop_column("ordinal")
        batch_op.drop_column("version_id")
    with op.batch_alter_table("exhibits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document_date", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("size", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("sha256", sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(sa.Column("media_type", sa.String(length=120), nullable=True))
    for column in FACTS:  # of the first version: the others have no place in this schema
        op.execute(
            sa.text(f"UPDATE exhibits SET {column} = (SELECT {column} FROM exhibit_versions WHERE id = exhibits.id)")  # noqa: S608 -- constants
        )
    with op.batch_alter_table("exhibits", schema=None) as batch_op:
        batch_op.alter_column("size", existing_type=sa.BigInteger(), nullable=False)
        batch_op.alter_column("sha256", existing_type=sa.LargeBinary(length=32), nullable=False)
        batch_op.alter_column("media_type", existing_type=sa.String(length=120), nullable=False)
        batch_op.create_index("ix_exhibits_dispute_id_owner_id_sha256", ["dispute_id", "owner_id", "sha256"])
    op.drop_table("exhibit_versions")


def _add_versions(table: str, *others: sa.Column[int]) -> None:
    """Give each row the version it stands for: till now each exhibit had one, with its own id."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column("version_id", sa.Uuid(), nullable=True))
        for column in others:
            batch_op.add_column(column)
    op.execute(sa.text(f"UPDATE {table} SET version_id = exhibit_id"))  # noqa: S608 -- constants
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column("version_id", existing_type=sa.Uuid(), nullable=False)
