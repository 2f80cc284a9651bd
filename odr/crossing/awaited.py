"""What awaits a person about sentences that may be said at the table: only ever for the one who can act."""

from typing import Final

from sqlalchemy import and_, or_, select

from odr.crossing.models import Statement, StatementState
from odr.crossing.paraphrasing import still_stands
from odr.crossing.queries import may_do
from odr.disputes.awaiting import Task
from odr.disputes.queries import DisputeFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act
from odr.words import _

LIMIT: Final = 20


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return which sentences await the actor's answer, or were allowed and not said yet."""
    asked = and_(Statement.state == StatementState.ASKED, may_do(actor, Act.CONSENT))
    allowed = and_(Statement.state == StatementState.ALLOWED, may_do(actor, Act.DISCLOSE))
    rows = await uow.session.scalars(
        select(Statement)
        .where(
            Statement.dispute_id == dispute.id,
            Statement.expires_at > uow.now(),
            or_(asked, allowed),
            still_stands(),
        )
        .order_by(Statement.expires_at, Statement.id)
        .limit(LIMIT)
    )
    return tuple(_task(row) for row in rows)


def _task(row: Statement) -> Task:
    href = f"/disputes/{row.dispute_id}/statements/{row.id}"
    if row.state is StatementState.ASKED:
        label, hint = (
            _("Answer the mediator: may this sentence be said to some of the others?")
            if row.apart
            else _("Answer the mediator: may this sentence be said to everyone?"),
            _("You see exactly what would be said. Without your consent, nothing is."),
        )
    else:
        label, hint = _("Say the sentence that its party allowed"), _("Until you do, nothing has left the caucus.")
    return Task(label, hint, href, until=row.expires_at, mine=True)
