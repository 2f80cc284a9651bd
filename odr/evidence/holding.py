"""An archive sent by a plain form, among whose files its depositor wants to choose: received at one go, and held."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import msgspec

from odr.errors import UploadRefusedError
from odr.evidence.intake import ask_to_lodge
from odr.evidence.recording import about_of, leave_to_lodge
from odr.evidence.upload_models import Upload
from odr.evidence.uploads import refuse_for_one
from odr.ids import DisputeId, ExhibitId, SpaceId, UploadId, new_id
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from vault import ItemRef, Received


async def hold_archive(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    *,
    fields: Mapping[str, str],
    chunks: AsyncIterator[bytes],
) -> UploadId:
    """Receive a file, sealed while it arrives, and hold it as its depositor's own finished upload; nothing is lodged.

    ``fields`` say of it what an upload's metadata would. Raises as :func:`odr.evidence.intake.lodge`, and
    :class:`UploadRefusedError` (``archive_for_one``).
    """
    await ask_to_lodge(platform, actor, dispute_id, space_id)
    refuse_for_one(about_of(fields))
    async with platform.unit(write=False):  # nothing is asked of it: it speaks our errors
        received = await platform.vault.receive(
            ItemRef(dispute_id, ExhibitId(new_id())), chunks, limit=platform.settings.upload_limit
        )
    held = False
    try:
        async with platform.unit() as uow:
            upload_id = await _hold(uow, actor, space_id, received, fields, platform.settings.upload_days)
            held = True
    except BaseException:
        if not held:
            await asyncio.shield(platform.vault.discard(received))
        raise
    return upload_id


async def _hold(
    uow: UnitOfWork, actor: Actor, space_id: SpaceId, received: Received, fields: Mapping[str, str], days: int
) -> UploadId:
    dispute_id = DisputeId(received.item.collection)
    if received.size == 0:
        raise UploadRefusedError("empty_file")
    space = (await leave_to_lodge(uow, actor, dispute_id, space_id)).space
    upload_id = UploadId(await uow.vault.uploads.adopt(uow.session, received, space.ref, lifetime=timedelta(days=days)))
    said = msgspec.json.encode({**fields, "archive": "ask"}).decode()
    uow.session.add(
        Upload(
            id=upload_id,
            account_id=actor.account_id,
            dispute_id=dispute_id,
            space_id=space_id,
            exhibit_id=ExhibitId(received.item.item),
            size=received.size,
            fields_sealed=await uow.vault.seal_text(uow.session, space.ref, upload_id, said),
            begun_at=uow.now(),
            lodged_at=None,
        )
    )
    return upload_id
