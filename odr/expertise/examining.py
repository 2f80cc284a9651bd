"""What an expert examines: exhibits supplied to the desk, working notes, and the report that reaches all at once."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import select

from odr.appointment.windows import require_settled
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.evidence.commands import supply_exhibit, table_report
from odr.evidence.labels import number_of
from odr.evidence.models import ExhibitKind, Placement
from odr.evidence.queries import visible_exhibit
from odr.expertise.events import ExhibitsSupplied, NoteWritten, ReportPosted, SupplyReceived
from odr.expertise.lookup import mission_row, own_mission, required_rule, text_digest
from odr.expertise.models import MissionState, Supply
from odr.expertise.queries import seen_by_expert
from odr.ids import DisputeId, ExhibitId, MessageId, MissionId, new_id
from odr.spaces.models import Message
from odr.spaces.queries import SpaceFacts, space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act, SpaceKind, Thing

NOTE_LIMIT: Final = 20_000
MOST_AT_ONCE: Final = 200


async def supply_exhibits(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, *, exhibit_ids: Sequence[ExhibitId]
) -> tuple[str, ...]:
    """Lay joint exhibits on the expert's desk, under their joint numbers, and return these; no bytes move.

    Raises InvalidInputError (``exhibits``: choose_one, too_many), NotFoundError, NotPermittedError
    (``not_on_the_table``), WrongStageError, ConflictError (``not_accepted``, ``may_be_objected``, ``already_there``,
    ``number_taken``).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.OPEN, dispute_id)
    require(dispute.stage, Activity.EXAMINE)
    wanted = tuple(dict.fromkeys(exhibit_ids))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise InvalidInputError({"exhibits": "too_many" if wanted else "choose_one"})
    row = await mission_row(uow, actor, dispute_id, mission_id, lock=True)
    if row.state is not MissionState.ACCEPTED:
        raise ConflictError("not_accepted")
    await require_settled(uow, mission_id)
    desk = await space_of(uow, dispute_id, SpaceKind.EXPERT, mission_id=mission_id)
    numbers: list[str] = []
    for exhibit_id in wanted:
        await _refuse_taken_number(uow, actor, desk, exhibit_id)
        placement = await supply_exhibit(uow, actor, dispute_id, exhibit_id, desk=desk, rule=rule)
        numbers.append(number_of(placement))
        uow.session.add(
            Supply(
                mission_id=mission_id,
                exhibit_id=exhibit_id,
                version_id=placement.version_id,
                placement_id=placement.id,
                supplied_by=actor.account_id,
                supplied_at=uow.now(),
            )
        )
    await uow.session.flush()
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    await uow.record(
        ExhibitsSupplied(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            mission_id=mission_id,
            exhibit_ids=wanted,
            numbers=tuple(numbers),
        )
    )
    await uow.record(
        SupplyReceived(
            dispute_id=dispute_id,
            space_id=desk.id,
            rule=rule.number,
            actor_id=actor.account_id,
            expert_id=row.expert_id,
            mission_id=mission_id,
            numbers=tuple(numbers),
        )
    )
    return tuple(numbers)


async def write_note(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, *, text: str
) -> MessageId:
    """Write a working note, read by its expert alone. Raises InvalidInputError (``text``), NotPermittedError."""
    typed = Typed()
    clean = typed.text("text", text, limit=NOTE_LIMIT)
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await own_mission(uow, actor, dispute_id, mission_id)
    desk = await space_of(uow, dispute_id, SpaceKind.EXPERT, mission_id=mission_id)
    rule = actor.may(Act.WRITE, Thing.WORKING_PAPER, desk.place)
    if rule is None:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.EXAMINE)
    if row.state is not MissionState.ACCEPTED:
        raise ConflictError("not_accepted")
    typed.check()
    message_id = MessageId(new_id())
    uow.session.add(
        Message(
            id=message_id,
            dispute_id=dispute_id,
            space_id=desk.id,
            kind=SpaceKind.EXPERT,
            owner_id=None,
            author_id=actor.account_id,
            author_party_id=None,
            body_sealed=await uow.vault.seal_text(uow.session, desk.ref, message_id, clean),
            at=uow.now(),
        )
    )
    await uow.session.flush()
    await uow.record(
        NoteWritten(
            dispute_id=dispute_id,
            space_id=desk.id,
            rule=rule.number,
            actor_id=actor.account_id,
            message_id=message_id,
            mission_id=mission_id,
            sha256=text_digest(clean),
        )
    )
    return message_id


async def post_report(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, *, exhibit_id: ExhibitId
) -> str:
    """Put a paper of the expert's desk on the joint table as the report, and return its number there (E-1).

    Both parties receive it in one transaction, with the list of what the expert had seen. Raises InvalidInputError
    (``report``: not_a_report), NotFoundError, NotPermittedError, WrongStageError, ConflictError (``not_accepted``).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await own_mission(uow, actor, dispute_id, mission_id, lock=True)
    rule = required_rule(actor, Act.WRITE, dispute_id, Thing.REPORT)
    require(dispute.stage, Activity.EXAMINE)
    if row.state is not MissionState.ACCEPTED:
        raise ConflictError("not_accepted")
    await require_settled(uow, mission_id)
    paper = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
    if paper.kind is not ExhibitKind.REPORT or not paper.mine or paper.space_id != row.space_id:
        raise InvalidInputError({"report": "not_a_report"})
    placement = await table_report(uow, actor, dispute_id, exhibit_id, rule=rule)
    seen = await seen_by_expert(uow, row)
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    row.state = MissionState.REPORTED
    row.report_exhibit_id = exhibit_id
    row.reported_at = uow.now()
    row.seen_sealed = await uow.vault.seal_text(uow.session, joint.ref, exhibit_id, msgspec.json.encode(seen).decode())
    await uow.session.flush()
    await uow.record(
        ReportPosted(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            mission_id=mission_id,
            exhibit_id=exhibit_id,
            number=number_of(placement),
            sha256=paper.sha256.hex(),
            seen=seen,
        )
    )
    return number_of(placement)


async def _refuse_taken_number(uow: UnitOfWork, actor: Actor, desk: SpaceFacts, exhibit_id: ExhibitId) -> None:
    """On a desk a joint exhibit keeps its number: refuse one that a paper of the expert's bears there already."""
    number = (await visible_exhibit(uow, actor, desk.dispute_id, exhibit_id)).number
    prefix, _, digits = number.partition("-")
    taken = select(Placement.exhibit_id).where(
        Placement.space_id == desk.id, Placement.prefix == prefix, Placement.number == int(digits)
    )
    if await uow.session.scalar(taken) not in {None, exhibit_id}:
        raise ConflictError("number_taken", number=number)
