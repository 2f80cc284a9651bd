"""What a scanner said is kept with the version; the job that scans later what could not be scanned on arrival."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import func, or_, select, update

from odr.evidence.models import ExhibitVersion, FormerPlacement, Placement
from odr.evidence.placing import item_of
from odr.evidence.scanning import Because, Clamd, Outcome, Verdict, begin_scan
from odr.ids import ExhibitVersionId
from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from odr.unit_of_work import UnitOfWork, space_ref
from vault import Opened, SpaceRef

log = structlog.get_logger("evidence")

JOB: Final = "scan_waiting"
AT_ONCE: Final = 20
LONGEST_PAUSE: Final = timedelta(days=1)
PATIENCE: Final = 300.0
_OF_ONES_OWN: Final = ".UNOFFICIAL"


async def keep_verdict(uow: UnitOfWork, version: ExhibitVersion, verdict: Verdict) -> None:
    """Keep what a scanner said. A file that could not be scanned is due again later, each time after twice as long.

    The operator's log names an infection as the public databases do; a name from a database of one's own might tell
    what is in the file, so it is kept for the file's own side only, sealed like everything of theirs.
    """
    version.scan, version.scan_because = verdict.outcome, verdict.because
    version.scan_engine, version.scanned_at = verdict.engine, None
    version.signature_sealed = version.scan_due_at = None
    if verdict.outcome is Outcome.WAITING:
        pause = timedelta(minutes=2 ** min(version.scan_attempts, 11)) if version.scan_attempts else timedelta()
        version.scan_due_at = uow.now() + min(pause, LONGEST_PAUSE)
        version.scan_attempts += 1
        return
    if verdict.because is not Because.NO_SCANNER:
        version.scanned_at = uow.now()
    if verdict.outcome is Outcome.INFECTED:
        space = SpaceRef(version.dispute_id, version.space_id)
        version.signature_sealed = await uow.vault.seal_text(uow.session, space, version.id, verdict.signature)
        named = "" if verdict.signature.endswith(_OF_ONES_OWN) else verdict.signature
        log.warning("infected_file", version=str(version.id), signature=named, engine=verdict.engine)


async def scan_waiting(platform: Platform, _job: Job) -> None:
    """Scan what awaits it, read from the sealed objects through the vault; no transaction is held meanwhile.

    With a scanner, what came while there was none is due as well; without one, nothing waits any more.
    """
    clamd = platform.settings.clamd
    if clamd is None:
        async with platform.unit() as uow:
            await uow.session.execute(
                update(ExhibitVersion)
                .where(ExhibitVersion.scan == Outcome.WAITING)
                .values(scan=Outcome.UNSCANNED, scan_because=Because.NO_SCANNER, scan_due_at=None)
                .execution_options(synchronize_session=False)
            )
        return
    async with platform.unit(write=False) as uow:
        waiting = (ExhibitVersion.scan == Outcome.WAITING) & (ExhibitVersion.scan_due_at <= uow.now())
        never = (ExhibitVersion.scan == Outcome.UNSCANNED) & (ExhibitVersion.scan_because == Because.NO_SCANNER)
        turn = func.row_number().over(partition_by=ExhibitVersion.space_id, order_by=ExhibitVersion.lodged_at)
        first = select(ExhibitVersion.id).where(or_(waiting, never)).order_by(turn, ExhibitVersion.id)
        due = list(await uow.session.scalars(first.limit(AT_ONCE)))  # each room in turn: none waits for another's many
    for version_id in due:
        if not await _scan_one(platform, clamd, version_id):
            return  # it is away: the next run tries again


async def _scan_one(platform: Platform, clamd: Clamd, version_id: ExhibitVersionId) -> bool:
    """Scan one version; ``False`` when the scanner gave no answer."""
    async with platform.unit(write=False) as uow:
        opened = await _open(uow, version_id)
    verdict = Verdict(Outcome.UNSCANNED)
    if opened is not None:
        scan = begin_scan(clamd, patience=PATIENCE)
        try:
            with speaking_odr():
                async for chunk in opened.read():
                    await scan.update(chunk)
            verdict = await scan.finish()
        finally:
            await scan.abandon()
    async with platform.unit() as uow:
        await keep_verdict(uow, await uow.session.get_one(ExhibitVersion, version_id), verdict)
    return verdict.outcome is not Outcome.WAITING


async def _open(uow: UnitOfWork, version_id: ExhibitVersionId) -> Opened | None:
    """Open a version through any room in which it stands; ``None`` when it stands nowhere any more."""
    version = await uow.session.get_one(ExhibitVersion, version_id)
    former = select(FormerPlacement.placement_id).where(FormerPlacement.version_id == version_id)
    placement = await uow.session.scalar(
        select(Placement)
        .where(or_(Placement.version_id == version_id, Placement.id.in_(former)), Placement.withdrawn_at.is_(None))
        .limit(1)
    )
    if placement is None:
        return None
    return await uow.vault.open(uow.session, item_of(version), space_ref(placement))
