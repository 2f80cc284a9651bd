"""Time stamps of sealed documents: asked for again where an authority was away, renewed before they end.

A document that bears none is sealed anew from what was set, so that its seal itself is stamped; one that bears some
gets a further one over them all. The new file is a new version of the item, told in its room's ledger and stamped
there as the first one was.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, func, or_, select, update

from odr.documents.events import DocumentStamped
from odr.documents.making import receive
from odr.documents.models import Document
from odr.errors import UnavailableError
from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from odr.unit_of_work import UnitOfWork
from vault import AccessError, ItemDestroyedError, ItemRef, Received, SealedPdf, SpaceMissingError, SpaceRef

log = structlog.get_logger("documents")

EVERY_SECONDS: Final = 3600
RENEW_BEFORE: Final = timedelta(days=90)
_AGAIN: Final = timedelta(hours=20)
_AT_ONCE: Final = 20


async def stamp_documents(platform: Platform, _job: Job) -> None:
    """Stamp documents that bear no time stamp or whose last one ends soon: as many as a run may take, in any order.

    One that fails holds no other up; the job then fails as a whole, and is tried again.
    """
    if not platform.vault.papers.authorities:
        return
    now = platform.clock()
    tried_long_ago = or_(Document.tried_at.is_(None), Document.tried_at < now - _AGAIN)
    due = or_(Document.stamped_until.is_(None), (Document.stamped_until < now + RENEW_BEFORE) & tried_long_ago)
    async with platform.unit(write=False) as uow:
        rows = (await uow.session.scalars(select(Document).where(due).order_by(func.random()).limit(_AT_ONCE))).all()
    failed = 0
    for row in rows:
        try:
            done = await _stamp(platform, row)
        except UnavailableError as error:
            log.warning("document_not_stamped", document=str(row.id), because=error.code)
            done = False
        failed += not done
    if failed:
        raise UnavailableError("time_authority_away", stamps=failed)


async def _stamp(platform: Platform, row: Document) -> bool:
    """Stamp one document; False when no authority answered, or none whose certificate lasts longer."""
    space = SpaceRef(row.dispute_id, row.space_id)
    pdf = await _read(platform, row, space)
    if pdf is None:
        async with platform.unit() as uow:
            await uow.session.execute(delete(Document).where(Document.id == row.id))
        return True
    papers = platform.vault.papers
    with speaking_odr():
        if row.stamped_until is None:
            sealed = await asyncio.to_thread(papers.seal, pdf[: row.set_size])
        else:
            sealed = await asyncio.to_thread(papers.stamp, pdf)
    if sealed.until is None or (row.stamped_until is not None and sealed.until <= row.stamped_until):
        async with platform.unit() as uow:
            await uow.session.execute(update(Document).where(Document.id == row.id).values(tried_at=uow.now()))
        return False
    with speaking_odr():
        received = await receive(platform, ItemRef(row.dispute_id, row.id, row.version + 1), sealed.pdf)
    kept = False
    try:
        async with platform.unit() as uow:
            kept = await _keep(uow, row, space, received, sealed)
    finally:
        if not kept:
            await asyncio.shield(platform.vault.discard(received))
    return True


async def _read(platform: Platform, row: Document, space: SpaceRef) -> bytes | None:
    """Return a document's bytes, each authenticated; None where it was destroyed, or its room was."""
    async with platform.unit(write=False) as uow:
        try:
            opened = await uow.vault.open(uow.session, ItemRef(row.dispute_id, row.id, row.version), space)
        except (ItemDestroyedError, AccessError, SpaceMissingError):
            return None
    with speaking_odr():
        return b"".join([piece async for piece in opened.read(0, opened.size)])


async def _keep(uow: UnitOfWork, seen: Document, space: SpaceRef, received: Received, sealed: SealedPdf) -> bool:
    """Record the new version; False when another worker was faster."""
    mine = Document.id == seen.id, Document.version == seen.version
    row = await uow.session.scalar(select(Document).where(*mine).with_for_update())
    if row is None:
        return False
    await uow.vault.keep(uow.session, received, space)
    remembered = await uow.record(
        DocumentStamped(
            dispute_id=row.dispute_id,
            space_id=row.space_id,
            rule=row.rule,
            actor_id=None,
            document_id=row.id,
            version=received.item.version,
            size=received.size,
            sha256=received.sha256.hex(),
            replaces=row.sha256.hex(),
        )
    )
    row.version, row.size, row.sha256 = received.item.version, received.size, received.sha256
    row.event_index, row.stamped_until, row.tried_at = remembered.index, sealed.until, None
    await uow.vault.ledger.ask_stamp(uow.session, space, remembered.index)
    return True
