"""The end of an upload: all its bytes have come, and it is read, or lodged as its owner began it."""

from dataclasses import dataclass

from odr.errors import UploadRefusedError
from odr.evidence.media import HEAD
from odr.evidence.recording import Arrived, Lodged, about_of, leave_to_lodge, lodged_as, record_received
from odr.evidence.uploads import UploadFacts, give_up, own_upload, upload_of
from odr.evidence.watching import passages_of, verdict_on, watch_again
from odr.ids import DisputeId, ExhibitVersionId, UploadId
from odr.platform import Platform, speaking_odr
from odr.visibility.actor import Actor
from vault import Opened


@dataclass(frozen=True, slots=True)
class Reading:
    """A finished upload that may be read by ranges, and what is known of it."""

    facts: UploadFacts
    content: Opened


async def lodge_upload(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    upload_id: UploadId,
    *,
    expected_sha256: bytes | None = None,
    again: bool = False,
) -> Lodged:
    """Lodge a file all of whose bytes have come: numbered and in the ledger. Asked again, the answer is the same.

    Raises as :func:`odr.evidence.intake.lodge`, and :class:`ConflictError` (``upload_unfinished``, ``upload_busy``).
    Other bytes than announced are dropped; whatever else is refused, the upload is kept.
    """
    async with platform.unit(write=False) as uow:
        row = await own_upload(uow, actor, dispute_id, upload_id)
        if row.lodged_at is not None:
            return await lodged_as(uow, ExhibitVersionId(row.exhibit_id), row.space_id)
        await leave_to_lodge(uow, actor, dispute_id, row.space_id)
    reading = await read_upload(platform, actor, dispute_id, upload_id, expected_sha256=expected_sha256)
    head = b"".join([piece async for piece in reading.content.read(0, min(HEAD, reading.facts.size))])
    verdict = await verdict_on(platform, upload_id, reading.facts.size, reading.content)
    async with platform.unit() as uow:
        row = await own_upload(uow, actor, dispute_id, upload_id, lock=True)
        if row.lodged_at is not None:
            return await lodged_as(uow, ExhibitVersionId(row.exhibit_id), row.space_id)
        fields = {**reading.facts.fields, **({"again": "yes"} if again else {})}
        received = await uow.vault.uploads.hand_over(uow.session, upload_id)
        arrived = Arrived(received, reading.facts.name, head, verdict)
        lodged = await record_received(uow, actor, dispute_id, row.space_id, about_of(fields), arrived)
        row.lodged_at = uow.now()
    passages_of(platform).drop(upload_id)
    return lodged


async def asks_for_archive(platform: Platform, actor: Actor, dispute_id: DisputeId, upload_id: UploadId) -> bool:
    """Tell whether its owner wants to choose among the files in it, and has not lodged it whole since.

    Raises :class:`NotFoundError`.
    """
    async with platform.unit(write=False) as uow:
        row = await own_upload(uow, actor, dispute_id, upload_id)
        return row.lodged_at is None and (await upload_of(uow, actor, dispute_id, upload_id)).asks_for_archive


async def read_upload(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    upload_id: UploadId,
    *,
    expected_sha256: bytes | None = None,
) -> Reading:
    """Finish an upload and open it by ranges, before it is lodged: its bytes are opened in memory only.

    Raises as :func:`lodge_upload` does. Other bytes than announced are dropped at once.
    """
    async with platform.unit(write=False) as uow:
        size = (await upload_of(uow, actor, dispute_id, upload_id)).size
    sessions, watch = platform.database.write, watch_again(platform, upload_id, size)
    try:
        with speaking_odr():
            await platform.vault.uploads.finish(sessions, upload_id, expected_sha256=expected_sha256, watch=watch)
    except UploadRefusedError:
        await give_up(platform, actor, dispute_id, upload_id)
        raise
    async with platform.unit(write=False) as uow:
        facts = await upload_of(uow, actor, dispute_id, upload_id)
        return Reading(facts, await uow.vault.uploads.opened(uow.session, upload_id))
