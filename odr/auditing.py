"""The audit: everything that is stored is hashed again, in short steps that go on after a restart. Findings are ids."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, Json
from odr.event import EventRow
from odr.event_rows import compare_rows, rows_beyond
from odr.ids import new_id
from odr.outbox import Job
from odr.platform import Platform
from odr.register import ALARMS, Answered, witness
from odr.unit_of_work import UnitOfWork
from odr.words import phrase
from vault import Event as Entry
from vault import ItemsWalk, Problem, SpaceRef, Walk, step_items

log = structlog.get_logger("audit")

STEP_SECONDS: Final = 40.0
"""How long one job audits before it queues the next: well within a job's lease."""
KEPT: Final = 500
"""Findings that are kept by name; beyond, they are only counted."""

SENTENCES: Final = {
    "event_unreadable": phrase("An event does not open: it was altered or moved."),
    "event_altered": phrase("An event is not the one whose hash stands in the tree."),
    "event_beyond": phrase("An event lies beyond the end of its room's tree."),
    "row_missing": phrase("An event is in the ledger and missing from the list of events."),
    "row_added": phrase("The list of events holds one that the ledger does not."),
    "row_altered": phrase("The list of events says something else than the ledger."),
    "node_altered": phrase("A node of a tree is missing or altered."),
    "node_added": phrase("A node was added to a tree."),
    "head_altered": phrase("The head of a tree is not the one that its entries lead to."),
    "space_rolled_back": phrase("A room holds fewer events than were proven: it was rolled back."),
    "batch_over_other_events": phrase("A batch was made over other events than those stored."),
    "batch_missing": phrase("A batch of the register is missing."),
    "batch_malformed": phrase("A batch of the register is malformed."),
    "batch_altered": phrase("A batch has other members than those it was made of."),
    "batch_out_of_order": phrase("A batch is not later than the one before it."),
    "batch_beyond": phrase("A batch lies beyond the end of the register."),
    "checkpoint_missing": phrase("A checkpoint of the register is missing."),
    "checkpoint_not_ours": phrase("A checkpoint does not bear our signature."),
    "checkpoint_over_another_log": phrase("A checkpoint was signed over another register."),
    "log_rolled_back": phrase("The register is shorter than one of its own checkpoints: it was rolled back."),
    "stamp_altered": phrase("A time stamp does not hold over its checkpoint."),
    "segments_altered": phrase("The parts of a file do not add up."),
    "object_missing": phrase("The bytes of a file are gone from the store."),
    "object_altered": phrase("The bytes of a file in the store are not those that were kept."),
    "key_missing": phrase("A file has no key left although it was never destroyed."),
    "key_swapped": phrase("A key does not open the file that it belongs to."),
    "key_of_shredded_item": phrase("A destroyed file has a key again."),
    "digest_altered": phrase("The recorded digest of a file is not the one that its batch was made of."),
    "outside_foreign": phrase("A checkpoint that was handed in is not signed by this register."),
    "outside_longer": phrase("The register is shorter than a checkpoint kept elsewhere: it was rolled back."),
    "outside_forked": phrase("A checkpoint kept elsewhere has the same size and another fingerprint: two histories."),
    "outside_rewritten": phrase("The register does not continue a checkpoint kept elsewhere: it was rewritten."),
    "outside_unreadable": phrase("No checkpoint was found in a file that was handed in."),
}
"""What each finding means, by its code."""

STOP: Final = phrase(
    "Stop, keep a copy of everything, and compare with checkpoints kept elsewhere before you repair anything."
)
"""What whoever reads a finding should do first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, by its code, and where: ids and numbers only."""

    code: str
    place: str


class Progress(msgspec.Struct):
    """Where an audit stands, and what it counted so far: enough to go on elsewhere, after a restart."""

    phase: str = "spaces"
    space: tuple[UUID, UUID] | None = None
    size: int = 0
    peaks: list[str] = []
    slot: int = -1
    item: tuple[UUID, UUID, int] | None = None
    rooms: int = 0
    events: int = 0
    erased: int = 0
    checkpoints: int = 0
    files: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class AuditView:
    """The latest audit: since when, till when (None while it runs), what it counted, what it found."""

    begun_at: datetime
    ended_at: datetime | None
    progress: Progress
    findings: tuple[Finding, ...]


class AuditRow(Base):
    """One audit by the timer: where it stands, and its findings, by code and id."""

    __tablename__ = "audits"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any]] = mapped_column(Json)
    findings: Mapped[list[Any]] = mapped_column(Json)


async def audit(
    platform: Platform, *, objects: bool = False, kept: Sequence[bytes] = ()
) -> tuple[Progress, list[Finding]]:
    """Audit everything now. ``kept``: texts or mails with checkpoints from elsewhere; ``objects``: hash every byte.

    Raises :class:`UnavailableError`.
    """
    progress, begun = Progress(), platform.clock()
    findings: list[Finding] = []
    for each in kept:
        findings += await _compare(platform, each)
    while progress.phase != "done":
        findings += await step(platform, progress, begun=begun, objects=objects)
    progress.findings = len(findings)
    return progress, findings


