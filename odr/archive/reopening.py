"""Reopening: asked with a motive, granted by two people of the centre. A linked new file; the record stays as it is."""

from typing import Final

import msgspec
from sqlalchemy import func, select, update

from odr.archive.commands import MOTIVE_LIMIT
from odr.archive.events import ReopeningAgreed, ReopeningAsked, ReopeningGranted, ReopeningRefused
from odr.archive.models import Record, Reopening, ReopeningState, ReopeningVote
from odr.archive.queries import is_keeper
from odr.archive.requests import QUORUM
from odr.disputes.commands import REASON_LIMIT, move, permitted_by
from odr.disputes.events import DisputeFiled
from odr.disputes.lifecycle import By, Stage, Step
from odr.disputes.mandates import keep_mandate, mandates_of
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, dispute_facts, standing_by, statement_of, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError, WrongStageError
from odr.ids import DisputeId, PartyId, ReopeningId, SeatId, new_id, new_reference
from odr.parties.commands import add_party, give_seat
from odr.parties.queries import SeatFacts, Side, seats_of
from odr.spaces.commands import ensure_space
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.visibility.terms import SpaceKind

_CENTRE: Final = frozenset({By.SECRETARIAT, By.ARCHIVIST})
GRANTED: Final = "L27"


async def reopenable(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> DisputeFacts:
    """Return a dispute that the actor may ask to reopen: for a party's representative, or an archivist.

    Raises NotFoundError, NotPermittedError, WrongStageError (not archived) and ConflictError ``not_sealed_yet``.
    """
    if actor.is_a(CentreRole.ARCHIVIST):
        dispute = await dispute_facts(uow, dispute_id)
        if dispute.is_complaint:
            raise NotFoundError
    else:
        dispute = await visible_dispute(uow, actor, dispute_id)
    permitted_by(actor, dispute, Step.REQUEST_REOPENING)
    if dispute.stage is not Stage.ARCHIVED:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.REQUEST_REOPENING)
    if await uow.session.scalar(select(Record.id).where(Record.dispute_id == dispute_id)) is None:
        raise ConflictError("not_sealed_yet")
    return dispute


async def ask_reopening(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, motive: str) -> ReopeningId:
    """Ask to reopen an archived dispute, and say why. Raises InvalidInputError ``motive`` and as :func:`reopenable`."""
    dispute = await reopenable(uow, actor, dispute_id)
    typed = Typed()
    clean = typed.text("motive", motive, limit=MOTIVE_LIMIT)
    typed.check()
    record_id = (await uow.session.scalars(select(Record.id).where(Record.dispute_id == dispute_id))).one()
    line = await move(uow, dispute_id, Step.REQUEST_REOPENING, standing_by(actor, dispute), actor)
    reopening_id = ReopeningId(new_id())
    uow.session.add(
        Reopening(
            id=reopening_id,
            record_id=record_id,
            dispute_id=dispute_id,
            asked_by=actor.account_id,
            asked_at=uow.now(),
            motive_sealed=await uow.vault.seal_text(uow.session, dispute.procedure, reopening_id, clean),
            state=ReopeningState.ASKED,
        )
    )
    await uow.session.flush()
    await uow.record(
        ReopeningAsked(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=line.number,
            actor_id=actor.account_id,
            reopening_id=reopening_id,
            record_id=record_id,
        )
    )
    return reopening_id


async def agree_to_reopening(uow: UnitOfWork, actor: Actor, reopening_id: ReopeningId) -> DisputeId | None:
    """One person of the centre agrees, never who asked; the second yes makes the new file, whose id is returned.

    Raises NotFoundError, NotPermittedError ``own_request``, ConflictError ``agreed_already`` or, when it was decided
    meanwhile, ``changed_meanwhile``.
    """
    row = await _decidable(uow, actor, reopening_id)
    if await uow.session.get(ReopeningVote, (reopening_id, actor.account_id)) is not None:
        raise ConflictError("agreed_already")
    uow.session.add(ReopeningVote(reopening_id=reopening_id, account_id=actor.account_id, at=uow.now()))
    await uow.session.flush()
    dispute = await dispute_facts(uow, row.dispute_id)
    await uow.record(
        ReopeningAgreed(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=GRANTED,
            actor_id=actor.account_id,
            reopening_id=reopening_id,
            record_id=row.record_id,
        )
    )
    given = await uow.session.scalar(
        select(func.count()).select_from(ReopeningVote).where(ReopeningVote.reopening_id == reopening_id)
    )
    if (given or 0) < QUORUM:
        return None
    line = await move(uow, dispute.id, Step.GRANT_REOPENING, standing_by(actor, dispute) & _CENTRE, actor)
    new_dispute_id = await _file_anew(uow, actor, dispute, row)
    await uow.session.execute(
        update(Reopening)
        .where(Reopening.id == reopening_id)
        .values(state=ReopeningState.GRANTED, decided_at=uow.now(), new_dispute_id=new_dispute_id)
    )
    await uow.record(
        ReopeningGranted(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=line.number,
            actor_id=actor.account_id,
            reopening_id=reopening_id,
            record_id=row.record_id,
            new_dispute_id=new_dispute_id,
        )
    )
    return new_dispute_id


