"""What of the platform's log anyone may have: its keys, its signed heads, their consistency, its tiles.

None of it varies with what people do: a leaf a slot, 65 bytes an entry, whatever a batch holds. A head is published
when its slot is over, so that not even the moment at which a tick was done tells how busy the machine was.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError
from vault.ledger import merkle, rows, tables
from vault.ledger.batch import batch_entry
from vault.ledger.checkpoint import Checkpoint, NoteKey, read_checkpoint
from vault.ledger.tiles import ENTRIES, WIDTH, Tile, join_entries, join_hashes


class Standing(StrEnum):
    """How a signed head that somebody kept stands to the log of today."""

    CONSISTENT = "consistent"  # today's log continues it
    LONGER = "longer"  # it covers more than today's log holds: the log was rolled back
    FORKED = "forked"  # another head of its size was signed: two histories
    REWRITTEN = "rewritten"  # today's log does not continue it


ALARMS: Final = {
    Standing.LONGER: "the log is shorter than a checkpoint that it signed: it was rolled back",
    Standing.FORKED: "the log is not the one whose checkpoint it signed: its history was rewritten",
    Standing.REWRITTEN: "the log is not the one whose checkpoint it signed: its history was rewritten",
}
"""What each standing but the first means."""


class PublicLog:
    """The platform's log as it is published. Every method with a session reads only."""

    def __init__(self, tenant: UUID, key: Callable[[], NoteKey], cadence_seconds: int) -> None:
        self._key = key
        self._tenant = tenant
        self._cadence = cadence_seconds
        self._former: tuple[NoteKey, ...] | None = None

    async def newest(self, session: AsyncSession, now: datetime) -> Checkpoint | None:
        """Return the newest head whose slot is over, or None before the first."""
        checkpoint, batch = tables.checkpoints.c, tables.batches.c
        query = (
            select(checkpoint.text)
            .join(tables.batches, (batch.tenant == checkpoint.tenant) & (batch.number == checkpoint.size - 1))
            .where(checkpoint.tenant == self._tenant, batch.slot < int(now.timestamp()) // self._cadence)
            .order_by(checkpoint.size.desc())
            .limit(1)
        )
        text = (await session.execute(query)).scalar_one_or_none()
        return None if text is None else read_checkpoint(text)

    async def checkpoint(self, session: AsyncSession, size: int) -> Checkpoint | None:
        """Return the head that was signed at this size, published or not, or None."""
        table = tables.checkpoints.c
        query = select(table.text).where(table.tenant == self._tenant, table.size == size)
        text = (await session.execute(query)).scalar_one_or_none()
        return None if text is None else read_checkpoint(text)

    async def keys(self, session: AsyncSession) -> tuple[NoteKey, ...]:
        """Every key that ever signed a head, the present one first. Looked up once: a process signs with one key.

        Raises KeyRootError, KeyRootUnavailableError, where the present one is held by a service.
        """
        present = await asyncio.to_thread(self._key)
        if self._former is None:
            table = tables.checkpoints.c
            query = select(table.key).where(table.tenant == self._tenant, table.key != present.text).distinct()
            former = sorted((await session.execute(query)).scalars())
            self._former = tuple(NoteKey.from_text(text) for text in former)
        return (present, *self._former)

    async def consistency(self, session: AsyncSession, older: int, newer: int) -> tuple[bytes, ...]:
        """Prove that the log of ``older`` leaves begins that of ``newer`` (RFC 6962 section 2.1.2).

        Raises ProofError unless 0 < older <= newer, or when a node is missing.
        """
        spans = merkle.consistency_spans(older, newer)
        return merkle.hashes_of(spans, await rows.read_nodes(session, self._tenant, merkle.nodes_of(spans)))

    async def compare(self, session: AsyncSession, kept: Checkpoint) -> tuple[Standing, Checkpoint | None]:
        """Compare a head that was kept elsewhere, **its signature verified by the caller**, with the stored log.

        Returns how it stands, and the head of the same size that is stored here, if there is one.
        """
        head = tables.platform.c
        size = (await session.execute(select(head.size).where(head.tenant == self._tenant))).scalar_one_or_none() or 0
        if kept.size > size:
            return Standing.LONGER, None
        stored = await self.checkpoint(session, kept.size)
        if stored is not None and stored.root != kept.root:
            return Standing.FORKED, stored
        nodes = merkle.perfect_nodes(merkle.Span(0, kept.size))
        found = await rows.read_nodes(session, self._tenant, nodes)
        if len(found) != len(nodes) or merkle.fold([found[node] for node in nodes]) != kept.root:
            return Standing.REWRITTEN, stored
        return Standing.CONSISTENT, stored

    async def tile(self, session: AsyncSession, tile: Tile, size: int) -> bytes | None:
        """Return the bytes of a tile or bundle, or None where a log of ``size`` leaves does not hold all of it."""
        if not tile.within(size):
            return None
        if tile.level != ENTRIES:
            return join_hashes(tile, await rows.read_nodes(session, self._tenant, tile.nodes))
        batch = tables.batches.c
        first = tile.index * WIDTH
        query = (
            select(batch.slot, batch.width, batch.root)
            .where(batch.tenant == self._tenant, batch.number >= first, batch.number < first + tile.width)
            .order_by(batch.number)
        )
        found = (await session.execute(query)).all()
        if len(found) != tile.width:
            raise ProofError("a batch of the log is missing")
        return join_entries([batch_entry(row.slot, row.width, row.root) for row in found])
