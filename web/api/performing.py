"""Commitments of a signed settlement: told done, confirmed, contested."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.agreements.commitments import answer_commitment, tell_done
from odr.agreements.performance import CommitmentAnswer, commitments_of
from odr.agreements.queries import visible_agreement
from odr.ids import AgreementId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.agreements import AGREEMENT
from web.api.description import read, send
from web.api.shapes import Reason, shown

COMMITMENT: Final = f"{AGREEMENT}/commitments/{{number:int}}"


class Commitment(msgspec.Struct):
    """What an article has a party do by a day; ``number`` is the article's. ``answer``: confirmed or contested."""

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


async def _all(uow: UnitOfWork, actor: Actor, dispute_id: UUID, agreement_id: UUID) -> list[Commitment]:
    agreement = await visible_agreement(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    return [shown(each, Commitment) for each in await commitments_of(uow, actor, agreement.dispute_id, agreement.id)]


@read(f"{AGREEMENT}/commitments")
async def list_commitments(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> list[Commitment]:
    """Return what a signed settlement has its parties do, by day."""
    return await _all(uow, actor, dispute_id, agreement_id)


@send(f"{COMMITMENT}/done")
async def tell_commitment_done(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
) -> list[Commitment]:
    """Say that it is done (the party that owes it)."""
    await tell_done(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), number)
    return await _all(uow, actor, dispute_id, agreement_id)


@send(f"{COMMITMENT}/confirm")
async def confirm_commitment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
) -> list[Commitment]:
    """Confirm that it is done (another party)."""
    await answer_commitment(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), number, done=True)
    return await _all(uow, actor, dispute_id, agreement_id)


@send(f"{COMMITMENT}/contest")
async def contest_commitment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
    data: JSONBody[Reason],
) -> list[Commitment]:
    """Contest that it is done, and say why (another party)."""
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    await answer_commitment(uow, actor, dispute, agreement, number, done=False, reason=data.reason)
    return await _all(uow, actor, dispute_id, agreement_id)


handlers = (list_commitments, tell_commitment_done, confirm_commitment, contest_commitment)
