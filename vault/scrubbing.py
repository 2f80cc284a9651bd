"""The scrub: every object is read again, at a set pace, against the digests of its sealed segments. It needs no key.

Three steps, so that no transaction is held while bytes travel: ``due_targets`` says what to look at, ``look`` reads,
``note`` writes down what was found, unless the row has moved on meanwhile.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from vault.copies import Copy, Source, is_item, load_sources, place_of, same_item
from vault.envelope import SEALED_SEGMENT_SIZE
from vault.errors import ObjectMissingError
from vault.keeping_tables import replicas, scrubs
from vault.locks import Wanted, wanted_protection
from vault.refs import ItemRef
from vault.stores.base import ObjectStore
from vault.tables import items, segments

READ_AGAIN: Final = 2
"""A segment whose digest is wrong is read once more: what was garbled on the way is no damage."""


class Damage(StrEnum):
    """What is wrong with a stored object."""

    ROT = "rot"  # its bytes changed, or there are more or fewer of them
    LOST = "lost"  # it is gone
    SWAPPED = "swapped"  # another recorded object's bytes are there
    UNLOCKED = "unlocked"  # the store's lock is missing, weaker or shorter than it should be
    UNHELD = "unheld"  # its legal hold is missing, or was not lifted


@dataclass(frozen=True, slots=True)
class Target:
    """One copy of one item version that is to be looked at, from which segment on, and how it should be protected."""

    source: Source
    copy: Copy
    next_segment: int
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Looked:
    """How far a look came, how many bytes it read, and the damage it found; ``strange`` is the digest of what is there.

    ``next_segment`` is 0 once all was read.
    """

    target: Target
    next_segment: int
    read: int
    damage: Damage | None = None
    strange: bytes | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A damage that stands: which copy of which item, what, and since when it is known."""

    item: ItemRef
    copy: Copy
    damage: Damage
    found_at: datetime
    mended: bool


@dataclass(frozen=True, slots=True)
class Fixity:
    """How far the scrub is: living objects (both copies), how many of them were never read, the oldest last reading."""

    objects: int
    unread: int
    oldest: datetime | None
    sealed_bytes: int
    findings: tuple[Finding, ...]


async def due_targets(
    session: AsyncSession, copy: Copy, *, before: datetime, limit: int, item: ItemRef | None = None
) -> list[Target]:
    """What was not wholly read since then: what is half read first, then the oldest. With ``item`` that one alone."""
    place = items if copy is Copy.FIRST else replicas
    joined = items if copy is Copy.FIRST else items.join(replicas, same_item(replicas.c, items.c))
    query = (
        select(items.c.collection, items.c.item, items.c.version, scrubs.c.next_segment)
        .select_from(joined.outerjoin(scrubs, and_(same_item(scrubs.c, items.c), scrubs.c.copy == copy.value)))
        .where(items.c.destroyed_at.is_(None), place.c.object_version.is_not(None))
    )
    if item is None:
        query = query.where(func.coalesce(scrubs.c.checked_at, 0) < _milliseconds(before))
    else:
        query = query.where(*is_item(items.c, item))
    half = func.coalesce(scrubs.c.next_segment, 0) > 0
    rows = await session.execute(
        query.order_by(half.desc(), func.coalesce(scrubs.c.checked_at, 0), items.c.kept_at).limit(limit)
    )
    found = [(ItemRef(row.collection, row.item, row.version), row.next_segment or 0) for row in rows]
    sources = {source.item: source for source in await load_sources(session, copy, [each for each, _ in found])}
    return [
        Target(sources[each], copy, start, await wanted_protection(session, each))
        for each, start in found
        if each in sources
    ]


def look(store: ObjectStore, target: Target, budget: float, now: datetime) -> Looked:
    """Read on from where the last look ended, about ``budget`` bytes (one segment at least); blocks. Raises StoreError.

    Only what the store says for certain is damage: that it is away is none.
    """
    key, version = target.source.place
    try:
        size = store.size(key, version)
        read = 0
        offset = sum(segment.sealed_size for segment in target.source.segments[: target.next_segment])
        for segment in target.source.segments[target.next_segment :]:
            if read and read + segment.sealed_size > budget:
                return Looked(target, segment.number, read)
            actual = b""
            for _ in range(READ_AGAIN):
                actual = hashlib.sha256(store.read(key, version, offset, segment.sealed_size)).digest()
                if actual == segment.sealed_sha256:
                    break
            else:
                if segment.number == 0:  # another object's first segment may have another length
                    actual = hashlib.sha256(store.read(key, version, 0, min(size, SEALED_SEGMENT_SIZE))).digest()
                return Looked(target, 0, read, Damage.ROT, actual)
            read += segment.sealed_size
            offset += segment.sealed_size
        if size != target.source.sealed_size:
            return Looked(target, 0, read, Damage.ROT)
        return Looked(target, 0, read, _lacks(store, target, now))
    except ObjectMissingError:
        return Looked(target, 0, 0, Damage.LOST)


