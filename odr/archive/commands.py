"""Asking to read a sealed record, deciding on it by a second person, and closing a file."""

from datetime import timedelta
from typing import Final

from sqlalchemy import CursorResult, select, update

from odr.archive.events import AccessAsked, AccessAuthorised, AccessRefused
from odr.archive.models import AccessRequest, AccessState, Record
from odr.archive.queries import RecordView, is_keeper, visible_record
from odr.archive.sealing import CHECK, JOB
from odr.disputes.commands import move, permitted_by
from odr.disputes.holds import refuse_if_held
from odr.disputes.lifecycle import Step
from odr.disputes.queries import dispute_facts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import AccessId, DisputeId, RecordId, new_id
from odr.sessions.keeping import destroy_drafts
from odr.spaces.commands import destroy_notes
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole

MOTIVE_LIMIT: Final = 2000
READING_DAYS: Final = 7
RULE: Final = "V17"  # a sealed record is read for a reason that was authorised


async def ask_access(uow: UnitOfWork, actor: Actor, record_id: RecordId, *, motive: str) -> AccessId:
    """An archivist asks to read a sealed record, and says why. The motive is sealed under the procedure space's key.

    Raises InvalidInputError (``motive``), NotFoundError, NotPermittedError (who keeps the archive, but is no
    archivist) and ConflictError ``asked_already`` while an earlier request of theirs waits or holds.
    """
    typed = Typed()
    clean = typed.text("motive", motive, limit=MOTIVE_LIMIT)
    record = await visible_record(uow, actor, record_id)
    if not actor.is_a(CentreRole.ARCHIVIST):
        raise NotPermittedError("not_permitted")
    typed.check()
    await uow.session.execute(select(Record.id).where(Record.id == record_id).with_for_update())
    if await _stands(uow, actor, record):
        raise ConflictError("asked_already")
    dispute = await dispute_facts(uow, record.dispute_id)
    access_id = AccessId(new_id())
    uow.session.add(
        AccessRequest(
            id=access_id,
            record_id=record.id,
            dispute_id=record.dispute_id,
            asked_by=actor.account_id,
            asked_at=uow.now(),
            motive_sealed=await uow.vault.seal_text(uow.session, dispute.procedure, access_id, clean),
            state=AccessState.ASKED,
        )
    )
    await uow.session.flush()
    await uow.record(
        AccessAsked(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=RULE,
            actor_id=actor.account_id,
            access_id=access_id,
            record_id=record.id,
        )
    )
    return access_id


async def _stands(uow: UnitOfWork, actor: Actor, record: RecordView) -> bool:
    mine = AccessRequest.record_id == record.id, AccessRequest.asked_by == actor.account_id
    waits = AccessRequest.state == AccessState.ASKED
    holds = (AccessRequest.state == AccessState.AUTHORISED) & (AccessRequest.expires_at > uow.now())
    return await uow.session.scalar(select(AccessRequest.id).where(*mine, waits | holds).limit(1)) is not None


async def decide_access(uow: UnitOfWork, actor: Actor, access_id: AccessId, *, allow: bool) -> RecordId:
    """A second person, of the secretariat or another archivist, allows a reading for seven days, or refuses it.

    Raises NotFoundError, NotPermittedError ``own_request``, ConflictError for the second of two who decide.
    """
    row = await uow.session.get(AccessRequest, access_id)
    if row is None or not is_keeper(actor):
        raise NotFoundError
    if row.asked_by == actor.account_id:
        raise NotPermittedError("own_request")
    now = uow.now()
    expires = now + timedelta(days=READING_DAYS)
    decided = await uow.session.execute(
        update(AccessRequest)
        .where(AccessRequest.id == access_id, AccessRequest.state == AccessState.ASKED)
        .values(
            state=AccessState.AUTHORISED if allow else AccessState.REFUSED,
            decided_by=actor.account_id,
            decided_at=now,
            expires_at=expires if allow else None,
        )
        .execution_options(synchronize_session="fetch")
    )
    if not isinstance(decided, CursorResult) or decided.rowcount != 1:
        raise ConflictError("changed_meanwhile")
    dispute = await dispute_facts(uow, row.dispute_id)
    if allow:
        await uow.record(
            AccessAuthorised(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=RULE,
                actor_id=actor.account_id,
                access_id=access_id,
                record_id=row.record_id,
                expires_at=expires.isoformat(timespec="seconds"),
            )
        )
        await uow.enqueue(CHECK, {"record_id": str(row.record_id)}, dedupe_key=f"{CHECK}/{access_id}")
    else:
        await uow.record(
            AccessRefused(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=RULE,
                actor_id=actor.account_id,
                access_id=access_id,
                record_id=row.record_id,
            )
        )
    return row.record_id


async def close_file(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """The secretariat closes the file of a dispute that has ended; its record is sealed now if it was not yet.

    The mediator's notes and drafts of minutes are destroyed with it, so a legal hold keeps the file open.

    Raises NotFoundError, NotPermittedError, WrongStageError, ConflictError ``legal_hold``.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = permitted_by(actor, dispute, Step.SEAL)
    await refuse_if_held(uow, dispute_id)
    await move(uow, dispute_id, Step.SEAL, rule, actor)
    await destroy_notes(uow, dispute_id, procedure_id=dispute.procedure_space_id, actor_id=actor.account_id)
    await destroy_drafts(uow, dispute_id)
    if await uow.session.scalar(select(Record.id).where(Record.dispute_id == dispute_id)) is None:
        await uow.enqueue(JOB, {"dispute_id": str(dispute_id)}, dedupe_key=f"{JOB}/{dispute_id}")
