"""The rows of a resumable deposit: read, told as what the vault speaks of, forgotten."""

import time
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import UploadMissingError
from vault.pipeline import StoredSegment
from vault.refs import ItemRef
from vault.stores.base import Piece
from vault.tables import upload_segments, uploads


async def row_of(session: AsyncSession, upload: UUID, *, lock: bool = False) -> Row[Any]:
    """An upload's row. Raises UploadMissingError."""
    query = select(uploads).where(uploads.c.upload == upload)
    row = (await session.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise UploadMissingError("no such upload is under way")
    return row


def item_of(row: Row[Any]) -> ItemRef:
    """What an upload will be."""
    return ItemRef(row.collection, row.item, row.version)


async def segments_of(session: AsyncSession, upload: UUID) -> list[tuple[StoredSegment, Piece]]:
    """An upload's sealed segments in their order, and the store's own words for each."""
    rows = await session.execute(
        select(upload_segments).where(upload_segments.c.upload == upload).order_by(upload_segments.c.number)
    )
    return [
        (
            StoredSegment(row.number, row.size, row.sealed_size, row.sealed_sha256),
            Piece(row.number + 1, row.sealed_size, row.sealed_sha256, row.tag),
        )
        for row in rows
    ]


async def forget(session: AsyncSession, upload: UUID) -> None:
    """Delete an upload's rows, its wrapped key with them."""
    await session.execute(delete(upload_segments).where(upload_segments.c.upload == upload))
    await session.execute(delete(uploads).where(uploads.c.upload == upload))


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