def _lacks(store: ObjectStore, target: Target, now: datetime) -> Damage | None:
    """What the store should protect an object with and does not."""
    if not store.locks:
        return None
    found = store.protection(*target.source.place)
    if not target.wanted.is_locked_by(found, now):
        return Damage.UNLOCKED
    return Damage.UNHELD if found.held is not target.wanted.held else None


async def note(session: AsyncSession, looked: Looked, now: datetime) -> Damage | None:
    """Write down what a look found, and return the damage. A row that was moved, repaired or shredded since is left."""
    target = looked.target
    item, copy = target.source.item, target.copy
    if await place_of(session, copy, item) != target.source.place:
        return None
    damage = looked.damage
    if damage is Damage.ROT and looked.strange is not None:
        other = await session.scalar(select(segments.c.item).where(segments.c.sealed_sha256 == looked.strange).limit(1))
        damage = Damage.SWAPPED if other is not None else Damage.ROT
    known = (await session.execute(select(scrubs.c.finding, scrubs.c.mended_at).where(*_row(item, copy)))).one_or_none()
    values: dict[str, object] = {"next_segment": looked.next_segment}
    if looked.next_segment == 0:
        values |= {"checked_at": _milliseconds(now), "finding": damage.value if damage else None}
        if damage is None:
            values |= {"found_at": None, "mended_at": None, "told_at": None}
        elif known is None or known.finding != damage.value or known.mended_at is not None:
            values |= {"found_at": _milliseconds(now), "mended_at": None, "told_at": None}
    if known is None:
        identity = {"collection": item.collection, "item": item.item, "version": item.version, "copy": copy.value}
        await session.execute(insert(scrubs).values(**{"checked_at": 0, **identity, **values}))
    else:
        await session.execute(update(scrubs).where(*_row(item, copy)).values(**values))
    return damage


async def note_mended(session: AsyncSession, item: ItemRef, copy: Copy, now: datetime) -> None:
    """Write down that the damage of a copy was mended; it stays to be told of, and until the next reading."""
    await session.execute(update(scrubs).where(*_row(item, copy)).values(mended_at=_milliseconds(now)))


async def versions_of(session: AsyncSession, item: UUID) -> list[ItemRef]:
    """The living versions of an item."""
    rows = await session.execute(
        select(items.c.collection, items.c.item, items.c.version)
        .where(items.c.item == item, items.c.destroyed_at.is_(None))
        .order_by(items.c.version)
    )
    return [ItemRef(*row) for row in rows]


async def take_untold(session: AsyncSession, now: datetime, *, not_since: datetime) -> list[Finding]:
    """Findings that nobody was told of, now counted as told; none while somebody was told of any since then."""
    if await session.scalar(select(scrubs.c.item).where(scrubs.c.told_at > _milliseconds(not_since)).limit(1)):
        return []
    untold = [finding for finding, told in await _findings(session) if not told]
    if untold:
        await session.execute(
            update(scrubs)
            .where(scrubs.c.finding.is_not(None), scrubs.c.told_at.is_(None))
            .values(told_at=_milliseconds(now))
        )
    return untold


async def findings(session: AsyncSession) -> list[Finding]:
    """Every damage of a living item that was found at its last reading, mended or not, the oldest first."""
    return [finding for finding, _told in await _findings(session)]


async def _findings(session: AsyncSession) -> list[tuple[Finding, bool]]:
    rows = await session.execute(
        select(scrubs)
        .join(items, same_item(scrubs.c, items.c))
        .where(scrubs.c.finding.is_not(None), items.c.destroyed_at.is_(None))
        .order_by(scrubs.c.found_at, scrubs.c.item)
    )
    return [
        (
            Finding(
                ItemRef(row.collection, row.item, row.version),
                Copy(row.copy),
                Damage(row.finding),
                datetime.fromtimestamp(row.found_at / 1000, UTC),
                mended=row.mended_at is not None,
            ),
            row.told_at is not None,
        )
        for row in rows
    ]


async def fixity(session: AsyncSession) -> Fixity:
    """How far the scrub is, and what stands."""
    living = items.c.destroyed_at.is_(None)
    first = (await session.execute(select(func.count(), func.sum(items.c.sealed_size)).where(living))).one()
    second = (
        await session.execute(
            select(func.count(), func.sum(items.c.sealed_size))
            .select_from(items.join(replicas, same_item(replicas.c, items.c)))
            .where(living)
        )
    ).one()
    read = (
        await session.execute(
            select(func.count(), func.min(scrubs.c.checked_at))
            .select_from(scrubs.join(items, same_item(scrubs.c, items.c)))
            .where(living, scrubs.c.checked_at > 0)
        )
    ).one()
    objects = first[0] + second[0]
    return Fixity(
        objects=objects,
        unread=max(0, objects - read[0]),
        oldest=datetime.fromtimestamp(read[1] / 1000, UTC) if read[1] else None,
        sealed_bytes=(first[1] or 0) + (second[1] or 0),
        findings=tuple(await findings(session)),
    )


def _row(item: ItemRef, copy: Copy) -> tuple[ColumnElement[bool], ...]:
    return *is_item(scrubs.c, item), scrubs.c.copy == copy.value


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
