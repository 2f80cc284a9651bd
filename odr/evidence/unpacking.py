"""A ZIP file received and sealed, of which each chosen file becomes an exhibit of its own; the worker's job of it.

The archive is read by ranges through the vault, never as a whole and never on a disk. Each entry is lodged as any file
is, under an id made from the archive's and its place in it: a job that was cut off goes on where it stopped, and no
entry is lodged twice. When all are done, the archive itself is dropped.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from time import monotonic
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select, update

from odr.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    UploadRefusedError,
    WrongStageError,
)
from odr.evidence.archives import Doubt, Entry, LeftOut, Listing, list_archive, read_entry
from odr.evidence.finishing import Reading, read_upload
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitVersion
from odr.evidence.recording import about_of, leave_to_lodge
from odr.evidence.sealed_stream import SealedStream
from odr.evidence.upload_models import EntryState, UnpackedEntry, Unpacking
from odr.evidence.uploads import UploadFacts, give_up
from odr.ids import DisputeId, ExhibitVersionId, SpaceId, UploadId
from odr.outbox import Job
from odr.people.queries import load_actor
from odr.platform import Platform, speaking_odr
from odr.spaces.queries import visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

__all__ = ["Doubt", "Entry", "EntryState", "LeftOut", "Listing"]

PATIENCE: Final = 30.0
"""Seconds that listing an archive may take."""
SLICE: Final = 20.0
"""Seconds after which a job lets others have their turn."""


@dataclass(frozen=True, slots=True)
class Held:
    """An archive that waits for its owner's choice: what was said of it, what it holds."""

    facts: UploadFacts
    listing: Listing


@dataclass(frozen=True, slots=True)
class EntryView:
    """What became of a chosen file: ``detail`` is the number it got, or that of the same file, or why it got none."""

    path: str
    state: EntryState
    detail: str


@dataclass(frozen=True, slots=True)
class UnpackingView:
    """How far an unpacking is: how many files were chosen, how many are done, which ones need a look."""

    space_id: SpaceId
    chosen: int
    lodged: int
    done: bool
    troubled: tuple[EntryView, ...]

    @property
    def ended(self) -> int:
        """How many files have come to their end, whatever it was."""
        return self.lodged + len(self.troubled)


async def held_archive(platform: Platform, actor: Actor, dispute_id: DisputeId, upload_id: UploadId) -> Held:
    """Return what an archive holds that its owner sent and has not chosen from yet.

    Raises :class:`NotFoundError`, also for everybody else; :class:`UploadRefusedError` as
    :func:`odr.evidence.archives.list_archive` does, and ``archive_slow``.
    """
    reading = await read_upload(platform, actor, dispute_id, upload_id)
    return Held(reading.facts, await _listing(platform, reading))


async def begin_unpacking(
    platform: Platform, actor: Actor, dispute_id: DisputeId, upload_id: UploadId, *, chosen: Collection[int] | None
) -> None:
    """Have the chosen entries lodged by the worker, each as an exhibit; ``None`` chooses all that may be.

    Asked twice, it is done once. Raises as :func:`held_archive`; :class:`NotPermittedError`, :class:`WrongStageError`;
    :class:`InvalidInputError` (``entry``: choose_some) for none, or for one that can't be lodged.
    """
    held = await held_archive(platform, actor, dispute_id, upload_id)
    if held.facts.is_for_one:
        raise UploadRefusedError("archive_for_one")
    possible = {entry.index: entry for entry in held.listing.entries if entry.left_out is None}
    wanted = {index for index, entry in possible.items() if entry.ticked} if chosen is None else set(chosen)
    if not wanted or not wanted <= possible.keys():
        raise InvalidInputError({"entry": "choose_some"})
    async with platform.unit() as uow:
        leave = await leave_to_lodge(uow, actor, dispute_id, held.facts.space_id)
        if await _row(uow, actor, dispute_id, upload_id, lock=True) is not None:
            return
        uow.session.add(
            Unpacking(
                id=upload_id,
                account_id=actor.account_id,
                dispute_id=dispute_id,
                space_id=leave.space.id,
                begun_at=uow.now(),
                ended_at=None,
            )
        )
        await uow.session.flush()
        ref = leave.space.ref
        rows = [
            {
                "upload_id": upload_id,
                "index": index,
                "state": EntryState.WAITING,
                "detail": "",
                "path_sealed": await uow.vault.seal_text(
                    uow.session, ref, _entry_id(upload_id, index), possible[index].path
                ),
            }
            for index in sorted(wanted)
        ]
        await uow.session.execute(insert(UnpackedEntry), rows)
        await uow.enqueue("unpack_archive", {"upload_id": str(upload_id)}, dedupe_key=f"unpack/{upload_id}")


async def unpacking_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, upload_id: UploadId
) -> UnpackingView | None:
    """Return how far one's own unpacking is, or ``None`` where none was begun."""
    row = await _row(uow, actor, dispute_id, upload_id)
    if row is None:
        return None
    space = await visible_space(uow, actor, dispute_id, row.space_id)
    mine = UnpackedEntry.upload_id == upload_id
    counted = await uow.session.execute(
        select(UnpackedEntry.state, func.count()).where(mine).group_by(UnpackedEntry.state)
    )
    counts: dict[EntryState, int] = {row[0]: row[1] for row in counted}
    troubled = list(
        await uow.session.scalars(
            select(UnpackedEntry)
            .where(mine, UnpackedEntry.state.in_([EntryState.REPEATED, EntryState.REFUSED]))
            .order_by(UnpackedEntry.index)
        )
    )
    paths = await uow.vault.open_texts(
        uow.session, space.ref, [(_entry_id(upload_id, each.index), each.path_sealed) for each in troubled]
    )
    return UnpackingView(
        space_id=row.space_id,
        chosen=sum(counts.values()),
        lodged=counts.get(EntryState.LODGED, 0),
        done=row.ended_at is not None,
        troubled=tuple(EntryView(path, each.state, each.detail) for each, path in zip(troubled, paths, strict=True)),
    )


