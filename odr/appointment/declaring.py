"""The mediator's declaration of interests: before the start, and again whenever something changes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from odr.appointment.events import IndependenceDeclared
from odr.appointment.models import FormerDeclaration
from odr.appointment.seats import MEDIATING, appointment_of
from odr.appointment.ties import Tie, TypedTie, clean_ties, in_words, read_ties, written
from odr.appointment.windows import open_window
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.ids import DisputeId, SeatId
from odr.parties.queries import seats_of
from odr.people.models import SeatRow
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


async def declare_interests(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, ties: Mapping[str, TypedTie], independent: bool
) -> None:
    """The mediator declares ties and independence (sealed, shown to the table), and the parties may object from now.

    ``ties`` has an entry for each party's id, ``counsel`` and ``matter``. A later declaration takes the place of the
    former one, which is kept, and opens a window again. Raises InvalidInputError (``independent``:
    must_be_independent; ``tie-…``), NotPermittedError, WrongStageError, ConflictError ``declared_already``.
    """
    typed = Typed()
    if not independent:
        typed.wrong("independent", "must_be_independent")
    dispute = await visible_dispute(uow, actor, dispute_id)
    seat = next((seat for seat in actor.seats if seat.dispute_id == dispute_id and seat.role in MEDIATING), None)
    if seat is None:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.DECLARE_INDEPENDENCE)
    clean = clean_ties(typed, ties, dispute.parties)
    typed.check()
    row = await uow.session.get(SeatRow, seat.seat_id, with_for_update=True, populate_existing=True)
    if row is None or row.until is not None:
        raise NotPermittedError("not_permitted")
    await _keep_former(uow, dispute, row, clean)
    row.declared_at = uow.now()
    row.declaration_sealed = await uow.vault.seal_text(uow.session, dispute.procedure, seat.seat_id, written(clean))
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
    await open_window(uow, dispute, await appointment_of(uow, seat.seat_id))


async def _keep_former(uow: UnitOfWork, dispute: DisputeFacts, row: SeatRow, newest: tuple[Tie, ...]) -> None:
    if row.declared_at is None or row.declaration_sealed is None:
        return
    former = await uow.vault.open_text(uow.session, dispute.procedure, row.id, row.declaration_sealed)
    if read_ties(former) == newest:
        raise ConflictError("declared_already")
    number = await uow.session.scalar(select(func.count()).where(FormerDeclaration.seat_id == row.id)) or 0
    uow.session.add(
        FormerDeclaration(
            seat_id=row.id,
            ordinal=number + 1,
            declared_at=row.declared_at,
            declaration_sealed=row.declaration_sealed,
        )
    )


async def ties_declared(uow: UnitOfWork, dispute: DisputeFacts, seat_id: SeatId) -> tuple[Tie, ...]:
    """Return what whoever holds a seat has declared; nothing before they have."""
    sealed = await uow.session.scalar(select(SeatRow.declaration_sealed).where(SeatRow.id == seat_id))
    if sealed is None:
        return ()
    return read_ties(await uow.vault.open_text(uow.session, dispute.procedure, seat_id, sealed))


async def declared_before(
    uow: UnitOfWork, dispute: DisputeFacts, seat_id: SeatId
) -> tuple[tuple[datetime, tuple[Tie, ...]], ...]:
    """Return what a declaration said before it was brought up to date, the latest first: (when, ties)."""
    rows = await uow.session.scalars(
        select(FormerDeclaration).where(FormerDeclaration.seat_id == seat_id).order_by(FormerDeclaration.ordinal.desc())
    )
    return tuple(
        [
            (
                row.declared_at,
                read_ties(await uow.vault.open_text(uow.session, dispute.procedure, seat_id, row.declaration_sealed)),
            )
            for row in rows.all()
        ]
    )


async def declarations_of(uow: UnitOfWork, dispute: DisputeFacts) -> tuple[tuple[str, str], ...]:
    """Return each mediator's declaration of interests: (name, text). Everyone who may see the dispute may read it."""
    found: list[tuple[str, str]] = []
    for seat in await seats_of(uow, dispute.id):
        if seat.role not in MEDIATING:
            continue
        ties = await ties_declared(uow, dispute, seat.seat_id)
        if ties:
            found.append((seat.name, in_words(ties, dispute.parties)))
    return tuple(found)
