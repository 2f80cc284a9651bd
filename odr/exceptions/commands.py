"""Without consent, under the law's two exceptions (law 95-125, art. 21-3): a mediator's disclosure, and telling of it.

a) imperious reasons of public order, a child's higher interest, or the physical or psychological integrity of a person;
b) performing the agreement needs that its existence or its content be revealed. One thing is disclosed, to named
recipients, and handed over outside as a dated extract: nothing enters any room (docs/adr, exceptions of the law).
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import select

from odr.deadlines.calendar import day_of, end_of
from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, set_timer
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.exceptions.events import ExceptionNoted, ExceptionUsed, ExceptionUsedTogether
from odr.exceptions.models import LegalException
from odr.exceptions.queries import facts_of, knows_of, place_of
from odr.exceptions.weighing import Facts, Using, Weighed, weigh_exception
from odr.ids import AccountId, DisputeId, LegalExceptionId, SpaceId, new_id
from odr.spaces.queries import find_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act, SpaceKind, Thing

_BECAUSE: Final = {SpaceKind.CAUCUS: "V117", SpaceKind.JOINT: "V118"}
"""The line under which those who are told read of it; it is what telling them follows from."""


async def use_exception(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, using: Using
) -> LegalExceptionId:
    """Put on record that one thing is disclosed without consent, under an exception of the law (mediator).

    Whose confidence it was is told at once; where a person's integrity forbids it, later, and until then nothing of
    theirs tells. Raises as :func:`weigh_exception` does, and :class:`InvalidInputError` (``read``: required;
    ``days``: no_notes, where the mediator's own ledger is gone).
    """
    weighed = await weigh_exception(uow, actor, dispute_id, space_id, using)
    typed = Typed()
    if not using.read:
        typed.wrong("read", "required")
    typed.check()
    space, now = weighed.space, uow.now()
    row = LegalException(
        id=LegalExceptionId(new_id()),
        dispute_id=dispute_id,
        space_id=space.id,
        kind=space.kind,
        party_id=space.party_id,
        ground=weighed.ground,
        matter=weighed.matter,
        exhibit_id=weighed.exhibit_id,
        version_id=weighed.version_id,
        used_by=actor.account_id,
        used_at=now,
        noted_in=space.id,
        tell_by=None,
        told_at=None,
        told_index=None,
    )
    text = msgspec.json.encode(weighed.facts).decode()
    row.facts_sealed = await uow.vault.seal_text(uow.session, space.ref, row.id, text)
    if weighed.days:
        row.tell_by = tell_by = end_of(day_of(now) + timedelta(days=weighed.days))
        await _note(uow, actor, row, weighed, tell_by)
    else:
        row.noted_index = await _tell(uow, row, weighed.facts, weighed.rule.number, actor.account_id)
    uow.session.add(row)
    await uow.session.flush()
    return row.id


async def tell_of_exception(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exception_id: LegalExceptionId
) -> None:
    """Tell whose confidence it was now, before the time set for it (mediator).

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`ConflictError` (``changed_meanwhile``: told).
    """
    row = await _locked(uow, exception_id)
    if row is None or row.dispute_id != dispute_id or not knows_of(actor, row):
        raise NotFoundError
    rule = actor.may(Act.USE, Thing.EXCEPTION, place_of(row))
    if rule is None:
        raise NotPermittedError("not_permitted")
    if row.told_at is not None:
        raise ConflictError("changed_meanwhile")
    await _tell(uow, row, await facts_of(uow, row), rule.number, actor.account_id)


async def end_silence(uow: UnitOfWork, knock: Knock) -> None:
    """Tell whose confidence it was, as the time set for it is over."""
    row = None if knock.subject_id is None else await _locked(uow, LegalExceptionId(knock.subject_id))
    if row is not None and row.told_at is None:
        await _tell(uow, row, await facts_of(uow, row), _BECAUSE[row.kind], None)


async def _locked(uow: UnitOfWork, exception_id: LegalExceptionId) -> LegalException | None:
    found: LegalException | None = await uow.session.scalar(
        select(LegalException)
        .where(LegalException.id == exception_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def _tell(uow: UnitOfWork, row: LegalException, facts: Facts, rule: str, actor_id: AccountId | None) -> int:
    event = ExceptionUsed if row.kind is SpaceKind.CAUCUS else ExceptionUsedTogether
    remembered = await uow.record(
        event(
            dispute_id=row.dispute_id,
            space_id=row.space_id,
            rule=rule,
            actor_id=actor_id,
            exception_id=row.id,
            ground=row.ground,
            matter=row.matter,
            exhibit_id=row.exhibit_id,
            sha256=facts.sha256,
            recipients=len(facts.recipients),
            used_at=row.used_at,
        )
    )
    row.told_at, row.told_index = uow.now(), remembered.index
    return remembered.index


async def _note(uow: UnitOfWork, actor: Actor, row: LegalException, weighed: Weighed, tell_by: datetime) -> None:
    """Put it into the ledger of the mediator's own notes, which nobody else reads, and set the timer that tells."""
    own = await find_space(uow, row.dispute_id, SpaceKind.NOTES, holder_id=actor.account_id)
    notes = own or await find_space(uow, row.dispute_id, SpaceKind.NOTES)
    if notes is None:
        raise InvalidInputError({"days": "no_notes"})
    remembered = await uow.record(
        ExceptionNoted(
            dispute_id=row.dispute_id,
            space_id=notes.id,
            rule=weighed.rule.number,
            actor_id=actor.account_id,
            exception_id=row.id,
            ground=row.ground,
            matter=row.matter,
            exhibit_id=row.exhibit_id,
            sha256=weighed.facts.sha256,
            recipients=len(weighed.facts.recipients),
            used_at=row.used_at,
            tell_by=tell_by,
        )
    )
    row.noted_in, row.noted_index = notes.id, remembered.index
    await set_timer(uow, Deadline.TELLING, row.dispute_id, tell_by, subject_id=row.id)
