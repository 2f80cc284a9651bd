"""How soon the centre answers: targets that the secretariat sets, what is late or due soon, and warnings of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from odr.deadlines.table import TABLE, Deadline, due_at
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.events import TargetMissed, TargetNear
from odr.disputes.lifecycle import ACTIVITIES, Activity, Stage
from odr.disputes.models import Dispute, ResponseDue, ResponseTarget
from odr.disputes.queries import dispute_facts
from odr.errors import NotPermittedError
from odr.ids import DisputeId
from odr.outbox import Job
from odr.people.models import SeatRow
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole

TARGETS: Final = (Deadline.QUALIFY, Deadline.APPOINT)
LONGEST: Final = 60
"""Working days, at most."""
SOON: Final = timedelta(days=3)
TERM_SOON: Final = timedelta(days=14)
LISTED: Final = 30

_STARTS: Final = {
    "DisputeFiled": Deadline.QUALIFY,
    "DisputeQualified": Deadline.APPOINT,
    "AppointmentEnded": Deadline.APPOINT,
}
_UNDER_TERM: Final = (Stage.OPEN, Stage.SUSPENDED, Stage.AGREEMENT_DRAFTING, Stage.SIGNING)


@dataclass(frozen=True, slots=True)
class Due:
    """Something that a dispute awaits, late or due soon."""

    dispute_id: DisputeId
    reference: str
    title: str
    deadline: Deadline
    due: datetime
    late: bool


async def days_of(uow: UnitOfWork) -> dict[Deadline, int]:
    """Return within how many working days the centre wants to have answered."""
    rows = await uow.session.execute(select(ResponseTarget.deadline, ResponseTarget.days))
    chosen = {row.deadline: row.days for row in rows}
    return {deadline: chosen.get(deadline.value, TABLE[deadline].length) for deadline in TARGETS}


async def set_targets(uow: UnitOfWork, actor: Actor, days: Mapping[str, str]) -> None:
    """The secretariat sets the centre's targets, in working days; what is under way keeps its own.

    Raises InvalidInputError (each deadline's name: bad_days) and NotPermittedError.
    """
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    typed = Typed()
    for deadline in TARGETS:
        text = days.get(deadline.value, "")
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= LONGEST):
            typed.wrong(deadline.value, "bad_days")
    typed.check()
    for deadline in TARGETS:
        row = await uow.session.get(ResponseTarget, deadline.value)
        if row is None:
            uow.session.add(ResponseTarget(deadline=deadline.value, days=int(days[deadline.value])))
        else:
            row.days = int(days[deadline.value])


async def start_target(uow: UnitOfWork, job: Job) -> None:
    """Start the centre's time to answer, from the event that the job reacts to; who leaves starts it anew."""
    deadline = _STARTS[str(job.payload["event"])]
    dispute_id = DisputeId(UUID(str(job.payload["dispute_id"])))
    due = due_at(deadline, uow.now(), length=(await days_of(uow))[deadline])
    await uow.session.merge(ResponseDue(dispute_id=dispute_id, deadline=deadline.value, due=due))
    await set_timer(uow, deadline, dispute_id, due)


async def remind_target(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the secretariat that its answer is due soon."""
    await _warn(uow, knock, TargetNear)


async def end_target(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the secretariat that its answer is late."""
    await _warn(uow, knock, TargetMissed)


async def _warn(uow: UnitOfWork, knock: Knock, kind: type[TargetNear | TargetMissed]) -> None:
    awaited = select(Dispute.id).where(Dispute.id == knock.dispute_id, _awaits(knock.deadline))
    runs = (await dues_of(uow, knock.dispute_id)).get(knock.deadline) == knock.due
    if not runs or await uow.session.scalar(awaited) is None:
        return
    dispute = await dispute_facts(uow, knock.dispute_id)
    await uow.record(
        kind(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="V2",
            actor_id=None,
            deadline=knock.deadline.value,
        )
    )


def _awaits(deadline: Deadline) -> ColumnElement[bool]:
    """Return when a dispute still awaits what a target is for."""
    if deadline is Deadline.QUALIFY:
        return Dispute.stage == Stage.REFERRED
    mediates = exists().where(
        SeatRow.dispute_id == Dispute.id, SeatRow.role == SeatRole.MEDIATOR, SeatRow.until.is_(None)
    )
    return and_(Dispute.stage.in_(sorted(ACTIVITIES[Activity.APPOINT])), ~mediates)


async def dues_of(uow: UnitOfWork, dispute_id: DisputeId) -> dict[Deadline, datetime]:
    """Return until when the centre wants to have answered: everyone at the table may know what they wait for."""
    rows = await uow.session.execute(
        select(ResponseDue.deadline, ResponseDue.due).where(ResponseDue.dispute_id == dispute_id)
    )
    return {Deadline(row.deadline): row.due for row in rows}


async def late_or_soon(uow: UnitOfWork, actor: Actor) -> tuple[Due, ...]:
    """Return what is late or due soon in the centre's disputes, the most urgent first; for its secretariat."""
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    now = uow.now()
    answers = await uow.session.execute(
        select(Dispute, ResponseDue.deadline, ResponseDue.due)
        .join(ResponseDue, ResponseDue.dispute_id == Dispute.id)
        .where(
            ResponseDue.due < now + SOON,
            or_(*(and_(ResponseDue.deadline == deadline.value, _awaits(deadline)) for deadline in TARGETS)),
        )
        .order_by(ResponseDue.due)
        .limit(LISTED)
    )
    found = [_due(dispute, Deadline(deadline), due, now) for dispute, deadline, due in answers]
    running = await uow.session.scalars(
        select(Dispute)
        .where(
            or_(
                and_(Dispute.stage == Stage.INVITED, Dispute.reply_by < now + SOON),
                and_(Dispute.stage.in_(_UNDER_TERM), Dispute.term_ends < now + TERM_SOON),
            )
        )
        .order_by(Dispute.id)
        .limit(LISTED)
    )
    found += [each for dispute in running for each in _of_its_own(dispute, now)]
    return tuple(sorted(found, key=lambda each: each.due)[:LISTED])


def _of_its_own(dispute: Dispute, now: datetime) -> Iterator[Due]:
    if dispute.stage is Stage.INVITED and dispute.reply_by is not None:
        yield _due(dispute, Deadline.REPLY, dispute.reply_by, now)
    elif dispute.term_ends is not None:
        yield _due(dispute, Deadline.TERM, dispute.term_ends, now)


def _due(dispute: Dispute, deadline: Deadline, due: datetime, now: datetime) -> Due:
    return Due(dispute.id, dispute.reference, dispute.title, deadline, due, due < now)
