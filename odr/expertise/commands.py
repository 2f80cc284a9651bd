"""An expert's mission: opened and ended by the mediator, accepted or declined by the expert."""

from typing import Final
from uuid import UUID

from sqlalchemy import exists, select

from odr.appointment.seats import close_appointment, note_appointment
from odr.appointment.windows import open_window
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import DisputeFacts, dispute_facts, visible_dispute
from odr.errors import ConflictError, InvalidInputError
from odr.expertise.events import (
    ExpertAsked,
    MissionAccepted,
    MissionDeclined,
    MissionEnded,
    MissionOpened,
)
from odr.expertise.lookup import mission_row, own_mission, required_rule, text_digest
from odr.expertise.models import Mission, MissionState
from odr.ids import AccountId, DisputeId, MissionId, new_id
from odr.outbox import Job
from odr.parties.commands import end_seat, give_seat
from odr.parties.queries import seats_of
from odr.people.queries import people_with_role
from odr.spaces.commands import ensure_space
from odr.spaces.queries import SpaceFacts, find_space, space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind

QUESTIONS_LIMIT: Final = 20_000
ANSWER_LIMIT: Final = 8_000
LIVE: Final = (MissionState.PROPOSED, MissionState.ACCEPTED, MissionState.REPORTED)


async def open_mission(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, expert_id: str, questions: str
) -> MissionId:
    """Ask an expert of the centre, with the questions of the terms of reference (sealed, shown to the table).

    The expert gets a seat and a desk of their own. Raises InvalidInputError (``expert``: choose_one, already_seated;
    ``questions``), NotPermittedError, WrongStageError.
    """
    typed = Typed()
    clean = typed.text("questions", questions, limit=QUESTIONS_LIMIT)
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.OPEN, dispute_id)
    require(dispute.stage, Activity.EXAMINE)
    chosen = next(
        (found for found, _name in await people_with_role(uow, CentreRole.EXPERT) if str(found) == expert_id), None
    )
    if chosen is None:
        typed.wrong("expert", "choose_one")
    typed.check()
    if chosen is None:  # pragma: no cover -- check has raised
        raise InvalidInputError({"expert": "choose_one"})
    mission_id = MissionId(new_id())
    await _seat_expert(uow, actor, dispute, chosen, rule)
    desk = await ensure_space(uow, dispute_id, SpaceKind.EXPERT, mission_id=mission_id, holder_id=chosen)
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    uow.session.add(
        Mission(
            id=mission_id,
            dispute_id=dispute_id,
            expert_id=chosen,
            space_id=desk.id,
            state=MissionState.PROPOSED,
            terms_sealed=await uow.vault.seal_text(uow.session, joint.ref, mission_id, clean),
            opened_by=actor.account_id,
            opened_at=uow.now(),
            answered_at=None,
            answer_sealed=None,
            report_exhibit_id=None,
            reported_at=None,
            seen_sealed=None,
        )
    )
    await uow.session.flush()
    await uow.record(
        MissionOpened(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            mission_id=mission_id,
            expert_id=chosen,
            sha256=text_digest(clean),
        )
    )
    await uow.record(
        ExpertAsked(
            dispute_id=dispute_id,
            space_id=desk.id,
            rule=rule.number,
            actor_id=actor.account_id,
            expert_id=chosen,
            mission_id=mission_id,
        )
    )
    return mission_id


async def accept_mission(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    mission_id: MissionId,
    *,
    declaration: str,
    independent: bool,
) -> None:
    """The expert accepts, declares independence, and names any tie to the parties (sealed, shown to the table).

    Raises InvalidInputError (``declaration``; ``independent``: must_be_independent), NotPermittedError,
    WrongStageError, ConflictError ``answered_already``.
    """
    typed = Typed()
    clean = typed.text("declaration", declaration, limit=ANSWER_LIMIT)
    if not independent:
        typed.wrong("independent", "must_be_independent")
    row, joint, rule = await _answering(uow, actor, dispute_id, mission_id)
    typed.check()
    row.state = MissionState.ACCEPTED
    row.answered_at = uow.now()
    row.answer_sealed = await _seal_answer(uow, joint, row, clean)
    await uow.session.flush()
    await uow.record(
        MissionAccepted(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            mission_id=mission_id,
            sha256=text_digest(clean),
        )
    )
    await _invite_objections(uow, row)


async def _invite_objections(uow: UnitOfWork, row: Mission) -> None:
    """Open the time to object to the expert: before it is over, nothing is supplied."""
    seat = next(
        seat
        for seat in await seats_of(uow, row.dispute_id)
        if seat.account_id == row.expert_id and seat.role is SeatRole.EXPERT
    )
    appointment = await note_appointment(
        uow,
        row.dispute_id,
        seat.seat_id,
        account_id=row.expert_id,
        role=SeatRole.EXPERT,
        named_by=row.opened_by,
        mission_id=row.id,
    )
    await open_window(uow, await dispute_facts(uow, row.dispute_id), appointment)


