"""How an exhibit enters a room: its number, its name sealed under the room's key, its entry in the room's ledger."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from odr.errors import ConflictError
from odr.evidence.events import (
    DraftReplaced,
    Entered,
    ExhibitLodged,
    ExhibitLodgedApart,
    ExhibitPrepared,
    ExhibitReplaced,
    ExhibitReplacedApart,
    Replaced,
    WorkingPaperLodged,
    WorkingPaperReplaced,
)
from odr.evidence.labels import Label, number_of, read_labels, seal_label
from odr.evidence.models import Exhibit, ExhibitVersion, FormerPlacement, Placement, Redaction
from odr.evidence.sight import version_at
from odr.ids import AccountId, ConsentId, PartyId, PlacementId, new_id
from odr.parties.queries import parties_of
from odr.spaces.models import Space
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.policy import Rule
from odr.visibility.terms import SpaceKind
from vault import ItemRef, SpaceRef

EXPERT_PREFIX: Final = "E"
MEDIATOR_PREFIX: Final = "M"

_ENTERED: Final[dict[SpaceKind, type[Entered]]] = {
    SpaceKind.PRIVATE: ExhibitPrepared,
    SpaceKind.CAUCUS: ExhibitLodgedApart,
    SpaceKind.JOINT: ExhibitLodged,
    SpaceKind.EXPERT: WorkingPaperLodged,
}
_REPLACED: Final[dict[SpaceKind, type[Replaced]]] = {
    SpaceKind.PRIVATE: DraftReplaced,
    SpaceKind.CAUCUS: ExhibitReplacedApart,
    SpaceKind.JOINT: ExhibitReplaced,
    SpaceKind.EXPERT: WorkingPaperReplaced,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """In whose name an exhibit enters a room, and under which line of the table.

    ``owner_id`` is the party to which it belongs there; ``number`` is one given elsewhere that is to be kept (on the
    expert's desk, so that everybody speaks of the same number).
    """

    by: AccountId
    rule: Rule
    prefix: str
    owner_id: PartyId | None
    consent_id: ConsentId | None = None
    number: int | None = None


def item_of(version: ExhibitVersion) -> ItemRef:
    """Return the vault's name for a version's bytes."""
    return ItemRef(version.dispute_id, version.id)


async def prefix_for(uow: UnitOfWork, exhibit: Exhibit, *, otherwise: str) -> str:
    """Return the letters that begin an exhibit's numbers: its party's, or ``otherwise`` when it is no party's."""
    for party in await parties_of(uow, exhibit.dispute_id):
        if party.id == exhibit.owner_id:
            return party.prefix
    return otherwise


async def place(
    uow: UnitOfWork, exhibit: Exhibit, version: ExhibitVersion, space: SpaceFacts, label: Label, entry: Entry
) -> Placement:
    """Let a version of an exhibit into a room; its key must be wrapped for the room by the caller.

    The room is locked meanwhile, so that numbers are given one by one: never a gap, never the same twice. Where another
    version stands, it takes its place and its number; what was taken back and comes again takes its own number again.
    Raises :class:`ConflictError` (``already_there``, ``quarantined``).
    """
    await uow.session.execute(select(Space.id).where(Space.id == space.id).with_for_update())
    standing = await uow.session.scalar(
        select(Placement)
        .where(Placement.exhibit_id == exhibit.id, Placement.space_id == space.id)
        .execution_options(populate_existing=True)
    )
    if standing is not None and standing.quarantined_at is not None:
        raise ConflictError("quarantined")
    replaced = None
    if standing is not None and standing.withdrawn_at is None:
        if standing.version_id == version.id:
            raise ConflictError("already_there", number=number_of(standing))
        replaced = await version_at(uow, standing)
        uow.session.add(_former(standing))
    placement = standing or Placement(
        id=PlacementId(new_id()),
        exhibit_id=exhibit.id,
        dispute_id=space.dispute_id,
        space_id=space.id,
        kind=space.kind,
        prefix=entry.prefix,
        number=entry.number or await _next_number(uow, space, entry.prefix),
        ordinal=1,
        version_id=version.id,
    )
    if placement.version_id != version.id:
        placement.version_id, placement.ordinal = version.id, placement.ordinal + 1
    if replaced is None:
        placement.owner_id = entry.owner_id
        placement.first_opened_at = placement.withdrawn_at = placement.withdrawn_by = None
    if replaced is None or entry.consent_id is not None:
        placement.consent_id = entry.consent_id
    placement.label_sealed = await seal_label(uow, space.ref, placement.id, label)
    placement.placed_by = entry.by
    placement.placed_at = uow.now()
    remembered = await uow.record(await _entered(uow, exhibit, version, placement, label, entry, replaced))
    placement.event_index = remembered.index
    uow.session.add(placement)
    await uow.session.flush()
    return placement


async def enter(uow: UnitOfWork, exhibit: Exhibit, source: Placement, target: SpaceFacts, entry: Entry) -> Placement:
    """Let the version that stands in a room into another one, under the same title. For commands that permitted it.

    Why it replaced another one stays where it was said. Raises :class:`ConflictError` (``already_there``).
    """
    (label,) = await read_labels(uow, [source])
    version = await version_at(uow, source)
    return await enter_as(uow, exhibit, version, space_ref(source), target, Label(label.title, label.file_name), entry)


async def enter_as(
    uow: UnitOfWork,
    exhibit: Exhibit,
    version: ExhibitVersion,
    held: SpaceRef,
    target: SpaceFacts,
    label: Label,
    entry: Entry,
) -> Placement:
    """Let a version into a room under a label, its key wrapped once more by way of a room that has it (``held``).

    Raises :class:`ConflictError` (``already_there``).
    """
    placement = await place(uow, exhibit, version, target, label, entry)
    await uow.vault.grant(uow.session, item_of(version), held=held, to=target.ref)
    return placement


async def _next_number(uow: UnitOfWork, space: SpaceFacts, prefix: str) -> int:
    last = await uow.session.scalar(
        select(func.max(Placement.number)).where(Placement.space_id == space.id, Placement.prefix == prefix)
    )
    return (last or 0) + 1


def _former(placement: Placement) -> FormerPlacement:
    return FormerPlacement(
        placement_id=placement.id,
        ordinal=placement.ordinal,
        version_id=placement.version_id,
        label_sealed=placement.label_sealed,
        placed_by=placement.placed_by,
        placed_at=placement.placed_at,
        event_index=placement.event_index,
    )


async def _entered(
    uow: UnitOfWork,
    exhibit: Exhibit,
    version: ExhibitVersion,
    placement: Placement,
    label: Label,
    entry: Entry,
    replaced: ExhibitVersion | None,
) -> Entered:
    redaction = await uow.session.get(Redaction, version.id)
    said: dict[str, Any] = {
        "dispute_id": placement.dispute_id,
        "space_id": placement.space_id,
        "rule": entry.rule.number,
        "actor_id": entry.by,
        "exhibit_id": exhibit.id,
        "owner_id": placement.owner_id,
        "number": number_of(placement),
        "title": label.title,
        "file_name": label.file_name,
        "kind": exhibit.kind,
        "origin": exhibit.origin,
        "document_date": version.document_date,
        "size": version.size,
        "sha256": version.sha256.hex(),
        "media_type": version.media_type,
        "version": placement.ordinal,
        "redacts": redaction.commitment.hex() if redaction else "",
    }
    if replaced is None:
        return _ENTERED[placement.kind](**said)
    return _REPLACED[placement.kind](**said, replaces=replaced.sha256.hex(), reason=label.reason)