async def unpack_archive(platform: Platform, job: Job) -> None:
    """Lodge the chosen entries that still wait, one by one; after a while the rest is left to a further job."""
    upload_id = UploadId(UUID(job.payload["upload_id"]))
    async with platform.unit(write=False) as uow:
        row = await uow.session.get(Unpacking, upload_id)
        if row is None or row.ended_at is not None:
            return
        waiting = await uow.session.scalars(
            select(UnpackedEntry.index)
            .where(UnpackedEntry.upload_id == upload_id, UnpackedEntry.state == EntryState.WAITING)
            .order_by(UnpackedEntry.index)
        )
        left = list(waiting)
    try:
        async with platform.unit(write=False) as uow:
            actor = await load_actor(uow, row.account_id)
        reading = await read_upload(platform, actor, row.dispute_id, upload_id)
    except NotFoundError:  # the archive was given up meanwhile, or its owner has no account any more
        await _end(platform, upload_id)
        return
    if left:
        entries = {entry.index: entry for entry in (await _listing(platform, reading)).entries}
        until = monotonic() + SLICE
        while left and monotonic() < until:
            entry = entries[left.pop(0)]
            state, detail = await _lodge_entry(platform, actor, row, reading, entry)
            await _note(platform, upload_id, entry.index, state, detail)
    if left:
        async with platform.unit() as uow:
            await uow.enqueue("unpack_archive", {"upload_id": str(upload_id)})
        return
    await give_up(platform, actor, row.dispute_id, upload_id)
    await _end(platform, upload_id)


async def _end(platform: Platform, upload_id: UploadId) -> None:
    """Note that the unpacking is over; an entry that still waits, which nobody can lodge any more, is told of."""
    async with platform.unit() as uow:
        waiting = UnpackedEntry.upload_id == upload_id, UnpackedEntry.state == EntryState.WAITING
        await uow.session.execute(update(UnpackedEntry).where(*waiting).values(state=EntryState.REFUSED))
        await uow.session.execute(update(Unpacking).where(Unpacking.id == upload_id).values(ended_at=uow.now()))


async def _lodge_entry(
    platform: Platform, actor: Actor, row: Unpacking, reading: Reading, entry: Entry
) -> tuple[EntryState, str]:
    """Lodge one entry, unless it was; whatever else is refused is told of this entry alone."""
    version_id = ExhibitVersionId(_entry_id(row.id, entry.index))
    async with platform.unit(write=False) as uow:
        if await uow.session.get(ExhibitVersion, version_id) is not None:
            return EntryState.LODGED, ""
    try:
        lodged = await lodge(
            platform,
            actor,
            row.dispute_id,
            row.space_id,
            about=about_of({**reading.facts.fields, "title": ""}),
            name=entry.name,
            chunks=_bytes_of(platform, reading, entry),
            version_id=version_id,
        )
    except ConflictError as refused:
        return EntryState.REPEATED, str(refused.details.get("number", ""))
    except UploadRefusedError as refused:
        return EntryState.REFUSED, refused.code
    except (NotFoundError, NotPermittedError, WrongStageError):
        return EntryState.REFUSED, "not_permitted"
    return EntryState.LODGED, lodged.number


async def _note(platform: Platform, upload_id: UploadId, index: int, state: EntryState, detail: str) -> None:
    async with platform.unit() as uow:
        await uow.session.execute(
            update(UnpackedEntry)
            .where(UnpackedEntry.upload_id == upload_id, UnpackedEntry.index == index)
            .values(state=state, detail=detail)
        )


async def _bytes_of(platform: Platform, reading: Reading, entry: Entry) -> AsyncIterator[bytes]:
    """Unpack one entry on a worker thread, piece by piece as they are asked for."""
    limit = platform.settings.upload_limit
    with SealedStream(reading.content, asyncio.get_running_loop()) as sealed:
        pieces = read_entry(sealed.buffered(), entry.index, limit=limit)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece


async def _listing(platform: Platform, reading: Reading) -> Listing:
    limit = platform.settings.upload_limit
    with speaking_odr(), SealedStream(reading.content, asyncio.get_running_loop()) as sealed:
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.to_thread(list_archive, sealed.buffered(), limit=limit)
        except TimeoutError:
            raise UploadRefusedError("archive_slow") from None


async def _row(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, upload_id: UploadId, *, lock: bool = False
) -> Unpacking | None:
    query = select(Unpacking).where(
        Unpacking.id == upload_id, Unpacking.dispute_id == dispute_id, Unpacking.account_id == actor.account_id
    )
    return await uow.session.scalar(query.with_for_update() if lock else query)


def _entry_id(upload_id: UploadId, index: int) -> UUID:
    """Return the id of what an entry becomes: always the same for the same archive and place."""
    return uuid5(upload_id, str(index))
