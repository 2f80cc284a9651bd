"""Who may read which placement of an exhibit, under which line of the table, and which of its versions."""

from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import aliased

from odr.errors import NotFoundError, NotPermittedError
from odr.evidence.models import Exhibit, ExhibitVersion, FormerPlacement, Placement
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, SpaceId
from odr.spaces.models import Space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, Condition, SpaceKind, Thing

_WIDEST_FIRST: Final = (SpaceKind.EXPERT, SpaceKind.JOINT, SpaceKind.CAUCUS, SpaceKind.PRIVATE)


_PLACED: Final = (  # every placement of one exhibit, with whose desk it is on; who may read it is decided one by one
    select(Placement, Exhibit, ExhibitVersion, case((Space.kind == SpaceKind.EXPERT, Space.holder_id)))
    .join(Exhibit, Exhibit.id == Placement.exhibit_id)
    .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
    .join(Space, Space.id == Placement.space_id)
    .where(Placement.exhibit_id == bindparam("asked"), Placement.dispute_id == bindparam("within"))
)


class Standing(NamedTuple):
    """An exhibit's version, and the room it is read in."""

    exhibit: Exhibit
    placement: Placement
    version: ExhibitVersion


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which ``actor`` may read a placement; what was taken back is read by nobody there."""
    return and_(Placement.withdrawn_at.is_(None), in_sight(actor))


@lru_cache(maxsize=512)  # it depends on nothing but the actor's seats and roles, and costs as much as a query
def in_sight(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which ``actor`` may know of a placement: what was taken back is a number, no more."""
    desk = aliased(Placement)
    own_desks = select(Space.id).where(Space.kind == SpaceKind.EXPERT, Space.holder_id == actor.account_id)
    supplied = exists().where(
        desk.exhibit_id == Placement.exhibit_id,
        desk.version_id == Placement.version_id,  # what the mission supplied stays the version it was
        desk.space_id.in_(own_desks),
    )
    columns = Columns(
        Placement.dispute_id, Placement.owner_id, Placement.kind, at=Placement.placed_at, supplied=supplied
    )
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
    found = await _readable(uow, actor, dispute_id, exhibit_id)
    return found[0][1], [placement for placement, _, _ in found]


async def _readable(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> list[tuple[Placement, Exhibit, ExhibitVersion]]:
    """Return the placements that the actor may read, the widest room first, each with its exhibit and its version."""
    rows = (await uow.session.execute(_PLACED, {"asked": exhibit_id, "within": dispute_id})).all()
    own_desks = {placement.space_id for placement, _, _, holder in rows if holder == actor.account_id}
    supplied = {placement.version_id for placement, _, _, _ in rows if placement.space_id in own_desks}
    found = [
        (placement, exhibit, version)
        for placement, exhibit, version, _ in rows
        if placement.withdrawn_at is None and _may_read_one(actor, placement, own_desks, supplied)
    ]
    if not found:
        raise NotFoundError
    return sorted(found, key=lambda each: _WIDEST_FIRST.index(each[0].kind))


def _may_read_one(actor: Actor, placement: Placement, own_desks: set[SpaceId], supplied: set[ExhibitVersionId]) -> bool:
    """Decide for one placement what ``may_read`` decides for many; a test holds them together."""
    place = _place_of(placement)
    holds = frozenset({Condition.SUPPLIED} if placement.version_id in supplied else ())
    if actor.may(Act.READ, Thing.EXHIBIT, place, holds) is not None:
        return True
    return placement.space_id in own_desks and actor.may(Act.READ, Thing.WORKING_PAPER, place) is not None


def _place_of(placement: Placement) -> Place:
    return Place(placement.dispute_id, placement.owner_id, placement.kind, placement.placed_at)


async def version_at(uow: UnitOfWork, placement: Placement) -> ExhibitVersion:
    """Return the version that is current at a placement."""
    return await uow.session.get_one(ExhibitVersion, placement.version_id)


async def standing_of(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    version_id: ExhibitVersionId | None = None,
) -> Standing:
    """Return a version that the actor may read, and the widest room they may read it in.

    The current one of the widest room unless ``version_id`` names another, which may have been replaced meanwhile.
    Raises :class:`NotFoundError`.
    """
    for placement, exhibit, version in await _readable(uow, actor, dispute_id, exhibit_id):
        if version_id in {None, version.id}:
            return Standing(exhibit, placement, version)
        if reads_history(actor, placement):
            former = select(FormerPlacement.ordinal).where(
                FormerPlacement.placement_id == placement.id, FormerPlacement.version_id == version_id
            )
            if await uow.session.scalar(former) is not None:
                return Standing(exhibit, placement, await uow.session.get_one(ExhibitVersion, version_id))
    raise NotFoundError


def reads_history(actor: Actor, placement: Placement) -> bool:
    """Tell whether who reads what is current here reads what stood here before: an expert reads what was supplied."""
    if placement.kind is SpaceKind.EXPERT:
        return True
    return actor.may(Act.READ, Thing.EXHIBIT, _place_of(placement)) is not None


def reading_rule(actor: Actor, placement: Placement) -> Rule:
    """Return the line under which the actor reads what stands at a placement. Raises :class:`NotPermittedError`."""
    thing = Thing.WORKING_PAPER if placement.kind is SpaceKind.EXPERT else Thing.EXHIBIT
    place = _place_of(placement)
    rule = actor.may(Act.READ, thing, place, frozenset({Condition.SUPPLIED}))
    if rule is None:
        raise NotPermittedError("not_permitted")
    return rule


def may_prove(actor: Actor, placement: Placement) -> bool:
    """Tell whether the actor may have a placement's receipt: only who may read the events of its room."""
    party = None if placement.kind is SpaceKind.JOINT else placement.owner_id
    return (
        actor.may(Act.READ, Thing.EVENT, Place(placement.dispute_id, party, placement.kind, placement.placed_at))
        is not None
    )


def is_mine(actor: Actor, exhibit: Exhibit) -> bool:
    """Tell whether an exhibit is the actor's party's, or for the mediator and the expert, their own."""
    if exhibit.owner_id is None:
        return exhibit.lodged_by == actor.account_id
    return exhibit.owner_id == actor.party_in(exhibit.dispute_id)
