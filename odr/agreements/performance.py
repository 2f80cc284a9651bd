"""How far what a settlement commits to is done: each commitment with what was said of it, and what it awaits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.agreements.commitments import reasons_of
from odr.agreements.lines import line_names, signing_parties
from odr.agreements.lookup import row_of, text_of_version
from odr.agreements.models import Commitment, CommitmentAnswer
from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.ids import AgreementId, DisputeId
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import _

__all__ = ["CommitmentAnswer", "CommitmentView", "commitments_of", "tasks"]


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """What an article has a party do by a day, and what was said of it.

    ``may_tell``: the reader may say that it is done; ``may_answer``: the reader may confirm or contest that.
    """

    agreement_id: AgreementId
    number: int
    heading: str
    party: str
    due: datetime
    told_at: datetime | None
    told_by: str
    answer: CommitmentAnswer | None
    answered_at: datetime | None
    answered_by: str
    reason: str
    may_tell: bool
    may_answer: bool

    @property
    def is_done(self) -> bool:
        """Whether the other side confirmed it."""
        return self.answer is CommitmentAnswer.CONFIRMED


async def commitments_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId | None = None
) -> tuple[CommitmentView, ...]:
    """Return the commitments of a dispute's signed settlements (or of one), by day; none for who may not read them."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    if actor.may(Act.READ, Thing.AGREEMENT, Place(dispute_id, None, SpaceKind.JOINT)) is None:
        return ()
    wanted = select(Commitment).where(Commitment.dispute_id == dispute_id)
    if agreement_id is not None:
        wanted = wanted.where(Commitment.agreement_id == agreement_id)
    rows = list(await uow.session.scalars(wanted.order_by(Commitment.due, Commitment.number)))
    if not rows:
        return ()
    names = await account_names(uow, {row.told_by for row in rows} | {row.answered_by for row in rows})
    reasons = await reasons_of(uow, {row.id: row for row in rows})
    parties = line_names(signing_parties(dispute))
    headings: dict[tuple[AgreementId, int], str] = {}
    for each in {row.agreement_id for row in rows}:
        _row, version = await row_of(uow, dispute_id, each)
        text = await text_of_version(uow, version)
        headings |= {(each, at): clause.heading for at, clause in enumerate(text.clauses, start=1)}
    own = actor.party_in(dispute_id)
    acts = own is not None and dispute.stage in ACTIVITIES[Activity.PERFORM]
    return tuple(
        CommitmentView(
            agreement_id=row.agreement_id,
            number=row.number,
            heading=headings[row.agreement_id, row.number],
            party=parties.get(row.owed_by, ""),
            due=row.due,
            told_at=row.told_at,
            told_by=names.get(row.told_by, "") if row.told_by else "",
            answer=row.answer,
            answered_at=row.answered_at,
            answered_by=names.get(row.answered_by, "") if row.answered_by else "",
            reason=reasons.get(row.id, ""),
            may_tell=acts and own == row.owed_by and (row.told_at is None or row.answer is CommitmentAnswer.CONTESTED),
            may_answer=acts and own != row.owed_by and row.told_at is not None and row.answer is None,
        )
        for row in rows
    )


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what a signed settlement still has its parties do: what one owes first, and what one is to confirm."""
    if dispute.stage not in ACTIVITIES[Activity.PERFORM]:
        return ()
    found: list[Task] = []
    for each in await commitments_of(uow, actor, dispute.id):
        href = f"/disputes/{dispute.id}/agreements/{each.agreement_id}#commitments"
        if each.may_tell:
            label = _("Do what the agreement says, then say that it is done")
            found.append(Task(label, each.heading, href, until=each.due, mine=True))
        elif each.may_answer:
            found.append(Task(_("Confirm that a commitment is done, or contest it"), each.heading, href, mine=True))
        elif each.told_at is None:
            found.append(Task(each.heading, "", href, who=each.party, until=each.due))
    return tuple(found)
