"""Writing a party's own worksheet, line by line: in its private room, for its own people alone."""

from collections.abc import Collection
from typing import Final

import msgspec
from sqlalchemy import func, select

from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError
from odr.evidence.tying import exhibits_to_tie
from odr.ids import DisputeId, ExhibitId, LossLineId, new_id
from odr.losses.events import LossLineAdded, LossLineChanged, LossLineRemoved
from odr.losses.lines import LINES_LIMIT, Line, TypedLine, checked_line
from odr.losses.models import LossLine
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

NEW: Final = 1
"""The revision that a line begins with."""


async def add_line(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, typed: TypedLine) -> LossLineId:
    """Add a line to one's own worksheet.

    Raises NotFoundError for whoever sits for no party, WrongStageError, InvalidInputError (see
    :func:`odr.losses.lines.checked_line`) and ConflictError ``too_many_lines``.
    """
    room, rule = await _own_room(uow, actor, dispute_id)
    line = await _checked(uow, actor, dispute_id, typed)
    count = await uow.session.scalar(select(func.count()).where(LossLine.space_id == room.id))
    if (count or 0) >= LINES_LIMIT:
        raise ConflictError("too_many_lines")
    line_id = LossLineId(new_id())
    now = uow.now()
    uow.session.add(
        LossLine(
            id=line_id,
            dispute_id=dispute_id,
            space_id=room.id,
            owner_id=room.party_id,
            revision=NEW,
            body_sealed=await _sealed(uow, room, line_id, line),
            created_at=now,
            changed_at=now,
            changed_by=actor.account_id,
        )
    )
    await uow.session.flush()
    await uow.record(
        LossLineAdded(
            dispute_id=dispute_id, space_id=room.id, rule=rule.number, actor_id=actor.account_id, line_id=line_id
        )
    )
    return line_id


async def change_line(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, line_id: LossLineId, typed: TypedLine, *, seen: int
) -> None:
    """Change a line of one's own worksheet, as it was ``seen`` (its revision).

    Raises as :func:`add_line` does, NotFoundError for a line that is no longer there, and ConflictError
    ``line_changed`` where somebody of the same team was faster.
    """
    room, rule = await _own_room(uow, actor, dispute_id)
    row = await _row(uow, room, line_id)
    before = await read_line(uow, room, row)
    line = await _checked(uow, actor, dispute_id, typed, tied=before.exhibits)
    _refuse_unless_seen(row, seen)
    row.body_sealed = await _sealed(uow, room, line_id, line)
    row.revision += 1
    row.changed_at = uow.now()
    row.changed_by = actor.account_id
    await uow.session.flush()
    await uow.record(
        LossLineChanged(
            dispute_id=dispute_id,
            space_id=room.id,
            rule=rule.number,
            actor_id=actor.account_id,
            line_id=line_id,
            revision=row.revision,
        )
    )


async def remove_line(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, line_id: LossLineId, *, seen: int) -> None:
    """Remove a line from one's own worksheet, as it was ``seen``. Raises as :func:`change_line` does."""
    room, rule = await _own_room(uow, actor, dispute_id)
    row = await _row(uow, room, line_id)
    _refuse_unless_seen(row, seen)
    await uow.session.delete(row)
    await uow.session.flush()
    await uow.record(
        LossLineRemoved(
            dispute_id=dispute_id, space_id=room.id, rule=rule.number, actor_id=actor.account_id, line_id=line_id
        )
    )


async def read_line(uow: UnitOfWork, room: SpaceFacts, row: LossLine) -> Line:
    """Return what a line says, unsealed. For commands that have permitted it."""
    return msgspec.json.decode(await uow.vault.open_text(uow.session, room.ref, row.id, row.body_sealed), type=Line)


async def own_room(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[DisputeFacts, SpaceFacts, Rule]:
    """Return a dispute, the room of the actor's own worksheet and the line that lets them write in it.

    Raises NotFoundError for whoever sits for no party of it.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    party_id = actor.party_in(dispute_id)
    if party_id is None:
        raise NotFoundError
    room = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)
    rule = actor.may(Act.WRITE, Thing.LOSSES, room.place)
    if rule is None:
        raise NotFoundError
    return dispute, room, rule


async def _own_room(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[SpaceFacts, Rule]:
    dispute, room, rule = await own_room(uow, actor, dispute_id)
    require(dispute.stage, Activity.PREPARE)
    return room, rule


async def _checked(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, typed: TypedLine, *, tied: Collection[ExhibitId] = ()
) -> Line:
    """Return a typed line whose exhibits its author may see; ``tied`` already were, and may have gone since."""
    line = checked_line(typed)
    fresh = set(line.exhibits) - set(tied)
    if fresh and not fresh <= {each.id for each in await exhibits_to_tie(uow, actor, dispute_id)}:
        raise InvalidInputError({"exhibits": "unknown_exhibit"})
    return line


async def _row(uow: UnitOfWork, room: SpaceFacts, line_id: LossLineId) -> LossLine:
    """Return a line's row, held until the transaction's end. Raises NotFoundError."""
    row = await uow.session.scalar(
        select(LossLine)
        .where(LossLine.id == line_id, LossLine.space_id == room.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError
    return row


def _refuse_unless_seen(row: LossLine, seen: int) -> None:
    if row.revision != seen:
        raise ConflictError("line_changed")


async def _sealed(uow: UnitOfWork, room: SpaceFacts, line_id: LossLineId, line: Line) -> bytes:
    return await uow.vault.seal_text(uow.session, room.ref, line_id, msgspec.json.encode(line).decode())
