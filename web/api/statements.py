"""Sentences of a caucus that the mediator may say: proposed or offered, allowed, refused, withdrawn, said."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.crossing.answering import allow_statement, offer_statement, refuse_statement, withdraw_statement
from odr.crossing.commands import DAYS, Asked, drop_statement, propose_statement, say_statement
from odr.crossing.messages import quarantine_statement
from odr.crossing.queries import (
    StatementState,
    StatementView,
    Wording,
    paraphrases_of,
    statements_in,
    visible_statement,
)
from odr.evidence.queries import visible_exhibit
from odr.ids import DisputeId, ExhibitId, MessageId, PartyId, SpaceId, StatementId
from odr.spaces.queries import visible_space
from odr.spaces.reading import take_back_message
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, send
from web.api.exhibits import EXHIBIT
from web.api.rooms import ROOMS
from web.api.shapes import Reason, Text, shown

STATEMENT: Final = "/disputes/{dispute_id:uuid}/statements/{statement_id:uuid}"


class Statement(msgspec.Struct):
    """A sentence, as its party and the mediator see it. ``opened``: another party has read it at the table.

    ``exhibit_id`` and ``exhibit_sha256`` (empty without one): the caucus exhibit that it says in other words, in the
    version it was written of; ``outdated``: that exhibit was replaced or taken back since, and nothing is allowed.
    ``apart``: it is for ``recipients`` alone, each in its own caucus.
    """

    id: UUID
    caucus_id: UUID
    party: str
    state: StatementState
    wording: Wording
    text: str
    purpose: str
    recipients: list[UUID]
    apart: bool
    reason: str
    offered: bool
    source_id: UUID | None
    exhibit_id: UUID | None
    exhibit_sha256: str
    outdated: bool
    proposed_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    said_at: datetime | None
    opened: bool


class NewStatement(msgspec.Struct, forbid_unknown_fields=True):
    """The very words; how they stand to the message they are taken from, if any; for how many days they hold.

    ``exhibit_id``: the exhibit of this caucus that they say in other words, instead of a message. ``recipients``: some
    of the other parties, each of which reads it in its own caucus; left out, or all of them: everyone at the table.
    """

    text: Text = ""
    purpose: Text = ""
    wording: Wording = Wording.PARAPHRASE
    source_id: UUID | None = None
    exhibit_id: UUID | None = None
    recipients: list[UUID] | None = None
    days: int = DAYS


class Stop(msgspec.Struct, forbid_unknown_fields=True):
    """What happened, for the record of the party concerned and the mediator."""

    why: Text


def _body(view: StatementView) -> Statement:
    return shown(view, Statement)


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, statement_id: UUID) -> Statement:
    return _body(await visible_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id)))


def _asked(data: NewStatement) -> Asked:
    source = MessageId(data.source_id) if data.source_id else None
    exhibit = ExhibitId(data.exhibit_id) if data.exhibit_id else None
    chosen = None if data.recipients is None else tuple(PartyId(each) for each in data.recipients)
    return Asked(data.text, data.purpose, data.wording, source, data.days, exhibit, chosen)


@read(f"{ROOMS}/{{space_id:uuid}}/statements")
async def list_statements(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> list[Statement]:
    """Return the sentences of a caucus that may be said, the newest first; for its party and the mediator."""
    space = await visible_space(uow, actor, DisputeId(dispute_id), SpaceId(space_id))
    return [_body(each) for each in await statements_in(uow, actor, space)]


@read(f"{EXHIBIT}/paraphrases")
async def list_paraphrases(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> list[Statement]:
    """Return the sentences that say in other words what an exhibit shows; for its party and the mediator, else none."""
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    await visible_exhibit(uow, actor, *of)
    return [_body(each) for each in await paraphrases_of(uow, actor, *of)]


@create(f"{ROOMS}/{{space_id:uuid}}/statements")
async def propose_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    data: JSONBody[NewStatement],
) -> Statement:
    """Ask the party of a caucus to let a sentence be said to everyone at the table, or to some (mediator)."""
    made = await propose_statement(uow, actor, DisputeId(dispute_id), SpaceId(space_id), _asked(data))
    return await _shown(uow, actor, dispute_id, made)


@create(f"{ROOMS}/{{space_id:uuid}}/statements/offer")
async def offer_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    data: JSONBody[NewStatement],
) -> Statement:
    """Allow the mediator, unasked, to say a sentence of one's own (party)."""
    made = await offer_statement(uow, actor, DisputeId(dispute_id), SpaceId(space_id), _asked(data))
    return await _shown(uow, actor, dispute_id, made)


@read(STATEMENT)
async def show_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Statement:
    """Return one sentence; for its party and the mediator."""
    return await _shown(uow, actor, dispute_id, statement_id)


@send(f"{STATEMENT}/allow")
async def allow_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Statement:
    """Consent to these very words (party)."""
    await allow_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return await _shown(uow, actor, dispute_id, statement_id)


@send(f"{STATEMENT}/refuse")
async def refuse_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> Statement:
    """Refuse; no reason is owed (party)."""
    await refuse_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id), reason=data.reason)
    return await _shown(uow, actor, dispute_id, statement_id)


@send(f"{STATEMENT}/withdraw")
async def withdraw_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Statement:
    """Withdraw a consent, as long as no other party has read the sentence (party)."""
    await withdraw_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return await _shown(uow, actor, dispute_id, statement_id)


@send(f"{STATEMENT}/drop")
async def drop_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Statement:
    """Take a question back before it is answered (mediator)."""
    await drop_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return await _shown(uow, actor, dispute_id, statement_id)


@send(f"{STATEMENT}/say")
async def say_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Statement:
    """Say it, on a standing consent, word for word and to whom it covers (mediator); 409 without one."""
    await say_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return await _shown(uow, actor, dispute_id, statement_id)


@send(f"{STATEMENT}/stop")
async def stop_sentence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
    data: JSONBody[Stop],
) -> Statement:
    """Withdraw a sentence at once from every caucus where it was said by mistake (its party, or the mediator)."""
    await quarantine_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id), why=data.why)
    return await _shown(uow, actor, dispute_id, statement_id)


@send(f"{ROOMS}/{{space_id:uuid}}/messages/{{message_id:uuid}}/take-back")
async def take_message_back(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> None:
    """Take one's own message back from the joint space, as long as no other party has read it."""
    await take_back_message(uow, actor, DisputeId(dispute_id), SpaceId(space_id), MessageId(message_id))


handlers = (
    list_statements,
    list_paraphrases,
    propose_sentence,
    offer_sentence,
    show_sentence,
    allow_sentence,
    refuse_sentence,
    withdraw_sentence,
    drop_sentence,
    say_sentence,
    stop_sentence,
    take_message_back,
)
