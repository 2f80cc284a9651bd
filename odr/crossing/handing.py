"""Sentences for some of the other parties: each of them reads it in its own caucus, and nobody else learns of it.

There it is a message of the mediator like any other, under that room's key, in that room's ledger.
"""

from collections.abc import Sequence

from sqlalchemy import exists, select

from odr.crossing.models import Handing, Statement
from odr.errors import NotPermittedError
from odr.ids import MessageId, PartyId, new_id
from odr.spaces.commands import say_as
from odr.spaces.models import Message
from odr.spaces.queries import space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act, SpaceKind, Thing


async def say_apart(
    uow: UnitOfWork, actor: Actor, row: Statement, text: str, recipients: Sequence[PartyId]
) -> tuple[MessageId, ...]:
    """Say a sentence to each of its recipients in its own caucus. For the command that permitted it.

    Raises :class:`NotPermittedError`.
    """
    said: list[MessageId] = []
    for party_id in recipients:
        caucus = await space_of(uow, row.dispute_id, SpaceKind.CAUCUS, party_id)
        speaking = actor.may(Act.WRITE, Thing.MESSAGE, caucus.place)
        if speaking is None:
            raise NotPermittedError("not_permitted")
        message_id = await say_as(uow, actor, caucus, speaking, text, message_id=MessageId(new_id()))
        uow.session.add(Handing(message_id=message_id, statement_id=row.id, caucus_id=caucus.id))
        said.append(message_id)
    return tuple(said)


async def where_said(uow: UnitOfWork, message_id: MessageId) -> tuple[MessageId, ...]:
    """Return as which messages a sentence was said, in one order; for a message at the table, that one.

    ``message_id`` is the one that a sentence, or a quarantine, names.
    """
    found = await uow.session.scalars(
        select(Handing.message_id)
        .join(Statement, Statement.id == Handing.statement_id)
        .where(Statement.message_id == message_id)
        .order_by(Handing.message_id)
    )
    return tuple(found) or (message_id,)


async def is_handed(uow: UnitOfWork, message_id: MessageId | None) -> bool:
    """Tell whether a caucus's message is another party's sentence: that one's to let out further, not the caucus's."""
    return message_id is not None and await uow.session.get(Handing, message_id) is not None


async def still_heard(uow: UnitOfWork, row: Statement) -> bool:
    """Tell whether a sentence that was said apart stands in a caucus still."""
    there = exists().where(
        Handing.statement_id == row.id, Message.id == Handing.message_id, Message.withdrawn_at.is_(None)
    )
    return bool(await uow.session.scalar(select(there)))
