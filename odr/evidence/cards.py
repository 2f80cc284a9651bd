"""An exhibit's line as it would stand where it goes: what a consent is given to, before anything crosses."""

from sqlalchemy import func, select

from odr.evidence.handed import HandedFile, file_of
from odr.evidence.labels import read_labels, side_of
from odr.evidence.media import name_agrees
from odr.evidence.models import Placement
from odr.evidence.placing import MEDIATOR_PREFIX, prefix_for
from odr.evidence.queries import ExhibitPage, ExhibitRow
from odr.evidence.sight import version_at, visible_placements
from odr.ids import DisputeId, ExhibitId, SpaceId
from odr.spaces.queries import space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind


async def card_at_the_table(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> ExhibitPage | None:
    """Return an exhibit of a caucus as the other party would find it in the joint list if it crossed over now.

    ``None`` for what the actor reads in no caucus. Raises :class:`NotFoundError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    apart = next((placement for placement in placements if placement.kind is SpaceKind.CAUCUS), None)
    if apart is None:
        return None
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    there: Placement | None = await uow.session.scalar(
        select(Placement).where(Placement.exhibit_id == exhibit.id, Placement.space_id == joint.id)
    )
    prefix = there.prefix if there else await prefix_for(uow, exhibit, otherwise=MEDIATOR_PREFIX)
    number = there.number if there else await _next_number(uow, joint.id, prefix)
    version = await version_at(uow, apart)
    (label,) = await read_labels(uow, [apart])
    replaces = there is not None and there.version_id != version.id
    row = ExhibitRow(
        id=exhibit.id,
        number=f"{prefix}-{number}",
        side=side_of(prefix),
        withdrawn=False,
        title=label.title,
        file_name=label.file_name,
        kind=exhibit.kind,
        origin=exhibit.origin,
        document_date=version.document_date,
        size=version.size,
        sha256=version.sha256,
        at=uow.now(),
        version=there.ordinal + 1 if there and replaces else (there.ordinal if there else 1),
        version_id=version.id,
        scan=version.scan,
        media_type=version.media_type,
        name_agrees=name_agrees(label.file_name, version.media_type),
    )
    return ExhibitPage((row,), None)


async def card_apart(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> HandedFile | None:
    """Return an exhibit of a caucus as some of the others would find it, each in its own, if it were handed over now.

    Without the number that it would have there: that one would tell how much each of them was handed before. ``None``
    for what the actor reads in no caucus. Raises :class:`NotFoundError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    apart = next((placement for placement in placements if placement.kind is SpaceKind.CAUCUS), None)
    if apart is None:
        return None
    (label,) = await read_labels(uow, [apart])
    return await file_of(uow, exhibit, await version_at(uow, apart), label)


async def _next_number(uow: UnitOfWork, space_id: SpaceId, prefix: str) -> int:
    last = await uow.session.scalar(
        select(func.max(Placement.number)).where(Placement.space_id == space_id, Placement.prefix == prefix)
    )
    return (last or 0) + 1
