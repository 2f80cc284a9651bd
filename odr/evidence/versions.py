"""A newer version of an exhibit: it takes the place of the one before it, under the same number.

It is lodged in one room, and reaches whoever reads that room. It also takes the older one's place in the narrower rooms
of the same party, whose readers read the wider one anyway. It never reaches a wider room by itself: there it needs the
act that any exhibit needs, its party's sharing or the mediator's disclosure on a consent for this very digest.
"""

from typing import Final

from odr.errors import NotPermittedError
from odr.evidence.disclosures import end_requests
from odr.evidence.labels import Label
from odr.evidence.models import Exhibit, ExhibitVersion, Placement
from odr.evidence.placing import Entry, enter_as, place
from odr.evidence.sight import is_mine, visible_placements
from odr.ids import DisputeId, ExhibitId
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act, SpaceKind, Thing

NARROWER: Final = {
    SpaceKind.JOINT: (SpaceKind.CAUCUS, SpaceKind.PRIVATE),
    SpaceKind.CAUCUS: (SpaceKind.PRIVATE,),
}
"""Whose readers all read the room as well."""


async def replaceable(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, space: SpaceFacts
) -> Exhibit:
    """Return an exhibit of the actor's side that stands in this room, where they may lodge.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    if not is_mine(actor, exhibit) or all(placement.space_id != space.id for placement in placements):
        raise NotPermittedError("not_permitted")
    return exhibit


async def replace_exhibit(
    uow: UnitOfWork,
    actor: Actor,
    exhibit: Exhibit,
    version: ExhibitVersion,
    space: SpaceFacts,
    label: Label,
    entry: Entry,
) -> Placement:
    """Let a version that the vault keeps for this room take the place of the one there, and of those in narrower rooms.

    A request to disclose, or a consent, that was about the older one ends: it was for that digest.
    """
    _, placements = await visible_placements(uow, actor, exhibit.dispute_id, exhibit.id)
    placed = await place(uow, exhibit, version, space, label, entry)
    for narrower in placements:
        if narrower.kind not in NARROWER.get(space.kind, ()):
            continue
        party_id = exhibit.owner_id
        target = await space_of(uow, exhibit.dispute_id, narrower.kind, party_id)
        rule = actor.may(Act.WRITE, Thing.EXHIBIT, target.place)
        if rule is None:
            raise NotPermittedError("not_permitted")
        inside = Entry(entry.by, rule, narrower.prefix, narrower.owner_id)
        await enter_as(uow, exhibit, version, space.ref, target, label, inside)
    for placement in placements:
        if placement.kind is SpaceKind.CAUCUS and placement.version_id == version.id:
            await end_requests(uow, actor, placement, entry.rule)
    return placed
