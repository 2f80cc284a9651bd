"""Asking for a destruction, and deciding on it by a second person; a person's own erasure."""

from typing import Final

from sqlalchemy import CursorResult, select, update

from odr.custody.certifying import certify
from odr.custody.events import (
    OWN_DATA,
    TWO_PERSONS,
    ExhibitDestroyed,
    RoomDestroyed,
)
from odr.custody.models import Because, Destruction, DestructionState, Scope
from odr.custody.rooms import refuse_if_room_held, shred_space
from odr.custody.shredding import lodged_by, private_drafts, shred_item, shred_person, versions_of, with_others
from odr.custody.subjects import OVER, is_there, read_id
from odr.disputes.holds import refuse_if_held
from odr.disputes.models import Dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.models import Exhibit, HandedExhibit, Placement
from odr.ids import AccountId, DestructionId, DisputeId, ExhibitId, SpaceId, new_id
from odr.people.models import SeatRow
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from vault import ItemHeldError

REASON_LIMIT: Final = 2000


def is_custodian(actor: Actor) -> bool:
    """Tell whether the actor looks after what must be kept and what must go."""
    return actor.is_a(CentreRole.ARCHIVIST)


async def ask_destruction(
    uow: UnitOfWork, actor: Actor | None, *, scope: str, reference: str, subject: str, because: str
) -> DestructionId:
    """Ask that an exhibit or a room be destroyed. ``actor`` is ``None`` for the operator of the machine.

    Raises InvalidInputError (``reference``, ``subject``, ``scope``, ``because``: not_found, choose_one),
    NotFoundError for whoever is no archivist, ConflictError ``legal_hold``, ``needed`` (a room that must stay),
    ``asked_already``.
    """
    if actor is not None and not is_custodian(actor):
        raise NotFoundError
    typed = Typed()
    what, why = typed.choice("scope", scope, Scope), typed.choice("because", because, Because)
    if what is Scope.PERSON:  # a person asks for themself
        typed.wrong("scope", "choose_one")
    dispute = await uow.session.scalar(select(Dispute).where(Dispute.reference == reference.strip().upper()))
    if dispute is None:
        typed.wrong("reference", "not_found")
    subject_id = read_id(subject)
    if dispute is not None and (subject_id is None or not await is_there(uow, what, dispute, subject_id)):
        typed.wrong("subject", "not_found")
    typed.check()
    if dispute is None or subject_id is None:
        raise NotFoundError
    exhibit_id = ExhibitId(subject_id)
    if what is Scope.ITEM:
        await refuse_if_held(uow, dispute.id, exhibit_id)
    else:
        await refuse_if_room_held(uow, dispute.id, SpaceId(subject_id))
    waiting = select(Destruction.id).where(
        Destruction.subject_id == exhibit_id, Destruction.state != DestructionState.REFUSED
    )
    if await uow.session.scalar(waiting.limit(1)) is not None:
        raise ConflictError("asked_already")
    destruction_id = DestructionId(new_id())
    uow.session.add(
        Destruction(
            id=destruction_id,
            scope=what,
            dispute_id=dispute.id,
            subject_id=exhibit_id,
            because=why,
            state=DestructionState.ASKED,
            asked_by=actor.account_id if actor else None,
            asked_at=uow.now(),
        )
    )
    await uow.session.flush()
    return destruction_id


async def decide_destruction(uow: UnitOfWork, actor: Actor, destruction_id: DestructionId, *, destroy: bool) -> None:
    """A second archivist has it destroyed, now and for good, or refuses.

    Raises NotFoundError, NotPermittedError ``own_request``, ConflictError ``changed_meanwhile``, ``legal_hold``.
    """
    if not is_custodian(actor):
        raise NotFoundError
    row = await uow.session.get(Destruction, destruction_id)
    if row is None:
        raise NotFoundError
    if row.asked_by == actor.account_id:
        raise NotPermittedError("own_request")
    decided = await uow.session.execute(
        update(Destruction)
        .where(Destruction.id == destruction_id, Destruction.state == DestructionState.ASKED)
        .values(
            state=DestructionState.DONE if destroy else DestructionState.REFUSED,
            decided_by=actor.account_id,
            decided_at=uow.now(),
        )
        .execution_options(synchronize_session="fetch")
    )
    if not isinstance(decided, CursorResult) or decided.rowcount != 1:
        raise ConflictError("changed_meanwhile")
    if destroy:
        await _carry_out(uow, row, actor.account_id)


