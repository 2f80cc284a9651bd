"""The worker: claims jobs from the outbox, does them, and queues what recurs."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from odr.agreements.commitments import start_commitments
from odr.agreements.documents import draft_convention, make_agreement_document, make_end_certificate
from odr.agreements.instalments import start_schedule
from odr.agreements.renewing import renew_convention
from odr.agreements.stopped import drop_draft, empty_draft, give_draft_back
from odr.archive.sealing import seal_record
from odr.archive.verifying import check_record
from odr.auditing import audit_ledger
from odr.custody.marks import mark_destruction, repeat_by_timer
from odr.custody.rotation import rotate_keys
from odr.database import Base
from odr.disputes.attempts import make_attempt_record
from odr.disputes.targets import end_target_early, start_target
from odr.documents.stamping import EVERY_SECONDS as DOCUMENT_SECONDS
from odr.documents.stamping import stamp_documents
from odr.errors import ConflictError, OdrError, RefusedForGoodError, UnavailableError
from odr.evidence.rescanning import scan_waiting
from odr.evidence.sweeping import sweep_orphans
from odr.evidence.unpacking import unpack_archive
from odr.evidence.uploads import sweep_uploads
from odr.expertise.commands import end_objected_mission
from odr.ids import new_id
from odr.keeping.copying import EVERY_SECONDS as COPY_SECONDS
from odr.keeping.copying import replicate
from odr.keeping.locking import tend_locks
from odr.keeping.scrubbing import SLICE_SECONDS, scrub_objects
from odr.lanes import LONG, PACE, SHORT
from odr.notices.jobs import send_code, send_digest, send_invitation, send_mail, tell
from odr.outbox import EVERY, Job, Lane, claim, enqueue, fail, finish, forget_done, is_due
from odr.platform import Platform
from odr.timekeeping import meet_deadline
from odr.unit_of_work import UnitOfWork
from vault import TimeStampError

log = structlog.get_logger("worker")

Inside = Callable[[UnitOfWork, Job], Awaitable[None]]
Outside = Callable[[Platform, Job], Awaitable[None]]


class TickRow(Base):
    """The last slot for which a recurring job was queued: queued once a slot, however many workers there are."""

    __tablename__ = "ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int]


@dataclass(frozen=True, slots=True)
class Work:
    """How one kind of job is done.

    ``inside``: its effect is in the database only, and commits together with the job's end. ``outside``: it also
    touches something else (mail, store, time authority), opens its own transactions and is idempotent by the job's id.
    """

    inside: Inside | None = None
    outside: Outside | None = None


async def advance_ledger(uow: UnitOfWork, _job: Job) -> None:
    """Advance the platform's log by one tick and sign its head."""
    await uow.vault.ledger.tick(uow.session, uow.now())


async def clean_outbox(uow: UnitOfWork, _job: Job) -> None:
    """Forget jobs done long ago."""
    await forget_done(uow.session, now=uow.now())


async def stamp_checkpoints(platform: Platform, _job: Job) -> None:
    """Have each checkpoint that is due stamped by every configured authority. No transaction is held meanwhile.

    An authority that fails holds no other up; the job then fails as a whole, and asks that one again later.
    """
    ledger = platform.vault.ledger
    async with platform.unit(write=False) as uow:
        due = await ledger.due_stamps(uow.session, uow.now())
    failed = 0
    for wanted in due:
        try:
            token = await asyncio.to_thread(ledger.stamp, wanted)
        except TimeStampError:
            failed += 1
            continue
        async with platform.unit() as uow:
            await ledger.keep_stamp(uow.session, wanted, token)
    if failed:
        raise UnavailableError("time_authority_away", stamps=failed)


JOBS: Final[Mapping[str, Work]] = {
    "advance_ledger": Work(inside=advance_ledger),
    "stamp_checkpoints": Work(outside=stamp_checkpoints),
    "stamp_documents": Work(outside=stamp_documents),
    "clean_outbox": Work(inside=clean_outbox),
    "draft_convention": Work(outside=draft_convention),
    "renew_convention": Work(inside=renew_convention),
    "make_agreement_document": Work(outside=make_agreement_document),
    "make_attempt_record": Work(outside=make_attempt_record),
    "make_end_certificate": Work(outside=make_end_certificate),
    "seal_record": Work(outside=seal_record),
    "check_record": Work(outside=check_record),
    "sweep_orphans": Work(outside=sweep_orphans),
    "sweep_uploads": Work(outside=sweep_uploads),
    "rotate_keys": Work(outside=rotate_keys),
    "tend_locks": Work(outside=tend_locks),
    "scrub_objects": Work(outside=scrub_objects),
    "replicate": Work(outside=replicate),
    "unpack_archive": Work(outside=unpack_archive),
    "scan_waiting": Work(outside=scan_waiting),
    "audit_ledger": Work(outside=audit_ledger),
    "mark_destruction": Work(outside=mark_destruction),
    "repeat_destructions": Work(outside=repeat_by_timer),
    "end_objected_mission": Work(inside=end_objected_mission),
    "drop_draft": Work(inside=drop_draft),
    "give_draft_back": Work(inside=give_draft_back),
    "empty_draft": Work(inside=empty_draft),
    "tell": Work(inside=tell),
    "send_mail": Work(outside=send_mail),
    "send_digest": Work(outside=send_digest),
    "send_code": Work(outside=send_code),
    "send_invitation": Work(outside=send_invitation),
    "start_schedule": Work(inside=start_schedule),
    "start_commitments": Work(inside=start_commitments),
    "start_target": Work(inside=start_target),
    "end_target_early": Work(inside=end_target_early),
    "meet_deadline": Work(inside=meet_deadline),
}


