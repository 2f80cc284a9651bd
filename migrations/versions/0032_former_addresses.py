"""A link that puts the former address of an account back."""

from collections.abc import Sequence

from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_PURPOSES = ("join", "sign_up", "reset", "address")


def upgrade() -> None:
    _allow_purposes(*_PURPOSES, "keep_address")


def _allow_purposes(*purposes: str) -> None:
    """Change what an invitation may be for: the CHECK that holds the words."""
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint("purpose", type_="check")
        listed = ", ".join(f"'{purpose}'" for purpose in purposes)
        batch_op.create_check_constraint(op.f("purpose"), f"purpose IN ({listed})")


def downgrade() -> None:
    op.execute("DELETE FROM invitations WHERE purpose = 'keep_address'")
    _allow_purposes(*_PURPOSES)
