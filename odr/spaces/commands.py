"""Making rooms, speaking in them, and noting that somebody looked."""

import hashlib
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from odr.disputes.holds import is_held
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import visible_dispute
from odr.errors import NotPermittedError
from odr.event import Event
from odr.ids import AccountId, DisputeId, MessageId, MissionId, PartyId, SpaceId, new_id
from odr.spaces.events import NotesDestroyed, NoteTaken, SpaceOpened, SpokenApart, SpokenTogether
from odr.spaces.models import Message, Space, Visit
from odr.spaces.queries import SpaceFacts, find_space, slot_of, space_of, visible_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import SpaceRef

MESSAGE_LIMIT: Final = 20_000
VISIT_GAP: Final = timedelta(minutes=30)
VISIT_GRAIN: Final = timedelta(minutes=1)

ACTIVITIES: Final = {
    SpaceKind.PRIVATE: Activity.PREPARE,
    SpaceKind.CAUCUS: Activity.SPEAK_APART,
    SpaceKind.JOINT: Activity.SPEAK_TOGETHER,
    SpaceKind.NOTES: Activity.PREPARE,
    SpaceKind.EXPERT: Activity.EXAMINE,
}
"""What writing in a room of this kind counts as, for the stage."""

_BECAUSE: Final = {
    SpaceKind.PROCEDURE: "V1",
    SpaceKind.PRIVATE: "V10",
    SpaceKind.CAUCUS: "V20",
    SpaceKind.JOINT: "V21",
    SpaceKind.NOTES: "V40",
    SpaceKind.EXPERT: "V60",
}
"""The line of the visibility table for which each room exists."""


async def ensure_space(
    uow: UnitOfWork,
    dispute_id: DisputeId,
    kind: SpaceKind,
    party_id: PartyId | None = None,
    mission_id: MissionId | None = None,
    *,
    holder_id: AccountId | None = None,
) -> SpaceFacts:
    """Return a dispute's room of this kind, made with its key if it does not exist yet.

    ``party_id`` for a private draft or a caucus, ``mission_id`` and ``holder_id`` (the expert) for an expert's desk,
    ``holder_id`` (the mediator) for notes.
    It may be called again, and by two at once.
    """
    found = await find_space(uow, dispute_id, kind, party_id, mission_id, holder_id=holder_id)
    if found is not None:
        return found
    row = Space(
        id=SpaceId(new_id()),
        dispute_id=dispute_id,
        kind=kind,
        party_id=party_id,
        mission_id=mission_id,
        holder_id=holder_id,
        slot=slot_of(kind, party_id, mission_id, holder_id),
        created_at=uow.now(),
    )
    try:
        async with uow.session.begin_nested():
            uow.session.add(row)
            await uow.session.flush()
    except IntegrityError:  # somebody made it at the same moment
        return await space_of(uow, dispute_id, kind, party_id, mission_id, holder_id=holder_id)
    space = await space_of(uow, dispute_id, kind, party_id, mission_id, holder_id=holder_id)
    await uow.vault.make_space(uow.session, space.ref)
    await uow.record(
        SpaceOpened(dispute_id=dispute_id, space_id=space.id, rule=_BECAUSE[kind], actor_id=None, kind=kind)
    )
    return space


async def post_message(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, *, text: str
) -> MessageId:
    """Say something in a caucus or in the joint space, or take a note.

    Raises :class:`InvalidInputError` (``text``: required, too_long), :class:`NotFoundError` for a room that the actor
    may not enter, :class:`NotPermittedError` where nobody writes messages, :class:`WrongStageError`.
    """
    typed = Typed()
    clean = typed.text("text", text, limit=MESSAGE_LIMIT)
    space = await visible_space(uow, actor, dispute_id, space_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    owner_id = actor.party_in(dispute_id) if space.kind is SpaceKind.JOINT else space.party_id
    thing = Thing.NOTE if space.kind is SpaceKind.NOTES else Thing.MESSAGE
    rule = actor.may(Act.WRITE, thing, space.place_of(owner_id))
    if rule is None:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, ACTIVITIES[space.kind])
    typed.check()
    return await say_as(uow, actor, space, rule, clean)


