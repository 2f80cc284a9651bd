"""Bodies: an event's salt and canonical bytes, sealed under its space's key and bound to its place in the tree."""

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError, SealError, SpaceMissingError
from vault.keys.keyring import KeyRing
from vault.ledger import tables
from vault.ledger.entry import JSON, SALT_SIZE, read_canonical
from vault.refs import SpaceRef

_LABEL: Final = b"entente-ledger-body/v1\0"


@dataclass(frozen=True, slots=True)
class Event:
    """An event as recorded: ``body`` is its canonical JSON, ``event`` the same, read; ``salt`` has 32 bytes."""

    index: int
    salt: bytes
    body: bytes
    event: dict[str, JSON]


def body_label(tree: UUID, index: int) -> UUID:
    """Label under which a body is sealed: it opens nowhere but at its own index of its own tree."""
    return UUID(bytes=hashlib.sha256(_LABEL + tree.bytes + index.to_bytes(8, "big")).digest()[:16])


async def open_bodies(
    session: AsyncSession, keys: KeyRing, space: SpaceRef, tree: UUID, *, only: int | None = None
) -> list[Event]:
    """Open a space's events in their order, or the one at ``only``."""
    body = tables.bodies.c
    query = select(body.place, body.sealed).where(body.tree == tree).order_by(body.place)
    if only is not None:
        query = query.where(body.place == only)
    found = [(row.place, row.sealed) for row in (await session.execute(query)).all()]
    sealed = [(body_label(tree, place), data) for place, data in found]
    opened = await keys.open_many(session, space, sealed)
    return [_event(place, data) for (place, _), data in zip(found, opened, strict=True)]


async def open_page(
    session: AsyncSession, keys: KeyRing, space: SpaceRef, tree: UUID, start: int, stop: int
) -> list[Event]:
    """Open the events from ``start`` up to, not including, ``stop``; one that does not open has an empty salt.

    Those of a space whose key was shredded are gone like erased ones: none is answered.
    """
    body = tables.bodies.c
    query = select(body.place, body.sealed).where(body.tree == tree, body.place >= start, body.place < stop)
    found = [(row.place, row.sealed) for row in (await session.execute(query.order_by(body.place))).all()]
    try:
        opened = await keys.open_many(session, space, [(body_label(tree, place), data) for place, data in found])
        return [_event(place, data) for (place, _), data in zip(found, opened, strict=True)]
    except (SealError, ProofError):
        return [await _one(session, keys, space, tree, place, data) for place, data in found]
    except SpaceMissingError:
        return []


async def _one(session: AsyncSession, keys: KeyRing, space: SpaceRef, tree: UUID, place: int, sealed: bytes) -> Event:
    try:
        return _event(place, await keys.open(session, space, body_label(tree, place), sealed))
    except (SealError, ProofError, SpaceMissingError):
        return Event(place, b"", b"", {})


def _event(index: int, opened: bytes) -> Event:
    salt, body = bytes(opened[:SALT_SIZE]), bytes(opened[SALT_SIZE:])
    return Event(index, salt, body, read_canonical(body))
