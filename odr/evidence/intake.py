"""How bytes come in: ask, receive, ask again and record. No transaction is held while they travel.

The one exception to "one transaction a request": a crash on the way leaves an object that no row names, which the sweep
takes away; never a row without bytes, and never a word "received" before everything rests on the disk.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from odr.errors import UploadRefusedError
from odr.evidence.media import HEAD
from odr.evidence.names import clean_file_name
from odr.evidence.recording import About, Arrived, Lodged, leave_to_lodge, record_received
from odr.evidence.scanning import Scan, begin_scan
from odr.ids import DisputeId, ExhibitVersionId, SpaceId, new_id
from odr.platform import Platform, speaking_odr
from odr.spaces.queries import SpaceFacts
from odr.visibility.actor import Actor
from vault import ItemRef

FORM_OVERHEAD: Final = 1024 * 1024
"""How much longer than its file a request may be: boundaries, headers and the form's other fields."""


def refuse_long(platform: Platform, announced: int | None) -> None:
    """Refuse a request at once whose announced length can't be within the limit."""
    limit = platform.settings.upload_limit
    if announced is not None and announced > limit + FORM_OVERHEAD:
        raise UploadRefusedError("too_large", limit=limit)


async def ask_to_lodge(
    platform: Platform, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, about: About | None = None
) -> SpaceFacts:
    """Return the room in which the actor may lodge now; raises as :func:`lodge` does, before any byte is taken."""
    async with platform.unit(write=False) as uow:
        return (await leave_to_lodge(uow, actor, dispute_id, space_id, about)).space


async def lodge(  # noqa: PLR0913 -- who, where, what is said of it, and the bytes
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    *,
    about: About,
    name: str,
    chunks: AsyncIterator[bytes],
    expected_sha256: bytes | None = None,
    version_id: ExhibitVersionId | None = None,
) -> Lodged:
    """Lodge one file in a room: sealed to the store while it arrives, then recorded, numbered and in the ledger.

    ``version_id`` is for who must find it again after a crash: no other version has it.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`WrongStageError`; :class:`UploadRefusedError`
    (``empty_file``, ``too_large``, ``digest_mismatch``, and what ``chunks`` raises); :class:`ConflictError`
    (``repeated_file``, its ``number`` in the details); :class:`UnavailableError`. Nothing is recorded then.
    """
    await ask_to_lodge(platform, actor, dispute_id, space_id, about)
    arrived = await take_in(platform, dispute_id, name, chunks, expected_sha256=expected_sha256, version_id=version_id)
    recorded = False
    try:
        async with platform.unit() as uow:
            lodged = await record_received(uow, actor, dispute_id, space_id, about, arrived)
            recorded = True
    except BaseException:
        if not recorded:  # a commit that failed half-heard may have happened: then the sweep decides
            await asyncio.shield(platform.vault.discard(arrived.received))
        raise
    return lodged


async def take_in(
    platform: Platform,
    dispute_id: DisputeId,
    name: str,
    chunks: AsyncIterator[bytes],
    *,
    expected_sha256: bytes | None = None,
    version_id: ExhibitVersionId | None = None,
) -> Arrived:
    """Seal one file to the store while it is scanned, with no transaction held; record it, or discard it.

    Raises :class:`UploadRefusedError` and :class:`UnavailableError` as :func:`lodge`; nothing is left then.
    """
    head, scan = bytearray(), begin_scan(platform.settings.clamd)
    try:
        with speaking_odr():
            received = await platform.vault.receive(
                ItemRef(dispute_id, version_id or new_id()),
                _watched(chunks, head, scan),
                limit=platform.settings.upload_limit,
                expected_sha256=expected_sha256,
            )
    except BaseException:
        await asyncio.shield(scan.abandon())
        raise
    try:
        return Arrived(received, clean_file_name(name), bytes(head), await scan.finish())
    except BaseException:
        await asyncio.shield(platform.vault.discard(received))
        raise


async def _watched(chunks: AsyncIterator[bytes], head: bytearray, scan: Scan) -> AsyncIterator[bytes]:
    """Pass bytes on, show them to the scanner, and keep the first of them to tell what they are.

    Raises UploadRefusedError for an empty file.
    """
    empty = True
    async for chunk in chunks:
        if chunk:
            empty = False
            head += chunk[: HEAD - len(head)]
            await scan.update(chunk)
            yield chunk
    if empty:
        raise UploadRefusedError("empty_file")
