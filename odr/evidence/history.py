"""The versions of an exhibit in the rooms that a person reads, and what a scanner said of each file."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from odr.evidence.infected import may_receive
from odr.evidence.labels import Label, number_of, read_former_labels, read_labels
from odr.evidence.media import name_agrees
from odr.evidence.models import ExhibitVersion, FormerPlacement, Placement
from odr.evidence.names import shown_name
from odr.evidence.scanning import Because, Outcome
from odr.evidence.sight import is_mine, may_prove, reads_history, visible_placements
from odr.ids import AccountId, DisputeId, ExhibitId, ExhibitVersionId, SpaceId
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from vault import SpaceRef


@dataclass(frozen=True, slots=True)
class ScanView:
    """What a scanner said, when, and by which definitions.

    All but the outcome is told to the file's own side only: when it was scanned, and by the definitions of which day,
    tells since when the file is there, and so whether it was in a draft or a caucus before.
    """

    outcome: Outcome
    because: Because
    at: datetime | None
    engine: str
    signature: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version in one room: ``number`` is the exhibit's there, ``version`` counts from 1 in this room.

    ``receivable``: its bytes may be handed to the reader (an infected file's only once they chose so). ``proven``: the
    reader may have the receipt of its entry. ``sha256``: 32 bytes, ``size`` in bytes.
    """

    id: ExhibitVersionId
    space_id: SpaceId
    room: SpaceKind
    number: str
    version: int
    current: bool
    at: datetime
    by: str
    title: str
    file_name: str
    reason: str
    document_date: date | None
    size: int
    sha256: bytes
    media_type: str
    name_agrees: bool
    scan: ScanView
    receivable: bool
    proven: bool

    @property
    def shown_name(self) -> str:
        """The file's name, short enough for a page."""
        return shown_name(self.file_name)


@dataclass(frozen=True, slots=True)
class _Stood:
    ordinal: int
    version_id: ExhibitVersionId
    label: Label
    at: datetime
    by: AccountId


async def versions_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> tuple[VersionView, ...]:
    """Return every version that the actor may read, the widest room first, in each the newest first.

    Raises :class:`NotFoundError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    mine = is_mine(actor, exhibit)
    views: list[VersionView] = []
    for placement in placements:
        stood = await _stood(uow, placement, past=reads_history(actor, placement))
        names = await account_names(uow, {each.by for each in stood})
        for each in stood:
            version = await uow.session.get_one(ExhibitVersion, each.version_id)
            views.append(
                VersionView(
                    id=version.id,
                    space_id=placement.space_id,
                    room=placement.kind,
                    number=number_of(placement),
                    version=each.ordinal,
                    current=each.ordinal == placement.ordinal,
                    at=each.at,
                    by=names.get(each.by, ""),
                    title=each.label.title,
                    file_name=each.label.file_name,
                    reason=each.label.reason,
                    document_date=version.document_date,
                    size=version.size,
                    sha256=version.sha256,
                    media_type=version.media_type,
                    name_agrees=name_agrees(each.label.file_name, version.media_type),
                    scan=await _scan(uow, version, mine=mine),
                    receivable=await may_receive(uow, actor, version),
                    proven=may_prove(actor, placement),
                )
            )
    return tuple(views)


async def _stood(uow: UnitOfWork, placement: Placement, *, past: bool) -> list[_Stood]:
    (label,) = await read_labels(uow, [placement])
    stood = [_Stood(placement.ordinal, placement.version_id, label, placement.placed_at, placement.placed_by)]
    if placement.ordinal == 1 or not past:
        return stood
    formers = (
        await uow.session.scalars(
            select(FormerPlacement)
            .where(FormerPlacement.placement_id == placement.id)
            .order_by(FormerPlacement.ordinal.desc())
        )
    ).all()
    labels = await read_former_labels(uow, placement, formers)
    return stood + [
        _Stood(former.ordinal, former.version_id, label, former.placed_at, former.placed_by)
        for former, label in zip(formers, labels, strict=True)
    ]


async def _scan(uow: UnitOfWork, version: ExhibitVersion, *, mine: bool) -> ScanView:
    if not mine:
        return ScanView(version.scan, version.scan_because, at=None, engine="", signature="")
    signature = ""
    if version.signature_sealed is not None:
        space = SpaceRef(version.dispute_id, version.space_id)
        signature = await uow.vault.open_text(uow.session, space, version.id, version.signature_sealed)
    return ScanView(version.scan, version.scan_because, version.scanned_at, version.scan_engine, signature)
