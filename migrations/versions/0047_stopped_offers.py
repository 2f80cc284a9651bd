"""Offers stopped as a wrong disclosure, and the drafts that were made from them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STATES = ("open", "accepted", "refused", "withdrawn", "lapsed", "closed")
_ADDED = {
    "offers": (("stopped_at", sa.DateTime(timezone=True)), ("stopped_by", sa.Uuid())),
    "quarantines": (("offer_id", sa.Uuid()),),
    "agreements": (("offer_id", sa.Uuid()), ("stopped_at", sa.DateTime(timezone=True))),
}


def _allow_states(*states: str) -> None:
    """Change where an offer may stand: the CHECK that holds the words."""
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_constraint("offerstate", type_="check")
        listed = ", ".join(f"'{state}'" for state in states)
        batch_op.create_check_constraint(op.f("offerstate"), f"state IN ({listed})")


def upgrade() -> None:
    _allow_states(*_STATES, "stopped")
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, _kind in columns:
                batch_op.drop_column(name)
    _allow_states(*_STATES)
