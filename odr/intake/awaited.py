"""What is awaited on the way to the centre: answers to a complaint, completions of a request."""

from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import By, Stage
from odr.disputes.queries import DisputeFacts, standing_by
from odr.intake.complaints import is_answered
from odr.intake.completing import open_completion
from odr.intake.proposals import proposals_in
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what a complaint awaits from each company, and what the centre asked the claimant to complete."""
    if dispute.stage is Stage.REFERRED:
        return await _of_completion(uow, actor, dispute)
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


async def _of_completion(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    asked = await open_completion(uow, dispute)
    if asked is None:
        return ()
    label, hint = _("Complete the request"), _("The centre asked for something that it lacks.")
    if By.CLAIMANT in standing_by(actor, dispute):
        return (Task(label, hint, f"/disputes/{dispute.id}/completion", until=asked.due, mine=True),)
    return (Task(label, hint, who=dispute.claimant.name, until=asked.due),)
