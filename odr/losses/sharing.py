"""Sharing a worksheet into one's caucus or with everyone: frozen as it stands, a version of its own each time.

What is shared is exactly what was shown: the author gives its digest back. An exhibit that is not in the room it goes
to is left out, so that nothing tells of what stands elsewhere.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from odr.disputes.lifecycle import ACTIVITIES as STAGES
from odr.disputes.lifecycle import require
from odr.disputes.queries import DisputeFacts
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.event import Event
from odr.evidence.tying import ExhibitChoice, numbers_in
from odr.ids import AccountId, DisputeId, ExhibitId, LossShareId, SpaceId, new_id
from odr.losses.commands import own_room
from odr.losses.events import LossesShared, LossesSharedApart
from odr.losses.lines import FrozenLine, FrozenSheet, TiedExhibit, frozen_text
from odr.losses.models import LossShare
from odr.losses.queries import SheetLine, lines_in
from odr.spaces.commands import ACTIVITIES
from odr.spaces.models import Space
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

INTO: Final = (SpaceKind.CAUCUS, SpaceKind.JOINT)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be shared into a room now, its digest (32 bytes), and the exhibits that stay behind."""

    space: SpaceFacts
    sheet: FrozenSheet
    sha256: bytes
    number: int
    left_out: tuple[ExhibitChoice, ...]


def may_share(actor: Actor, dispute: DisputeFacts, into: SpaceKind) -> bool:
    """Tell whether the actor may share their party's worksheet into its caucus, or with everyone, at this stage."""
    party_id = actor.party_in(dispute.id)
    return dispute.stage in STAGES[ACTIVITIES[into]] and (
        into is not SpaceKind.JOINT
        or actor.may(Act.WRITE, Thing.LOSSES, Place(dispute.id, party_id, SpaceKind.JOINT)) is not None
    )


async def prepare_share(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, into: SpaceKind) -> Prepared:
    """Return exactly what would be shared now.

    Raises NotFoundError for whoever sits for no party, NotPermittedError (``for_your_agent``: with everyone, who acts
    for the party shares), WrongStageError, ConflictError ``nothing_to_share``.
    """
    return (await _prepared(uow, actor, dispute_id, into))[0]


async def share_losses(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, into: SpaceKind, *, digest_seen: str
) -> LossShareId:
    """Share one's worksheet into one's caucus or with everyone, as it was shown (``digest_seen``, hexadecimal).

    Raises as :func:`prepare_share` does, and ConflictError ``sheet_changed`` (another text was shown) or
    ``shared_already`` (the newest version in that room says the same).
    """
    prepared, rule = await _prepared(uow, actor, dispute_id, into, lock=True)
    if prepared.sha256.hex() != digest_seen:
        raise ConflictError("sheet_changed")
    space = prepared.space
    party_id = actor.party_in(dispute_id)
    if party_id is None:
        raise NotFoundError
    newest = await _newest(uow, space.id, actor, dispute_id)
    if newest is not None and newest.sha256 == prepared.sha256:
        raise ConflictError("shared_already")
    share_id = LossShareId(new_id())
    text, sha256 = frozen_text(prepared.sheet)
    uow.session.add(
        LossShare(
            id=share_id,
            dispute_id=dispute_id,
            space_id=space.id,
            kind=space.kind,
            owner_id=party_id,
            number=prepared.number,
            body_sealed=await uow.vault.seal_text(uow.session, space.ref, share_id, text),
            sha256=sha256,
            shared_by=actor.account_id,
            shared_at=uow.now(),
        )
    )
    await uow.session.flush()
    await uow.record(_shared(space, rule.number, actor.account_id, share_id, prepared))
    return share_id


def _shared(space: SpaceFacts, rule: str, by: AccountId, share_id: LossShareId, prepared: Prepared) -> Event:
    kind = LossesSharedApart if space.kind is SpaceKind.CAUCUS else LossesShared
    return kind(
        dispute_id=space.dispute_id,
        space_id=space.id,
        rule=rule,
        actor_id=by,
        share_id=share_id,
        number=prepared.number,
        sha256=prepared.sha256.hex(),
    )


async def _prepared(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, into: SpaceKind, *, lock: bool = False
) -> tuple[Prepared, Rule]:
    dispute, room, _writing = await own_room(uow, actor, dispute_id)
    rule = actor.may(Act.SHARE, Thing.LOSSES, room.place)
    if rule is None or into not in INTO:
        raise NotPermittedError("not_permitted")
    if into is SpaceKind.JOINT:
        before_everyone = Place(dispute_id, room.party_id, SpaceKind.JOINT)
        rule = actor.may(Act.WRITE, Thing.LOSSES, before_everyone)
        if rule is None:
            raise NotPermittedError(actor.refusal(Act.WRITE, Thing.LOSSES, before_everyone))
    require(dispute.stage, ACTIVITIES[into])
    party_id = room.party_id if into is SpaceKind.CAUCUS else None
    space = await space_of(uow, dispute_id, into, party_id)
    if lock:  # of two versions at once the second gets the next number
        await uow.session.execute(select(Space.id).where(Space.id == space.id).with_for_update())
    lines = await lines_in(uow, actor, dispute_id, room)
    if not lines:
        raise ConflictError("nothing_to_share")
    newest = await _newest(uow, space.id, actor, dispute_id)
    tied = {exhibit_id for line in lines for exhibit_id in line.says.exhibits}
    numbers = await numbers_in(uow, space.id, tied)
    sheet = FrozenSheet(dispute.currency, tuple(_frozen(line, numbers) for line in lines))
    left_out = {each.id: each for line in lines for each in line.exhibits if each.id not in numbers}
    prepared = Prepared(
        space=space,
        sheet=sheet,
        sha256=frozen_text(sheet)[1],
        number=1 if newest is None else newest.number + 1,
        left_out=tuple(left_out.values()),
    )
    return prepared, rule


def _frozen(line: SheetLine, numbers: dict[ExhibitId, str]) -> FrozenLine:
    says = line.says
    return FrozenLine(
        kind=says.kind,
        what=says.what,
        formula=says.formula,
        begins=says.begins,
        ends=says.ends,
        exhibits=tuple(TiedExhibit(each, numbers[each]) for each in says.exhibits if each in numbers),
        cents=says.cents,
    )


async def _newest(uow: UnitOfWork, space_id: SpaceId, actor: Actor, dispute_id: DisputeId) -> LossShare | None:
    """Return the actor's party's newest version in a room."""
    newest: LossShare | None = await uow.session.scalar(
        select(LossShare)
        .where(LossShare.space_id == space_id, LossShare.owner_id == actor.party_in(dispute_id))
        .order_by(LossShare.number.desc())
        .limit(1)
    )
    return newest
