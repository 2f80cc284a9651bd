"""Taking an exhibit back from a room: its line stays there under its number, empty, and tells nothing of another room.

From the joint space as long as no other party and no expert has opened it; from one's own draft and caucus always.
"""

from typing import Final

from sqlalchemy import ColumnElement, CursorResult, delete, exists, or_, select, update

from odr.disputes.holds import refuse_if_held
from odr.disputes.lifecycle import Activity, Stage, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.evidence.disclosures import end_requests, withdraw_consent_of
from odr.evidence.events import ExhibitTakenBack
from odr.evidence.handing import STANDS as HANDED_STANDS
from odr.evidence.handing import is_handed_out
from odr.evidence.labels import Label, number_of, read_former_labels
from odr.evidence.models import Exhibit, ExhibitVersion, FormerPlacement, HandedExhibit, Placement
from odr.evidence.placing import MEDIATOR_PREFIX, Entry, enter, enter_as, item_of, prefix_for
from odr.evidence.sight import is_mine, visible_placements
from odr.ids import AccountId, DisputeId, ExhibitId, ExhibitVersionId, HandedId, PlacementId
from odr.spaces.commands import ACTIVITIES
from odr.spaces.queries import space_of
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place
from odr.visibility.decide import permit
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Standing, Thing
from vault import ItemHeldError, SpaceRef

OWN_ROOMS = frozenset({SpaceKind.PRIVATE, SpaceKind.CAUCUS})
STANDS: Final = or_(Placement.withdrawn_at.is_(None), Placement.quarantined_at.is_not(None))
"""It is in its place, or may come back to it."""


def may_empty(actor: Actor, dispute_id: DisputeId, room: SpaceKind) -> bool:
    """Tell whether the actor may take what is their party's back from its draft or its caucus."""
    place = Place(dispute_id, actor.party_in(dispute_id), room)
    return room in OWN_ROOMS and actor.may(Act.WITHDRAW, Thing.EXHIBIT, place) is not None


async def may_take_back(uow: UnitOfWork, actor: Actor, exhibit: Exhibit, joint: Placement) -> bool:
    """Tell whether the actor may take their exhibit back from the joint space now."""
    return (
        exhibit.owner_id is not None
        and exhibit.owner_id == actor.party_in(exhibit.dispute_id)
        and joint.first_opened_at is None
        and joint.withdrawn_at is None
        and actor.may(Act.WITHDRAW, Thing.EXHIBIT, Place(exhibit.dispute_id, exhibit.owner_id, SpaceKind.JOINT))
        is not None
        and not await _is_supplied(uow, exhibit.id)
    )


