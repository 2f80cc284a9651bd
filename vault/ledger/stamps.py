"""Time stamps of checkpoints: which are due, and keeping them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from cryptography import x509
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError
from vault.ledger import kept, rows, tables
from vault.ledger.batch import Kept
from vault.ledger.checkpoint import Checkpoint, read_checkpoint
from vault.ledger.parts import MAX_STAMPS, Stamp, renewal_leaf
from vault.ledger.rows import Tree
from vault.timestamps import TimeAuthority, check_token

_SUBJECT: Final = b"entente-stamped-checkpoint/v1\0"
_LOOKED_AT: Final = 16
"""Of the latest stamps before a certificate's end, how many are asked whether theirs lasts longer."""


@dataclass(frozen=True, slots=True)
class DueStamp:
    """A checkpoint, and an authority that has to stamp it."""

    checkpoint: Checkpoint
    authority: TimeAuthority


async def ask(session: AsyncSession, tenant: UUID, tree: Tree, index: int) -> None:
    """Remember that the first checkpoint over this leaf must be stamped. Raises ProofError for no such leaf."""
    if not 0 <= index < tree.size:
        raise ProofError("this event was never recorded")
    await rows.insert_missing(session, tables.wishes, {"tree": tree.name, "place": index, "tenant": tenant})


async def due(
    session: AsyncSession, tenant: UUID, authorities: Sequence[TimeAuthority], now: datetime
) -> list[DueStamp]:
    """Stamps still wanted, by checkpoint and authority. Reads only."""
    if not authorities:
        return []
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = {(size, authority.name) for size in await _wished(session, tenant) for authority in authorities}
    checkpoint, stamp = tables.checkpoints.c, tables.stamps.c
    newest = (await session.execute(select(func.max(checkpoint.size)).where(checkpoint.tenant == tenant))).scalar_one()
    today = (
        select(stamp.authority)
        .join(tables.checkpoints, (checkpoint.tenant == stamp.tenant) & (checkpoint.size == stamp.size))
        .where(stamp.tenant == tenant, checkpoint.made_at >= int(day.timestamp() * 1000))
    )
    done_today = set((await session.execute(today)).scalars())
    if newest is not None:
        wanted |= {(newest, authority.name) for authority in authorities if authority.name not in done_today}
    done = select(stamp.size, stamp.authority).where(
        stamp.tenant == tenant, stamp.size.in_({size for size, _ in wanted})
    )
    wanted -= {(row.size, row.authority) for row in (await session.execute(done)).all()}
    named = {authority.name: authority for authority in authorities}
    texts = select(checkpoint.size, checkpoint.text).where(
        checkpoint.tenant == tenant, checkpoint.size.in_({size for size, _ in wanted})
    )
    heads = {row.size: read_checkpoint(row.text) for row in (await session.execute(texts)).all()}
    return [DueStamp(heads[size], named[name]) for size, name in sorted(wanted)]


async def keep(session: AsyncSession, tenant: UUID, checkpoint: Checkpoint, stamp: Stamp) -> None:
    """Verify a token against what this log signed, and insert it."""
    table = tables.checkpoints
    query = select(table.c.text).where(table.c.tenant == tenant, table.c.size == checkpoint.size)
    if (await session.execute(query)).scalar_one_or_none() != checkpoint.text:
        raise ProofError("this log never signed that checkpoint")
    facts = check_token(stamp.token, checkpoint.text, [x509.load_der_x509_certificate(stamp.root)])
    await rows.insert_missing(
        session,
        tables.stamps,
        {
            "tenant": tenant,
            "size": checkpoint.size,
            "authority": stamp.authority,
            "independent": stamp.independent,
            "token": stamp.token,
            "root": stamp.root,
            "stamped_at": int(facts.time.timestamp() * 1000),
        },
    )
    subject = stamp_subject(tenant, checkpoint.size, stamp.authority)
    if await kept.leaf_of(session, subject) is None:
        await kept.note(session, tenant, tenant, subject, renewal_leaf(checkpoint.text, stamp.token))


def stamp_subject(tenant: UUID, size: int, authority: str) -> UUID:
    """Pseudonym under which the leaf of a stamped checkpoint is kept."""
    name = tenant.bytes + size.to_bytes(8, "big") + authority.encode()
    return UUID(bytes=hashlib.sha256(_SUBJECT + name).digest()[:16])


