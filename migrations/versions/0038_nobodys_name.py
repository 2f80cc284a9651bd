"""A message of the mediator's that was withdrawn from the table bears nobody's name, whenever that was.

Who withdrew it stays in the ledger: an entry is never rewritten, and what the table read of it was read.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.execute(
        "UPDATE messages SET withdrawn_by = NULL WHERE kind = 'joint' AND owner_id IS NULL AND withdrawn_by IS NOT NULL"
    )


def downgrade() -> None:
    """Nothing to bring back: no name is wanted there."""
