"""The code that proves an address belongs to its link, whatever the link is for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOVED = ("opened_at", "code_hash", "code_sealed", "code_until", "code_tries", "codes_sent")
_COUNTED = ("code_tries", "codes_sent")


def _add(table: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(sa.Column("code_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))
        for name in _COUNTED:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name in _COUNTED:
            batch_op.alter_column(name, server_default=None)


def _move(source: str, source_key: str, target: str, target_key: str) -> None:
    """Carry what is known of each link over, and take it away where it was."""
    old = sa.table(source, sa.column(source_key), *map(sa.column, _MOVED))
    new = sa.table(target, sa.column(target_key), *map(sa.column, _MOVED))
    same = old.c[source_key] == new.c[target_key]
    known = sa.exists().where(same)
    op.execute(new.update().values({n: sa.select(old.c[n]).where(same).scalar_subquery() for n in _MOVED}).where(known))
    with op.batch_alter_table(source, schema=None) as batch_op:
        for name in reversed(_MOVED):
            batch_op.drop_column(name)


def upgrade() -> None:
    _add("invitations")
    _move("invitation_mails", "invitation_id", "invitations", "id")


def downgrade() -> None:
    _add("invitation_mails")
    _move("invitations", "id", "invitation_mails", "invitation_id")
