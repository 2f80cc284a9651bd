"""The directory of mediators; appointments, declarations brought up to date, windows to object."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CATEGORIES = (
    "late_delivery",
    "changing_scope",
    "defects",
    "unpaid_invoice",
    "managed_services",
    "licence",
    "data_protection",
    "price_indexation",
    "other",
)
ROLES = ("representative", "coordinator", "counsel", "member", "mediator", "expert")


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "mediator_profiles",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("presentation", sa.String(1200), nullable=False),
        sa.Column("accreditation", sa.String(600), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mediator_profiles_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mediator_profiles")),
    )
    op.create_table(
        "mediator_specialities",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("category", _words("category", *CATEGORIES), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_mediator_specialities_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", "category", name=op.f("pk_mediator_specialities")),
    )
    op.create_table(
        "mediator_languages",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_mediator_languages_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", "language", name=op.f("pk_mediator_languages")),
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", _words("seatrole", *ROLES), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=True),
        sa.Column("chosen_together", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", _words("ending", "replaced", "objected", "recused"), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointments_dispute_id"), ["dispute_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointments_seat_id"), ["seat_id"], unique=False)
    op.execute(  # who mediates already was appointed by the centre, and nothing stands against it
        "INSERT INTO appointments (id, dispute_id, seat_id, account_id, role, named_at, chosen_together)"
        " SELECT id, dispute_id, id, account_id, role, since, false FROM seats"
        " WHERE role = 'mediator' AND until IS NULL"
    )
    op.create_table(
        "former_declarations",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declaration_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seat_id", "ordinal", name=op.f("pk_former_declarations")),
    )
    op.create_table(
        "objection_windows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_windows")),
    )
    with op.batch_alter_table("objection_windows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_windows_appointment_id"), ["appointment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_windows_dispute_id"), ["dispute_id"], unique=False)
    op.create_table(
        "objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objects", sa.Boolean(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("decision_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("window_id", "party_id", name=op.f("uq_objections_window_id_party_id")),
    )
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objections_dispute_id"), ["dispute_id"], unique=False)


def downgrade() -> None:
    for table in (
        "objections",
        "objection_windows",
        "former_declarations",
        "appointments",
        "mediator_languages",
        "mediator_specialities",
        "mediator_profiles",
    ):
        op.drop_table(table)
