"""What a complaint awaits from each company."""

from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import By, Stage
from odr.disputes.queries import DisputeFacts, standing_by
from odr.intake.complaints import is_answered
from odr.intake.proposals import proposals_in
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what is awaited while a dispute is a complaint between two companies."""
    if dispute.stage is not Stage.COMPLAINT:
        return ()
    here = f"/disputes/{dispute.id}/complaint"
    by = standing_by(actor, dispute)
    found: list[Task] = []
    if by and any(proposal.theirs for proposal in await proposals_in(uow, actor, dispute.id)):
        found.append(Task(_("Answer the proposal of the other company"), "", f"{here}#proposals", mine=True))
    if await is_answered(uow, dispute):
        hint = _("Write to each other, propose terms, or take it to the centre.")
        found.append(Task(_("Settle the complaint between you"), hint, here, mine=bool(by)))
        return tuple(found)
    label = _("Answer the complaint")
    hint = _("Without an answer by then, it goes to the centre.")
    if By.RESPONDENT in by:
        found.append(Task(label, hint, here, until=dispute.reply_by, mine=True))
    else:
        who = ", ".join(party.name for party in dispute.respondents)
        found.append(Task(label, hint, who=who, until=dispute.reply_by))
    return tuple(found)
