"""Which exhibits a person may see, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, tuple_

from odr.evidence.awaited import Task, tasks
from odr.evidence.files import FileView
from odr.evidence.labels import Label, number_of, read_labels, side_of
from odr.evidence.media import name_agrees
from odr.evidence.models import Exhibit, ExhibitKind, ExhibitVersion, Origin, Placement
from odr.evidence.scanning import Outcome
from odr.evidence.sight import in_sight, is_mine, may_prove, version_at, visible_placements
from odr.ids import AccountId, DisputeId, ExhibitId, ExhibitVersionId, PartyId, PlacementId, SpaceId
from odr.parties.queries import parties_of
from odr.people.queries import account_names
from odr.spaces.queries import last_visit, visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind

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
    "tasks",
    "visible_exhibit",
]

PAGE: Final = 50

_BATCH: Final = 200
_DIGITS: Final = 9


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
    version: int
    at: datetime
    by: str
    first_opened_at: datetime | None
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitView(FileView):
    """An exhibit as one reader may know it.

    ``number``, ``at``, ``by``, ``space_id`` and all that is said of the file are those of the version that is current
    in the widest room in which they may read it (``room``), its ``version`` counted there; ``placements`` holds every
    such room, the widest first.
    """

    id: ExhibitId
    dispute_id: DisputeId
    owner_id: PartyId | None
    owner_name: str
    side: str
    number: str
    version: int
    version_id: ExhibitVersionId
    at: datetime
    by: str
    room: SpaceKind
    space_id: SpaceId
    mine: bool
    placements: tuple[PlacementView, ...]


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """A line of a room's list. When ``withdrawn``, only the number is left, and who did so when: the rest is empty.

    ``receipt_of``: for whoever lodged what was withdrawn, the exhibit whose receipt they can still have.
    """

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
    by: str = ""
    mine: bool = False
    new: bool = False
    version: int = 1
    version_id: ExhibitVersionId | None = None
    scan: Outcome = Outcome.UNSCANNED
    media_type: str = ""
    name_agrees: bool = True
    receipt_of: ExhibitId | None = None


@dataclass(frozen=True, slots=True)
class ExhibitPage:
    """Up to 50 lines in the order of their numbers; ``after`` is the number to ask with for the next ones."""

    rows: tuple[ExhibitRow, ...]
    after: str | None


async def visible_exhibit(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> ExhibitView:
    """Return an exhibit as the actor may know it; raises :class:`NotFoundError` where they may not."""
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    widest = placements[0]
    version = await version_at(uow, widest)
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
            version=placement.ordinal,
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
        version=widest.ordinal,
        version_id=version.id,
        title=label.title,
        file_name=label.file_name,
        kind=exhibit.kind,
        origin=exhibit.origin,
        document_date=version.document_date,
        size=version.size,
        sha256=version.sha256,
        media_type=version.media_type,
        name_agrees=name_agrees(label.file_name, version.media_type),
        scan=version.scan,
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
        select(Placement, Exhibit, ExhibitVersion)
        .join(Exhibit, Exhibit.id == Placement.exhibit_id)
        .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
        .where(Placement.space_id == space.id, in_sight(actor))
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
        living = [row[0] for row in found if row[0].withdrawn_at is None]
        labels = dict(zip((each.id for each in living), await read_labels(uow, living), strict=True))
        names = await account_names(uow, {row[0].withdrawn_by for row in found if row[0].withdrawn_by is not None})
        for placement, exhibit, version in found:
            label = labels.get(placement.id)
            if label is None:
                rows.append(_tombstone(actor, placement, exhibit, version, names))
            elif all(word in f"{label.title} {label.file_name} {number_of(placement)}".casefold() for word in wanted):
                rows.append(_row(actor, placement, exhibit, version, label, since))
            place = (placement.prefix, placement.number)
        if len(rows) > PAGE or not wanted or len(found) < _BATCH:
            more = rows[PAGE - 1].number if len(rows) > PAGE else None
            return ExhibitPage(tuple(rows[:PAGE]), more)


def _place_of(number: str) -> tuple[str, int] | None:
    prefix, _, digits = number.partition("-")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > _DIGITS or len(prefix) > _DIGITS:
        return None
    return prefix, int(digits)


def _tombstone(
    actor: Actor, placement: Placement, exhibit: Exhibit, version: ExhibitVersion, names: Mapping[AccountId, str]
) -> ExhibitRow:
    return ExhibitRow(
        id=None,
        number=number_of(placement),
        side=side_of(placement.prefix),
        withdrawn=True,
        at=placement.withdrawn_at,
        by=names.get(placement.withdrawn_by, "") if placement.withdrawn_by else "",
        mine=is_mine(actor, exhibit),
        receipt_of=exhibit.id if version.lodged_by == actor.account_id else None,
    )


def _row(
    actor: Actor,
    placement: Placement,
    exhibit: Exhibit,
    version: ExhibitVersion,
    label: Label,
    since: datetime | None,
) -> ExhibitRow:
    mine = is_mine(actor, exhibit)
    return ExhibitRow(
        id=exhibit.id,
        number=number_of(placement),
        side=side_of(placement.prefix),
        withdrawn=False,
        title=label.title,
        file_name=label.file_name,
        kind=exhibit.kind,
        origin=exhibit.origin,
        document_date=version.document_date,
        size=version.size,
        sha256=version.sha256,
        at=placement.placed_at,
        mine=mine,
        new=since is not None and placement.placed_at > since and not mine,
        version=placement.ordinal,
        version_id=version.id,
        scan=version.scan,
        media_type=version.media_type,
        name_agrees=name_agrees(label.file_name, version.media_type),
    )
