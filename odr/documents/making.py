"""Sealing a PDF that was set, and keeping it; the newest version of one that was kept."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.documents.models import Document
from odr.errors import NotFoundError
from odr.event import EventRow
from odr.ids import DisputeId, ExhibitId, SpaceId, new_id
from odr.platform import Platform, speaking_odr
from odr.unit_of_work import UnitOfWork
from vault import ItemRef, ProofError, Receipt, Received, SpaceRef


@dataclass(frozen=True, slots=True)
class Sealed:
    """A PDF in the store, sealed: the size of what was set, and until when its time stamps hold, if it bears any."""

    received: Received
    set_size: int
    until: datetime | None

    @property
    def document_id(self) -> ExhibitId:
        """Its item in the vault."""
        return ExhibitId(self.received.item.item)


async def seal_document(platform: Platform, dispute_id: DisputeId, pdf: bytes) -> Sealed:
    """Seal a PDF and put it into the store; no transaction is held. An absent time authority holds up nothing.

    What comes of it is kept by ``keep_document``, or discarded by its caller.
    """
    with speaking_odr():
        sealed = await asyncio.to_thread(platform.vault.papers.seal, pdf)
        received = await receive(platform, ItemRef(dispute_id, new_id()), sealed.pdf)
    return Sealed(received, len(pdf), sealed.until)


async def sealed_copy(platform: Platform, pdf: bytes) -> bytes:
    """Return a PDF with the seal of now and stamps of now, for one that is made anew whenever it is asked for."""
    with speaking_odr():
        return (await asyncio.to_thread(platform.vault.papers.seal, pdf)).pdf


async def receive(platform: Platform, item: ItemRef, pdf: bytes) -> Received:
    """Put a PDF into the store."""

    async def once() -> AsyncIterator[bytes]:
        yield pdf

    return await platform.vault.receive(item, once(), limit=len(pdf))


async def keep_document(uow: UnitOfWork, sealed: Sealed, space: SpaceRef, *, rule: str) -> ExhibitId:
    """Record a sealed PDF, keyed to a room, under the rule that its further versions are told by."""
    received = sealed.received
    await uow.vault.keep(uow.session, received, space)
    uow.session.add(
        Document(
            id=sealed.document_id,
            dispute_id=DisputeId(space.collection),
            space_id=SpaceId(space.space),
            rule=rule,
            set_size=sealed.set_size,
            version=received.item.version,
            size=received.size,
            sha256=received.sha256,
            event_index=None,
            stamped_until=sealed.until,
            tried_at=None,
        )
    )
    return sealed.document_id


@dataclass(frozen=True, slots=True)
class DocumentSeal:
    """The seal in one document. ``until``: when the certificate of its last time stamp ends; ``None`` without any."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of a document: its item, size in bytes, SHA-256 (32 bytes), and the event that told it.

    ``seal`` is None for a document that was made before documents were sealed.
    """

    item: ItemRef
    size: int
    sha256: bytes
    event_index: int
    seal: DocumentSeal | None


async def newest_of(
    uow: UnitOfWork, dispute_id: DisputeId, document_id: ExhibitId, *, size: int, sha256: bytes, event_index: int
) -> Newest:
    """Return the newest version of a document whose maker told the first one by ``event_index``."""
    row = await uow.session.get(Document, document_id)
    seal = DocumentSeal(row.stamped_until) if row else None
    if row is None or row.event_index is None:
        return Newest(ItemRef(dispute_id, document_id), size, sha256, event_index, seal)
    return Newest(ItemRef(dispute_id, document_id, row.version), row.size, row.sha256, row.event_index, seal)


async def seal_in(uow: UnitOfWork, document_id: ExhibitId) -> DocumentSeal | None:
    """Return the seal in a document; ``None`` for one that was made before documents were sealed."""
    row = await uow.session.get(Document, document_id)
    return DocumentSeal(row.stamped_until) if row else None


async def newest_item(uow: UnitOfWork, dispute_id: DisputeId, document_id: ExhibitId) -> ItemRef:
    """Return where the newest version of a document is."""
    row = await uow.session.get(Document, document_id)
    return ItemRef(dispute_id, document_id, row.version if row else 1)


async def receipt_of_newest(uow: UnitOfWork, space: SpaceRef, document_id: ExhibitId) -> Receipt:
    """Return the proof of the event that told a document's newest version in its room. Raises NotFoundError.

    The first version is told by its maker's own event, which names the document as those of later versions do.
    """
    row = await uow.session.get(Document, document_id)
    index = row.event_index if row else None
    if index is None:
        named = EventRow.space_id == space.space, EventRow.subject_id == document_id
        index = await uow.session.scalar(select(EventRow.index).where(*named).order_by(EventRow.index).limit(1))
    if index is None:
        raise NotFoundError
    return await uow.vault.ledger.receipt(uow.session, space, index)


async def has_whole_receipt(uow: UnitOfWork, space: SpaceRef, index: int) -> bool:
    """Tell whether an event's receipt reaches a signed checkpoint: whoever saves it sooner saves half a proof."""
    try:
        return (await uow.vault.ledger.receipt(uow.session, space, index)).complete
    except ProofError:
        return True  # the room was destroyed, and with it the receipt: nothing is to be waited for