async def take_back(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> None:
    """Take one's own exhibit back from the joint space, as long as neither another party nor an expert has opened it.

    Its line stays there empty under its number, so that the number tells nothing else; and as this may be done with
    every exhibit, however it came, neither does the empty line. It stays in the rooms it came from, or goes into the
    party's draft with all its versions. A consent on which it was disclosed is withdrawn with it. Raises
    :class:`NotPermittedError`, :class:`ConflictError` (``already_opened``, ``changed_meanwhile``),
    :class:`WrongStageError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    place = Place(dispute_id, exhibit.owner_id, SpaceKind.JOINT)
    rule = actor.may(Act.WITHDRAW, Thing.EXHIBIT, place)
    if rule is None or exhibit.owner_id is None or exhibit.owner_id != actor.party_in(dispute_id):
        raise NotPermittedError(actor.refusal(Act.WITHDRAW, Thing.EXHIBIT, place))
    if joint is None:
        raise await _nothing_to_take_back(uow, exhibit_id)
    await require_before_the_end(uow, actor, dispute_id)
    await uow.session.execute(select(Placement.id).where(Placement.id == joint.id).with_for_update())
    if await _is_supplied(uow, exhibit_id):
        raise ConflictError("already_opened")
    if len(placements) == 1:
        await keep_in_draft(uow, exhibit, joint, by=actor.account_id)
    taken = await uow.session.execute(
        update(Placement)
        .where(Placement.id == joint.id, Placement.first_opened_at.is_(None), Placement.withdrawn_at.is_(None))
        .values(withdrawn_at=uow.now(), withdrawn_by=actor.account_id)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        raise ConflictError("already_opened")
    await _empty(uow, actor, joint, rule)
    if joint.consent_id is not None:
        await withdraw_consent_of(uow, actor, joint, rule)


async def withdraw_from_own_room(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, room: str
) -> None:
    """Take one's own exhibit back from one's draft or caucus, whoever has read it there.

    Where it stands in no other room, its content is destroyed with its keys, for good. A request to disclose it, or a
    consent, ends with it; what was handed to some of the others is first withdrawn from them. Raises
    :class:`NotFoundError`, :class:`NotPermittedError`, :class:`WrongStageError`, :class:`ConflictError` (``held``,
    ``handed_out``).
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    placement = next((each for each in placements if each.kind == room and each.kind in OWN_ROOMS), None)
    if placement is None or not is_mine(actor, exhibit):
        raise NotPermittedError("not_permitted")
    place = Place(dispute_id, placement.owner_id, placement.kind)
    rule = actor.may(Act.WITHDRAW, Thing.EXHIBIT, place)
    if rule is None:
        raise NotPermittedError(actor.refusal(Act.WITHDRAW, Thing.EXHIBIT, place))
    if placement.kind is SpaceKind.PRIVATE:
        require((await visible_dispute(uow, actor, dispute_id)).stage, ACTIVITIES[SpaceKind.PRIVATE])
    else:
        await require_before_the_end(uow, actor, dispute_id)
        await end_requests(uow, actor, placement, rule)
        if await uow.session.scalar(select(is_handed_out(exhibit_id))):
            raise ConflictError("handed_out")
    await uow.session.execute(select(Placement.id).where(Placement.id == placement.id).with_for_update())
    placement.withdrawn_at, placement.withdrawn_by = uow.now(), actor.account_id
    await _empty(uow, actor, placement, rule)


async def is_last_place(uow: UnitOfWork, exhibit_id: ExhibitId, room: SpaceKind) -> bool:
    """Tell whether an exhibit stands in no other room than this, handed out or not: to take it back destroys it."""
    if await uow.session.scalar(select(is_handed_out(exhibit_id))):
        return False
    rooms = await uow.session.scalars(select(Placement.kind).where(Placement.exhibit_id == exhibit_id, STANDS))
    return set(rooms) == {room}


async def require_before_the_end(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """Raise :class:`WrongStageError` unless the mediation runs or rests: till then things can be taken back."""
    stage = (await visible_dispute(uow, actor, dispute_id)).stage
    if stage is not Stage.SUSPENDED:
        require(stage, Activity.SPEAK_TOGETHER)


async def _empty(uow: UnitOfWork, actor: Actor, placement: Placement, rule: Rule) -> None:
    await hollow(uow, placement)
    await note_taking_back(uow, actor, placement, rule)


async def hollow(uow: UnitOfWork, placement: Placement) -> None:
    """Leave nothing of a placement but its number: each version leaves the room, or is destroyed with its last one.

    For commands that withdrew it. Raises :class:`ConflictError` (``held``).
    """
    formers = await _formers_of(uow, placement)
    for version_id in (placement.version_id, *(former.version_id for former in formers)):
        await release(uow, await uow.session.get_one(ExhibitVersion, version_id), space_ref(placement), placement.id)
    await uow.session.execute(delete(FormerPlacement).where(FormerPlacement.placement_id == placement.id))
    placement.label_sealed = b""
    await uow.session.flush()


async def note_taking_back(uow: UnitOfWork, actor: Actor, placement: Placement, rule: Rule) -> None:
    """Remember that an exhibit was taken back from a room: the same words whatever the reason."""
    await uow.record(
        ExhibitTakenBack(
            dispute_id=placement.dispute_id,
            space_id=placement.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            exhibit_id=placement.exhibit_id,
            number=number_of(placement),
        )
    )


async def release(uow: UnitOfWork, version: ExhibitVersion, room: SpaceRef, where: PlacementId | HandedId) -> None:
    """Let a version leave a room where it stood at ``where``, or destroy it if it stands nowhere else.

    What was destroyed already has left every room. Raises :class:`ConflictError` (``held``).
    """
    if (await uow.vault.facts(uow.session, item_of(version))).destroyed:
        return
    if await uow.session.scalar(select(_stands_elsewhere(version.id, where))):
        await uow.vault.revoke(uow.session, item_of(version), room)
        return
    try:
        await refuse_if_held(uow, version.dispute_id, version.exhibit_id)
        await uow.vault.destroy(uow.session, item_of(version))
    except (ConflictError, ItemHeldError):
        raise ConflictError("held") from None


def _stands_elsewhere(version_id: ExhibitVersionId, where: PlacementId | HandedId) -> ColumnElement[bool]:
    former = (
        select(FormerPlacement.ordinal)
        .join(Placement, Placement.id == FormerPlacement.placement_id)
        .where(
            FormerPlacement.version_id == version_id,
            FormerPlacement.placement_id != where,
            STANDS,
        )
    )
    current = exists().where(Placement.version_id == version_id, Placement.id != where, STANDS)
    handed = exists().where(HandedExhibit.version_id == version_id, HandedExhibit.id != where, HANDED_STANDS)
    return or_(current, former.exists(), handed)


async def _formers_of(uow: UnitOfWork, placement: Placement) -> list[FormerPlacement]:
    rows = await uow.session.scalars(
        select(FormerPlacement).where(FormerPlacement.placement_id == placement.id).order_by(FormerPlacement.ordinal)
    )
    return list(rows)


async def keep_in_draft(uow: UnitOfWork, exhibit: Exhibit, joint: Placement, *, by: AccountId) -> None:
    """Put an exhibit that stands nowhere else into its party's draft, its versions one after the other."""
    draft = await space_of(uow, exhibit.dispute_id, SpaceKind.PRIVATE, exhibit.owner_id)
    rule = permit(Standing.OWNER, Act.WRITE, Thing.EXHIBIT, SpaceKind.PRIVATE)
    if rule is None:
        raise NotPermittedError("not_permitted")
    prefix = await prefix_for(uow, exhibit, otherwise=MEDIATOR_PREFIX)
    entry = Entry(by, rule, prefix, exhibit.owner_id)
    formers = await _formers_of(uow, joint)
    for former, label in zip(formers, await read_former_labels(uow, joint, formers), strict=True):
        version = await uow.session.get_one(ExhibitVersion, former.version_id)
        plain = Label(label.title, label.file_name)
        await enter_as(uow, exhibit, version, space_ref(joint), draft, plain, entry)
    await enter(uow, exhibit, joint, draft, entry)


async def _nothing_to_take_back(uow: UnitOfWork, exhibit_id: ExhibitId) -> Exception:
    """What to tell its owner: that somebody of theirs was faster, or that it never stood in the joint space."""
    taken = exists().where(Placement.exhibit_id == exhibit_id, Placement.kind == SpaceKind.JOINT)
    gone = await uow.session.scalar(select(taken))
    return ConflictError("changed_meanwhile") if gone else NotPermittedError("not_permitted")


async def _is_supplied(uow: UnitOfWork, exhibit_id: ExhibitId) -> bool:
    return bool(
        await uow.session.scalar(
            select(exists().where(Placement.exhibit_id == exhibit_id, Placement.kind == SpaceKind.EXPERT))
        )
    )
