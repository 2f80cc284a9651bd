"""Deposits that survive a cut line: begun, continued, lodged or given up, by the one person who began them.

Nobody else learns of them, whoever it is. Leave to lodge is asked anew whenever bytes come and when the file is lodged;
no transaction is held while bytes travel, but each segment that the vault has made durable is committed by itself.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import delete, func, select

from odr.errors import ConflictError, NotFoundError, UploadRefusedError
from odr.evidence.names import clean_file_name
from odr.evidence.recording import About, about_of, leave_to_lodge
from odr.evidence.upload_models import Upload
from odr.evidence.watching import passages_of, watch_upload
from odr.ids import DisputeId, ExhibitId, SpaceId, UploadId, new_id
from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from vault import ItemRef, UploadProgress

MOST_AT_ONCE: Final = 100
"""How many unfinished uploads one person may have."""
MOST_PENDING: Final = 4
"""How many times the largest file's size one person's unfinished uploads may announce together."""
FIELDS: Final = (
    "name",
    "title",
    "kind",
    "origin",
    "document_date",
    "again",
    "replaces",
    "reason",
    "redacts",
    "archive",
)
FIELD_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """An upload as its owner sees it: sizes in bytes, ``offset`` what is durable, ``fields`` what was said of it."""

    id: UploadId
    space_id: SpaceId
    size: int
    offset: int
    expires_at: datetime
    finished: bool
    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        """The file's name."""
        return clean_file_name(self.fields.get("name", ""))

    @property
    def asks_for_archive(self) -> bool:
        """Whether its owner wants to choose among the files in it before anything is lodged."""
        return self.fields.get("archive") == "ask"

    @property
    def is_for_one(self) -> bool:
        """Whether it was said to be a newer version, or a redacted copy, of one exhibit."""
        return bool(self.fields.get("replaces") or self.fields.get("redacts"))


async def begin_upload(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    *,
    size: int,
    fields: Mapping[str, str],
) -> UploadFacts:
    """Begin the upload of a file of ``size`` bytes into a room.

    Raises as :func:`odr.evidence.intake.lodge` does before any byte, :class:`InvalidInputError` for what was said of
    the file, and :class:`ConflictError` (``too_many_uploads``).
    """
    limit = platform.settings.upload_limit
    if size <= 0:
        raise UploadRefusedError("empty_file")
    if size > limit:
        raise UploadRefusedError("too_large", limit=limit)
    said = {name: text[:FIELD_LIMIT] for name, text in fields.items() if name in FIELDS and text}
    about = about_of(said)
    if said.get("archive") == "ask":
        refuse_for_one(about)
    async with platform.unit() as uow:
        space = (await leave_to_lodge(uow, actor, dispute_id, space_id, about)).space
        count, pending = (
            await uow.session.execute(
                select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(
                    Upload.account_id == actor.account_id, Upload.lodged_at.is_(None)
                )
            )
        ).one()
        if count >= MOST_AT_ONCE or pending + size > MOST_PENDING * limit:
            raise ConflictError("too_many_uploads")
        exhibit_id = ExhibitId(new_id())
        upload_id = UploadId(
            await uow.vault.uploads.begin(
                uow.session,
                ItemRef(dispute_id, exhibit_id),
                space.ref,
                size=size,
                lifetime=timedelta(days=platform.settings.upload_days),
            )
        )
        sealed = await uow.vault.seal_text(uow.session, space.ref, upload_id, msgspec.json.encode(said).decode())
        row = Upload(
            id=upload_id,
            account_id=actor.account_id,
            dispute_id=dispute_id,
            space_id=space_id,
            exhibit_id=exhibit_id,
            size=size,
            fields_sealed=sealed,
            begun_at=uow.now(),
            lodged_at=None,
        )
        uow.session.add(row)
        return (await _facts(uow, [row]))[0]


def refuse_for_one(about: About) -> None:
    """Refuse a choice among the files of a ZIP that is to be one exhibit's newer version, or redacted copy.

    Raises :class:`UploadRefusedError` (``archive_for_one``).
    """
    if about.replaces is not None or about.redacts is not None:
        raise UploadRefusedError("archive_for_one")


async def continue_upload(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    upload_id: UploadId,
    *,
    offset: int,
    chunks: AsyncIterator[bytes],
) -> UploadFacts:
    """Take bytes from ``offset`` on, and say how many are durable now.

    Raises :class:`NotFoundError` for whoever did not begin it; as :func:`begin_upload` when one may not lodge any more;
    :class:`ConflictError` (``upload_offset``, the right one in its details; ``upload_busy``);
    :class:`UploadRefusedError` (``too_large``, and what ``chunks`` raises); :class:`UnavailableError`. Whatever was
    durable stays so.
    """
    async with platform.unit(write=False) as uow:
        row = await own_upload(uow, actor, dispute_id, upload_id)
        await leave_to_lodge(uow, actor, dispute_id, row.space_id)
        if row.lodged_at is not None:
            raise NotFoundError
    watch = watch_upload(platform, upload_id, row.size, platform.vault.uploads.watched_from(offset))
    try:
        with speaking_odr():
            await platform.vault.uploads.append(platform.database.write, upload_id, offset, chunks, watch=watch)
    finally:
        passages_of(platform).rest(upload_id)
    return await resume_upload(platform, actor, dispute_id, upload_id)


