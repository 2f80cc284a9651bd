"""What follows when the time of a question or of a consent is nearly over, or over."""

from typing import Final

from sqlalchemy import select

from odr.crossing.events import StatementLapsed, StatementReminded
from odr.crossing.models import Statement, StatementState
from odr.crossing.paraphrasing import stands
from odr.deadlines.timers import Knock
from odr.evidence.events import DisclosureLapsed, DisclosureReminded
from odr.evidence.models import Disclosure, DisclosureState
from odr.evidence.requests import has_lapsed
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork

_BECAUSE: Final = "V25"
"""The line of the visibility table that a consent to a sentence stands under."""
_BECAUSE_EXHIBIT: Final = "V11"
"""The one of a consent to an exhibit."""


async def remind_consent(uow: UnitOfWork, knock: Knock) -> None:
    """Remind a party of a sentence, or of an exhibit, that awaits its answer."""
    asked = await _disclosure(uow, knock)
    if asked is not None and asked.state is DisclosureState.ASKED:
        await uow.record(
            DisclosureReminded(
                dispute_id=asked.dispute_id,
                space_id=asked.caucus_id,
                rule=_BECAUSE_EXHIBIT,
                actor_id=None,
                disclosure_id=asked.id,
            )
        )
    row = await _statement(uow, knock)
    if row is None or row.state is not StatementState.ASKED or not await stands(uow, row):
        return
    await uow.record(
        StatementReminded(
            dispute_id=row.dispute_id, space_id=row.caucus_id, rule=_BECAUSE, actor_id=None, statement_id=row.id
        )
    )


async def end_consent(uow: UnitOfWork, knock: Knock) -> None:
    """Let a question, or a consent that was not used, lapse."""
    asked = await _disclosure(uow, knock)
    if asked is not None and has_lapsed(uow, asked):
        await uow.record(
            DisclosureLapsed(
                dispute_id=asked.dispute_id,
                space_id=asked.caucus_id,
                rule=_BECAUSE_EXHIBIT,
                actor_id=None,
                disclosure_id=asked.id,
            )
        )
    row = await _statement(uow, knock)
    if row is None or row.state not in {StatementState.ASKED, StatementState.ALLOWED} or row.expires_at > uow.now():
        return
    await _lapse(uow, row)


async def lapse_statements(uow: UnitOfWork, dispute_id: DisputeId) -> None:
    """Let every sentence that was not said yet lapse: the mediator to whom the consents were given has left."""
    rows = await uow.session.scalars(
        select(Statement)
        .where(Statement.dispute_id == dispute_id, Statement.state.in_({StatementState.ASKED, StatementState.ALLOWED}))
        .with_for_update()
    )
    for row in rows.all():
        await _lapse(uow, row)


async def _lapse(uow: UnitOfWork, row: Statement) -> None:
    row.state = StatementState.LAPSED
    await uow.record(
        StatementLapsed(
            dispute_id=row.dispute_id, space_id=row.caucus_id, rule=_BECAUSE, actor_id=None, statement_id=row.id
        )
    )


async def _statement(uow: UnitOfWork, knock: Knock) -> Statement | None:
    found: Statement | None = await uow.session.scalar(
        select(Statement).where(Statement.id == knock.subject_id).with_for_update()
    )
    return found


async def _disclosure(uow: UnitOfWork, knock: Knock) -> Disclosure | None:
    found: Disclosure | None = await uow.session.scalar(select(Disclosure).where(Disclosure.id == knock.subject_id))
    return found
