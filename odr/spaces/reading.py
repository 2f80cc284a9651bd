"""Reading, noted before a text leaves (queries.is_noted); taking a message back before another party has read it."""

from sqlalchemy import exists, select

from odr.disputes.holds import is_held
from odr.disputes.lifecycle import Activity, Stage, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import AccountId, DisputeId, MessageId, PartyId, SpaceId
from odr.platform import Platform
from odr.spaces.events import MessageTakenBack, MessageWithdrawn
from odr.spaces.models import Message, Reading
from odr.spaces.queries import PAGE, SpaceFacts, handed_beyond, handed_to, is_noted, newest_messages, visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing


async def read_on(
    platform: Platform, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, before: MessageId | None = None
) -> None:
    """Note what a page of a room is about to hand to the actor, in a transaction of its own; nothing when all is noted.

    Raises :class:`NotFoundError` as :func:`messages_in` does.
    """
    async with platform.unit(write=False) as uow:
        space = await visible_space(uow, actor, dispute_id, space_id)
        if not await _unnoted(uow, actor, space, before):
            return
    async with platform.unit() as uow:
        await note_readings(uow, actor, space, before)


async def note_readings(uow: UnitOfWork, actor: Actor, space: SpaceFacts, before: MessageId | None = None) -> None:
    """Note what a page of a room is about to hand to the actor; its messages are locked, so that none is taken back."""
    due = await _unnoted(uow, actor, space, before)
    if not due:
        return
    standing = select(Message.id).where(Message.id.in_(due), Message.withdrawn_at.is_(None)).order_by(Message.id)
    ids = (await uow.session.scalars(standing.with_for_update())).all()
    noted = set(
        await uow.session.scalars(
            select(Reading.message_id).where(Reading.message_id.in_(ids), Reading.reader_id == actor.account_id)
        )
    )
    party_id, now = actor.party_in(space.dispute_id), uow.now()
    uow.session.add_all(
        Reading(message_id=each, reader_id=actor.account_id, party_id=party_id, at=now)
        for each in ids
        if each not in noted
    )
    await uow.session.flush()


async def take_back_message(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, message_id: MessageId
) -> None:
    """Take one's own message back from the joint space, as long as nobody of another party was handed it.

    A line stays in its place that says when, and who took it back, unless it was the mediator's. Raises
    :class:`NotFoundError`, :class:`NotPermittedError` (somebody else's), :class:`ConflictError` (``already_opened``,
    ``words_held``), :class:`WrongStageError`.
    """
    joint = await visible_space(uow, actor, dispute_id, space_id)
    row = await uow.session.scalar(select(Message).where(Message.id == message_id, Message.space_id == joint.id))
    if row is None or joint.kind is not SpaceKind.JOINT:
        raise NotFoundError
    rule = actor.may(Act.WRITE, Thing.MESSAGE, Place(dispute_id, row.owner_id, SpaceKind.JOINT))
    if rule is None or row.author_id != actor.account_id:
        raise NotPermittedError("not_permitted")
    stage = (await visible_dispute(uow, actor, dispute_id)).stage
    if stage is not Stage.SUSPENDED:
        require(stage, Activity.SPEAK_TOGETHER)
    await empty_unread(uow, message_id, actor.party_in(dispute_id), rule)


async def empty_unread(uow: UnitOfWork, message_id: MessageId, party_id: PartyId | None, rule: Rule) -> None:
    """Empty a message that nobody beyond ``party_id`` was handed: of the joint space, or the mediator's in a caucus.

    Raises :class:`ConflictError` (``already_opened``: read, or taken back already; ``words_held``).
    """
    row = await uow.session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.withdrawn_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    read = exists().where(Message.id == message_id, handed_beyond(party_id))
    if row is None or await uow.session.scalar(select(read)):
        raise ConflictError("already_opened")
    await empty(uow, row)
    await withdraw_from_table(uow, row, row.author_id, rule)


async def empty(uow: UnitOfWork, row: Message) -> None:
    """Destroy a message's text. For commands that permitted it.

    Raises :class:`ConflictError` (``words_held``) under a legal hold on the dispute.
    """
    if await is_held(uow, row.dispute_id):
        raise ConflictError("words_held")
    row.body_sealed = b""


async def withdraw_from_table(uow: UnitOfWork, row: Message, by: AccountId, rule: Rule) -> None:
    """Leave a message's line only, at the table or in a caucus. For commands that permitted it.

    One of the mediator's is withdrawn in nobody's name, whoever does it: it may be a party's sentence, and a party's
    name would tell whose.
    """
    row.withdrawn_at, row.withdrawn_by = uow.now(), told_to_the_table(row, by)
    withdrawn = MessageTakenBack if row.author_party_id is not None else MessageWithdrawn
    await uow.record(
        withdrawn(
            dispute_id=row.dispute_id,
            space_id=row.space_id,
            rule=rule.number,
            actor_id=row.withdrawn_by,
            message_id=row.id,
        )
    )


def told_to_the_table(row: Message, by: AccountId) -> AccountId | None:
    """Return who its room is told withdrew a message, or put it back: nobody, for one of the mediator's."""
    return None if row.author_party_id is None else by


async def is_read_beyond(uow: UnitOfWork, message_id: MessageId, party_id: PartyId) -> bool:
    """Tell whether a message was handed to somebody of another party than this one, or taken away."""
    unread = select(Message.id).where(
        Message.id == message_id, Message.withdrawn_at.is_(None), ~handed_beyond(party_id)
    )
    return await uow.session.scalar(unread) is None


async def _unnoted(uow: UnitOfWork, actor: Actor, space: SpaceFacts, before: MessageId | None) -> list[MessageId]:
    """Return which messages of a page, of those that are noted, the actor was not handed yet."""
    if space.kind not in {SpaceKind.JOINT, SpaceKind.CAUCUS}:
        return []
    shown = (await newest_messages(uow, actor, space, before)).limit(PAGE).with_only_columns(Message.id)
    rows = await uow.session.scalars(
        select(Message.id).where(
            Message.id.in_(shown),
            is_noted(space),
            Message.author_id != actor.account_id,
            Message.withdrawn_at.is_(None),
            ~handed_to(actor),
        )
    )
    return list(rows)
