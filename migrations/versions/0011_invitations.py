"""Invitations of parties: their mails, opening and answer, and the records of attempts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "party_invitations",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", _words("reply", "accepted", "declined", "none"), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_told", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.Integer(), nullable=False),
        sa.Column("by_hand_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_party_invitations")),
    )
    with op.batch_alter_table("party_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_invitations_dispute_id"), ["dispute_id"], unique=False)
    op.execute(  # parties that were invited before await their answer here, too
        "INSERT INTO party_invitations (party_id, dispute_id, invited_at, reply_by, reason_told, by_hand) "
        "SELECT parties.id, disputes.id, disputes.stage_since, disputes.reply_by, false, 0 FROM parties "
        "JOIN disputes ON disputes.id = parties.dispute_id WHERE disputes.stage = 'invited' "
        "AND disputes.reply_by IS NOT NULL AND parties.side = 'respondent' AND parties.joined_at IS NULL"
    )

    op.create_table(
        "invitation_mails",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("errand", _words("errand", "first", "again", "reminder", "by_hand", "passed_on"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("server", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitation_mails")),
    )
    with op.batch_alter_table("invitation_mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_mails_dispute_id"), ["dispute_id"], unique=False)

    op.create_table(
        "attempt_records",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_attempt_records")),
    )
    with op.batch_alter_table("attempt_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_records_dispute_id"), ["dispute_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attempt_records")
    op.drop_table("invitation_mails")
    op.drop_table("party_invitations")