async def audit_ledger(platform: Platform, _job: Job) -> None:
    """Audit for a while, remember how far, and queue the rest; what is found is kept and logged, ids only."""
    async with platform.unit() as uow:
        row = await uow.session.scalar(select(AuditRow).where(AuditRow.ended_at.is_(None)).limit(1))
        if row is None:
            row = AuditRow(
                id=new_id(), begun_at=uow.now(), ended_at=None, progress=msgspec.to_builtins(Progress()), findings=[]
            )
            uow.session.add(row)
        audit_id, begun = row.id, row.begun_at
        progress = msgspec.convert(row.progress, Progress)
    until = time.monotonic() + STEP_SECONDS
    found: list[Finding] = []
    while progress.phase != "done" and time.monotonic() < until:
        found += await step(platform, progress, begun=begun, objects=False)
    progress.findings += len(found)
    for each in found:
        log.error("audit_found", code=each.code, place=each.place)
    async with platform.unit() as uow:
        await _remember(uow, audit_id, progress, found)


async def latest_audit(uow: UnitOfWork) -> AuditView | None:
    """Return the audit that began last."""
    row = await uow.session.scalar(select(AuditRow).order_by(AuditRow.begun_at.desc()).limit(1))
    if row is None:
        return None
    findings = tuple(Finding(code, place) for code, place in row.findings)
    return AuditView(row.begun_at, row.ended_at, msgspec.convert(row.progress, Progress), findings)


async def step(platform: Platform, progress: Progress, *, begun: datetime, objects: bool) -> list[Finding]:
    """Audit one page of what comes next, in one short transaction."""
    async with platform.unit(write=False) as uow:
        if progress.phase == "spaces":
            return await _step_space(uow, progress, begun)
        if progress.phase == "rows":
            return await _step_rows(uow, progress)
        if progress.phase == "register":
            return await _step_register(uow, progress)
        return await _step_files(uow, progress, objects=objects)


async def _step_space(uow: UnitOfWork, progress: Progress, begun: datetime) -> list[Finding]:
    ledger = uow.vault.ledger
    if progress.space is None or progress.size < 0:  # the next one
        after = None if progress.space is None else SpaceRef(*progress.space)
        found = await ledger.space_after(uow.session, after)
        if found is None:
            progress.phase, progress.space, progress.size, progress.peaks = "rows", None, 0, []
            return []
        progress.space, progress.size, progress.peaks = (found.collection, found.space), 0, []
        progress.rooms += 1
    space = SpaceRef(*progress.space)
    walk = Walk(progress.size, [bytes.fromhex(each) for each in progress.peaks])

    async def seen(session: AsyncSession, start: int, stop: int, events: Sequence[Entry]) -> list[Problem]:
        return await compare_rows(session, space, start, stop, events)

    problems = await ledger.audit_step(uow.session, space, walk, seen)
    progress.events += walk.size - progress.size
    progress.erased += walk.erased
    progress.size, progress.peaks = walk.size, [each.hex() for each in walk.peaks]
    if walk.done:
        problems += await rows_beyond(uow.session, space, walk.size, begun)
        progress.size, progress.peaks = -1, []
    return [Finding(each.code, f"{space.space}/{each.place}") for each in problems]


async def _step_rows(uow: UnitOfWork, progress: Progress) -> list[Finding]:
    """Look for rows of rooms that have no ledger at all."""
    query = select(EventRow.dispute_id, EventRow.space_id).distinct().order_by(EventRow.space_id).limit(200)
    if progress.space is not None:
        query = query.where(EventRow.space_id > progress.space[1])
    rooms = (await uow.session.execute(query)).all()
    findings = [
        Finding("row_added", f"{row.space_id}")
        for row in rooms
        if not await uow.vault.ledger.knows(uow.session, SpaceRef(row.dispute_id, row.space_id))
    ]
    if rooms:
        progress.space = (rooms[-1].dispute_id, rooms[-1].space_id)
    else:
        progress.phase, progress.space, progress.size, progress.peaks = "register", None, 0, []
    return findings


async def _step_register(uow: UnitOfWork, progress: Progress) -> list[Finding]:
    walk = Walk(progress.size, [bytes.fromhex(each) for each in progress.peaks], slot=progress.slot)
    problems = await uow.vault.ledger.audit_log_step(uow.session, walk)
    progress.checkpoints = progress.size = walk.size
    progress.peaks, progress.slot = [each.hex() for each in walk.peaks], walk.slot
    if walk.done:
        progress.phase = "files"
    return [Finding(each.code, each.place) for each in problems]


async def _step_files(uow: UnitOfWork, progress: Progress, *, objects: bool) -> list[Finding]:
    walk = ItemsWalk(progress.item)
    problems = await step_items(uow.vault, uow.session, walk, objects=objects)
    progress.item, progress.files = walk.after, progress.files + walk.seen
    if walk.done:
        progress.phase = "done"
    return [Finding(each.code, each.place) for each in problems]


async def _compare(platform: Platform, text: bytes) -> list[Finding]:
    found = await witness(platform, text)
    if not found:
        return [Finding("outside_unreadable", "")]
    bad = ALARMS | {Answered.FOREIGN}
    return [Finding(f"outside_{each.answer}", f"{each.size}") for each in found if each.answer in bad]


async def _remember(uow: UnitOfWork, audit_id: UUID, progress: Progress, found: Sequence[Finding]) -> None:
    row = await uow.session.scalar(select(AuditRow).where(AuditRow.id == audit_id).with_for_update())
    if row is None or row.ended_at is not None:
        return
    row.progress = msgspec.to_builtins(progress)
    row.findings = [*row.findings, *([each.code, each.place] for each in found)][:KEPT]
    if progress.phase == "done":
        row.ended_at = uow.now()
        log.info("audited", events=progress.events, files=progress.files, findings=progress.findings)
    else:
        await uow.enqueue("audit_ledger", {}, dedupe_key=f"audit_ledger/{audit_id}/{new_id()}")
