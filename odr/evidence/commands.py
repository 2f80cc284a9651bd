"""What a party does with its own exhibits: lets them out into a wider room, and takes them back while it can.

An exhibit never leaves a room by being shared: it enters one more. Nothing in the joint space says whence it came: the
event there, the line of the table it cites (V14) and the name it stands under are those of a direct deposit.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import CursorResult, exists, select, update

from odr.disputes.lifecycle import Activity, Stage, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.evidence.events import ConsentWithdrawn, ExhibitShared, ExhibitTakenBack
from odr.evidence.labels import read_labels
from odr.evidence.models import Consent, Disclosure, DisclosureState, Exhibit, Placement
from odr.evidence.placing import EXPERT_PREFIX, MEDIATOR_PREFIX, Entry, item_of, place, prefix_for
from odr.evidence.queries import number_of, visible_placements
from odr.ids import DisputeId, ExhibitId
from odr.spaces.commands import ACTIVITIES
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork, space_ref
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
    """That an exhibit may go from one room into another now, and under which lines of the table."""

    source: Placement
    target: SpaceFacts
    leaving: Rule
    entering: Rule


async def ways_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> dict[SpaceKind, Way]:
    """Return the wider rooms into which the actor may let an exhibit of their own, whatever the stage.

    Raises :class:`NotFoundError` for an exhibit that they may not read.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    party_id = actor.party_in(dispute_id)
    if exhibit.owner_id is None or exhibit.owner_id != party_id:
        return {}
    here = {placement.kind for placement in placements}
    ways: dict[SpaceKind, Way] = {}
    for source in placements:  # the widest first: of two ways into one room, the shorter
        leaving = actor.may(Act.SHARE, Thing.EXHIBIT, Place(dispute_id, source.owner_id, source.kind))
        for kind in WIDER.get(source.kind, ()):
            entering = actor.may(Act.WRITE, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, kind))
            if leaving is None or entering is None or kind in here or kind in ways:
                continue
            target = await space_of(uow, dispute_id, kind, party_id if kind is SpaceKind.CAUCUS else None)
            ways[kind] = Way(source, target, leaving, entering)
    return ways


async def share_exhibit(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, into: str
) -> str:
    """Let one's own exhibit into a wider room and return its number there. No bytes move: its key is wrapped once more.

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
    if there is not None:
        raise ConflictError("already_there", number=number_of(there))
    way = (await ways_of(uow, actor, dispute_id, exhibit_id)).get(kind)
    if way is None:
        raise NotPermittedError("not_permitted")
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


async def enter(uow: UnitOfWork, exhibit: Exhibit, source: Placement, target: SpaceFacts, entry: Entry) -> Placement:
    """Let an exhibit out of a room it is in into another one, under the same title. For commands that permitted it.

    Raises :class:`ConflictError` (``already_there``).
    """
    (label,) = await read_labels(uow, [source])
    placement = await place(uow, exhibit, target, label, entry)
    await uow.vault.grant(uow.session, item_of(exhibit), held=space_ref(source), to=target.ref)
    return placement


async def supply_exhibit(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, desk: SpaceFacts, rule: Rule
) -> Placement:
    """Lay a joint exhibit on an expert's desk, under its joint number. For the expertise room, which has permitted it.

    From then on that expert may read it (V16), through the desk's own key. Raises :class:`NotFoundError` for what is
    not on the joint table, :class:`ConflictError` (``already_there``).
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    source = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    if source is None:
        raise NotPermittedError("not_on_the_table")
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


async def may_take_back(uow: UnitOfWork, actor: Actor, exhibit: Exhibit, joint: Placement) -> bool:
    """Tell whether the actor may take their exhibit back from the joint space now."""
    return (
        exhibit.owner_id is not None
        and exhibit.owner_id == actor.party_in(exhibit.dispute_id)
        and joint.first_opened_at is None
        and joint.withdrawn_at is None
        and not await _is_supplied(uow, exhibit.id)
    )


async def take_back(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> None:
    """Take one's own exhibit back from the joint space, as long as neither another party nor an expert has opened it.

    Its line stays there empty under its number, so that the number tells nothing else; and as this may be done with
    every exhibit, however it came, neither does the empty line. It stays in the rooms it came from, or goes into the
    party's draft. A consent on which it was disclosed is withdrawn with it. Raises :class:`NotPermittedError`,
    :class:`ConflictError` (``already_opened``, ``changed_meanwhile``), :class:`WrongStageError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    rule = actor.may(Act.WRITE, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, SpaceKind.JOINT))
    if joint is None or rule is None or exhibit.owner_id is None or exhibit.owner_id != actor.party_in(dispute_id):
        raise NotPermittedError("not_permitted")
    await require_before_the_end(uow, actor, dispute_id)
    await uow.session.execute(select(Placement.id).where(Placement.id == joint.id).with_for_update())
    if await _is_supplied(uow, exhibit_id):
        raise ConflictError("already_opened")
    if len(placements) == 1:
        await _keep_in_draft(uow, actor, exhibit, joint)
    taken = await uow.session.execute(
        update(Placement)
        .where(Placement.id == joint.id, Placement.first_opened_at.is_(None), Placement.withdrawn_at.is_(None))
        .values(withdrawn_at=uow.now())
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        raise ConflictError("already_opened")
    await uow.vault.revoke(uow.session, item_of(exhibit), space_ref(joint))
    await uow.record(
        ExhibitTakenBack(
            dispute_id=dispute_id,
            space_id=joint.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            exhibit_id=exhibit_id,
            number=number_of(joint),
        )
    )
    if joint.consent_id is not None:
        await _withdraw_consent_of(uow, actor, joint)


async def require_before_the_end(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """Raise :class:`WrongStageError` unless the mediation runs or rests: till then things can be taken back."""
    stage = (await visible_dispute(uow, actor, dispute_id)).stage
    if stage is not Stage.SUSPENDED:
        require(stage, Activity.SPEAK_TOGETHER)


async def _keep_in_draft(uow: UnitOfWork, actor: Actor, exhibit: Exhibit, joint: Placement) -> None:
    draft = await space_of(uow, exhibit.dispute_id, SpaceKind.PRIVATE, exhibit.owner_id)
    rule = actor.may(Act.WRITE, Thing.EXHIBIT, draft.place)
    if rule is None:
        raise NotPermittedError("not_permitted")
    prefix = await prefix_for(uow, exhibit, otherwise=MEDIATOR_PREFIX)
    await enter(uow, exhibit, joint, draft, Entry(actor.account_id, rule, prefix, exhibit.owner_id))


async def _withdraw_consent_of(uow: UnitOfWork, actor: Actor, joint: Placement) -> None:
    consent = await uow.session.get_one(Consent, joint.consent_id)
    disclosure = await uow.session.get_one(Disclosure, consent.disclosure_id)
    rule = actor.may(Act.CONSENT, Thing.EXHIBIT, Place(joint.dispute_id, disclosure.owner_id, SpaceKind.CAUCUS))
    if rule is None:
        raise NotPermittedError("not_permitted")
    consent.withdrawn_at = uow.now()
    disclosure.state = DisclosureState.WITHDRAWN
    await uow.record(
        ConsentWithdrawn(
            dispute_id=joint.dispute_id,
            space_id=disclosure.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
        )
    )


async def _is_supplied(uow: UnitOfWork, exhibit_id: ExhibitId) -> bool:
    return bool(
        await uow.session.scalar(
            select(exists().where(Placement.exhibit_id == exhibit_id, Placement.kind == SpaceKind.EXPERT))
        )
    )
