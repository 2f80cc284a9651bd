"""An exhibit stopped as a wrong disclosure: off the table and every expert's desk at once, back again, or out.

What was handed to some of the others, each in its own caucus, is stopped there, one disclosure at a time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from odr.crossing.models import Quarantine
from odr.crossing.stopping import Facts, begin_quarantine, concerned, why_of
from odr.errors import ConflictError, NotPermittedError
from odr.evidence.events import ExhibitRestored
from odr.evidence.handed_back import handing_for, stop_handing
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import Exhibit, Opening, Placement
from odr.evidence.queries import ExhibitView
from odr.evidence.sight import version_at, visible_placements
from odr.evidence.withdrawing import hollow, keep_in_draft, note_taking_back, require_before_the_end
from odr.ids import AccountId, DisclosureId, DisputeId, ExhibitId, PartyId, PlacementId, QuarantineId
from odr.spaces.queries import find_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

REACHED: Final = (SpaceKind.JOINT, SpaceKind.EXPERT)
"""Where others can have met an exhibit that should not have crossed over: the table, and an expert's desk."""


async def quarantine_exhibit(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    why: str,
    concerns: PartyId | None = None,
) -> QuarantineId:
    """Withdraw an exhibit from the table, and from every expert's desk, at once (its party, or the mediator).

    What stays there is the line of an exhibit that was taken back. ``concerns``: whose secret it is, for an exhibit
    that is no party's. Raises :class:`InvalidInputError` (``why``, ``concerns``), :class:`NotPermittedError`,
    :class:`NotFoundError`, :class:`ConflictError` (``changed_meanwhile``), :class:`WrongStageError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    rule = actor.may(Act.QUARANTINE, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, SpaceKind.JOINT))
    if rule is None or joint is None:
        raise NotPermittedError("not_permitted")
    await require_before_the_end(uow, actor, dispute_id)
    clean = why_of(why)
    party_id = exhibit.owner_id or await concerned(uow, dispute_id, concerns)
    standing = await _lock(uow, exhibit_id)
    if joint.id not in {placement.id for placement in standing}:
        raise ConflictError("changed_meanwhile")
    (label,) = await read_labels(uow, [joint])
    for placement in standing:
        placement.withdrawn_at = placement.quarantined_at = uow.now()
        placement.withdrawn_by = actor.account_id
        await note_taking_back(uow, actor, placement, rule)
    facts = Facts(clean, label.title, label.file_name, (await version_at(uow, joint)).sha256.hex())
    readers = await _opened_by(uow, [placement.id for placement in standing])
    row = Quarantine(
        exhibit_id=exhibit_id, message_id=None, disclosure_id=None, number=number_of(joint), party_id=party_id
    )
    return await begin_quarantine(uow, actor, dispute_id, row, facts, readers, rule)


async def quarantine_handed(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, disclosure_id: DisclosureId, *, why: str
) -> QuarantineId:
    """Withdraw at once an exhibit that was handed to some of the others, from each of them (its party, the mediator).

    What stays there is a number, in nobody's name. Raises :class:`InvalidInputError` (``why``),
    :class:`NotFoundError`, :class:`NotPermittedError`, :class:`ConflictError` (``changed_meanwhile``: none of them has
    it), :class:`WrongStageError`.
    """
    disclosure, consent, rule = await handing_for(uow, actor, dispute_id, disclosure_id, Act.QUARANTINE)
    await require_before_the_end(uow, actor, dispute_id)
    clean = why_of(why)
    standing = await stop_handing(uow, disclosure_id)
    _, placements = await visible_placements(uow, actor, dispute_id, consent.exhibit_id)
    source = next(placement for placement in placements if placement.space_id == disclosure.caucus_id)
    (label,) = await read_labels(uow, [source])
    facts = Facts(clean, label.title, label.file_name, consent.sha256.hex())
    row = Quarantine(
        exhibit_id=consent.exhibit_id,
        message_id=None,
        disclosure_id=disclosure_id,
        number="",
        party_id=disclosure.owner_id,
    )
    readers = await _opened_by(uow, [PlacementId(each.id) for each in standing])
    return await begin_quarantine(uow, actor, dispute_id, row, facts, readers, rule)


async def _opened_by(uow: UnitOfWork, where: Sequence[PlacementId]) -> dict[AccountId, datetime]:
    """Return who had opened something there, and when first."""
    rows = await uow.session.execute(
        select(Opening.reader_id, Opening.at).where(Opening.placement_id.in_(where)).order_by(Opening.at.desc())
    )
    return {row[0]: row[1] for row in rows.all()}


def may_stop(actor: Actor, exhibit: ExhibitView) -> bool:
    """Tell whether the actor may withdraw an exhibit from the table at once."""
    place = Place(exhibit.dispute_id, exhibit.owner_id, SpaceKind.JOINT)
    tabled = any(placement.kind is SpaceKind.JOINT for placement in exhibit.placements)
    return tabled and actor.may(Act.QUARANTINE, Thing.EXHIBIT, place) is not None


async def put_exhibit_back(uow: UnitOfWork, actor: Actor, exhibit_id: ExhibitId, rule: Rule) -> None:
    """Let it stand in its places again. For commands that permitted it."""
    for placement in await _lock(uow, exhibit_id, quarantined=True):
        placement.withdrawn_at = placement.withdrawn_by = placement.quarantined_at = None
        await uow.record(
            ExhibitRestored(
                dispute_id=placement.dispute_id,
                space_id=placement.space_id,
                rule=rule.number,
                actor_id=actor.account_id,
                exhibit_id=placement.exhibit_id,
                number=number_of(placement),
            )
        )


async def take_exhibit_out(uow: UnitOfWork, exhibit_id: ExhibitId) -> None:
    """Empty its places for good; it stays in its party's rooms, if these still are. For commands that permitted it."""
    exhibit = await uow.session.get_one(Exhibit, exhibit_id)
    placements = await _lock(uow, exhibit_id, quarantined=True)
    elsewhere = await uow.session.scalar(
        select(Placement.id).where(Placement.exhibit_id == exhibit_id, Placement.withdrawn_at.is_(None)).limit(1)
    )
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    draft = None
    if exhibit.owner_id is not None:
        draft = await find_space(uow, exhibit.dispute_id, SpaceKind.PRIVATE, exhibit.owner_id)
    if joint is not None and elsewhere is None and draft is not None:
        await keep_in_draft(uow, exhibit, joint, by=exhibit.lodged_by)
    for placement in placements:
        placement.quarantined_at = None
        await hollow(uow, placement)


async def _lock(uow: UnitOfWork, exhibit_id: ExhibitId, *, quarantined: bool = False) -> Sequence[Placement]:
    """Return where an exhibit stands beyond its own rooms, or was quarantined there, the rows locked in one order."""
    state = Placement.quarantined_at.is_not(None) if quarantined else Placement.withdrawn_at.is_(None)
    rows = await uow.session.scalars(
        select(Placement)
        .where(Placement.exhibit_id == exhibit_id, Placement.kind.in_(REACHED), state)
        .order_by(Placement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()