async def say_as(
    uow: UnitOfWork, actor: Actor, space: SpaceFacts, rule: Rule, text: str, *, message_id: MessageId | None = None
) -> MessageId:
    """Put a message into a room, in the actor's name. For commands that permitted it under ``rule``."""
    party_id = actor.party_in(space.dispute_id)
    message_id = message_id or MessageId(new_id())
    uow.session.add(
        Message(
            id=message_id,
            dispute_id=space.dispute_id,
            space_id=space.id,
            kind=space.kind,
            owner_id=party_id if space.kind is SpaceKind.JOINT else space.party_id,
            author_id=actor.account_id,
            author_party_id=party_id,
            body_sealed=await uow.vault.seal_text(uow.session, space.ref, message_id, text),
            at=uow.now(),
            withdrawn_at=None,
            withdrawn_by=None,
        )
    )
    await uow.record(_spoken(space, rule.number, actor.account_id, message_id, text))
    return message_id


def _spoken(space: SpaceFacts, rule: str, author: AccountId, message_id: MessageId, text: str) -> Event:
    if space.kind is SpaceKind.NOTES:
        return NoteTaken(
            dispute_id=space.dispute_id, space_id=space.id, rule=rule, actor_id=author, message_id=message_id
        )
    kind = SpokenApart if space.kind is SpaceKind.CAUCUS else SpokenTogether
    return kind(
        dispute_id=space.dispute_id,
        space_id=space.id,
        rule=rule,
        actor_id=author,
        message_id=message_id,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


async def visit_is_due(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether :func:`note_visit` would change anything: it need not be called on every page."""
    at = await uow.session.scalar(
        select(Visit.at).where(Visit.account_id == actor.account_id, Visit.dispute_id == dispute_id)
    )
    return at is None or uow.now() - at >= VISIT_GRAIN


async def note_visit(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """Note that the actor is looking at a dispute now. After half an hour away it counts as a new visit."""
    now = uow.now()
    row = await uow.session.get(Visit, (actor.account_id, dispute_id), with_for_update=True)
    if row is None:
        try:
            async with uow.session.begin_nested():
                uow.session.add(Visit(account_id=actor.account_id, dispute_id=dispute_id, at=now, before=None))
                await uow.session.flush()
        except IntegrityError:
            return  # two pages at once: one note is enough
        return
    if now - row.at >= VISIT_GAP:
        row.before = row.at
    row.at = max(now, row.at)


async def destroy_notes(
    uow: UnitOfWork,
    dispute_id: DisputeId,
    *,
    procedure_id: SpaceId,
    actor_id: AccountId | None,
    holder_id: AccountId | None = None,
) -> None:
    """Destroy the mediator's notes for good: their rows, their room and its key. A dispute without notes has none.

    ``holder_id``: only those of this mediator, who leaves while another stays. Under a legal hold on the dispute they
    stay, read by nobody: once it is lifted they go when the file is closed, or when the next mediator leaves.
    """
    if await is_held(uow, dispute_id):
        return
    wanted = select(Space.id).where(Space.dispute_id == dispute_id, Space.kind == SpaceKind.NOTES)
    if holder_id is not None:
        wanted = wanted.where(Space.holder_id == holder_id)
    notes = (await uow.session.execute(wanted.with_for_update())).scalars()
    for space_id in list(notes):
        await uow.session.execute(delete(Message).where(Message.space_id == space_id))
        await uow.session.execute(delete(Space).where(Space.id == space_id))
        await uow.vault.keys.destroy_space(uow.session, SpaceRef(dispute_id, space_id))
        await uow.record(
            NotesDestroyed(
                dispute_id=dispute_id, space_id=procedure_id, rule=_BECAUSE[SpaceKind.NOTES], actor_id=actor_id
            )
        )