def recurring(cadence_seconds: int) -> Mapping[str, int]:
    """Return what recurs, and every how many seconds."""
    return {
        "advance_ledger": cadence_seconds,
        "stamp_checkpoints": cadence_seconds,
        "stamp_documents": DOCUMENT_SECONDS,
        "clean_outbox": 3600,
        "sweep_orphans": 86400,
        "sweep_uploads": 3600,
        "rotate_keys": 3600,
        "tend_locks": 3600,
        "scrub_objects": SLICE_SECONDS,
        "replicate": COPY_SECONDS,
        "scan_waiting": 60,
        "audit_ledger": 7 * 86400,
        "repeat_destructions": 3600,
    }


def describe(error: Exception) -> str:
    """Name an error for the parked job's page: its type and our own code, never a message that may hold content."""
    code = f" {error.code}" if isinstance(error, OdrError) else ""
    return f"{type(error).__name__}{code}"


class Worker:
    """One worker. Many may run at once on PostgreSQL; on SQLite one runs inside the server."""

    def __init__(self, platform: Platform, jobs: Mapping[str, Work] = JOBS) -> None:
        """Name the worker by host, process and chance, so that a lease is only ever its own."""
        self.platform = platform
        self.jobs = jobs
        self.name = f"{socket.gethostname()[:40]}/{os.getpid()}/{new_id().hex[:8]}"

    async def run(self, stop: asyncio.Event, *, poll_seconds: float = 1.0) -> None:
        """Work until ``stop`` is set; a pause of the database or the store is waited out.

        In three lanes side by side: a slot that is missing from the register would tell everybody that somebody sent
        a large archive, and a notice that comes late would tell it to whoever awaits one.
        """
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(self._keep_the_pace(stop, poll_seconds))
            lanes.create_task(self._work_off(LONG, stop, lambda: asyncio.wait_for(stop.wait(), poll_seconds)))
            lanes.create_task(self._work_off(SHORT, stop, lambda: self._woken(stop, poll_seconds)))

    async def _keep_the_pace(self, stop: asyncio.Event, poll_seconds: float) -> None:
        """Queue what recurs, and advance the register, however long anything else takes."""
        while not stop.is_set():
            try:
                await self.queue_recurring()
                await self.work_once(PACE)
            except UnavailableError as error:
                log.warning("worker_waits", because=error.code)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), poll_seconds)

    async def _work_off(self, lane: Lane, stop: asyncio.Event, wait: Callable[[], Awaitable[object]]) -> None:
        while not stop.is_set():
            try:
                if await self.work_once(lane):
                    continue
            except UnavailableError as error:
                log.warning("worker_waits", because=error.code)
            with suppress(TimeoutError):
                await wait()

    async def _woken(self, stop: asyncio.Event, poll_seconds: float) -> None:
        self.platform.woken.clear()
        await asyncio.wait_for(self._any(stop), poll_seconds)

    async def _any(self, stop: asyncio.Event) -> None:
        waits = {asyncio.create_task(stop.wait()), asyncio.create_task(self.platform.woken.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def drain(self, limit: int = 1000) -> int:
        """Do every due job; return how many. For tests and for commands that end."""
        done = 0
        while done < limit and await self.work_once():
            done += 1
        return done

    async def work_once(self, lane: Lane = EVERY) -> bool:
        """Claim and do one job of a lane; ``False`` when none is due."""
        async with self.platform.unit(write=False) as uow:
            if not await uow.session.scalar(select(exists().where(is_due(uow.now(), lane)))):
                return False
        async with self.platform.unit() as uow:
            claimed = await claim(uow.session, worker=self.name, now=uow.now(), lane=lane)
        for job in claimed:
            await self._do(job)
        return bool(claimed)

    async def _work(self, job: Job) -> None:
        work = self.jobs.get(job.kind)
        if work is None:
            raise ConflictError("unknown_job", kind=job.kind)
        if work.outside is not None:
            await work.outside(self.platform, job)
        async with self.platform.unit() as uow:
            if work.inside is not None:
                await work.inside(uow, job)
            if not await finish(uow.session, job, now=uow.now()):
                raise ConflictError("lease_lost")

    async def _do(self, job: Job) -> None:
        try:
            await self._work(job)
        except Exception as error:  # noqa: BLE001 -- whatever a job raises, it is retried and then parked visibly
            async with self.platform.unit() as uow:
                for_good = isinstance(error, RefusedForGoodError)
                state = await fail(uow.session, job, now=uow.now(), error=describe(error), for_good=for_good)
            log.warning("job_failed", kind=job.kind, job=str(job.id), error=type(error).__name__, state=state)

    async def queue_recurring(self) -> None:
        """Queue each recurring job once for its present slot."""
        now = self.platform.clock()
        slots = {
            name: int(now.timestamp()) // every
            for name, every in recurring(self.platform.settings.vault.cadence_seconds).items()
        }
        async with self.platform.unit(write=False) as uow:
            known = {row.name: row.slot for row in await uow.session.scalars(select(TickRow))}
        for name, slot in slots.items():
            if known.get(name, -1) >= slot:
                continue
            async with self.platform.unit() as uow:
                dialect = sqlite if self.platform.database.is_sqlite else postgresql
                claimed = await uow.session.execute(
                    dialect.insert(TickRow)
                    .values(name=name, slot=slot)
                    .on_conflict_do_update(
                        index_elements=[TickRow.name], set_={"slot": slot}, where=TickRow.slot < slot
                    )
                    .returning(TickRow.slot)
                )
                if claimed.scalar() is not None:
                    await enqueue(uow.session, name, {}, now=now, dedupe_key=name)