async def _carry_out(uow: UnitOfWork, row: Destruction, actor_id: AccountId) -> None:
    rooms = set(await uow.session.scalars(select(Placement.space_id).where(Placement.exhibit_id == row.subject_id)))
    handed = select(HandedExhibit.space_id, HandedExhibit.id).where(
        HandedExhibit.exhibit_id == row.subject_id, HandedExhibit.withdrawn_at.is_(None)
    )
    known_as = [(space_id, row.subject_id) for space_id in rooms]
    known_as += [(space_id, ExhibitId(each)) for space_id, each in (await uow.session.execute(handed)).all()]
    try:
        if row.scope is Scope.ITEM:
            await refuse_if_held(uow, row.dispute_id, row.subject_id)
            items = await shred_item(uow, row.dispute_id, row.subject_id)
        else:
            await refuse_if_room_held(uow, row.dispute_id, SpaceId(row.subject_id))
            items = await shred_space(uow, row.dispute_id, SpaceId(row.subject_id))
    except ItemHeldError as error:
        raise ConflictError("legal_hold") from error
    for space_id, exhibit_id in sorted(known_as):
        await uow.record(
            ExhibitDestroyed(
                dispute_id=row.dispute_id,
                space_id=space_id,
                rule=TWO_PERSONS,
                actor_id=actor_id,
                exhibit_id=exhibit_id,
            )
        )
    if row.scope is Scope.SPACE:
        dispute = await uow.session.get_one(Dispute, row.dispute_id)
        await uow.record(
            RoomDestroyed(
                dispute_id=row.dispute_id, space_id=dispute.procedure_space_id, rule=TWO_PERSONS, actor_id=actor_id
            )
        )
    await certify(uow, row, items, withheld={}, rule=TWO_PERSONS, actor_id=actor_id)


async def erase_person(uow: UnitOfWork, account_id: AccountId, *, actor_id: AccountId | None) -> DestructionId:
    """Erase one person's own drafts and personal data (GDPR art. 17), at their own wish.

    ``actor_id`` is theirs, or ``None`` where the operator does it for them. What others have a right to is withheld
    and counted, with its reason. Raises ConflictError ``seated`` while they sit at a table that is not closed.
    """
    seats = await uow.session.execute(
        select(SeatRow.id)
        .join(Dispute, Dispute.id == SeatRow.dispute_id)
        .where(SeatRow.account_id == account_id, SeatRow.until.is_(None), Dispute.stage.not_in(OVER))
        .limit(1)
    )
    if seats.first() is not None:
        raise ConflictError("seated")
    centre = DisputeId(uow.vault.tenant)
    row = Destruction(
        id=DestructionId(new_id()),
        scope=Scope.PERSON,
        dispute_id=centre,
        subject_id=ExhibitId(account_id),
        because=Because.ERASURE,
        state=DestructionState.DONE,
        asked_by=actor_id,
        asked_at=uow.now(),
        decided_by=actor_id,
        decided_at=uow.now(),
    )
    uow.session.add(row)
    await uow.session.flush()
    items = await shred_person(uow, account_id)
    await certify(uow, row, items, withheld=await _withheld(uow, account_id), rule=OWN_DATA, actor_id=actor_id)
    return row.id


async def _withheld(uow: UnitOfWork, account_id: AccountId) -> dict[str, int]:
    """Count what is kept although the person asked: drafts under a hold, and exhibits that others have a right to."""
    left = [each for each in await private_drafts(uow, account_id) if not await _is_destroyed(uow, each)]
    rows = await uow.session.scalars(
        select(Exhibit.id).where(Exhibit.id.in_(lodged_by(account_id)), Exhibit.id.in_(with_others()))
    )
    return {"held": len(left), "evidence": len(rows.all())}


async def _is_destroyed(uow: UnitOfWork, exhibit: Exhibit) -> bool:
    facts = await versions_of(uow, exhibit.dispute_id, exhibit.id)
    return all(each.destroyed for each in facts)