async def end_objected_mission(uow: UnitOfWork, job: Job) -> None:
    """End the missions of an expert to whom an objection was upheld; their seat is gone already."""
    dispute_id = DisputeId(UUID(job.payload["dispute_id"]))
    expert_id = AccountId(UUID(job.payload["subject_id"]))
    if any(seat.account_id == expert_id for seat in await seats_of(uow, dispute_id)):
        return
    rows = await uow.session.scalars(
        select(Mission)
        .where(
            Mission.dispute_id == dispute_id,
            Mission.expert_id == expert_id,
            Mission.state.in_((MissionState.PROPOSED, MissionState.ACCEPTED)),
        )
        .with_for_update()
    )
    joint = await find_space(uow, dispute_id, SpaceKind.JOINT)
    for row in rows.all():
        row.state = MissionState.ENDED
        if joint is not None:
            await uow.record(
                MissionEnded(dispute_id=dispute_id, space_id=joint.id, rule="V102", actor_id=None, mission_id=row.id)
            )


async def decline_mission(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, *, reason: str
) -> None:
    """The expert declines and leaves the table. The reason (may be empty) is shown to the table."""
    typed = Typed()
    clean = typed.text("reason", reason, limit=ANSWER_LIMIT, required=False)
    row, joint, rule = await _answering(uow, actor, dispute_id, mission_id)
    typed.check()
    row.state = MissionState.DECLINED
    row.answered_at = uow.now()
    row.answer_sealed = await _seal_answer(uow, joint, row, clean)
    await uow.session.flush()
    await uow.record(
        MissionDeclined(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            mission_id=mission_id,
        )
    )
    await _unseat_expert(uow, actor, row, rule)


async def end_mission(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId) -> None:
    """The mediator ends a mission that has no report yet: the expert leaves the table.

    Raises NotPermittedError, ConflictError ``mission_over``.
    """
    await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.OPEN, dispute_id)
    row = await mission_row(uow, actor, dispute_id, mission_id, lock=True)
    if row.state not in {MissionState.PROPOSED, MissionState.ACCEPTED}:
        raise ConflictError("mission_over")
    row.state = MissionState.ENDED
    await uow.session.flush()
    await close_appointment(uow, mission_id)
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    await uow.record(
        MissionEnded(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            mission_id=mission_id,
        )
    )
    await _unseat_expert(uow, actor, row, rule)


async def _answering(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId
) -> tuple[Mission, SpaceFacts, Rule]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await own_mission(uow, actor, dispute_id, mission_id, lock=True)
    rule = required_rule(actor, Act.WRITE, dispute_id)
    require(dispute.stage, Activity.EXAMINE)
    if row.state is not MissionState.PROPOSED:
        raise ConflictError("answered_already")
    return row, await space_of(uow, dispute_id, SpaceKind.JOINT), rule


async def _seal_answer(uow: UnitOfWork, joint: SpaceFacts, row: Mission, text: str) -> bytes:
    return await uow.vault.seal_text(uow.session, joint.ref, row.space_id, text)


async def _seat_expert(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, expert_id: AccountId, rule: Rule) -> None:
    seat = next((seat for seat in await seats_of(uow, dispute.id) if seat.account_id == expert_id), None)
    if seat is not None and seat.role is not SeatRole.EXPERT:
        raise InvalidInputError({"expert": "already_seated"})
    if seat is None:
        await give_seat(
            uow,
            dispute.id,
            dispute.procedure_space_id,
            account_id=expert_id,
            role=SeatRole.EXPERT,
            rule=rule.number,
            actor_id=actor.account_id,
        )


async def _unseat_expert(uow: UnitOfWork, actor: Actor, row: Mission, rule: Rule) -> None:
    """End the expert's seat, unless another mission of the same dispute still needs it."""
    others = exists().where(
        Mission.dispute_id == row.dispute_id,
        Mission.expert_id == row.expert_id,
        Mission.id != row.id,
        Mission.state.in_(LIVE),
    )
    if await uow.session.scalar(select(others)):
        return
    dispute = await visible_dispute(uow, actor, row.dispute_id)
    for seat in await seats_of(uow, row.dispute_id):
        if seat.account_id == row.expert_id and seat.role is SeatRole.EXPERT:
            await end_seat(
                uow,
                row.dispute_id,
                dispute.procedure_space_id,
                seat.seat_id,
                rule=rule.number,
                actor_id=actor.account_id,
            )
