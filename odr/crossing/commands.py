"""Sentences on the mediator's side: proposed to a party, and said at the table on its consent, word for word."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import select

from odr.crossing.events import StatementHanded, StatementProposed, StatementSaid, StatementWithdrawn
from odr.crossing.handing import is_handed, say_apart
from odr.crossing.models import Statement, StatementState, Wording
from odr.crossing.paraphrasing import digest_behind, paraphrased, stands
from odr.crossing.wording import agrees
from odr.deadlines.table import TABLE, Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, ConsentMissingError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, ExhibitId, MessageId, PartyId, SpaceId, StatementId, new_id
from odr.parties.choosing import recipients_of
from odr.parties.queries import parties_of
from odr.spaces.commands import say_as
from odr.spaces.models import Message
from odr.spaces.queries import SpaceFacts, space_of, visible_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import SpaceRef

TEXT_LIMIT: Final = 4000
DAYS: Final = TABLE[Deadline.CONSENT].length
MOST_DAYS: Final = 90


class Terms(msgspec.Struct, frozen=True):
    """The very words, what they are for and to whom they go; the reason of a refusal. Sealed under the caucus's key."""

    text: str
    purpose: str
    recipients: tuple[PartyId, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence as it is typed: its words, what for, its wording, the message it is taken from, for how many days.

    ``exhibit_id``: the exhibit of this caucus that it says in other words, instead of a message. ``recipients``: some
    of the other parties, to whom it is said each in its own caucus; ``None``, or all of them: everyone at the table.
    """

    text: str
    purpose: str
    wording: str = Wording.PARAPHRASE
    source_id: MessageId | None = None
    days: int = DAYS
    exhibit_id: ExhibitId | None = None
    recipients: tuple[PartyId, ...] | None = None


async def propose_statement(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, asked: Asked
) -> StatementId:
    """Ask a party to let a sentence of its caucus be said to everyone at the table, or to some (mediator).

    Raises :class:`InvalidInputError` (``text``: required, too_long, not_these_words; ``purpose``; ``wording``:
    choose_one, needs_message, other_words, another_partys; ``days``: bad_days; ``recipients``: choose_some,
    choose_one), :class:`NotFoundError`, :class:`NotPermittedError`, :class:`ConflictError` (``already_there``:
    everyone reads the exhibit itself), :class:`WrongStageError`.
    """
    caucus, rule = await caucus_of(uow, actor, dispute_id, space_id, Act.DISCLOSE)
    row, terms = await _drawn(uow, actor, caucus, asked, StatementState.ASKED)
    await uow.record(
        StatementProposed(
            dispute_id=dispute_id,
            space_id=space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            statement_id=row.id,
            sha256=digest_of(terms.text),
            wording=row.wording,
            recipients=terms.recipients,
            expires_at=row.expires_at,
            paraphrases=await digest_behind(uow, row),
            apart=row.apart,
        )
    )
    return row.id


async def draw_offer(uow: UnitOfWork, actor: Actor, caucus: SpaceFacts, asked: Asked) -> tuple[Statement, Terms]:
    """Write down a sentence that its party allows unasked. For :func:`offer_statement`."""
    return await _drawn(uow, actor, caucus, asked, StatementState.ALLOWED)


async def _drawn(
    uow: UnitOfWork, actor: Actor, caucus: SpaceFacts, asked: Asked, state: StatementState
) -> tuple[Statement, Terms]:
    typed = Typed()
    wording = typed.choice("wording", asked.wording, Wording)
    source = await _source(uow, actor, caucus, asked.source_id)
    act = Act.DISCLOSE if state is StatementState.ASKED else Act.CONSENT
    version = await paraphrased(uow, actor, caucus, asked.exhibit_id, act) if asked.exhibit_id else None
    text = source if wording is Wording.ORIGINAL and source else asked.text
    clean = typed.text("text", text, limit=TEXT_LIMIT)
    purpose = typed.text("purpose", asked.purpose, limit=TEXT_LIMIT, required=state is StatementState.ASKED)
    if not 1 <= asked.days <= MOST_DAYS:
        typed.wrong("days", "bad_days")
    if state is StatementState.ASKED and await is_handed(uow, asked.source_id):
        typed.wrong("text", "another_partys")
    if version is not None and (wording is not Wording.PARAPHRASE or source is not None):
        typed.wrong("wording", "other_words")
    elif wording is not Wording.PARAPHRASE and source is None:
        typed.wrong("wording", "needs_message")
    elif source is not None and not agrees(wording, clean, source):
        typed.wrong("text", "not_these_words")
    others = tuple(party.id for party in await parties_of(uow, caucus.dispute_id) if party.id != caucus.party_id)
    recipients = recipients_of(typed, others, asked.recipients)
    require((await visible_dispute(uow, actor, caucus.dispute_id)).stage, Activity.SPEAK_APART)
    typed.check()
    owner_id = caucus.party_id
    if owner_id is None:
        raise NotFoundError
    terms, statement_id = Terms(clean, purpose, recipients), StatementId(new_id())
    allowed, expires_at = state is StatementState.ALLOWED, due_at(Deadline.CONSENT, uow.now(), length=asked.days)
    row = Statement(
        id=statement_id,
        dispute_id=caucus.dispute_id,
        caucus_id=caucus.id,
        owner_id=owner_id,
        source_id=asked.source_id,
        exhibit_version_id=version.id if version else None,
        message_id=MessageId(new_id()),
        wording=wording,
        state=state,
        terms_sealed=await seal_terms(uow, caucus.ref, statement_id, terms),
        apart=recipients != others,
        proposed_by=actor.account_id,
        offered=allowed,
        proposed_at=uow.now(),
        expires_at=expires_at,
        answered_by=actor.account_id if allowed else None,
        answered_at=uow.now() if allowed else None,
        said_at=None,
    )
    uow.session.add(row)
    await set_timer(uow, Deadline.CONSENT, caucus.dispute_id, expires_at, subject_id=statement_id)
    return row, terms


async def _source(uow: UnitOfWork, actor: Actor, caucus: SpaceFacts, source_id: MessageId | None) -> str | None:
    """Return the text of a message of this caucus; ``None`` where none is named. Raises :class:`NotFoundError`."""
    if source_id is None:
        return None
    row = await uow.session.scalar(select(Message).where(Message.id == source_id, Message.space_id == caucus.id))
    reads = row is not None and actor.may(Act.READ, Thing.MESSAGE, caucus.place_of(row.owner_id, row.at)) is not None
    if row is None or row.withdrawn_at is not None or not reads:
        raise NotFoundError
    return await uow.vault.open_text(uow.session, caucus.ref, row.id, row.body_sealed)


async def say_statement(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId
) -> tuple[MessageId, ...]:
    """Say a sentence, on its party's standing consent and word for word: at the table, or to each of its recipients.

    There it is a message of the mediator like any other. Raises :class:`ConsentMissingError` (``consent_missing``: none
    stands, it has expired, it does not cover everybody who reads the joint space now, or it is of another party's
    words), :class:`ConflictError` (``changed_meanwhile``: said already, or the exhibit that it says in other words was
    replaced or taken back), :class:`NotPermittedError`, :class:`WrongStageError`.
    """
    row, rule = await statement_for(uow, actor, dispute_id, statement_id, Act.DISCLOSE)
    stage = (await visible_dispute(uow, actor, dispute_id)).stage
    require(stage, Activity.SPEAK_APART if row.apart else Activity.SPEAK_TOGETHER)
    if row.state is StatementState.SAID or not await stands(uow, row):
        raise ConflictError("changed_meanwhile")
    terms = await terms_of(uow, row)
    readers = {party.id for party in await parties_of(uow, dispute_id)} - {row.owner_id}
    covered = row.apart or readers <= set(terms.recipients)
    allowed = row.state is StatementState.ALLOWED and row.expires_at > uow.now()
    if not allowed or not covered or await is_handed(uow, row.source_id):
        raise ConsentMissingError("consent_missing")
    told: dict[str, Any] = {
        "dispute_id": dispute_id,
        "space_id": row.caucus_id,
        "rule": rule.number,
        "actor_id": actor.account_id,
        "statement_id": row.id,
        "paraphrases": await digest_behind(uow, row),
    }
    row.state, row.said_at = StatementState.SAID, uow.now()
    if row.apart:
        await uow.record(StatementHanded(**told))
        return await say_apart(uow, actor, row, terms.text, terms.recipients)
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    speaking = actor.may(Act.WRITE, Thing.MESSAGE, joint.place)
    if speaking is None:
        raise NotPermittedError("not_permitted")
    await uow.record(StatementSaid(**told, message_id=row.message_id))
    await say_as(uow, actor, joint, speaking, terms.text, message_id=row.message_id)
    return (row.message_id,)


async def drop_statement(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId) -> None:
    """Take back one's own question before it is answered (mediator). Raises :class:`ConflictError`."""
    row, rule = await statement_for(uow, actor, dispute_id, statement_id, Act.DISCLOSE)
    if row.state is not StatementState.ASKED:
        raise ConflictError("changed_meanwhile")
    await end_statement(uow, actor, row, rule)


async def end_statement(uow: UnitOfWork, actor: Actor, row: Statement, rule: Rule) -> None:
    """Note that a sentence will not, or does no longer, stand at the table."""
    row.state = StatementState.WITHDRAWN
    await uow.record(
        StatementWithdrawn(
            dispute_id=row.dispute_id,
            space_id=row.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            statement_id=row.id,
        )
    )


async def caucus_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, act: Act
) -> tuple[SpaceFacts, Rule]:
    """Return a caucus that the actor may enter, and the line under which they may do ``act`` with what is said there.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`.
    """
    space = await visible_space(uow, actor, dispute_id, space_id)
    if space.kind is not SpaceKind.CAUCUS:
        raise NotFoundError
    rule = actor.may(act, Thing.MESSAGE, space.place)
    if rule is None:
        raise NotPermittedError(actor.refusal(act, Thing.MESSAGE, space.place))
    return space, rule


