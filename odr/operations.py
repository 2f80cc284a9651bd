"""How the platform is, for those who run the centre, and for whoever runs its machine. Never a word of content.

A page tells only what follows from nothing that somebody does apart. That a task failed after a message in a caucus
would tell that there was one: such tasks are told where the root key is at hand anyway, in the log and on the command
line (`entente jobs`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select

from odr.auditing import AuditView, latest_audit
from odr.custody.rotation import KeysState, keys_state
from odr.documents.standing import SealStanding, seal_standing
from odr.errors import NotFoundError
from odr.ids import JobId
from odr.keeping.standing import Standing, standing
from odr.outbox import JobRow, JobState, unpark
from odr.platform import Platform
from odr.settings import Settings
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.worker import TickRow
from vault import Checkpoint

IN_SIGHT: Final = frozenset(
    {
        "advance_ledger",
        "stamp_checkpoints",
        "stamp_documents",
        "clean_outbox",
        "rotate_keys",
        "audit_ledger",
        "draft_convention",
        "renew_convention",
        "make_agreement_document",
        "make_attempt_record",
        "make_end_certificate",
        "seal_record",
        "check_record",
        "start_schedule",
        "start_commitments",
        "end_objected_mission",
    }
)
"""The kinds of tasks that follow from the clock, or from what the table does in sight of all, and from nothing else."""

STANDSTILL: Final = timedelta(minutes=5)
"""A worker that has queued nothing of what recurs for so long stands still."""

_RECURS: Final = "advance_ledger"


@dataclass(frozen=True, slots=True)
class ParkedKind:
    """Tasks of one kind that failed too often, as a page tells them: the name of the last error, and since which day.

    Neither how many nor what they were about.
    """

    kind: str
    last_error: str
    since: date


@dataclass(frozen=True, slots=True)
class Operations:
    """The state of the worker, of the register, of the keys' rotations and of the stored objects.

    ``still_since``: when the worker was last at work, where it stands still.
    """

    still_since: datetime | None
    parked: tuple[ParkedKind, ...]
    checkpoint: Checkpoint | None
    keys: KeysState
    objects: Standing
    audit: AuditView | None
    seal: SealStanding


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A task that failed, as the machine's own command tells it: never what it was about.

    ``again_at``: when it is tried next; None for one that is parked.
    """

    id: JobId
    kind: str
    attempts: int
    last_error: str
    queued_at: datetime
    again_at: datetime | None


def _permit(actor: Actor) -> None:
    if not (actor.is_a(CentreRole.ADMINISTRATOR) or actor.is_a(CentreRole.SECRETARIAT)):
        raise NotFoundError


async def operations(uow: UnitOfWork, actor: Actor, settings: Settings) -> Operations:
    """Return how the platform is. Raises :class:`NotFoundError` for whoever neither administers nor runs the centre."""
    _permit(actor)
    return Operations(
        still_since=await _still_since(uow, settings.vault.cadence_seconds),
        parked=await _parked_in_sight(uow),
        checkpoint=await uow.vault.ledger.newest_checkpoint(uow.session),
        keys=await keys_state(uow),
        objects=await standing(uow, settings.scrub),
        audit=await latest_audit(uow),
        seal=await seal_standing(uow),
    )


async def _still_since(uow: UnitOfWork, cadence_seconds: int) -> datetime | None:
    """Tell by what recurs whether the worker works: what people do changes nothing of it."""
    slot = await uow.session.scalar(select(TickRow.slot).where(TickRow.name == _RECURS))
    last = datetime.fromtimestamp((slot or 0) * cadence_seconds, UTC)
    return last if slot is not None and last < uow.now() - STANDSTILL else None


async def _parked_in_sight(uow: UnitOfWork) -> tuple[ParkedKind, ...]:
    rows = await uow.session.execute(
        select(JobRow.kind, func.min(JobRow.last_error), func.min(JobRow.queued_at))
        .where(JobRow.state == JobState.PARKED, JobRow.kind.in_(sorted(IN_SIGHT)))
        .group_by(JobRow.kind)
        .order_by(JobRow.kind)
    )
    return tuple(ParkedKind(kind, error or "", queued_at.date()) for kind, error, queued_at in rows)


async def take_up_again(uow: UnitOfWork, actor: Actor) -> None:
    """Give every parked task a fresh set of attempts, those too that no page tells: nobody learns whether there were.

    Raises :class:`NotFoundError` as :func:`operations` does.
    """
    _permit(actor)
    await unpark(uow.session, now=uow.now())


async def failed_jobs(platform: Platform) -> tuple[FailedJob, ...]:
    """Return the tasks that failed and are parked or tried again, the oldest first; for the machine's own command."""
    parked = JobRow.state == JobState.PARKED
    async with platform.unit(write=False) as uow:
        rows = await uow.session.scalars(
            select(JobRow)
            .where(or_(parked, (JobRow.state == JobState.READY) & JobRow.last_error.is_not(None)))
            .order_by(JobRow.queued_at, JobRow.id)
        )
        return tuple(
            FailedJob(
                row.id,
                row.kind,
                row.attempts,
                row.last_error or "",
                row.queued_at,
                None if row.state is JobState.PARKED else row.run_at,
            )
            for row in rows
        )


async def try_again(platform: Platform, job_ids: Collection[JobId] = ()) -> int:
    """Give parked tasks a fresh set of attempts: these, or all where none is named; return how many were parked."""
    async with platform.unit() as uow:
        return await unpark(uow.session, job_ids, now=uow.now())


async def kinds_tried_again(platform: Platform, since: datetime) -> tuple[str, ...]:
    """Return the kinds of tasks queued from a moment on of which one had to be tried a second time."""
    again = (JobRow.attempts > 1) | ((JobRow.state == JobState.READY) & JobRow.last_error.is_not(None))
    query = select(JobRow.kind).where(JobRow.queued_at >= since, again).distinct().order_by(JobRow.kind)
    async with platform.unit(write=False) as uow:
        return tuple(await uow.session.scalars(query))
