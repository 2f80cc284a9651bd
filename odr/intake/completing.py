"""A request that lacks something: the centre asks for it, with a reason and a date; the claimant adds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from odr.deadlines.calendar import day_of, end_of
from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.commands import permitted_by
from odr.disputes.lifecycle import Stage, Step
from odr.disputes.queries import DisputeFacts, dispute_facts, visible_dispute
from odr.errors import ConflictError, NotPermittedError, WrongStageError
from odr.ids import CompletionId, DisputeId, new_id
from odr.intake.events import CompletionAsked, CompletionGiven, CompletionLate, CompletionNear
from odr.intake.models import Completion
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole

TEXT_LIMIT: Final = 10_000
MOST_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class CompletionView:
    """What was asked of the claimant, until when, and what it answered (``""`` while it has not)."""

    id: CompletionId
    question: str
    asked_at: datetime
    due: datetime
    answer: str
    answered_at: datetime | None


async def completions_of(uow: UnitOfWork, dispute: DisputeFacts) -> tuple[CompletionView, ...]:
    """Return what the centre asked for and was answered, in order: part of the request, read by all who read it."""
    rows = await _rows(uow, dispute)
    found: list[CompletionView] = []
    for row in rows:
        question = await uow.vault.open_text(uow.session, dispute.procedure, row.id, row.question_sealed)
        answer = ""
        if row.answer_sealed is not None:
            answer = await uow.vault.open_text(uow.session, dispute.procedure, row.id, row.answer_sealed)
        found.append(CompletionView(row.id, question, row.asked_at, row.due, answer, row.answered_at))
    return tuple(found)


async def open_completion(uow: UnitOfWork, dispute: DisputeFacts) -> CompletionView | None:
    """Return what the claimant is asked for now."""
    if dispute.stage is not Stage.REFERRED:
        return None
    return next((each for each in await completions_of(uow, dispute) if each.answered_at is None), None)


async def _rows(uow: UnitOfWork, dispute: DisputeFacts) -> list[Completion]:
    query = select(Completion).where(Completion.dispute_id == dispute.id).order_by(Completion.asked_at, Completion.id)
    return list(await uow.session.scalars(query))


async def ask_completion(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, question: str, until: str) -> None:
    """The secretariat asks the claimant for what is missing, until a day of the next two months.

    Raises InvalidInputError (``question``, ``until``: bad_date, in_the_past, too_late), NotPermittedError,
    WrongStageError, ConflictError ``asked_already``.
    """
    typed = Typed()
    clean = typed.text("question", question, limit=TEXT_LIMIT)
    day = typed.day("until", until)
    today = day_of(uow.now())
    if day is not None and day <= today:
        typed.wrong("until", "in_the_past")
    elif day is not None and day > today + timedelta(days=MOST_DAYS):
        typed.wrong("until", "too_late")
    dispute = await visible_dispute(uow, actor, dispute_id)
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    _require_referred(dispute)
    typed.check()
    if await open_completion(uow, dispute) is not None or day is None:
        raise ConflictError("asked_already")
    completion_id = CompletionId(new_id())
    uow.session.add(
        Completion(
            id=completion_id,
            dispute_id=dispute_id,
            asked_by=actor.account_id,
            asked_at=uow.now(),
            due=end_of(day),
            question_sealed=await uow.vault.seal_text(uow.session, dispute.procedure, completion_id, clean),
            answered_by=None,
            answered_at=None,
            answer_sealed=None,
        )
    )
    await uow.session.flush()
    await set_timer(uow, Deadline.COMPLETE, dispute_id, end_of(day), subject_id=completion_id)
    await uow.record(
        CompletionAsked(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule="V2",
            actor_id=actor.account_id,
            completion_id=completion_id,
        )
    )


async def complete_request(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, answer: str) -> None:
    """The claimant adds what was asked for; it belongs to the request from now on.

    Raises InvalidInputError (``answer``), NotPermittedError, WrongStageError, ConflictError ``nothing_asked``.
    """
    typed = Typed()
    clean = typed.text("answer", answer, limit=TEXT_LIMIT)
    dispute = await visible_dispute(uow, actor, dispute_id)
    permitted_by(actor, dispute, Step.FILE)  # whoever may send a request may complete it
    _require_referred(dispute)
    typed.check()
    row = next((each for each in await _rows(uow, dispute) if each.answered_at is None), None)
    if row is None:
        raise ConflictError("nothing_asked")
    row.answer_sealed = await uow.vault.seal_text(uow.session, dispute.procedure, row.id, clean)
    row.answered_by, row.answered_at = actor.account_id, uow.now()
    await uow.session.flush()
    await uow.record(
        CompletionGiven(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule="L1",
            actor_id=actor.account_id,
            completion_id=row.id,
        )
    )


async def remind_completion(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the claimant that the day of a completion is near."""
    await _warn(uow, knock, CompletionNear)


async def end_completion(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the claimant and the secretariat that the day of a completion has passed. It may still be given."""
    await _warn(uow, knock, CompletionLate)


async def _warn(uow: UnitOfWork, knock: Knock, kind: type[CompletionNear | CompletionLate]) -> None:
    row = await uow.session.get(Completion, knock.subject_id)
    dispute = await dispute_facts(uow, knock.dispute_id)
    if row is None or row.answered_at is not None or row.due != knock.due or dispute.stage is not Stage.REFERRED:
        return
    await uow.record(
        kind(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="V2",
            actor_id=None,
            completion_id=row.id,
        )
    )


def _require_referred(dispute: DisputeFacts) -> None:
    if dispute.stage is not Stage.REFERRED:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.QUALIFY)
