"""A draft goes off the table with the offer that it was made from, and comes back with it.

It goes whole: once somebody has edited it, no program can tell which of its words came from there. Nobody reads it from
the moment its offer is stopped (lookup.on_the_table); what follows in the worker is that nobody is asked to sign it.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select, update

from odr.agreements.commands import lapse_signatures
from odr.agreements.events import DraftRestored, DraftStopped
from odr.agreements.lookup import joint_space
from odr.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion, Remark
from odr.crossing.models import Outcome, Quarantine
from odr.disputes.commands import move
from odr.disputes.lifecycle import By, Stage, Step
from odr.disputes.queries import dispute_facts
from odr.ids import OfferId, QuarantineId
from odr.offers.models import Offer
from odr.outbox import Job
from odr.unit_of_work import UnitOfWork

_LOST: Final = "L34"
_STOPS: Final = "V130"  # a draft follows its offer
_WRITTEN_AT: Final = frozenset({Stage.AGREEMENT_DRAFTING, Stage.SIGNING})
_STANDS: Final = (AgreementState.DRAFTED, AgreementState.FROZEN)


async def drop_draft(uow: UnitOfWork, job: Job) -> None:
    """Let signatures given for the draft lapse, and lead the dispute back to the table."""
    offer_id = OfferId(UUID(job.payload["subject_id"]))
    if not await _is_stopped(uow, offer_id):
        return
    for row in await _made_from(uow, offer_id):
        if row.stopped_at is not None or row.state not in _STANDS:
            continue
        if row.frozen_version_id is not None:
            version = await uow.session.get_one(AgreementVersion, row.frozen_version_id)
            await lapse_signatures(uow, row, version, rule=_LOST, actor_id=None)
        row.state, row.frozen_version_id, row.stopped_at = AgreementState.DRAFTED, None, uow.now()
        await uow.session.flush()
        if (await dispute_facts(uow, row.dispute_id)).stage in _WRITTEN_AT:
            await move(uow, row.dispute_id, Step.LOSE_DRAFT, frozenset({By.PLATFORM}), None)
        await _tell(uow, row, DraftStopped)


async def give_draft_back(uow: UnitOfWork, job: Job) -> None:
    """Let the draft stand again, for the mediator to take up; given up where another one was begun meanwhile."""
    offer_id = OfferId(UUID(job.payload["subject_id"]))
    if await _is_stopped(uow, offer_id):
        return
    for row in await _made_from(uow, offer_id):
        if row.stopped_at is None:
            continue
        another = exists().where(
            Agreement.dispute_id == row.dispute_id,
            Agreement.kind == AgreementKind.SETTLEMENT,
            Agreement.id != row.id,
            Agreement.state.in_(_STANDS),
            Agreement.stopped_at.is_(None),
        )
        row.stopped_at = None
        if await uow.session.scalar(select(another)):
            row.state = AgreementState.ABANDONED
        await uow.session.flush()
        await _tell(uow, row, DraftRestored)


async def empty_draft(uow: UnitOfWork, job: Job) -> None:
    """Destroy the texts of the draft, and what was written about it, once its offer is taken out for good."""
    quarantine = await uow.session.get(Quarantine, QuarantineId(UUID(job.payload["subject_id"])))
    if quarantine is None or quarantine.offer_id is None or quarantine.outcome is not Outcome.REMOVED:
        return
    await empty_drafts_of(uow, quarantine.offer_id)


async def empty_drafts_of(uow: UnitOfWork, offer_id: OfferId) -> None:
    """Destroy what was made from an offer and never signed. For what took the offer out for good."""
    for row in await _made_from(uow, offer_id):
        if row.state is AgreementState.SIGNED:
            continue
        of_it = AgreementVersion.agreement_id == row.id
        await uow.session.execute(update(AgreementVersion).where(of_it).values(text_sealed=b"", digest=b""))
        await uow.session.execute(update(Remark).where(Remark.agreement_id == row.id).values(text_sealed=b""))
        row.state = AgreementState.ABANDONED
    await uow.session.flush()


async def _made_from(uow: UnitOfWork, offer_id: OfferId) -> Sequence[Agreement]:
    rows = await uow.session.scalars(
        select(Agreement)
        .where(Agreement.offer_id == offer_id)
        .order_by(Agreement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def _is_stopped(uow: UnitOfWork, offer_id: OfferId) -> bool:
    stopped = exists().where(Offer.id == offer_id, Offer.stopped_at.is_not(None))
    return bool(await uow.session.scalar(select(stopped)))


async def _tell(uow: UnitOfWork, row: Agreement, kind: type[DraftStopped | DraftRestored]) -> None:
    joint = await joint_space(uow, row.dispute_id)
    await uow.record(
        kind(dispute_id=row.dispute_id, space_id=joint.id, rule=_STOPS, actor_id=None, agreement_id=row.id)
    )