async def refuse_reopening(uow: UnitOfWork, actor: Actor, reopening_id: ReopeningId, *, reason: str) -> None:
    """One person of the centre refuses, never who asked, and says why: the file is archived as before.

    Raises InvalidInputError (``reason``) and as :func:`agree_to_reopening`.
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    row = await _decidable(uow, actor, reopening_id)
    typed.check()
    dispute = await dispute_facts(uow, row.dispute_id)
    by = standing_by(actor, dispute) & _CENTRE
    line = await move(uow, dispute.id, Step.REFUSE_REOPENING, by, actor, clean)
    await uow.session.execute(
        update(Reopening).where(Reopening.id == reopening_id).values(state=ReopeningState.REFUSED, decided_at=uow.now())
    )
    await uow.record(
        ReopeningRefused(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=line.number,
            actor_id=actor.account_id,
            reopening_id=reopening_id,
            record_id=row.record_id,
        )
    )


async def _decidable(uow: UnitOfWork, actor: Actor, reopening_id: ReopeningId) -> Reopening:
    """Return a request that the actor may decide on, its row locked: of two at once, the second sees the first's."""
    row = await uow.session.scalar(
        select(Reopening)
        .where(Reopening.id == reopening_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or not is_keeper(actor):
        raise NotFoundError
    if row.asked_by == actor.account_id:
        raise NotPermittedError("own_request")
    if row.state is not ReopeningState.ASKED:
        raise ConflictError("changed_meanwhile")
    return row


async def _file_anew(uow: UnitOfWork, actor: Actor, old: DisputeFacts, row: Reopening) -> DisputeId:
    """Make the linked new file: same parties as named, same statement; the claimants' people sit again."""
    dispute_id = DisputeId(new_id())
    procedure = await ensure_space(uow, dispute_id, SpaceKind.PROCEDURE)
    statement = msgspec.json.encode(await statement_of(uow, old)).decode()
    now = uow.now()
    uow.session.add(
        Dispute(
            id=dispute_id,
            reference=new_reference(),
            stage=Stage.REFERRED,
            version=1,
            title=old.title,
            category=old.category,
            amount_cents=old.amount_cents,
            currency=old.currency,
            statement_sealed=await uow.vault.seal_text(uow.session, procedure.ref, dispute_id, statement),
            procedure_space_id=procedure.id,
            filed_by=old.filed_by,
            created_at=now,
            stage_since=now,
            reopens_record_id=row.record_id,
        )
    )
    await uow.session.flush()
    claimants: dict[PartyId, PartyId] = {}
    for party in old.parties:
        named = await add_party(
            uow,
            dispute_id,
            procedure.id,
            side=party.side,
            name=party.name,
            registration=party.registration,
            address=party.address,
            rule=GRANTED,
            actor_id=actor.account_id,
        )
        if party.side is Side.CLAIMANT:
            claimants[party.id] = named
            await ensure_space(uow, dispute_id, SpaceKind.PRIVATE, named)
    for seat in await seats_of(uow, old.id):
        party_id = claimants.get(seat.party_id) if seat.party_id is not None else None
        if party_id is not None:
            seat_id = await give_seat(
                uow,
                dispute_id,
                procedure.id,
                account_id=seat.account_id,
                role=seat.own_role,
                party_id=party_id,
                rule=GRANTED,
                actor_id=actor.account_id,
            )
            if seat.party_id is not None:
                await _carry_mandate(uow, old.id, seat.party_id, seat, to=(dispute_id, party_id, seat_id))
    await uow.record(
        DisputeFiled(dispute_id=dispute_id, space_id=procedure.id, rule=GRANTED, actor_id=actor.account_id)
    )
    return dispute_id


async def _carry_mandate(
    uow: UnitOfWork, old_id: DisputeId, old_party: PartyId, seat: SeatFacts, *, to: tuple[DisputeId, PartyId, SeatId]
) -> None:
    """Write a mandate of the closed file down in the new one; the document that showed it stays in the old one."""
    held = (await mandates_of(uow, old_id, old_party)).get(seat.seat_id)
    if held is not None:
        dispute_id, party_id, seat_id = to
        room = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)
        terms = msgspec.structs.replace(held.terms, document=None)
        await keep_mandate(uow, room, party_id, seat_id, terms, actor_id=seat.account_id)
