"""How soon the centre answers: targets that the secretariat sets, what is late or due soon, and warnings of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, true

from odr.deadlines.table import TABLE, Deadline, due_at
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.events import TargetMissed, TargetNear
from odr.disputes.lifecycle import ACTIVITIES, Activity, Stage
from odr.disputes.models import Dispute, ResponseDue, ResponseTarget
from odr.disputes.queries import dispute_facts
from odr.errors import NotPermittedError
from odr.ids import DisputeId, SpaceId
from odr.outbox import Job
from odr.people.models import SeatRow
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole

TARGETS: Final = (
    Deadline.QUALIFY,
    Deadline.COMPLETION,
    Deadline.APPOINT,
    Deadline.INVITE,
    Deadline.DECIDE_OBJECTION,
    Deadline.DECIDE_ACCESS,
    Deadline.DECIDE_REOPENING,
)
QUIET: Final = frozenset({Deadline.DECIDE_OBJECTION, Deadline.DECIDE_ACCESS, Deadline.DECIDE_REOPENING})
"""What is between the centre and whoever asks: the table is told neither that it runs, nor that it is late."""
LONGEST: Final = 60
"""Working days, at most."""
SOON: Final = timedelta(days=3)
TERM_SOON: Final = timedelta(days=14)
LISTED: Final = 30

_STARTS: Final[Mapping[str, tuple[Deadline, ...]]] = {
    "DisputeFiled": (Deadline.QUALIFY,),
    "CompletionGiven": (Deadline.COMPLETION,),
    "DisputeQualified": (Deadline.APPOINT, Deadline.INVITE),
    "AppointmentEnded": (Deadline.APPOINT,),
    "ObjectionRaised": (Deadline.DECIDE_OBJECTION,),
    "AccessAsked": (Deadline.DECIDE_ACCESS,),
    "ReopeningAsked": (Deadline.DECIDE_REOPENING,),
}
_ENDS: Final[Mapping[str, tuple[Deadline, ...]]] = {
    "CompletionAsked": (Deadline.QUALIFY, Deadline.COMPLETION),  # while the claimant is asked, the centre waits
    "ObjectionDecided": (Deadline.DECIDE_OBJECTION,),
    "AppointmentEnded": (Deadline.DECIDE_OBJECTION,),
    "AccessAuthorised": (Deadline.DECIDE_ACCESS,),
    "AccessRefused": (Deadline.DECIDE_ACCESS,),
    "ReopeningGranted": (Deadline.DECIDE_REOPENING,),
    "ReopeningRefused": (Deadline.DECIDE_REOPENING,),
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
    dispute_id = DisputeId(UUID(str(job.payload["dispute_id"])))
    days = await days_of(uow)
    for deadline in _STARTS[str(job.payload["event"])]:
        subject_id = _subject(job, deadline, dispute_id)
        due = due_at(deadline, uow.now(), length=days[deadline])
        row = ResponseDue(dispute_id=dispute_id, deadline=deadline.value, subject_id=subject_id, due=due)
        await uow.session.merge(row)
        await set_timer(uow, deadline, dispute_id, due, subject_id=subject_id)


async def end_target_early(uow: UnitOfWork, job: Job) -> None:
    """The centre has answered, or waits itself: its time no longer runs."""
    dispute_id = DisputeId(UUID(str(job.payload["dispute_id"])))
    event = str(job.payload["event"])
    for deadline in _ENDS[event]:
        over = delete(ResponseDue).where(ResponseDue.dispute_id == dispute_id, ResponseDue.deadline == deadline.value)
        if event != "AppointmentEnded":  # with whom it was about, every objection has become moot
            over = over.where(ResponseDue.subject_id == _subject(job, deadline, dispute_id))
        await uow.session.execute(over)


def _subject(job: Job, deadline: Deadline, dispute_id: DisputeId) -> UUID:
    """Return of what a deadline runs: of the dispute, or of one request among several."""
    return UUID(str(job.payload["subject_id"])) if deadline in QUIET else dispute_id


async def remind_target(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the secretariat that its answer is due soon."""
    await _warn(uow, knock, TargetNear)


async def end_target(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the secretariat that its answer is late."""
    await _warn(uow, knock, TargetMissed)


async def _warn(uow: UnitOfWork, knock: Knock, kind: type[TargetNear | TargetMissed]) -> None:
    runs = await uow.session.scalar(
        select(ResponseDue.due)
        .join(Dispute, Dispute.id == ResponseDue.dispute_id)
        .where(
            ResponseDue.dispute_id == knock.dispute_id,
            ResponseDue.deadline == knock.deadline.value,
            ResponseDue.subject_id == (knock.subject_id or knock.dispute_id),
            _awaits(knock.deadline),
        )
    )
    if runs != knock.due:
        return
    dispute, centre = await dispute_facts(uow, knock.dispute_id), uow.vault.tenant
    quiet = knock.deadline in QUIET
    await uow.record(
        kind(
            dispute_id=DisputeId(centre) if quiet else dispute.id,
            space_id=SpaceId(centre) if quiet else dispute.procedure_space_id,
            rule="V2",
            actor_id=None,
            deadline=knock.deadline.value,
        )
    )


def _awaits(deadline: Deadline) -> ColumnElement[bool]:
    """Return when a dispute still awaits what a target is for; of what has an answer of its own, the row is gone."""
    if deadline in {Deadline.QUALIFY, Deadline.COMPLETION}:
        return Dispute.stage == Stage.REFERRED
    if deadline is Deadline.INVITE:
        return Dispute.stage == Stage.ADMISSIBLE
    if deadline in QUIET:
        return true()
    mediates = exists().where(
        SeatRow.dispute_id == Dispute.id, SeatRow.role == SeatRole.MEDIATOR, SeatRow.until.is_(None)
    )
    return and_(Dispute.stage.in_(sorted(ACTIVITIES[Activity.APPOINT])), ~mediates)


async def dues_of(uow: UnitOfWork, dispute_id: DisputeId) -> dict[Deadline, datetime]:
    """Return until when the centre wants to have answered: everyone at the table may know what they wait for."""
    rows = await uow.session.execute(
        select(ResponseDue.deadline, ResponseDue.due).where(
            ResponseDue.dispute_id == dispute_id, ResponseDue.deadline.not_in(sorted(QUIET))
        )
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
