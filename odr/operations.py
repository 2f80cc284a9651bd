"""How the platform is: counts, parked jobs and the newest checkpoint. Never a word of content."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from odr.auditing import AuditView, latest_audit
from odr.custody.rotation import KeysState, keys_state
from odr.documents.standing import SealStanding, seal_standing
from odr.errors import NotFoundError
from odr.ids import JobId
from odr.keeping.standing import Standing, standing
from odr.outbox import JobRow, JobState, unpark
from odr.settings import Scrubbing
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from vault import Checkpoint


@dataclass(frozen=True, slots=True)
class ParkedJob:
    """A job that failed too often: what kind it is and the name of its last error, not what it was about."""

    id: JobId
    kind: str
    attempts: int
    last_error: str
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Operations:
    """The state of the outbox, of the register, of the keys' rotations and of the stored objects.

    ``oldest_due``: since when the oldest task has been due, where that is longer than a task waits when all is well.
    """

    waiting: int
    oldest_due: datetime | None
    parked: tuple[ParkedJob, ...]
    checkpoint: Checkpoint | None
    keys: KeysState
    objects: Standing
    audit: AuditView | None
    seal: SealStanding


EXACT_FROM: Final = 100
"""Below this a count of what is stored says no more than that it is below: whoever looks in again and again could
otherwise learn that somebody lodged or wrote something, in a room that is none of theirs."""


LATE: Final = timedelta(minutes=5)
"""What has been due for less is not told: to whoever looks in every second it would say that somebody just did
something, in a room that is none of theirs."""


def coarse(count: int) -> int:
    """Return two digits of a count, rounded down: 1234 → 1200; nothing of a small one: 99 → 0."""
    if count < EXACT_FROM:
        return 0
    digits = str(count)
    return int(digits[:2].ljust(len(digits), "0"))


def _permit(actor: Actor) -> None:
    if not (actor.is_a(CentreRole.ADMINISTRATOR) or actor.is_a(CentreRole.SECRETARIAT)):
        raise NotFoundError


def _if_late(since: datetime | None, now: datetime) -> datetime | None:
    return since if since is not None and since <= now - LATE else None


async def operations(uow: UnitOfWork, actor: Actor, scrub: Scrubbing) -> Operations:
    """Return how the platform is. Raises :class:`NotFoundError` for whoever neither administers nor runs the centre."""
    _permit(actor)
    due = (JobRow.state == JobState.READY) & (JobRow.run_at <= uow.now())
    counted = (await uow.session.execute(select(func.count(), func.min(JobRow.run_at)).where(due))).one()
    parked = await uow.session.scalars(
        select(JobRow).where(JobRow.state == JobState.PARKED).order_by(JobRow.queued_at, JobRow.id).limit(50)
    )
    return Operations(
        waiting=counted[0],
        oldest_due=_if_late(counted[1], uow.now()),
        parked=tuple(ParkedJob(row.id, row.kind, row.attempts, row.last_error or "", row.queued_at) for row in parked),
        checkpoint=await uow.vault.ledger.newest_checkpoint(uow.session),
        keys=await keys_state(uow),
        objects=await standing(uow, scrub),
        audit=await latest_audit(uow),
        seal=await seal_standing(uow),
    )


async def take_up_again(uow: UnitOfWork, actor: Actor, job_id: JobId) -> None:
    """Give a parked job a fresh set of attempts. Raises :class:`NotFoundError` where none is parked under this id."""
    _permit(actor)
    if not await unpark(uow.session, job_id, now=uow.now()):
        raise NotFoundError
