"""Notices that are read, digests, choices, and addresses that refuse mails."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_PURPOSES = ("join", "sign_up", "reset")

_HOW = sa.Enum("at_once", "daily", "in_app", name="how", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("how", _HOW, nullable=False, server_default="at_once"))
        batch_op.add_column(sa.Column("mail_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE notices SET mail_id = id, read_at = sent_at")  # whoever was mailed knows: nothing old is new
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.alter_column("how", server_default=None)
        batch_op.create_index("ix_notices_account_id_read_at", ["account_id", "read_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_mail_id"), ["mail_id"], unique=False)

    _allow_purposes(*_PURPOSES, "address")
    op.create_table(
        "notice_choices",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("hows", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notice_choices_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "bounces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("dispute_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
    )
    with op.batch_alter_table("bounces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bounces_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bounces_dispute_id"), ["dispute_id"], unique=False)


def _allow_purposes(*purposes: str) -> None:
    """Change what an invitation may be for: the CHECK that holds the words."""
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint("purpose", type_="check")
        listed = ", ".join(f"'{purpose}'" for purpose in purposes)
        batch_op.create_check_constraint(op.f("purpose"), f"purpose IN ({listed})")


def downgrade() -> None:
    op.execute("DELETE FROM invitations WHERE purpose = 'address'")
    _allow_purposes(*_PURPOSES)
    op.drop_table("bounces")
    op.drop_table("notice_choices")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_mail_id"))
        batch_op.drop_index("ix_notices_account_id_read_at")
        batch_op.drop_constraint("how", type_="check")
        batch_op.drop_column("read_at")
        batch_op.drop_column("mail_id")
        batch_op.drop_column("how")
