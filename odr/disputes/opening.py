"""From the agreement to mediate to the open table: independence, the rooms, the term and the dates law asks for."""

from typing import Final

from sqlalchemy import select, update

from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.commands import move
from odr.disputes.events import IndependenceDeclared, MediationOpened, TermExtended
from odr.disputes.lifecycle import Activity, By, Stage, Step, require
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, dispute_facts, visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.ids import DisputeId
from odr.parties.queries import seats_of
from odr.people.models import SeatRow
from odr.spaces.commands import ensure_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import SpaceKind

INTERESTS_LIMIT: Final = 8000
_PLATFORM: Final = frozenset({By.PLATFORM})


async def declare_independence(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, interests: str, independent: bool
) -> None:
    """The mediator declares independence, and any tie to the parties (sealed, shown to the table).

    Raises InvalidInputError (``independent``: must_be_independent; ``interests``), NotPermittedError, WrongStageError,
    ConflictError ``declared_already``.
    """
    typed = Typed()
    clean = typed.text("interests", interests, limit=INTERESTS_LIMIT)
    if not independent:
        typed.wrong("independent", "must_be_independent")
    dispute = await visible_dispute(uow, actor, dispute_id)
    seat = next(
        (seat for seat in actor.seats if seat.dispute_id == dispute_id and seat.role is SeatRole.MEDIATOR), None
    )
    if seat is None:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.DECLARE_INDEPENDENCE)
    typed.check()
    row = await uow.session.get(SeatRow, seat.seat_id, with_for_update=True, populate_existing=True)
    if row is None or row.until is not None:
        raise NotPermittedError("not_permitted")
    if row.declared_at is not None:
        raise ConflictError("declared_already")
    row.declared_at = uow.now()
    row.declaration_sealed = await uow.vault.seal_text(uow.session, dispute.procedure, seat.seat_id, clean)
    await uow.session.flush()
    await uow.record(
        IndependenceDeclared(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule="L10",
            actor_id=actor.account_id,
            account_id=actor.account_id,
        )
    )
    await open_if_ready(uow, dispute_id)


async def open_if_ready(uow: UnitOfWork, dispute_id: DisputeId, *, all_signed: bool = False) -> bool:
    """Open the mediation when every party has signed the agreement to mediate and every mediator declared independence.

    ``all_signed`` says that the last signature has just been given; it is kept, whatever comes first. Returns whether
    the mediation is open now: then the caucuses, the joint room and the notes exist, and the term runs.
    """
    if all_signed:
        await uow.session.execute(
            update(Dispute)
            .where(Dispute.id == dispute_id, Dispute.convention_signed_at.is_(None))
            .values(convention_signed_at=uow.now())
            .execution_options(synchronize_session="fetch")
        )
    dispute = await dispute_facts(uow, dispute_id)
    if dispute.stage is not Stage.CONVENTION_PENDING or dispute.convention_signed_at is None:
        return False
    mediators = [seat for seat in await seats_of(uow, dispute_id) if seat.role is SeatRole.MEDIATOR]
    if not mediators or any(seat.declared_at is None for seat in mediators):
        return False
    await _open(uow, dispute)
    return True


async def _open(uow: UnitOfWork, dispute: DisputeFacts) -> None:
    line = await move(uow, dispute.id, Step.OPEN, _PLATFORM, None)
    for party in dispute.parties:
        await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, party.id)
        await ensure_space(uow, dispute.id, SpaceKind.CAUCUS, party.id)
    await ensure_space(uow, dispute.id, SpaceKind.JOINT)
    await ensure_space(uow, dispute.id, SpaceKind.NOTES)
    ends = due_at(Deadline.TERM, uow.now())
    await uow.session.execute(
        update(Dispute)
        .where(Dispute.id == dispute.id)
        .values(term_ends=ends, limitation_suspended_at=dispute.convention_signed_at)
    )
    await set_timer(uow, Deadline.TERM, dispute.id, ends)
    await uow.record(
        MediationOpened(dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=line.number, actor_id=None)
    )


async def extend_term(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """The mediator extends the term by as long as it was, once. Raises ConflictError ``extended_already``."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    if not any(seat.dispute_id == dispute_id and seat.role is SeatRole.MEDIATOR for seat in actor.seats):
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.EXTEND_TERM)
    if dispute.term_extended_at is not None or dispute.term_ends is None:
        raise ConflictError("extended_already")
    ends = due_at(Deadline.TERM, dispute.term_ends)
    await uow.session.execute(
        update(Dispute).where(Dispute.id == dispute_id).values(term_ends=ends, term_extended_at=uow.now())
    )
    await set_timer(uow, Deadline.TERM, dispute_id, ends)
    await uow.record(
        TermExtended(dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L24", actor_id=actor.account_id)
    )


async def declarations_of(uow: UnitOfWork, dispute: DisputeFacts) -> tuple[tuple[str, str], ...]:
    """Return each mediator's declaration of interests: (name, text). Everyone who may see the dispute may read it."""
    found: list[tuple[str, str]] = []
    for seat in await seats_of(uow, dispute.id):
        if seat.role is not SeatRole.MEDIATOR:
            continue
        sealed = await uow.session.scalar(select(SeatRow.declaration_sealed).where(SeatRow.id == seat.seat_id))
        if sealed is not None:
            text = await uow.vault.open_text(uow.session, dispute.procedure, seat.seat_id, sealed)
            found.append((seat.name, text))
    return tuple(found)