async def statement_for(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId, act: Act
) -> tuple[Statement, Rule]:
    """Return a sentence, its row locked, and the line under which the actor may do ``act`` with it.

    Raises :class:`NotFoundError` where they may not know of it, :class:`NotPermittedError`.
    """
    row = await uow.session.scalar(
        select(Statement)
        .where(Statement.id == statement_id, Statement.dispute_id == dispute_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    place = None if row is None else Place(dispute_id, row.owner_id, SpaceKind.CAUCUS, row.proposed_at)
    if row is None or place is None or actor.may(Act.READ, Thing.MESSAGE, place) is None:
        raise NotFoundError
    rule = actor.may(act, Thing.MESSAGE, place)
    if rule is None:
        raise NotPermittedError(actor.refusal(act, Thing.MESSAGE, place))
    return row, rule


async def seal_terms(uow: UnitOfWork, caucus: SpaceRef, label: StatementId, terms: Terms) -> bytes:
    """Seal a sentence's terms for its row."""
    return await uow.vault.seal_text(uow.session, caucus, label, msgspec.json.encode(terms).decode())


async def terms_of(uow: UnitOfWork, row: Statement) -> Terms:
    """Open a sentence's terms."""
    caucus = SpaceRef(row.dispute_id, row.caucus_id)
    return msgspec.json.decode(await uow.vault.open_text(uow.session, caucus, row.id, row.terms_sealed), type=Terms)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a sentence's words, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
