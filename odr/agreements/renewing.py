"""The agreement to mediate names who mediates: when that changes before it is signed, a new version says so.

Signatures given for the former version lapse and everybody is told why. A text that every party has signed stands: it
foresees a replacement itself, and the limitation period is suspended from it. While nobody mediates, nobody signs.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from odr.agreements.commands import add_version, lapse_signatures, next_number, of_version
from odr.agreements.events import ConventionRenewed
from odr.agreements.lookup import row_of, text_of_version
from odr.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    ClauseConsent,
    ClauseProposal,
    ProposalState,
)
from odr.agreements.naming import is_outdated, named_mediators, names_any, renamed, seated_mediators
from odr.agreements.negotiating import MEDIATOR, content_of
from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import dispute_facts
from odr.ids import DisputeId
from odr.outbox import Job
from odr.parties.queries import seats_of
from odr.unit_of_work import UnitOfWork

NAMED: Final = "V102"
"""The line under which the centre names and replaces mediators."""


async def renew_convention(uow: UnitOfWork, job: Job) -> None:
    """Write the agreement to mediate anew where it names others than those who mediate; again it changes nothing."""
    dispute = await dispute_facts(uow, DisputeId(UUID(job.payload["dispute_id"])))
    if dispute.stage not in ACTIVITIES[Activity.SIGN_CONVENTION]:
        return
    found = await uow.session.scalar(
        select(Agreement.id).where(
            Agreement.dispute_id == dispute.id,
            Agreement.kind == AgreementKind.CONVENTION,
            Agreement.state == AgreementState.FROZEN,
        )
    )
    if found is None:
        return
    row, version = await row_of(uow, dispute.id, found, lock=True)
    text, seats = await text_of_version(uow, version), await seats_of(uow, dispute.id)
    mediators = seated_mediators(dispute, seats, text)
    if row.state is not AgreementState.FROZEN or not mediators or not is_outdated(dispute, seats, text):
        return
    await lapse_signatures(uow, row, version, rule=NAMED, actor_id=None)
    await _let_fall(uow, row, named_mediators(text))
    newer = await add_version(uow, row, await next_number(uow, row), renamed(text, mediators), None)
    sign_by = due_at(Deadline.SIGNATURE, uow.now())
    row.frozen_version_id, row.sign_by = newer.id, sign_by
    await uow.session.flush()
    await set_timer(uow, Deadline.SIGNATURE, dispute.id, sign_by, subject_id=row.id)
    await uow.record(await of_version(uow, ConventionRenewed, row, newer, NAMED, None))


async def _let_fall(uow: UnitOfWork, row: Agreement, former: tuple[str, ...]) -> None:
    """Close open proposals that name who has left; to the others, the successor has yet to agree."""
    proposals = await uow.session.scalars(
        select(ClauseProposal).where(ClauseProposal.agreement_id == row.id, ClauseProposal.state == ProposalState.OPEN)
    )
    for proposal in proposals.all():
        if names_any((await content_of(uow, proposal)).body, former):
            proposal.state, proposal.closed_at = ProposalState.KEPT, uow.now()
        else:
            await uow.session.execute(
                delete(ClauseConsent).where(ClauseConsent.proposal_id == proposal.id, ClauseConsent.side == MEDIATOR)
            )
    await uow.session.flush()
