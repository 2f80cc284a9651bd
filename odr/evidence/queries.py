"""Which exhibits a person may see, and where."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from odr.errors import NotFoundError
from odr.evidence.awaited import Task, tasks
from odr.evidence.labels import Label, number_of, read_labels, side_of
from odr.evidence.media import name_agrees
from odr.evidence.models import Exhibit, ExhibitKind, Origin, Placement
from odr.evidence.names import shown_name
from odr.ids import DisputeId, ExhibitId, PartyId, PlacementId, SpaceId
from odr.parties.queries import parties_of
from odr.people.queries import account_names
from odr.spaces.models import Space
from odr.spaces.queries import last_visit, visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = [
    "PAGE",
    "Exhibit",
    "ExhibitKind",
    "ExhibitPage",
    "ExhibitRow",
    "ExhibitView",
    "Origin",
    "PlacementView",
    "Task",
    "exhibits_in",
    "is_mine",
    "may_read",
    "number_of",
    "side_of",
    "tasks",
    "visible_exhibit",
    "visible_placements",
]

PAGE: Final = 50

_BATCH: Final = 200
_DIGITS: Final = 9
_WIDEST_FIRST: Final = (SpaceKind.EXPERT, SpaceKind.JOINT, SpaceKind.CAUCUS, SpaceKind.PRIVATE)


@dataclass(frozen=True, slots=True)
class PlacementView:
    """An exhibit in one room that the reader may enter: its number there, and since when.

    ``first_opened_at`` is told to its own side only. ``proven``: the reader may have the receipt, which tells how many
    events the room's ledger holds.
    """

    id: PlacementId
    space_id: SpaceId
    kind: SpaceKind
    number: str
    at: datetime
    by: str
    first_opened_at: datetime | None
    proven: bool


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """An exhibit as one reader may know it.

    ``number``, ``at``, ``by`` and ``space_id`` are those of the widest room in which they may read it (``room``);
    ``placements`` holds every such room, the widest first. ``sha256``: 32 bytes.
    """

    id: ExhibitId
    dispute_id: DisputeId
    owner_id: PartyId | None
    owner_name: str
    side: str
    number: str
    title: str
    file_name: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    size: int
    sha256: bytes
    media_type: str
    name_agrees: bool
    at: datetime
    by: str
    room: SpaceKind
    space_id: SpaceId
    mine: bool
    placements: tuple[PlacementView, ...]

    @property
    def shown_name(self) -> str:
        """The file's name, short enough for a page."""
        return shown_name(self.file_name)


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """A line of a room's list. When ``withdrawn``, only the number is left: the rest is empty."""

    id: ExhibitId | None
    number: str
    side: str
    withdrawn: bool
    title: str = ""
    file_name: str = ""
    kind: ExhibitKind = ExhibitKind.OTHER
    origin: Origin = Origin.PRODUCED
    document_date: date | None = None
    size: int = 0
    sha256: bytes = b""
    at: datetime | None = None
    mine: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True)
class ExhibitPage:
    """Up to 50 lines in the order of their numbers; ``after`` is the number to ask with for the next ones."""

    rows: tuple[ExhibitRow, ...]
    after: str | None


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which ``actor`` may read a placement; what was taken back is read by nobody there."""
    return and_(Placement.withdrawn_at.is_(None), _in_sight(actor))


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    desk = aliased(Placement)
    own_desks = select(Space.id).where(Space.kind == SpaceKind.EXPERT, Space.holder_id == actor.account_id)
    supplied = exists().where(desk.exhibit_id == Placement.exhibit_id, desk.space_id.in_(own_desks))
    columns = Columns(Placement.dispute_id, Placement.owner_id, Placement.kind, supplied=supplied)
    return or_(
        readable(actor, Thing.EXHIBIT, columns),
        and_(readable(actor, Thing.WORKING_PAPER, columns), Placement.space_id.in_(own_desks)),
    )


async def visible_placements(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> tuple[Exhibit, list[Placement]]:
    """Return an exhibit's row and the placements that the actor may read, the widest room first; for commands.

    Raises :class:`NotFoundError` where there is none.
    """
    query = select(Placement, Exhibit).join(Exhibit, Exhibit.id == Placement.exhibit_id)
    asked = and_(Placement.exhibit_id == exhibit_id, Placement.dispute_id == dispute_id)
    found = (await uow.session.execute(query.where(asked, may_read(actor)))).all()
    if not found:
        raise NotFoundError
    placements = sorted((row[0] for row in found), key=lambda placement: _WIDEST_FIRST.index(placement.kind))
    return found[0][1], placements


def may_prove(actor: Actor, placement: Placement) -> bool:
    """Tell whether the actor may have a placement's receipt: only who may read the events of its room."""
    party = None if placement.kind is SpaceKind.JOINT else placement.owner_id
    return actor.may(Act.READ, Thing.EVENT, Place(placement.dispute_id, party, placement.kind)) is not None