async def covering(session: AsyncSession, tenant: UUID, number: int, until: datetime) -> tuple[int, Stamp] | None:
    """Return the last stamp, with its checkpoint's size, that covers batch ``number`` and was made before ``until``.

    Only one whose certificate outlives ``until`` is any good; None where there is none.
    """
    stamp = tables.stamps.c
    query = (
        select(tables.stamps)
        .where(stamp.tenant == tenant, stamp.size > number, stamp.stamped_at < int(until.timestamp() * 1000))
        .order_by(stamp.stamped_at.desc(), stamp.size.desc())
        .limit(_LOOKED_AT)
    )
    for row in (await session.execute(query)).all():
        found = Stamp(row.authority, row.independent, row.token, row.root)
        if await _until(session, tenant, row.size, found) > until:
            return row.size, found
    return None


async def _until(session: AsyncSession, tenant: UUID, size: int, stamp: Stamp) -> datetime:
    """When the certificates of a stored stamp end. Raises TimeStampError, ProofError where it does not hold."""
    table = tables.checkpoints.c
    text = (await session.execute(select(table.text).where(table.tenant == tenant, table.size == size))).scalar_one()
    return check_token(stamp.token, text, [x509.load_der_x509_certificate(stamp.root)]).until


async def chain(session: AsyncSession, tenant: UUID, size: int, stamp: Stamp) -> list[tuple[int, Kept, int, Stamp]]:
    """Return how a stamp is renewed: (batch, leaf, size of the later checkpoint, its stamp), each over the one before.

    Each was made before the certificates of the one before ended, and outlives them. At most eight.
    """
    links: list[tuple[int, Kept, int, Stamp]] = []
    while len(links) < MAX_STAMPS:
        found = await kept.find(session, stamp_subject(tenant, size, stamp.authority))
        if found is None:
            break
        later = await covering(session, tenant, found[0], await _until(session, tenant, size, stamp))
        if later is None:
            break
        size, stamp = later
        links.append((*found, size, stamp))
    return links


async def of(session: AsyncSession, tenant: UUID, size: int) -> tuple[Stamp, ...]:
    """Return all stamps of one checkpoint, by their authority's name."""
    stamp = tables.stamps.c
    query = select(tables.stamps).where(stamp.tenant == tenant, stamp.size == size).order_by(stamp.authority)
    found = (await session.execute(query)).all()
    return tuple(Stamp(row.authority, row.independent, row.token, row.root) for row in found)


async def first_stamped(session: AsyncSession, tenant: UUID, size: int) -> int | None:
    """Size of the first stamped checkpoint of at least ``size`` leaves, an independent authority's before another."""
    stamp = tables.stamps.c
    query = (
        select(stamp.size)
        .where(stamp.tenant == tenant, stamp.size >= size)
        .order_by(stamp.independent.desc(), stamp.size)
        .limit(1)
    )
    found: int | None = (await session.execute(query)).scalar_one_or_none()
    return found


async def _wished(session: AsyncSession, tenant: UUID) -> set[int]:
    """Sizes of the checkpoints that first cover an event for which a stamp was asked."""
    wish = tables.wishes.c
    asked = (await session.execute(select(wish.tree, wish.place).where(wish.tenant == tenant))).all()
    covering = [await rows.first_batch_over(session, row.tree, row.place) for row in asked]
    return {number + 1 for number in covering if number is not None}


async def forget_fulfilled(session: AsyncSession, tenant: UUID, authorities: Sequence[TimeAuthority]) -> None:
    """Delete the wishes whose checkpoint bears a stamp of every authority."""
    wish, stamp = tables.wishes.c, tables.stamps.c
    for row in (await session.execute(select(wish.tree, wish.place).where(wish.tenant == tenant))).all():
        number = await rows.first_batch_over(session, row.tree, row.place)
        if number is None:
            continue
        query = select(stamp.authority).where(stamp.tenant == tenant, stamp.size == number + 1)
        if {authority.name for authority in authorities} <= set((await session.execute(query)).scalars()):
            await session.execute(delete(tables.wishes).where(wish.tree == row.tree, wish.place == row.place))
