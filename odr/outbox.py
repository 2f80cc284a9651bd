"""The outbox: jobs queued in the business transaction, claimed with a lease, done at least once, or parked."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, CursorResult, Index, String, Text, and_, delete, or_, select, text, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, Json, words
from odr.ids import JobId, new_id

MAX_ATTEMPTS: Final = 8
LEASE: Final = timedelta(minutes=2)
KEEP_DONE: Final = timedelta(days=30)


class JobState(StrEnum):
    """Where a job stands."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"


class JobRow(Base):
    """A job. ``dedupe_key`` is unique among the living, so the same thing is queued once."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "uq_jobs_dedupe_key_living",
            "dedupe_key",
            unique=True,
            sqlite_where=text("state != 'done'"),
            postgresql_where=text("state != 'done'"),
        ),
        Index("ix_jobs_state_run_at", "state", "run_at"),
    )

    id: Mapped[JobId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[JobState] = mapped_column(words(JobState))
    run_at: Mapped[datetime]
    attempts: Mapped[int]
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(80))
    queued_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job. ``id`` is the idempotency key of its effects outside the database."""

    id: JobId
    kind: str
    payload: dict[str, Any]
    attempts: int
    worker: str


async def enqueue(
    session: AsyncSession,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Queue a job in the caller's transaction. With a ``dedupe_key`` that lives already, nothing is queued."""
    values = {
        "id": new_id(),
        "kind": kind,
        "payload": payload,
        "state": JobState.READY,
        "run_at": run_at or now,
        "attempts": 0,
        "dedupe_key": dedupe_key,
        "queued_at": now,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(insert(JobRow).values(values).on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class Lane:
    """Which jobs are taken together, one after the other: these kinds, or all where none is named, but for others."""

    kinds: Collection[str] = ()
    without: Collection[str] = ()


EVERY: Final = Lane()


def is_due(now: datetime, lane: Lane) -> ColumnElement[bool]:
    """Return the condition of a lane's jobs that are due; an expired lease makes one due again."""
    due = or_(
        (JobRow.state == JobState.READY) & (JobRow.run_at <= now),
        (JobRow.state == JobState.RUNNING) & (JobRow.lease_until < now),
    )
    if lane.without:
        due = and_(due, JobRow.kind.not_in(lane.without))
    return and_(due, JobRow.kind.in_(lane.kinds)) if lane.kinds else due


async def claim(session: AsyncSession, *, worker: str, now: datetime, limit: int = 1, lane: Lane = EVERY) -> list[Job]:
    """Take up to ``limit`` due jobs of a lane for ``worker``."""
    due = (
        select(JobRow.id)
        .where(is_due(now, lane))
        .order_by(JobRow.run_at, JobRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = await session.execute(
        update(JobRow)
        .where(JobRow.id.in_(due))
        .values(state=JobState.RUNNING, worker=worker, lease_until=now + LEASE, attempts=JobRow.attempts + 1)
        .returning(JobRow.id, JobRow.kind, JobRow.payload, JobRow.attempts)
        .execution_options(synchronize_session=False)
    )
    return [Job(row.id, row.kind, row.payload, row.attempts, worker) for row in claimed]


async def finish(session: AsyncSession, job: Job, *, now: datetime) -> bool:
    """Mark the job done if it is still ours; ``False`` tells that another worker took it over (roll back then)."""
    result = await session.execute(
        _ours(job).values(state=JobState.DONE, done_at=now, lease_until=None, last_error=None)
    )
    return _hit(result)


async def fail(session: AsyncSession, job: Job, *, now: datetime, error: str, for_good: bool = False) -> JobState:
    """Put the job back with a jittered, growing delay, or park it: after too many attempts, or ``for_good``."""
    state = JobState.PARKED if for_good or job.attempts >= MAX_ATTEMPTS else JobState.READY
    delay = min(3600.0, 2.0**job.attempts) * random.uniform(0.5, 1.5)  # noqa: S311 -- jitter, not a secret
    await session.execute(
        _ours(job).values(state=state, run_at=now + timedelta(seconds=delay), lease_until=None, last_error=error[:2000])
    )
    return state


async def unpark(session: AsyncSession, job_ids: Collection[JobId] = (), *, now: datetime) -> int:
    """Give parked jobs a fresh set of attempts: these, or all where none is named; return how many were parked."""
    which = JobRow.id.in_(job_ids) if job_ids else true()
    result = await session.execute(
        update(JobRow)
        .where(JobRow.state == JobState.PARKED, which)
        .values(state=JobState.READY, run_at=now, attempts=0)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


async def forget_done(session: AsyncSession, *, now: datetime) -> None:
    """Delete jobs done long ago."""
    await session.execute(delete(JobRow).where(JobRow.state == JobState.DONE, JobRow.done_at < now - KEEP_DONE))


def _ours(job: Job) -> Any:  # noqa: ANN401 -- SQLAlchemy's Update is generic over nothing useful here
    return update(JobRow).where(
        JobRow.id == job.id,
        JobRow.state == JobState.RUNNING,
        JobRow.worker == job.worker,
        JobRow.attempts == job.attempts,
    )


def _hit(result: Any) -> bool:  # noqa: ANN401 -- same
    return isinstance(result, CursorResult) and result.rowcount == 1
