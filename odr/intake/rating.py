"""The impact score of a request as it stands: the rule's, with what the secretariat changed, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from odr.deadlines.calendar import day_of
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotPermittedError, WrongStageError
from odr.ids import DisputeId
from odr.intake.events import ScoreChanged
from odr.intake.models import ScoreChange
from odr.intake.queries import answers_sent
from odr.intake.score import FULL, Part, Score, score
from odr.people.queries import account_names
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.visibility.terms import Act, Thing

REASON_LIMIT: Final = 2000
RATED: Final = frozenset(
    {Stage.REFERRED, Stage.ADMISSIBLE, Stage.DIRECT_NEGOTIATION, Stage.INVITED, Stage.CONVENTION_PENDING}
)
"""While the centre has a say in it: from the opening on, the table is the mediator's."""


@dataclass(frozen=True, slots=True)
class Change:
    """One part set by a person: from how many points to how many, why, by whom and when."""

    part: Part
    before: int
    after: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """The score as it stands, as the rule alone gives it, and every change, the latest first."""

    score: Score
    rule: Score
    changes: tuple[Change, ...]


async def rating_of(uow: UnitOfWork, dispute: DisputeFacts) -> Rating | None:
    """Return a request's rating; ``None`` for what is not before the centre. The reader may see the dispute.

    Everyone who reads the request reads its score: the parties and the centre see the same.
    """
    if dispute.stage is Stage.DRAFT or dispute.is_complaint:
        return None
    rule = score(await answers_sent(uow, dispute), day_of(dispute.created_at))
    rows = list(
        await uow.session.scalars(
            select(ScoreChange)
            .where(ScoreChange.dispute_id == dispute.id)
            .order_by(ScoreChange.at.desc(), ScoreChange.id)
        )
    )
    reasons = await uow.vault.open_texts(uow.session, dispute.procedure, [(row.id, row.reason_sealed) for row in rows])
    names = await account_names(uow, {row.by_id for row in rows})
    set_to = {row.part: row.after for row in reversed(rows)}
    return Rating(
        rule.with_changes(set_to),
        rule,
        tuple(
            Change(row.part, row.before, row.after, reason, names.get(row.by_id, ""), row.at)
            for row, reason in zip(rows, reasons, strict=True)
        ),
    )


async def change_score(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, part: str, points: str, reason: str
) -> None:
    """The secretariat sets one part of the score to so many points out of 100, and says why. Nothing else follows.

    Raises InvalidInputError (``part``, ``points``: bad_points, ``reason``), NotPermittedError, WrongStageError,
    ConflictError ``same_points``.
    """
    typed = Typed()
    wanted = typed.choice("part", part, Part)
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    after = int(points) if points.isascii() and points.isdecimal() and len(points) <= len(str(FULL)) else FULL + 1
    if after > FULL:
        typed.wrong("points", "bad_points")
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = actor.may(Act.WRITE, Thing.DISPUTE, dispute.place)
    if rule is None or not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    rating = await rating_of(uow, dispute)
    if rating is None or dispute.stage not in RATED:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step="rate")
    typed.check()
    before = next(rated.points for rated in rating.score.parts if rated.part is wanted)
    if before == after:
        raise ConflictError("same_points")
    remembered = await uow.record(
        ScoreChanged(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            part=wanted.value,
            before=before,
            after=after,
        )
    )
    uow.session.add(
        ScoreChange(
            id=remembered.event_id,
            dispute_id=dispute_id,
            part=wanted,
            before=before,
            after=after,
            reason_sealed=await uow.vault.seal_text(uow.session, dispute.procedure, remembered.event_id, clean),
            by_id=actor.account_id,
            at=uow.now(),
        )
    )
    await uow.session.flush()
