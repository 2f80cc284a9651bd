"""Redacted copies: linked to their original by a salted commitment to its digest, which tells nothing until opened.

The commitment (vault/ledger/redaction.py) hides the original's digest under a salt. A bare digest would let
anyone who reads the copy try guesses of what it hides (a name, a price) against the original's digest. With the salt,
whoever may read the original can prove the link, and nobody else can test anything.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from odr.errors import NotFoundError, NotPermittedError
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import ExhibitVersion
from odr.evidence.models import Redaction as RedactionRow
from odr.evidence.proving import receipt_of
from odr.evidence.sight import is_mine, standing_of, version_at, visible_placements
from odr.ids import DisputeId, ExhibitId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from vault import Redaction, redaction_commitment

SALT_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class OriginalView:
    """The original of a redacted copy, for who may read it. ``sha256`` and ``salt`` (32 bytes each) open the link."""

    exhibit_id: ExhibitId
    number: str
    title: str
    sha256: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class RedactionView:
    """That an exhibit is a redacted copy. ``original`` is ``None`` for who may not read it: it stays with its party."""

    commitment: bytes
    sha256: bytes
    original: OriginalView | None


@dataclass(frozen=True, slots=True)
class CopyView:
    """A redacted copy of an exhibit, where the reader may read both."""

    exhibit_id: ExhibitId
    number: str
    title: str


async def original_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, original_id: ExhibitId) -> ExhibitVersion:
    """Return the version of which the actor may lodge a redacted copy now: the newest they hold of their own exhibit.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, original_id)
    if not is_mine(actor, exhibit):
        raise NotPermittedError("not_permitted")
    held = [await version_at(uow, placement) for placement in placements]
    return max(held, key=lambda version: version.lodged_at)


def remember_redaction(uow: UnitOfWork, version: ExhibitVersion, original: ExhibitVersion) -> None:
    """Link a copy to its original under a fresh salt."""
    salt = secrets.token_bytes(SALT_SIZE)
    uow.session.add(
        RedactionRow(
            version_id=version.id,
            original_id=original.exhibit_id,
            original_version_id=original.id,
            salt=salt,
            commitment=redaction_commitment(salt, original.sha256),
        )
    )


async def redaction_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> RedactionView | None:
    """Return of what an exhibit is a redacted copy, as the reader may know it. Raises :class:`NotFoundError`."""
    version = (await standing_of(uow, actor, dispute_id, exhibit_id)).version
    row = await uow.session.get(RedactionRow, version.id)
    if row is None:
        return None
    return RedactionView(row.commitment, version.sha256, await _original(uow, actor, dispute_id, row))


async def redaction_proof(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> Redaction:
    """Return what proves to anyone of which original this is a redacted copy, for who may read both.

    Raises :class:`NotFoundError`.
    """
    found = await redaction_of(uow, actor, dispute_id, exhibit_id)
    if found is None or found.original is None:
        raise NotFoundError
    _, receipt = await receipt_of(uow, actor, dispute_id, exhibit_id)
    return Redaction(found.original.sha256, found.original.salt, receipt)


async def copies_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, original_id: ExhibitId
) -> tuple[CopyView, ...]:
    """Return the redacted copies of an exhibit that the reader may read too. Raises :class:`NotFoundError`."""
    await visible_placements(uow, actor, dispute_id, original_id)
    found = await uow.session.scalars(
        select(ExhibitVersion.exhibit_id)
        .join(RedactionRow, RedactionRow.version_id == ExhibitVersion.id)
        .where(RedactionRow.original_id == original_id)
        .distinct()
    )
    copies: list[CopyView] = []
    for copy_id in found.all():
        try:
            _, placements = await visible_placements(uow, actor, dispute_id, copy_id)
        except NotFoundError:
            continue
        (label,) = await read_labels(uow, placements[:1])
        copies.append(CopyView(copy_id, number_of(placements[0]), label.title))
    return tuple(sorted(copies, key=lambda copy: copy.number))


async def _original(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, row: RedactionRow) -> OriginalView | None:
    try:
        _, placement, version = await standing_of(uow, actor, dispute_id, row.original_id, row.original_version_id)
    except NotFoundError:
        return None
    (label,) = await read_labels(uow, [placement])
    return OriginalView(row.original_id, number_of(placement), label.title, version.sha256, row.salt)
