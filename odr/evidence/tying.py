"""The exhibits that something else may name (a line of a worksheet, a mandate), and their numbers in one room."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from sqlalchemy import select

from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import Placement
from odr.evidence.sight import may_read
from odr.ids import DisputeId, ExhibitId, SpaceId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind

_LIMIT: Final = 500
_WIDEST_FIRST: Final = (SpaceKind.JOINT, SpaceKind.CAUCUS, SpaceKind.PRIVATE)


@dataclass(frozen=True, slots=True)
class ExhibitChoice:
    """An exhibit as the reader knows it best: number and title in the widest room in which they may read it.

    ``mine``: the reader's own party lodged it.
    """

    id: ExhibitId
    number: str
    title: str
    room: SpaceKind
    mine: bool


async def exhibits_to_tie(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[ExhibitChoice, ...]:
    """Return the exhibits of a dispute that the actor may read, those of the joint space first, then by number."""
    rows = (
        await uow.session.scalars(
            select(Placement)
            .where(Placement.dispute_id == dispute_id, Placement.kind.in_(_WIDEST_FIRST), may_read(actor))
            .order_by(Placement.space_id, Placement.prefix, Placement.number)
            .limit(_LIMIT)
        )
    ).all()
    own = actor.party_in(dispute_id)
    found: dict[ExhibitId, ExhibitChoice] = {}
    for _space, in_room in groupby(rows, key=lambda row: row.space_id):
        placements = list(in_room)
        for row, label in zip(placements, await read_labels(uow, placements), strict=True):
            choice = ExhibitChoice(row.exhibit_id, number_of(row), label.title, row.kind, row.owner_id == own)
            known = found.get(choice.id)
            if known is None or _WIDEST_FIRST.index(choice.room) < _WIDEST_FIRST.index(known.room):
                found[choice.id] = choice
    place = {row.exhibit_id: (row.prefix, row.number) for row in rows}
    return tuple(
        sorted(found.values(), key=lambda each: (_WIDEST_FIRST.index(each.room), place[each.id], str(each.id)))
    )


async def numbers_in(uow: UnitOfWork, space_id: SpaceId, exhibit_ids: Collection[ExhibitId]) -> dict[ExhibitId, str]:
    """Return the numbers that these exhibits have in one room; whatever is not in it, or no longer, is left out."""
    if not exhibit_ids:
        return {}
    rows = await uow.session.scalars(
        select(Placement).where(
            Placement.space_id == space_id,
            Placement.exhibit_id.in_(exhibit_ids),
            Placement.withdrawn_at.is_(None),
        )
    )
    return {row.exhibit_id: number_of(row) for row in rows}
