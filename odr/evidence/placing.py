"""How an exhibit enters a room: its number, its name sealed under the room's key, its entry in the room's ledger."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from odr.errors import ConflictError
from odr.evidence.events import Entered, ExhibitLodged, ExhibitLodgedApart, ExhibitPrepared, WorkingPaperLodged
from odr.evidence.labels import Label, seal_label
from odr.evidence.models import Exhibit, Placement
from odr.evidence.queries import number_of
from odr.ids import AccountId, ConsentId, PartyId, PlacementId, new_id
from odr.parties.queries import parties_of
from odr.spaces.models import Space
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.policy import Rule
from odr.visibility.terms import SpaceKind
from vault import ItemRef

EXPERT_PREFIX: Final = "E"
MEDIATOR_PREFIX: Final = "M"

_ENTERED: Final[dict[SpaceKind, type[Entered]]] = {
    SpaceKind.PRIVATE: ExhibitPrepared,
    SpaceKind.CAUCUS: ExhibitLodgedApart,
    SpaceKind.JOINT: ExhibitLodged,
    SpaceKind.EXPERT: WorkingPaperLodged,
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


def item_of(exhibit: Exhibit) -> ItemRef:
    """Return the vault's name for an exhibit's bytes."""
    return ItemRef(exhibit.dispute_id, exhibit.id)


async def prefix_for(uow: UnitOfWork, exhibit: Exhibit, *, otherwise: str) -> str:
    """Return the letters that begin an exhibit's numbers: its party's, or ``otherwise`` when it is no party's."""
    for party in await parties_of(uow, exhibit.dispute_id):
        if party.id == exhibit.owner_id:
            return party.prefix
    return otherwise


async def place(uow: UnitOfWork, exhibit: Exhibit, space: SpaceFacts, label: Label, entry: Entry) -> Placement:
    """Let an exhibit into a room; its key must be wrapped for the room by the caller.

    The room is locked meanwhile, so that numbers are given one by one: never a gap, never the same twice. What was
    taken back and comes again takes its own number again. Raises :class:`ConflictError` (``already_there``).
    """
    await uow.session.execute(select(Space.id).where(Space.id == space.id).with_for_update())
    standing = await uow.session.scalar(
        select(Placement)
        .where(Placement.exhibit_id == exhibit.id, Placement.space_id == space.id)
        .execution_options(populate_existing=True)
    )
    if standing is not None and standing.withdrawn_at is None:
        raise ConflictError("already_there", number=number_of(standing))
    placement = standing or Placement(
        id=PlacementId(new_id()),
        exhibit_id=exhibit.id,
        dispute_id=space.dispute_id,
        space_id=space.id,
        kind=space.kind,
        prefix=entry.prefix,
        number=entry.number or await _next_number(uow, space, entry.prefix),
    )
    placement.owner_id = entry.owner_id
    placement.label_sealed = await seal_label(uow, space.ref, placement.id, label)
    placement.placed_by = entry.by
    placement.placed_at = uow.now()
    placement.consent_id = entry.consent_id
    placement.first_opened_at = placement.withdrawn_at = None
    remembered = await uow.record(_entered(exhibit, space, placement, label, entry))
    placement.event_index = remembered.index
    uow.session.add(placement)
    await uow.session.flush()
    return placement


async def _next_number(uow: UnitOfWork, space: SpaceFacts, prefix: str) -> int:
    last = await uow.session.scalar(
        select(func.max(Placement.number)).where(Placement.space_id == space.id, Placement.prefix == prefix)
    )
    return (last or 0) + 1


def _entered(exhibit: Exhibit, space: SpaceFacts, placement: Placement, label: Label, entry: Entry) -> Entered:
    return _ENTERED[space.kind](
        dispute_id=space.dispute_id,
        space_id=space.id,
        rule=entry.rule.number,
        actor_id=entry.by,
        exhibit_id=exhibit.id,
        owner_id=entry.owner_id,
        number=number_of(placement),
        title=label.title,
        file_name=label.file_name,
        kind=exhibit.kind,
        origin=exhibit.origin,
        document_date=exhibit.document_date,
        size=exhibit.size,
        sha256=exhibit.sha256.hex(),
        media_type=exhibit.media_type,
    )