async def visible_exhibit(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> ExhibitView:
    """Return an exhibit as the actor may know it; raises :class:`NotFoundError` where they may not."""
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    widest = placements[0]
    (label,) = await read_labels(uow, [widest])
    parties = {party.id: party for party in await parties_of(uow, dispute_id)}
    owner = parties.get(exhibit.owner_id) if exhibit.owner_id else None
    names = await account_names(uow, {placement.placed_by for placement in placements})
    views = tuple(
        PlacementView(
            id=placement.id,
            space_id=placement.space_id,
            kind=placement.kind,
            number=number_of(placement),
            at=placement.placed_at,
            by=names.get(placement.placed_by, ""),
            first_opened_at=placement.first_opened_at if is_mine(actor, exhibit) else None,
            proven=may_prove(actor, placement),
        )
        for placement in placements
    )
    return ExhibitView(
        id=exhibit.id,
        dispute_id=dispute_id,
        owner_id=exhibit.owner_id,
        owner_name=owner.name if owner else "",
        side=side_of(widest.prefix),
        number=views[0].number,
        title=label.title,
        file_name=label.file_name,
        kind=exhibit.kind,
        origin=exhibit.origin,
        document_date=exhibit.document_date,
        size=exhibit.size,
        sha256=exhibit.sha256,
        media_type=exhibit.media_type,
        name_agrees=name_agrees(label.file_name, exhibit.media_type),
        at=widest.placed_at,
        by=views[0].by,
        room=widest.kind,
        space_id=widest.space_id,
        mine=is_mine(actor, exhibit),
        placements=views,
    )


async def exhibits_in(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    *,
    words: str = "",
    kind: ExhibitKind | None = None,
    prefix: str = "",
    after: str = "",
) -> ExhibitPage:
    """Return up to 50 exhibits of a room in the order of their numbers; :class:`NotFoundError` for a room not theirs.

    ``words`` are looked for in titles and file names, ``prefix`` (C, R, R2, E, M) keeps one side's, ``after`` is the
    number that the page before ended with.
    """
    space = await visible_space(uow, actor, dispute_id, space_id)
    wanted = words.casefold().split()
    since = await last_visit(uow, actor, dispute_id)
    query = (
        select(Placement, Exhibit)
        .join(Exhibit, Exhibit.id == Placement.exhibit_id)
        .where(Placement.space_id == space.id, _in_sight(actor))
        .order_by(Placement.prefix, Placement.number)
    )
    if kind is not None:
        query = query.where(Exhibit.kind == kind)
    if wanted or kind is not None:  # what was taken back has nothing left to be found by
        query = query.where(Placement.withdrawn_at.is_(None))
    if prefix:
        query = query.where(Placement.prefix == prefix)
    place = _place_of(after)
    rows: list[ExhibitRow] = []
    while True:
        keyed = query.where(tuple_(Placement.prefix, Placement.number) > tuple_(*place)) if place else query
        found = (await uow.session.execute(keyed.limit(_BATCH if wanted else PAGE + 1))).all()
        labels = await read_labels(uow, [row[0] for row in found])
        for (placement, exhibit), label in zip(found, labels, strict=True):
            text = f"{label.title} {label.file_name} {number_of(placement)}".casefold()
            if all(word in text for word in wanted):
                rows.append(_row(actor, placement, exhibit, label, since))
            place = (placement.prefix, placement.number)
        if len(rows) > PAGE or not wanted or len(found) < _BATCH:
            more = rows[PAGE - 1].number if len(rows) > PAGE else None
            return ExhibitPage(tuple(rows[:PAGE]), more)


def is_mine(actor: Actor, exhibit: Exhibit) -> bool:
    """Tell whether an exhibit is the actor's party's, or for the mediator and the expert, their own."""
    if exhibit.owner_id is None:
        return exhibit.lodged_by == actor.account_id
    return exhibit.owner_id == actor.party_in(exhibit.dispute_id)


def _place_of(number: str) -> tuple[str, int] | None:
    prefix, _, digits = number.partition("-")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > _DIGITS or len(prefix) > _DIGITS:
        return None
    return prefix, int(digits)


def _row(actor: Actor, placement: Placement, exhibit: Exhibit, label: Label, since: datetime | None) -> ExhibitRow:
    number, side = number_of(placement), side_of(placement.prefix)
    if placement.withdrawn_at is not None:
        return ExhibitRow(id=None, number=number, side=side, withdrawn=True)
    mine = is_mine(actor, exhibit)
    return ExhibitRow(
        id=exhibit.id,
        number=number,
        side=side,
        withdrawn=False,
        title=label.title,
        file_name=label.file_name,
        kind=exhibit.kind,
        origin=exhibit.origin,
        document_date=exhibit.document_date,
        size=exhibit.size,
        sha256=exhibit.sha256,
        at=placement.placed_at,
        mine=mine,
        new=since is not None and placement.placed_at > since and not mine,
    )
