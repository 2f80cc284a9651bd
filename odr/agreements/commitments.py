"""The commitments of a signed settlement that are no payments: told done by who owes them, confirmed or contested."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select

from odr.agreements.events import (
    CommitmentConfirmed,
    CommitmentContested,
    CommitmentFell,
    CommitmentNear,
    CommitmentTold,
    OfCommitment,
)
from odr.agreements.lines import line_names, signing_parties
from odr.agreements.lookup import joint_space, required_rule, row_of, text_of_version
from odr.agreements.models import Commitment, CommitmentAnswer
from odr.deadlines.calendar import end_of
from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.lifecycle import ACTIVITIES, Activity, require
from odr.disputes.queries import dispute_facts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import AgreementId, CommitmentId, DisputeId
from odr.outbox import Job
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act

REASON_LIMIT: Final = 4_000
_PERFORMED: Final = "L18"  # what was agreed is being done


async def start_commitments(uow: UnitOfWork, job: Job) -> None:
    """Keep what a signed settlement has somebody do by a day, and set a timer for each day that is to come."""
    dispute_id = DisputeId(UUID(str(job.payload["dispute_id"])))
    agreement_id = AgreementId(UUID(str(job.payload["subject_id"])))
    _row, version = await row_of(uow, dispute_id, agreement_id)
    text = await text_of_version(uow, version)
    names = line_names(signing_parties(await dispute_facts(uow, dispute_id)))
    parties = {name: party_id for party_id, name in names.items()}
    for number, clause in enumerate(text.clauses, start=1):
        commitment_id = commitment_id_of(agreement_id, number)
        if clause.due is None or await uow.session.get(Commitment, commitment_id) is not None:
            continue
        due = end_of(clause.due)
        uow.session.add(
            Commitment(
                id=commitment_id,
                dispute_id=dispute_id,
                agreement_id=agreement_id,
                number=number,
                owed_by=parties[clause.owed_by],
                due=due,
                told_at=None,
                told_by=None,
                answer=None,
                answered_at=None,
                answered_by=None,
                reason_sealed=None,
            )
        )
        if due > uow.now():
            await set_timer(uow, Deadline.COMMITMENT, dispute_id, due, subject_id=commitment_id)


def commitment_id_of(agreement_id: AgreementId, number: int) -> CommitmentId:
    """Return the id of what an article commits somebody to: the same each time it is asked."""
    return CommitmentId(uuid5(agreement_id, f"commitment/{number}"))


async def tell_done(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, number: int
) -> None:
    """The party that owes it says that it is done; the others are asked to confirm.

    Raises NotFoundError, NotPermittedError, WrongStageError, ConflictError (``commitment_told``,
    ``commitment_confirmed``).
    """
    row, rule = await _own(uow, actor, dispute_id, agreement_id, number)
    if actor.party_in(dispute_id) != row.owed_by:
        raise NotPermittedError("not_permitted")
    if row.answer is CommitmentAnswer.CONFIRMED:
        raise ConflictError("commitment_confirmed")
    if row.told_at is not None and row.answer is None:
        raise ConflictError("commitment_told")
    row.told_at, row.told_by = uow.now(), actor.account_id
    row.answer = row.answered_at = row.answered_by = row.reason_sealed = None
    await uow.session.flush()
    await uow.record(await _event(uow, CommitmentTold, row, rule, actor))


async def answer_commitment(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    agreement_id: AgreementId,
    number: int,
    *,
    done: bool,
    reason: str = "",
) -> None:
    """Another party confirms that it is done, or contests it and says why; once it is confirmed, it is settled.

    Raises InvalidInputError (``reason``, where it is contested), NotFoundError, NotPermittedError, WrongStageError,
    ConflictError (``commitment_not_told``, ``commitment_confirmed``).
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=not done)
    row, rule = await _own(uow, actor, dispute_id, agreement_id, number)
    if actor.party_in(dispute_id) == row.owed_by:
        raise NotPermittedError("not_permitted")
    if row.answer is CommitmentAnswer.CONFIRMED:
        raise ConflictError("commitment_confirmed")
    if row.told_at is None or row.answer is not None:
        raise ConflictError("commitment_not_told")
    typed.check()
    joint = await joint_space(uow, dispute_id)
    row.answer = CommitmentAnswer.CONFIRMED if done else CommitmentAnswer.CONTESTED
    row.answered_at, row.answered_by = uow.now(), actor.account_id
    row.reason_sealed = await uow.vault.seal_text(uow.session, joint.ref, row.id, clean) if clean else None
    await uow.session.flush()
    await uow.record(await _event(uow, CommitmentConfirmed if done else CommitmentContested, row, rule, actor))


async def remind_commitment(uow: UnitOfWork, knock: Knock) -> None:
    """Tell both sides that the day of a commitment is near, unless it is told done."""
    await _tell(uow, knock, CommitmentNear)


async def end_commitment(uow: UnitOfWork, knock: Knock) -> None:
    """Tell both sides that the day of a commitment has passed without a word that it is done."""
    await _tell(uow, knock, CommitmentFell)


async def _tell(uow: UnitOfWork, knock: Knock, kind: type[OfCommitment]) -> None:
    row = await uow.session.scalar(select(Commitment).where(Commitment.id == knock.subject_id))
    if row is None or row.due != knock.due:
        return
    dispute = await dispute_facts(uow, knock.dispute_id)
    waits = row.told_at is None or row.answer is CommitmentAnswer.CONTESTED
    if waits and dispute.stage in ACTIVITIES[Activity.PERFORM]:
        await uow.record(await _event(uow, kind, row, _PERFORMED, None))


async def _own(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, number: int
) -> tuple[Commitment, str]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.COMMENT, dispute_id)
    row = await uow.session.scalar(
        select(Commitment)
        .where(
            Commitment.agreement_id == agreement_id,
            Commitment.dispute_id == dispute_id,
            Commitment.number == number,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFoundError
    require(dispute.stage, Activity.PERFORM)
    return row, rule.number


async def _event(
    uow: UnitOfWork, kind: type[OfCommitment], row: Commitment, rule: str, actor: Actor | None
) -> OfCommitment:
    joint = await joint_space(uow, row.dispute_id)
    return kind(
        dispute_id=row.dispute_id,
        space_id=joint.id,
        rule=rule,
        actor_id=actor.account_id if actor else None,
        agreement_id=row.agreement_id,
        number=row.number,
    )


async def reasons_of(uow: UnitOfWork, rows: Mapping[CommitmentId, Commitment]) -> dict[CommitmentId, str]:
    """Return why commitments are contested, unsealed. The rows are ones that the reader may see."""
    found: dict[CommitmentId, str] = {}
    for row in rows.values():
        if row.reason_sealed is not None:
            joint = await joint_space(uow, row.dispute_id)
            found[row.id] = await uow.vault.open_text(uow.session, joint.ref, row.id, row.reason_sealed)
    return found
