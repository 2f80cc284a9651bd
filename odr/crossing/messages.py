"""A message stopped as a wrong disclosure: off the table at once, back again, or out for good.

A party stops its own messages; and any message of the mediator's, who may repeat what was said apart, asked or not.
That one is withdrawn in nobody's name, whoever stopped it: a name at the table would tell whose words they were. A
sentence that was said to some apart is stopped by its party or the mediator, in every caucus where it stands.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update

from odr.crossing.commands import digest_of, statement_for, terms_of
from odr.crossing.handing import where_said
from odr.crossing.models import Quarantine, Statement, StatementState
from odr.crossing.stopping import Facts, begin_quarantine, concerned, why_of
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.withdrawing import require_before_the_end
from odr.ids import AccountId, DisputeId, MessageId, PartyId, QuarantineId, SpaceId, StatementId
from odr.spaces.events import MessageRestored, MessageRestoredApart
from odr.spaces.models import Message, Reading
from odr.spaces.queries import visible_space
from odr.spaces.reading import empty, told_to_the_table, withdraw_from_table
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, Condition, SpaceKind, Thing


async def quarantine_message(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    message_id: MessageId,
    *,
    why: str,
    concerns: PartyId | None = None,
) -> QuarantineId:
    """Withdraw a message from the table at once: its party, the mediator, or, of the mediator's, any party.

    What stays there is the line of a message that was taken back or, of the mediator's, withdrawn. ``concerns``: whose
    secret it is, for a message of the mediator's that the mediator stops; a party stops it as its own. Raises as
    :func:`quarantine_exhibit` does.
    """
    space = await visible_space(uow, actor, dispute_id, space_id)
    row = await uow.session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.space_id == space.id, Message.withdrawn_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or space.kind is not SpaceKind.JOINT:
        raise NotFoundError
    rule = _stops(actor, dispute_id, row.owner_id)
    if rule is None:
        raise NotPermittedError("not_permitted")
    await require_before_the_end(uow, actor, dispute_id)
    clean = why_of(why)
    party_id = row.owner_id or actor.party_in(dispute_id)
    party_id = party_id or await _speaker_for(uow, message_id) or await concerned(uow, dispute_id, concerns)
    text = await uow.vault.open_text(uow.session, space.ref, row.id, row.body_sealed)
    await withdraw_from_table(uow, row, actor.account_id, rule)
    read = await _read_by(uow, [message_id])
    facts = Facts(clean, "", "", hashlib.sha256(text.encode()).hexdigest())
    begun = Quarantine(exhibit_id=None, message_id=message_id, disclosure_id=None, number="", party_id=party_id)
    return await begin_quarantine(uow, actor, dispute_id, begun, facts, read, rule)


async def quarantine_statement(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId, *, why: str
) -> QuarantineId:
    """Withdraw a sentence that was said to some apart from every caucus where it stands, at once.

    Its party, or the mediator. What stays there is the line of a message of the mediator's that was withdrawn. Raises
    :class:`InvalidInputError` (``why``), :class:`NotFoundError`, :class:`NotPermittedError`, :class:`ConflictError`
    (``changed_meanwhile``: it stands in no caucus), :class:`WrongStageError`.
    """
    row, rule = await statement_for(uow, actor, dispute_id, statement_id, Act.QUARANTINE)
    await require_before_the_end(uow, actor, dispute_id)
    clean = why_of(why)
    ids = await where_said(uow, row.message_id) if row.apart else ()
    standing = [message for message in await _locked(uow, ids) if message.withdrawn_at is None]
    if not standing:
        raise ConflictError("changed_meanwhile")
    for message in standing:
        await withdraw_from_table(uow, message, actor.account_id, rule)
    facts = Facts(clean, "", "", digest_of((await terms_of(uow, row)).text))
    begun = Quarantine(exhibit_id=None, message_id=row.message_id, disclosure_id=None, number="", party_id=row.owner_id)
    return await begin_quarantine(uow, actor, dispute_id, begun, facts, await _read_by(uow, ids), rule)


async def stoppable_among(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, message_ids: Collection[MessageId]
) -> set[MessageId]:
    """Return which of these joint messages, which the actor has read, they may withdraw at once.

    Of the mediator's, all or none: which of them were sentences that another party allowed, nothing tells.
    """
    rows = await uow.session.execute(
        select(Message.id, Message.owner_id).where(
            Message.id.in_(message_ids),
            Message.dispute_id == dispute_id,
            Message.kind == SpaceKind.JOINT,
            Message.withdrawn_at.is_(None),
        )
    )
    return {row[0] for row in rows.all() if _stops(actor, dispute_id, row[1]) is not None}


async def put_message_back(uow: UnitOfWork, actor: Actor, message_id: MessageId, rule: Rule) -> None:
    """Let it stand in its place again. For commands that permitted it."""
    for message in await _locked(uow, await where_said(uow, message_id)):
        message.withdrawn_at = message.withdrawn_by = None
        restored = MessageRestored if message.kind is SpaceKind.JOINT else MessageRestoredApart
        await uow.record(
            restored(
                dispute_id=message.dispute_id,
                space_id=message.space_id,
                rule=rule.number,
                actor_id=told_to_the_table(message, actor.account_id),
                message_id=message.id,
            )
        )


async def take_message_out(uow: UnitOfWork, message_id: MessageId, party_id: PartyId) -> None:
    """Empty it for good; a sentence of this party's that it was is withdrawn. For commands that permitted it.

    Another party's stays said: what is decided apart shows on no page of another party's. Raises
    :class:`ConflictError` (``words_held``).
    """
    for message in await _locked(uow, await where_said(uow, message_id)):
        await empty(uow, message)
    await uow.session.execute(
        update(Statement)
        .where(Statement.message_id == message_id, Statement.owner_id == party_id)
        .values(state=StatementState.WITHDRAWN)
    )


async def _locked(uow: UnitOfWork, ids: Sequence[MessageId]) -> Sequence[Message]:
    rows = await uow.session.scalars(
        select(Message)
        .where(Message.id.in_(ids))
        .order_by(Message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def _read_by(uow: UnitOfWork, ids: Sequence[MessageId]) -> dict[AccountId, datetime]:
    """Return who was handed one of these messages, and when first."""
    rows = await uow.session.execute(
        select(Reading.reader_id, Reading.at).where(Reading.message_id.in_(ids)).order_by(Reading.at.desc())
    )
    return {row[0]: row[1] for row in rows.all()}


async def _speaker_for(uow: UnitOfWork, message_id: MessageId) -> PartyId | None:
    """Return the party whose sentence a message of the mediator's is, if it is one."""
    found: PartyId | None = await uow.session.scalar(
        select(Statement.owner_id).where(Statement.message_id == message_id)
    )
    return found


def _stops(actor: Actor, dispute_id: DisputeId, owner_id: PartyId | None) -> Rule | None:
    """Return the line under which the actor may stop a message of this party's, or of the mediator's."""
    holds = frozenset({Condition.OF_THE_MEDIATOR}) if owner_id is None else frozenset[Condition]()
    return actor.may(Act.QUARANTINE, Thing.MESSAGE, Place(dispute_id, owner_id, SpaceKind.JOINT), holds)
