"""Opening an exhibit: the bytes for whoever may read it, and the note of it for the party that lodged it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import or_, select, update

from odr.errors import ConflictError, NotFoundError
from odr.evidence.events import ExhibitOpened
from odr.evidence.infected import require_deliverable
from odr.evidence.labels import Label, number_of, read_former_labels, read_labels
from odr.evidence.models import Consent, Exhibit, ExhibitVersion, FormerPlacement, HandedExhibit, Opening, Placement
from odr.evidence.placing import item_of
from odr.evidence.sight import is_mine, reading_rule, standing_of, visible_placements
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, HandedId, PlacementId
from odr.people.queries import account_names
from odr.people.watching import while_seated
from odr.platform import Platform
from odr.spaces.queries import find_space
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import SpaceKind
from vault import ItemDestroyedError, ItemRef, Opened, SpaceRef

AGAIN: Final = timedelta(hours=1)
"""Several readings by one person within this time are one opening."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is said of a file before its bytes: its name, its size in bytes, its SHA-256 (32 bytes), its type."""

    number: str
    file_name: str
    size: int
    sha256: bytes
    media_type: str


Watch = Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]


class OpenedFile:
    """A file that may be read now, without any transaction, as long as it stands and its reader sits (``watched``)."""

    def __init__(self, facts: FileFacts, opened: Opened, watched: Watch | None = None) -> None:
        self.facts = facts
        self._opened = opened
        self._watched = watched

    def read(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """Give the bytes of ``[start, stop)``, each authenticated before it leaves; what fails raises in the middle."""
        pieces = self._opened.read(start, stop, digested=False)
        return self._watched(pieces) if self._watched else pieces


@dataclass(frozen=True, slots=True)
class OpeningView:
    """That somebody opened one's exhibit: who, when, in which room, and the SHA-256 of the version (32 bytes).

    ``number``: in that room; empty for what was ``handed`` to their party alone, whose own count it would tell.
    """

    reader: str
    at: datetime
    room: SpaceKind
    number: str
    sha256: bytes
    handed: bool


async def file_facts(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    version_id: ExhibitVersionId | None = None,
) -> FileFacts:
    """Return what is said of a file before its bytes; nothing is noted.

    Raises :class:`NotFoundError`, :class:`NotPermittedError` (``infected``).
    """
    _, placement, version = await standing_of(uow, actor, dispute_id, exhibit_id, version_id)
    await require_deliverable(uow, actor, version)
    return await _facts(uow, placement, version)


async def open_exhibit(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    version_id: ExhibitVersionId | None = None,
) -> OpenedFile:
    """Open an exhibit through the widest room in which the actor may read it, and note it for its party.

    The current version there, unless ``version_id`` names another. The note is durable before the first byte leaves.
    Raises :class:`NotFoundError`, :class:`NotPermittedError` (``infected``), :class:`UnavailableError`.
    """
    async with platform.unit(write=False) as uow:
        exhibit, placement, version = await standing_of(uow, actor, dispute_id, exhibit_id, version_id)
        await require_deliverable(uow, actor, version)
        if is_mine(actor, exhibit) or await is_noted(uow, actor, placement.id, version.id):
            return await _opened(uow, placement, version, _watching(platform, actor, placement))
    async with platform.unit() as uow:
        exhibit, placement, version = await standing_of(uow, actor, dispute_id, exhibit_id, version_id)
        await _note(uow, actor, exhibit, placement, version)
        return await _opened(uow, placement, version, _watching(platform, actor, placement))


async def openings_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, limit: int = 50
) -> tuple[OpeningView, ...]:
    """Return who opened one's own exhibit, the latest first; nothing for anybody else."""
    exhibit, _ = await visible_placements(uow, actor, dispute_id, exhibit_id)
    if not is_mine(actor, exhibit):
        return ()
    handed = select(HandedExhibit.id).where(HandedExhibit.exhibit_id == exhibit_id)
    rows = (
        await uow.session.execute(
            select(Opening.reader_id, Opening.at, Placement, ExhibitVersion.sha256)
            .outerjoin(Placement, Placement.id == Opening.placement_id)
            .join(ExhibitVersion, ExhibitVersion.id == Opening.version_id)
            .where(Opening.exhibit_id == exhibit_id, or_(Placement.id.is_not(None), Opening.placement_id.in_(handed)))
            .order_by(Opening.at.desc(), Opening.id.desc())
            .limit(limit)
        )
    ).all()
    names = await account_names(uow, {row[0] for row in rows})
    return tuple(_opening(names.get(reader_id, ""), at, there, sha256) for reader_id, at, there, sha256 in rows)


def _opening(reader: str, at: datetime, there: Placement | None, sha256: bytes) -> OpeningView:
    if there is None:
        return OpeningView(reader, at, SpaceKind.CAUCUS, "", sha256, handed=True)
    return OpeningView(reader, at, there.kind, number_of(there), sha256, handed=False)


async def former_at(
    uow: UnitOfWork, placement: Placement, version_id: ExhibitVersionId | None
) -> FormerPlacement | None:
    """Return the entry of a version that another one replaced at a placement, if it stood there."""
    found: FormerPlacement | None = await uow.session.scalar(
        select(FormerPlacement).where(
            FormerPlacement.placement_id == placement.id, FormerPlacement.version_id == version_id
        )
    )
    return found


