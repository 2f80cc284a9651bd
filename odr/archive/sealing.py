"""Sealing a record: gathered when its events are in a signed checkpoint, written to the vault as one stream, recorded.

The seal (the digest of the bag's tag manifest) becomes an event; the receipt of that event stands beside the record,
and is time-stamped at the next tick.
"""

import asyncio
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select

from odr.archive.contents import Contents, cut_of, gather
from odr.archive.events import RecordSealed
from odr.archive.models import Record
from odr.disputes.lifecycle import ENDS, Stage
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.ids import DisputeId, ExhibitId, RecordId, SpaceId, new_id
from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from odr.spaces.queries import find_space
from odr.visibility.terms import SpaceKind
from vault import Bag, ItemRef, Received, SpaceRef, make_record

log = structlog.get_logger("archive")

JOB: Final = "seal_record"
CHECK: Final = "check_record"
RULE: Final = "L25"  # the file is closed and its record kept
LIMIT: Final = 1 << 40  # bytes: as much as the verifier reads
_SEALABLE: Final = ENDS | {Stage.ARCHIVED}
_STAGE_CHANGED: Final = "StageChanged"


async def seal_record(platform: Platform, job: Job) -> None:
    """Seal a dispute's record, once. While its last events await a checkpoint, the job queues itself again.

    What the record tells ends where the job first looked, so that it is the same however often the job runs.
    """
    dispute_id = DisputeId(UUID(job.payload["dispute_id"]))
    async with platform.unit(write=False) as uow:
        if await uow.session.scalar(select(Record.id).where(Record.dispute_id == dispute_id)) is not None:
            return
        dispute = await dispute_facts(uow, dispute_id)
        if dispute.stage not in _SEALABLE:
            return
        cut: dict[str, int] = job.payload.get("upto") or await cut_of(uow, dispute)
        contents = await gather(uow, dispute, cut, centre=platform.settings.centre_name)
        joint = await find_space(uow, dispute_id, SpaceKind.JOINT)
    if contents is None:
        await _come_back(platform, job, cut)
        return
    await _seal(platform, dispute, contents, joint.ref if joint else dispute.procedure)


async def _come_back(platform: Platform, job: Job, cut: dict[str, int]) -> None:
    """Queue the same job for after the next tick; a repeat of this run queues nothing more."""
    waited: int = job.payload.get("waited", 0) + 1
    payload: dict[str, Any] = {**job.payload, "upto": cut, "waited": waited}
    async with platform.unit() as uow:
        after = timedelta(seconds=platform.settings.vault.cadence_seconds + 1)
        key = f"{JOB}/{job.payload['dispute_id']}/{waited}"
        await uow.enqueue(JOB, payload, run_at=uow.now() + after, dedupe_key=key)


async def _seal(platform: Platform, dispute: DisputeFacts, contents: Contents, space: SpaceRef) -> None:
    bag = make_record(
        dispute.reference,
        platform.clock(),
        contents.files,
        contents.receipts,
        key=platform.vault.ledger.key,
        software=f"Entente {version('entente')}",
        title=dispute.title,
        seal_certificates=platform.vault.papers.certificates,
    )
    with speaking_odr():
        received = await platform.vault.receive(ItemRef(dispute.id, new_id()), bag.stream(), limit=LIMIT)
    kept = False
    try:
        kept = await _keep(platform, dispute, bag, received, space, contents)
    finally:
        if not kept:
            await asyncio.shield(platform.vault.discard(received))
    if kept:
        async with platform.unit() as uow:
            await uow.vault.tend_lock(uow.session, received.item)
    log.info("record_sealed", dispute=str(dispute.id), size=received.size, files=len(contents.files))


async def _keep(
    platform: Platform,
    dispute: DisputeFacts,
    bag: Bag,
    received: Received,
    space: SpaceRef,
    contents: Contents,
) -> bool:
    """Record what was sealed; ``False`` when another worker did it meanwhile."""
    seal = bag.seal or b""
    outcome = _outcome(dispute, contents)
    record_id = RecordId(new_id())
    async with platform.unit() as uow:
        if await uow.session.scalar(select(Record.id).where(Record.dispute_id == dispute.id)) is not None:
            return False
        years = dispute.retention_years  # what the parties agreed to when they signed the agreement to mediate
        term = timedelta(days=years * 365 + (years + 3) // 4) if years else platform.settings.record_term
        final_until = uow.now() + term
        await uow.vault.keep(uow.session, received, space, final_until=final_until)
        remembered = await uow.record(
            RecordSealed(
                dispute_id=dispute.id,
                space_id=SpaceId(space.space),
                rule=RULE,
                actor_id=None,
                record_id=record_id,
                outcome=outcome.value,
                tag_manifest_sha256=seal.hex(),
                sha256=received.sha256.hex(),
                size=received.size,
            )
        )
        await uow.vault.ledger.ask_stamp(uow.session, space, remembered.index)
        uow.session.add(
            Record(
                id=record_id,
                dispute_id=dispute.id,
                reference=dispute.reference,
                outcome=outcome.value,
                item_id=ExhibitId(received.item.item),
                space_id=SpaceId(space.space),
                seal=seal,
                sha256=received.sha256,
                size=received.size,
                sealed_at=uow.now(),
                versions=[str(each) for each in contents.versions],
                event_index=remembered.index,
            )
        )
        await uow.session.flush()
        after = timedelta(seconds=2 * platform.settings.vault.cadence_seconds + 1)  # then the receipt is complete
        await uow.enqueue(CHECK, {"record_id": str(record_id)}, run_at=uow.now() + after)
    return True


def _outcome(dispute: DisputeFacts, contents: Contents) -> Stage:
    """How the dispute ended, as the record itself tells; that the file was closed meanwhile is no outcome."""
    changes = [receipt.event for receipt in contents.receipts if receipt.event.get("event") == _STAGE_CHANGED]
    ends = [stage for change in changes if (stage := Stage(str(change["after"]))) in ENDS]
    return ends[-1] if dispute.stage not in ENDS and ends else dispute.stage
