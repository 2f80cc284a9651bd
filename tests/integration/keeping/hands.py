"""Keep things, destroy their bytes on purpose, read them again."""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from odr.platform import Platform
from vault import Copy, ItemRef, SpaceRef
from vault.keeping_tables import replicas
from vault.stores.files import FileObjects
from vault.tables import items

MIB = 1024 * 1024


def s3_settings(directory: Path, endpoint: Any, bucket: str, which: str = "", **more: str) -> dict[str, str]:
    """The settings of a first store, or with ``REPLICA_`` of a second one, in a bucket."""
    for name, value in (("access", endpoint.access_key), ("secret", endpoint.secret_key)):
        (directory / name).write_text(value)
    return {
        f"ENTENTE_{which.strip('_') or 'STORE'}": f"s3://{bucket}/vault",
        f"ENTENTE_{which}S3_ENDPOINT": endpoint.url,
        f"ENTENTE_{which}S3_REGION": endpoint.region,
        f"ENTENTE_{which}S3_ACCESS_KEY_FILE": str(directory / "access"),
        f"ENTENTE_{which}S3_SECRET_KEY_FILE": str(directory / "secret"),
        **more,
    }


async def chunks_of(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), MIB):
        yield data[start : start + MIB]


async def keep(platform: Platform, data: bytes, space: SpaceRef | None = None) -> tuple[ItemRef, SpaceRef]:
    """Keep something, in a new space unless one is given."""
    where = space or SpaceRef(uuid4(), uuid4())
    item = ItemRef(where.collection, uuid4())
    received = await platform.vault.receive(item, chunks_of(data), limit=len(data))
    async with platform.unit() as uow:
        if space is None:
            await uow.vault.make_space(uow.session, where)
        await uow.vault.keep(uow.session, received, where)
    return item, where


async def read(platform: Platform, item: ItemRef, space: SpaceRef) -> bytes:
    """Read all of it, verified."""
    async with platform.unit(write=False) as uow:
        opened = await uow.vault.open(uow.session, item, space)
    return b"".join([piece async for piece in opened.read()])


async def place(platform: Platform, item: ItemRef, copy: Copy) -> tuple[str, str]:
    """Where a copy lies by its row."""
    table = items if copy is Copy.FIRST else replicas
    async with platform.unit(write=False) as uow:
        row = (
            await uow.session.execute(
                select(table.c.object_key, table.c.object_version).where(table.c.item == item.item)
            )
        ).one()
    return row.object_key, row.object_version


async def raw(platform: Platform, item: ItemRef, copy: Copy) -> bytes:
    """The sealed bytes of a copy."""
    key, version = await place(platform, item, copy)
    store = platform.vault.store_of(copy)
    return store.read(key, version, 0, store.size(key, version))


class Damager:
    """Reaches into a store, past everything that would refuse."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def lose(self, item: ItemRef, copy: Copy) -> None:
        """Remove an object."""
        self.platform.vault.store_of(copy).delete(*await place(self.platform, item, copy))

    async def rewrite(self, item: ItemRef, copy: Copy, sealed: bytes) -> None:
        """Put other bytes where an object was; on S3, whose versions stay, the row is turned to another version."""
        store, (key, version) = self.platform.vault.store_of(copy), await place(self.platform, item, copy)
        if isinstance(store, FileObjects):
            store._place(key, version).write_bytes(sealed)  # noqa: SLF001 -- behind its back
            return
        upload = store.begin(key)
        piece = store.put_part(key, upload, 1, 0, sealed, hashlib.sha256(sealed).digest())
        other = store.complete(key, upload, [piece])
        table = items if copy is Copy.FIRST else replicas
        async with self.platform.unit() as uow:
            await uow.session.execute(update(table).where(table.c.item == item.item).values(object_version=other))

    async def rot(self, item: ItemRef, copy: Copy) -> None:
        """Change one bit."""
        sealed = bytearray(await raw(self.platform, item, copy))
        sealed[len(sealed) // 2] ^= 1
        await self.rewrite(item, copy, bytes(sealed))

    async def cut(self, item: ItemRef, copy: Copy) -> None:
        """Cut the end off."""
        await self.rewrite(item, copy, (await raw(self.platform, item, copy))[:-1])

    async def lengthen(self, item: ItemRef, copy: Copy) -> None:
        """Append a byte."""
        await self.rewrite(item, copy, await raw(self.platform, item, copy) + b"x")


def some(size: int) -> bytes:
    return os.urandom(size)
