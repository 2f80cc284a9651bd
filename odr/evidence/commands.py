"""What a party does with its own exhibits: lets them out into a wider room (see withdrawing.py for the way back).

An exhibit never leaves a room by being shared: it enters one more. Nothing in the joint space says whence it came: the
event there, the line of the table it cites (V14) and the name it stands under are those of a direct deposit.
"""

from dataclasses import dataclass
from typing import Final

from odr.disputes.lifecycle import require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.evidence.events import ExhibitShared
from odr.evidence.infected import require_deliverable
from odr.evidence.labels import number_of
from odr.evidence.models import Placement
from odr.evidence.placing import EXPERT_PREFIX, MEDIATOR_PREFIX, Entry, enter, prefix_for
from odr.evidence.sight import version_at, visible_placements
from odr.ids import DisputeId, ExhibitId
from odr.spaces.commands import ACTIVITIES
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

WIDER: Final = {
    SpaceKind.PRIVATE: (SpaceKind.CAUCUS, SpaceKind.JOINT),
    SpaceKind.CAUCUS: (SpaceKind.JOINT,),
}
"""From which room an exhibit may go into which."""


@dataclass(frozen=True, slots=True)
class Way:
    """That an exhibit may go from one room into another now, and under which lines of the table.

    ``newer``: an older version stands there already, and this one would take its place.
    """

    source: Placement
    target: SpaceFacts
    leaving: Rule
    entering: Rule
    newer: bool


async def ways_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> dict[SpaceKind, Way]:
    """Return the wider rooms into which the actor may let an exhibit of their own, whatever the stage.

    Raises :class:`NotFoundError` for an exhibit that they may not read.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    party_id = actor.party_in(dispute_id)
    if exhibit.owner_id is None or exhibit.owner_id != party_id:
        return {}
    here = {placement.kind: await version_at(uow, placement) for placement in placements}
    ways: dict[SpaceKind, Way] = {}
    for source in placements:  # the widest first: of two ways into one room, the shorter
        leaving = actor.may(Act.SHARE, Thing.EXHIBIT, Place(dispute_id, source.owner_id, source.kind))
        for kind in WIDER.get(source.kind, ()):
            entering = actor.may(Act.WRITE, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, kind))
            passed = kind in here and here[kind].lodged_at >= here[source.kind].lodged_at
            if leaving is None or entering is None or passed or kind in ways:
                continue
            target = await space_of(uow, dispute_id, kind, party_id if kind is SpaceKind.CAUCUS else None)
            ways[kind] = Way(source, target, leaving, entering, newer=kind in here)
    return ways


async def share_exhibit(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, into: str
) -> str:
    """Let one's own exhibit into a wider room and return its number there. No bytes move: its key is wrapped once more.

    Where an older version stands, this one takes its place and its number: a newer version crosses by this act alone.

    Raises :class:`InvalidInputError` (``into``: choose_one), :class:`NotPermittedError`, :class:`WrongStageError`, and
    :class:`ConflictError` (``already_there``) for the second of two people at once.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    if into not in {SpaceKind.CAUCUS, SpaceKind.JOINT}:
        raise InvalidInputError({"into": "choose_one"})
    kind = SpaceKind(into)
    if exhibit.owner_id is None or exhibit.owner_id != actor.party_in(dispute_id):
        raise NotPermittedError("not_permitted")
    dispute = await visible_dispute(uow, actor, dispute_id)
    require(dispute.stage, ACTIVITIES[kind])
    there = next((placement for placement in placements if placement.kind is kind), None)
    way = (await ways_of(uow, actor, dispute_id, exhibit_id)).get(kind)
    if there is not None and way is None:
        raise ConflictError("already_there", number=number_of(there))
    if way is None:
        raise NotPermittedError(actor.refusal(Act.WRITE, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, kind)))
    await uow.record(
        ExhibitShared(
            dispute_id=dispute_id,
            space_id=way.source.space_id,
            rule=way.leaving.number,
            actor_id=actor.account_id,
            exhibit_id=exhibit.id,
            into=kind,
        )
    )
    entry = Entry(
        by=actor.account_id,
        rule=way.entering,
        prefix=await prefix_for(uow, exhibit, otherwise=MEDIATOR_PREFIX),
        owner_id=exhibit.owner_id,
    )
    return number_of(await enter(uow, exhibit, way.source, way.target, entry))


async def supply_exhibit(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, desk: SpaceFacts, rule: Rule
) -> Placement:
    """Lay a joint exhibit on an expert's desk, under its joint number. For the expertise room, which has permitted it.

    From then on that expert may read this version (V16), through the desk's own key; one that comes later only when it
    is supplied too. Raises :class:`NotFoundError` for what is not on the joint table, :class:`ConflictError`
    (``already_there``), and :class:`NotPermittedError` (``infected``) for what the actor has not chosen to release.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    source = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    if source is None:
        raise NotPermittedError("not_on_the_table")
    await require_deliverable(uow, actor, await version_at(uow, source))
    entry = Entry(by=actor.account_id, rule=rule, prefix=source.prefix, owner_id=exhibit.owner_id, number=source.number)
    return await enter(uow, exhibit, source, desk, entry)


async def table_report(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, rule: Rule
) -> Placement:
    """Put an expert's own paper on the joint table as a report (E-1). For the expertise room, which has permitted it.

    Raises :class:`NotFoundError` for what the actor may not read, :class:`NotPermittedError` for what is not theirs.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    if exhibit.owner_id is not None or exhibit.lodged_by != actor.account_id:
        raise NotPermittedError("not_permitted")
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    entry = Entry(by=actor.account_id, rule=rule, prefix=EXPERT_PREFIX, owner_id=None)
    return await enter(uow, exhibit, placements[0], joint, entry)
