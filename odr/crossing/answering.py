"""Sentences on the party's side: offered unasked, allowed, refused, withdrawn until another party has read them."""

import msgspec

from odr.crossing.commands import (
    TEXT_LIMIT,
    Asked,
    caucus_of,
    digest_of,
    draw_offer,
    end_statement,
    seal_terms,
    statement_for,
    terms_of,
)
from odr.crossing.events import StatementAllowed, StatementOffered, StatementRefused
from odr.crossing.handing import where_said
from odr.crossing.models import StatementState
from odr.crossing.paraphrasing import digest_behind, stands
from odr.disputes.lifecycle import Activity, Stage, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.ids import DisputeId, SpaceId, StatementId
from odr.spaces.reading import empty_unread
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.decide import permit
from odr.visibility.terms import Act, SpaceKind, Standing, Thing
from vault import SpaceRef


async def offer_statement(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, asked: Asked
) -> StatementId:
    """Allow the mediator, unasked, to say a sentence of one's own. Raises as :func:`propose_statement` does."""
    caucus, rule = await caucus_of(uow, actor, dispute_id, space_id, Act.CONSENT)
    row, terms = await draw_offer(uow, actor, caucus, asked)
    await uow.record(
        StatementOffered(
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


async def allow_statement(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId) -> None:
    """Consent to a sentence's very words. Raises :class:`ConflictError` (``changed_meanwhile``).

    It was answered or expired meanwhile, or the exhibit that it says in other words was replaced or taken back.
    """
    row, rule = await statement_for(uow, actor, dispute_id, statement_id, Act.CONSENT)
    require((await visible_dispute(uow, actor, dispute_id)).stage, Activity.SPEAK_APART)
    if row.state is not StatementState.ASKED or row.expires_at <= uow.now() or not await stands(uow, row):
        raise ConflictError("changed_meanwhile")
    row.state, row.answered_by, row.answered_at = StatementState.ALLOWED, actor.account_id, uow.now()
    await uow.record(
        StatementAllowed(
            dispute_id=dispute_id,
            space_id=row.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            statement_id=row.id,
            sha256=digest_of((await terms_of(uow, row)).text),
            expires_at=row.expires_at,
            paraphrases=await digest_behind(uow, row),
        )
    )


async def refuse_statement(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId, *, reason: str
) -> None:
    """Refuse. A reason may be given to the mediator; none is owed. Raises :class:`ConflictError` as allowing does."""
    typed = Typed()
    clean = typed.text("reason", reason, limit=TEXT_LIMIT, required=False)
    row, rule = await statement_for(uow, actor, dispute_id, statement_id, Act.CONSENT)
    await _require_before_the_end(uow, actor, dispute_id)
    typed.check()
    if row.state is not StatementState.ASKED:
        raise ConflictError("changed_meanwhile")
    terms = msgspec.structs.replace(await terms_of(uow, row), reason=clean)
    row.terms_sealed = await seal_terms(uow, SpaceRef(dispute_id, row.caucus_id), row.id, terms)
    row.state, row.answered_by, row.answered_at = StatementState.REFUSED, actor.account_id, uow.now()
    await uow.record(
        StatementRefused(
            dispute_id=dispute_id,
            space_id=row.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            statement_id=row.id,
        )
    )


async def withdraw_statement(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId) -> None:
    """Withdraw a consent: then the sentence is never said, or taken back as long as no other party has read it.

    The line that stays where it was said is the one of any message of the mediator's that was withdrawn. Raises
    :class:`ConflictError` (``already_opened``, ``changed_meanwhile``), :class:`NotPermittedError`,
    :class:`WrongStageError`.
    """
    row, rule = await statement_for(uow, actor, dispute_id, statement_id, Act.CONSENT)
    await _require_before_the_end(uow, actor, dispute_id)
    if row.state is StatementState.SAID:
        where = SpaceKind.CAUCUS if row.apart else SpaceKind.JOINT
        speaking = permit(Standing.MEDIATOR, Act.WRITE, Thing.MESSAGE, where)
        if speaking is None:
            raise NotPermittedError("not_permitted")
        for message_id in await where_said(uow, row.message_id):
            await empty_unread(uow, message_id, row.owner_id, speaking)
    elif row.state is not StatementState.ALLOWED:
        raise ConflictError("changed_meanwhile")
    await end_statement(uow, actor, row, rule)


async def _require_before_the_end(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    stage = (await visible_dispute(uow, actor, dispute_id)).stage
    if stage is not Stage.SUSPENDED:
        require(stage, Activity.SPEAK_TOGETHER)
