"""The other doors: a request that a program sends in a person's name, or that came by mail, lands as their draft.

Nobody but that person sees it, and nothing goes on before they confirm it. The same key, or mail, makes it once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, select

from odr.disputes.filing import Draft, save_draft
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.queries import dispute_facts, visible_dispute
from odr.errors import ConflictError, InvalidInputError
from odr.ids import AccountId, ArrivalId, DisputeId, new_id
from odr.intake.answers import asked_of, check, draft_from
from odr.intake.events import DraftArrived
from odr.intake.models import Arrival, Door
from odr.spaces.queries import space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind

__all__ = [
    "ArrivalView",
    "Door",
    "LeftOut",
    "arrival_by",
    "arrival_of",
    "land",
    "note_arrived",
    "refer_by_program",
]

MOST_WAITING: Final = 20
"""How many drafts from other doors may await one person's confirmation."""
KEY_SHORTEST: Final = 8
KEY_LONGEST: Final = 200


class LeftOut(msgspec.Struct, frozen=True):
    """Something that came with a request and was not taken: its name, and the code of the reason."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """Through which door a draft came, when, and what of it was left out."""

    door: Door
    at: datetime
    left_out: tuple[LeftOut, ...]


async def refer_by_program(
    uow: UnitOfWork, actor: Actor, key: str, answers: Mapping[str, str]
) -> tuple[DisputeId, bool]:
    """Make a draft of a program's answers; returns it, and whether it was there already.

    ``key`` (8 to 200 printable characters) names this request for good. Raises InvalidInputError (``idempotency_key``:
    bad_key; each answer that is wrong, ``unknown_question`` for one that nobody asked), ConflictError (``key_reused``
    for other answers under a known key; ``too_many_drafts``).
    """
    if not KEY_SHORTEST <= len(key) <= KEY_LONGEST or not key.isascii() or not key.isprintable():
        raise InvalidInputError({"idempotency_key": "bad_key"})
    content = hashlib.sha256(msgspec.json.encode(dict(answers), order="sorted")).digest()
    known = await arrival_by(uow, actor.account_id, Door.PROGRAM, key)
    if known is not None:
        if known.content_sha256 != content:
            raise ConflictError("key_reused")
        return known.dispute_id, True
    asked = {question.key: question for _topic, question in asked_of(answers)}
    unknown = {name: "unknown_question" for name, text in answers.items() if text and name not in asked}
    problems = {**check(asked.values(), answers).problems, **unknown}
    if problems:
        raise InvalidInputError(problems)
    arrival = await land(uow, actor, Door.PROGRAM, key, content, draft_from(answers, ()))
    await note_arrived(uow, arrival, ())
    return arrival.dispute_id, False


def _key_hash(account_id: AccountId, door: Door, key: str) -> bytes:
    return hashlib.sha256(b"\0".join((account_id.bytes, door.value.encode(), key.encode()))).digest()


async def arrival_by(uow: UnitOfWork, account_id: AccountId, door: Door, key: str) -> Arrival | None:
    """Return what arrived under a key of somebody's before."""
    return await uow.session.scalar(select(Arrival).where(Arrival.key_hash == _key_hash(account_id, door, key)))


async def land(uow: UnitOfWork, actor: Actor, door: Door, key: str, content: bytes, draft: Draft) -> Arrival:
    """Make a draft of what came through a door. Raises ConflictError ``too_many_drafts``, InvalidInputError."""
    waiting = await uow.session.scalar(
        select(func.count())
        .select_from(Arrival)
        .join(Dispute, Dispute.id == Arrival.dispute_id)
        .where(Arrival.account_id == actor.account_id, Dispute.stage == Stage.DRAFT)
    )
    if (waiting or 0) >= MOST_WAITING:
        raise ConflictError("too_many_drafts", limit=MOST_WAITING)
    dispute_id = await save_draft(uow, actor, None, draft)
    arrival = Arrival(
        id=ArrivalId(new_id()),
        account_id=actor.account_id,
        dispute_id=dispute_id,
        door=door,
        key_hash=_key_hash(actor.account_id, door, key),
        content_sha256=content,
        at=uow.now(),
        done_at=None,
        left_out_sealed=None,
    )
    uow.session.add(arrival)
    await uow.session.flush()
    return arrival


async def note_arrived(uow: UnitOfWork, arrival: Arrival, left_out: Sequence[LeftOut]) -> None:
    """Note that all of it is there but what was left out, and tell its person."""
    dispute = await dispute_facts(uow, arrival.dispute_id)
    room = await space_of(uow, dispute.id, SpaceKind.PRIVATE, dispute.claimant.id)
    text = msgspec.json.encode(list(left_out)).decode()
    arrival.left_out_sealed = await uow.vault.seal_text(uow.session, room.ref, arrival.id, text)
    arrival.done_at = uow.now()
    await uow.session.flush()
    await uow.record(
        DraftArrived(
            dispute_id=dispute.id,
            space_id=room.id,
            rule="V3",
            actor_id=None,
            account_id=arrival.account_id,
            door=arrival.door.value,
        )
    )


async def arrival_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> ArrivalView | None:
    """Return how a draft of the actor's came, if through another door than the pages."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await uow.session.scalar(select(Arrival).where(Arrival.dispute_id == dispute_id))
    if row is None or dispute.stage is not Stage.DRAFT or row.left_out_sealed is None:
        return None
    room = await space_of(uow, dispute.id, SpaceKind.PRIVATE, dispute.claimant.id)
    text = await uow.vault.open_text(uow.session, room.ref, row.id, row.left_out_sealed)
    return ArrivalView(row.door, row.at, tuple(msgspec.json.decode(text, type=list[LeftOut])))