async def is_destroyed(uow: UnitOfWork, dispute_id: DisputeId, exhibit_id: ExhibitId) -> bool:
    """Tell whether an exhibit's keys were destroyed, all versions at once: its number is all that is left."""
    known = select(ExhibitVersion.id).where(ExhibitVersion.exhibit_id == exhibit_id).limit(1)
    version_id = (await uow.session.scalars(known)).one()
    return (await uow.vault.facts(uow.session, ItemRef(dispute_id, version_id))).destroyed


async def _facts(uow: UnitOfWork, placement: Placement, version: ExhibitVersion) -> FileFacts:
    label = await _label(uow, placement, version)
    return FileFacts(number_of(placement), label.file_name, version.size, version.sha256, version.media_type)


async def _label(uow: UnitOfWork, placement: Placement, version: ExhibitVersion) -> Label:
    """Return what a version is, or was, called at a placement."""
    former = None if placement.version_id == version.id else await former_at(uow, placement, version.id)
    (label,) = await (read_labels(uow, [placement]) if former is None else read_former_labels(uow, placement, [former]))
    return label


def _watching(platform: Platform, actor: Actor, placement: Placement) -> Watch:
    """Return what breaks a reading off once its reader has left, or the exhibit was withdrawn from the room."""
    return partial(while_seated, platform, actor, placement.dispute_id, stands=partial(_stands, placement.id))


async def _stands(placement_id: PlacementId, uow: UnitOfWork) -> bool:
    there = select(Placement.id).where(Placement.id == placement_id, Placement.withdrawn_at.is_(None))
    return await uow.session.scalar(there) is not None


async def _opened(
    uow: UnitOfWork, placement: Placement, version: ExhibitVersion, watched: Watch | None = None
) -> OpenedFile:
    opened = await unsealed(uow, version, space_ref(placement))
    return OpenedFile(await _facts(uow, placement, version), opened, watched)


async def unsealed(uow: UnitOfWork, version: ExhibitVersion, room: SpaceRef) -> Opened:
    """Open a version through a room. For who permitted it. Raises :class:`ConflictError` (``destroyed``)."""
    try:
        return await uow.vault.open(uow.session, item_of(version), room)
    except ItemDestroyedError:
        raise ConflictError("destroyed") from None


async def is_noted(uow: UnitOfWork, actor: Actor, where: PlacementId | HandedId, version_id: ExhibitVersionId) -> bool:
    """Tell whether this reader's opening was noted within the last hour: then nothing more is to be."""
    recent = select(Opening.id).where(
        Opening.placement_id == where,
        Opening.version_id == version_id,
        Opening.reader_id == actor.account_id,
        Opening.at > uow.now() - AGAIN,
    )
    return await uow.session.scalar(recent.limit(1)) is not None


async def _note(uow: UnitOfWork, actor: Actor, exhibit: Exhibit, placement: Placement, version: ExhibitVersion) -> None:
    """Note an opening, once an hour and reader; the first by another party or an expert ends the time to take back.

    The placement's row is locked, so that taking back and opening at the same moment come one after the other.
    """
    now = uow.now()
    standing = await uow.session.scalar(
        select(Placement.withdrawn_at).where(Placement.id == placement.id).with_for_update()
    )
    if standing is not None:
        raise NotFoundError
    seat = actor.seat_in(exhibit.dispute_id)
    if placement.kind in {SpaceKind.JOINT, SpaceKind.EXPERT} and not (seat and seat.role is SeatRole.MEDIATOR):
        await _end_taking_back(uow, placement, now)
    if await is_noted(uow, actor, placement.id, version.id):
        return
    await keep_opening(uow, actor, exhibit, placement.id, version.id, placement.kind, reading_rule(actor, placement))


async def keep_opening(
    uow: UnitOfWork,
    actor: Actor,
    exhibit: Exhibit,
    where: PlacementId | HandedId,
    version_id: ExhibitVersionId,
    kind: SpaceKind,
    rule: Rule,
) -> None:
    """Keep that the actor opened an exhibit, for the party that lodged it: in its own draft's ledger, and no other."""
    seat = actor.seat_in(exhibit.dispute_id)
    uow.session.add(
        Opening(
            exhibit_id=exhibit.id,
            placement_id=PlacementId(where),
            version_id=version_id,
            reader_id=actor.account_id,
            reader_party_id=seat.party_id if seat else None,
            at=uow.now(),
        )
    )
    draft = await find_space(uow, exhibit.dispute_id, SpaceKind.PRIVATE, exhibit.owner_id) if exhibit.owner_id else None
    if draft is not None:
        await uow.record(
            ExhibitOpened(
                dispute_id=exhibit.dispute_id,
                space_id=draft.id,
                rule=rule.number,
                actor_id=actor.account_id,
                exhibit_id=exhibit.id,
                where=kind,
            )
        )


async def _end_taking_back(uow: UnitOfWork, placement: Placement, now: datetime) -> None:
    """Note the first opening by another party or an expert on the placement, and on its consent if it has one."""
    joint = Placement.exhibit_id == placement.exhibit_id, Placement.kind == SpaceKind.JOINT
    await uow.session.execute(
        update(Placement)
        .where(*joint, Placement.first_opened_at.is_(None))
        .values(first_opened_at=now)
        .execution_options(synchronize_session=False)
    )
    consents = select(Placement.consent_id).where(*joint, Placement.consent_id.is_not(None))
    await uow.session.execute(
        update(Consent)
        .where(Consent.id.in_(consents), Consent.first_opened_at.is_(None))
        .values(first_opened_at=now)
        .execution_options(synchronize_session=False)
    )
