"""Links for whoever wrote to the centre's address without an account."""

from collections.abc import Sequence

from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_PURPOSES = ("join", "sign_up", "reset", "address", "keep_address")


def _allow_purposes(*purposes: str) -> None:
    """Change what an invitation may be for: the CHECK that holds the words."""
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint("purpose", type_="check")
        listed = ", ".join(f"'{purpose}'" for purpose in purposes)
        batch_op.create_check_constraint(op.f("purpose"), f"purpose IN ({listed})")


def upgrade() -> None:
    _allow_purposes(*_PURPOSES, "mailed_in")


def downgrade() -> None:
    op.execute("DELETE FROM invitations WHERE purpose = 'mailed_in'")
    _allow_purposes(*_PURPOSES)
