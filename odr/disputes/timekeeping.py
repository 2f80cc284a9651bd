"""What direct negotiation and the term do when near or passed (see odr/timekeeping.py)."""

from typing import Final

from odr.deadlines.timers import Knock
from odr.disputes.commands import move
from odr.disputes.events import TermNear
from odr.disputes.inviting import invite_after_direct_negotiation
from odr.disputes.lifecycle import TRANSITIONS, By, Stage, Step
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.unit_of_work import UnitOfWork

_PLATFORM: Final = frozenset({By.PLATFORM})
_EXPIRING: Final = frozenset(stage for line in TRANSITIONS if line.step is Step.EXPIRE for stage in line.before)


async def end_direct_negotiation(uow: UnitOfWork, knock: Knock) -> None:
    """Invite the other party, as direct negotiation led nowhere."""
    dispute = await dispute_facts(uow, knock.dispute_id)
    if dispute.stage is Stage.DIRECT_NEGOTIATION and dispute.reply_by == knock.due:
        await invite_after_direct_negotiation(uow, dispute)


async def remind_term(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the table that the term is near."""
    if dispute := await _expires(uow, knock):
        await uow.record(
            TermNear(dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule="L24", actor_id=None)
        )


async def end_term(uow: UnitOfWork, knock: Knock) -> None:
    """End the mediation: its term has run out."""
    if dispute := await _expires(uow, knock):
        await move(uow, dispute.id, Step.EXPIRE, _PLATFORM, None)


async def _expires(uow: UnitOfWork, knock: Knock) -> DisputeFacts | None:
    dispute = await dispute_facts(uow, knock.dispute_id)
    return dispute if dispute.stage in _EXPIRING and dispute.term_ends == knock.due else None