async def upload_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, upload_id: UploadId) -> UploadFacts:
    """Return how far an upload is. Raises :class:`NotFoundError` for whoever did not begin it, and once it is over."""
    found = await _facts(uow, [await own_upload(uow, actor, dispute_id, upload_id)])
    if not found:
        raise NotFoundError
    return found[0]


async def resume_upload(platform: Platform, actor: Actor, dispute_id: DisputeId, upload_id: UploadId) -> UploadFacts:
    """Return from where an upload goes on: what a cut line left torn of a segment is kept first, durably.

    Raises as :func:`upload_of`, and :class:`UnavailableError`.
    """
    async with platform.unit(write=False) as uow:
        facts = await upload_of(uow, actor, dispute_id, upload_id)
    with speaking_odr():
        offset = await platform.vault.uploads.settle(platform.database.write, upload_id)
    return replace(facts, offset=offset)


async def uploads_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId
) -> tuple[UploadFacts, ...]:
    """Return one's own unfinished uploads into a room, the oldest first. Raises as :func:`begin_upload`."""
    await leave_to_lodge(uow, actor, dispute_id, space_id)
    rows = await uow.session.scalars(
        select(Upload)
        .where(
            Upload.account_id == actor.account_id,
            Upload.dispute_id == dispute_id,
            Upload.space_id == space_id,
            Upload.lodged_at.is_(None),
        )
        .order_by(Upload.begun_at, Upload.id)
    )
    return tuple(await _facts(uow, list(rows)))


async def give_up(platform: Platform, actor: Actor, dispute_id: DisputeId, upload_id: UploadId) -> None:
    """Give an upload up: its key is destroyed, then its bytes. Raises :class:`NotFoundError`."""
    async with platform.unit() as uow:
        row = await own_upload(uow, actor, dispute_id, upload_id, lock=True)
        if row.lodged_at is not None:
            raise NotFoundError
        await uow.session.delete(row)
    passages_of(platform).drop(upload_id)
    with speaking_odr():
        await platform.vault.uploads.abort(platform.database.write, upload_id)


async def sweep_uploads(platform: Platform, _job: Job) -> None:
    """Give up what nobody continued in time, and forget what was lodged as long ago."""
    uploads, now = platform.vault.uploads, platform.clock()
    async with platform.unit(write=False) as uow:
        expired = await uploads.expired(uow.session, now=now)
    async with platform.unit() as uow:  # first here: what the vault still has, the next sweep finds again
        long_ago = now - timedelta(days=platform.settings.upload_days)
        await uow.session.execute(delete(Upload).where(Upload.id.in_(expired)))
        await uow.session.execute(delete(Upload).where(Upload.lodged_at < long_ago))
    for upload in expired:
        with speaking_odr():
            await uploads.abort(platform.database.write, upload)


async def own_upload(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, upload_id: UploadId, *, lock: bool = False
) -> Upload:
    """Return the row of an upload, lodged or not. Raises :class:`NotFoundError` for whoever did not begin it."""
    query = select(Upload).where(
        Upload.id == upload_id, Upload.dispute_id == dispute_id, Upload.account_id == actor.account_id
    )
    row = await uow.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError
    return row


async def _facts(uow: UnitOfWork, rows: list[Upload]) -> list[UploadFacts]:
    """Tell of uploads how far they are, leaving out what is over. All are of one room."""
    if not rows:
        return []
    progress = {each.upload: each for each in await uow.vault.uploads.progress(uow.session, [row.id for row in rows])}
    living = [row for row in rows if row.id in progress and progress[row.id].expires_at > uow.now()]
    if not living:
        return []
    texts = await uow.vault.open_texts(
        uow.session, space_ref(living[0]), [(row.id, row.fields_sealed) for row in living]
    )
    return [_fact(row, progress[row.id], text) for row, text in zip(living, texts, strict=True)]


def _fact(row: Upload, progress: UploadProgress, text: str) -> UploadFacts:
    return UploadFacts(
        id=row.id,
        space_id=row.space_id,
        size=row.size,
        offset=progress.offset,
        expires_at=progress.expires_at,
        finished=progress.finished,
        fields=msgspec.json.decode(text, type=dict[str, str]),
    )
