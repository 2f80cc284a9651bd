"""What a party may put into a bundle for a court: exhibits of the table, and its own from rooms apart.

Produced exhibits may go; what was elaborated in the mediation only when every party waived, which nobody can for what
the others don't know of. A party's own exhibits are there for itself alone: no number, count or row of another side's
depends on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, or_, select

from odr.crossing.models import BundledExhibit, CourtBundle
from odr.crossing.waivers import waived_by_all
from odr.errors import NotFoundError
from odr.evidence.infected import chosen_among
from odr.evidence.labels import Label, number_of, read_labels
from odr.evidence.models import Exhibit, ExhibitVersion, Origin, Placement
from odr.evidence.placing import item_of
from odr.evidence.scanning import Outcome as Scan
from odr.evidence.sight import may_read
from odr.ids import DisputeId, ExhibitId, PartyId, PlacementId, SpaceId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from vault import destroyed_among

OWN: Final = (SpaceKind.CAUCUS, SpaceKind.PRIVATE)
"""The rooms apart whose own exhibits a party may add, the widest first."""
LISTED: Final = frozenset({"", "infected"})
"""With which reason for leaving its file out an exhibit still stands in a bundle's list."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """What a bundle may hold. ``number``: at the table; empty for a party's own exhibit that stands in ``room`` apart.

    ``left_out``: why its file is (``elaborated``, ``elaborated_apart``, ``infected``, ``destroyed``), or nothing.
    ``infected``: a virus was found in it, which its reader may have chosen to receive. ``piece``: its number in an
    earlier bundle of the same party, if it was in one.
    """

    exhibit_id: ExhibitId
    number: str
    room: SpaceKind
    title: str
    origin: Origin
    size: int
    left_out: str
    infected: bool
    piece: int | None

    @property
    def may_be_listed(self) -> bool:
        """Whether it can be chosen: its file is in the bundle, or its line at least."""
        return self.left_out in LISTED


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of what may be bundled, with its rows."""

    line: Bundled
    label: Label
    placement: Placement
    version: ExhibitVersion


async def bundle_lines(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[Bundled, ...]:
    """Return what a bundle may hold: the table's in the order of their numbers, then the party's own; for a party.

    Raises :class:`NotFoundError` for whoever sits for no party.
    """
    return tuple(piece.line for piece in await pieces_of(uow, actor, dispute_id))


async def pieces_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> list[Piece]:
    """Return the same with their rows; for commands. Raises :class:`NotFoundError`."""
    party_id = actor.party_in(dispute_id)
    if party_id is None:
        raise NotFoundError
    found = await _standing(uow, actor, dispute_id, party_id)
    labels = await _labels(uow, [placement for placement, _exhibit, _version in found])
    items = [item_of(version) for _placement, _exhibit, version in found]
    destroyed = await destroyed_among(uow.session, items)
    elaborated = [exhibit.id for _placement, exhibit, _version in found if exhibit.origin is Origin.ELABORATED]
    waived = await waived_by_all(uow, dispute_id, elaborated)
    infected = [version for _placement, _exhibit, version in found if version.scan is Scan.INFECTED]
    received = await chosen_among(uow, actor, infected)
    before = await numbers_before(uow, dispute_id, party_id)
    pieces: list[Piece] = []
    for placement, exhibit, version in found:
        label, tabled = labels[placement.id], placement.kind is SpaceKind.JOINT
        why = ""
        if exhibit.origin is Origin.ELABORATED and not (tabled and exhibit.id in waived):
            why = "elaborated" if tabled else "elaborated_apart"
        elif item_of(version) in destroyed:
            why = "destroyed"
        elif version.scan is Scan.INFECTED and version.id not in received:
            why = "infected"
        line = Bundled(
            exhibit_id=exhibit.id,
            number=number_of(placement) if tabled else "",
            room=placement.kind,
            title=label.title or label.file_name,
            origin=exhibit.origin,
            size=version.size,
            left_out=why,
            infected=version.scan is Scan.INFECTED,
            piece=before.get(exhibit.id),
        )
        pieces.append(Piece(line, label, placement, version))
    return pieces


async def _standing(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, party_id: PartyId
) -> list[tuple[Placement, Exhibit, ExhibitVersion]]:
    """Return each exhibit once, in the widest room that it stands in: the table's, then the party's own apart."""
    own = and_(Placement.kind.in_(OWN), Placement.owner_id == party_id, Exhibit.owner_id == party_id)
    rows = (
        await uow.session.execute(
            select(Placement, Exhibit, ExhibitVersion)
            .join(Exhibit, Exhibit.id == Placement.exhibit_id)
            .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
            .where(Placement.dispute_id == dispute_id, or_(Placement.kind == SpaceKind.JOINT, own), may_read(actor))
            .order_by(Placement.prefix, Placement.number)
        )
    ).all()
    widest = {SpaceKind.JOINT: 0} | {kind: place for place, kind in enumerate(OWN, 1)}
    seen: set[ExhibitId] = set()
    found: list[tuple[Placement, Exhibit, ExhibitVersion]] = []
    for placement, exhibit, version in sorted(rows, key=lambda row: widest[row[0].kind]):  # a stable sort
        if exhibit.id not in seen:
            seen.add(exhibit.id)
            found.append((placement, exhibit, version))
    return found


async def _labels(uow: UnitOfWork, placements: Sequence[Placement]) -> dict[PlacementId, Label]:
    rooms: dict[SpaceId, list[Placement]] = {}
    for placement in placements:
        rooms.setdefault(placement.space_id, []).append(placement)
    labels: dict[PlacementId, Label] = {}
    for inside in rooms.values():
        for placement, label in zip(inside, await read_labels(uow, inside), strict=True):
            labels[placement.id] = label
    return labels


async def numbers_before(uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId) -> dict[ExhibitId, int]:
    """Return which number each exhibit bore in this party's bundles, the newest last said."""
    rows = await uow.session.execute(
        select(BundledExhibit.exhibit_id, BundledExhibit.number)
        .join(CourtBundle, CourtBundle.id == BundledExhibit.bundle_id)
        .where(
            CourtBundle.dispute_id == dispute_id,
            CourtBundle.party_id == party_id,
            BundledExhibit.number.is_not(None),
        )
        .order_by(CourtBundle.made_at, CourtBundle.id)
    )
    return {exhibit_id: number for exhibit_id, number in rows.all() if number is not None}
