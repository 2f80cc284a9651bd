"""Asking for a destruction, deciding on it by a second person, and legal holds."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import rfc8785
from sqlalchemy import CursorResult, select, update

from odr.custody.events import (
    CUSTODY,
    OWN_DATA,
    TWO_PERSONS,
    Destroyed,
    ExhibitDestroyed,
    HoldLifted,
    HoldSet,
    RoomDestroyed,
)
from odr.custody.models import Because, Destruction, DestructionState, Scope
from odr.custody.shredding import (
    JSONItem,
    lodged_by,
    private_drafts,
    shred_item,
    shred_person,
    shred_space,
    versions_of,
)
from odr.disputes.holds import Hold, refuse_if_held
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.models import Exhibit, Placement
from odr.ids import AccountId, DestructionId, DisputeId, ExhibitId, HoldId, SpaceId, new_id
from odr.people.models import SeatRow
from odr.people.queries import account_names
from odr.spaces.models import Space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.visibility.terms import SpaceKind
from vault import ItemHeldError, SpaceRef

FORMAT: Final = "entente-destruction/v1"
REASON_LIMIT: Final = 2000
_OVER: Final = frozenset({Stage.ARCHIVED, Stage.DISPOSED})
_STANDING: Final = frozenset({SpaceKind.PROCEDURE, SpaceKind.JOINT})  # rooms that a dispute's pages need


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
    subject_id = _uuid(subject)
    if dispute is not None and (subject_id is None or not await _exists(uow, what, dispute, subject_id)):
        typed.wrong("subject", "not_found")
    typed.check()
    if dispute is None or subject_id is None:
        raise NotFoundError
    exhibit_id = ExhibitId(subject_id)
    await refuse_if_held(uow, dispute.id, exhibit_id if what is Scope.ITEM else None)
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
    try:
        if row.scope is Scope.ITEM:
            await refuse_if_held(uow, row.dispute_id, row.subject_id)
            items = await shred_item(uow, row.dispute_id, row.subject_id)
        else:
            await refuse_if_held(uow, row.dispute_id)
            items = await shred_space(uow, row.dispute_id, SpaceId(row.subject_id))
    except ItemHeldError as error:
        raise ConflictError("legal_hold") from error
    for space_id in sorted(rooms):
        await uow.record(
            ExhibitDestroyed(
                dispute_id=row.dispute_id,
                space_id=space_id,
                rule=TWO_PERSONS,
                actor_id=actor_id,
                exhibit_id=row.subject_id,
            )
        )
    if row.scope is Scope.SPACE:
        dispute = await uow.session.get_one(Dispute, row.dispute_id)
        await uow.record(
            RoomDestroyed(
                dispute_id=row.dispute_id, space_id=dispute.procedure_space_id, rule=TWO_PERSONS, actor_id=actor_id
            )
        )
    await _certify(uow, row, items, withheld={}, rule=TWO_PERSONS, actor_id=actor_id)


async def erase_person(uow: UnitOfWork, account_id: AccountId, *, actor_id: AccountId | None) -> DestructionId:
    """Erase one person's own drafts and personal data (GDPR art. 17), at their own wish.

    ``actor_id`` is theirs, or ``None`` where the operator does it for them. What others have a right to is withheld
    and counted, with its reason. Raises ConflictError ``seated`` while they sit at a table that is not closed.
    """
    seats = await uow.session.execute(
        select(SeatRow.id)
        .join(Dispute, Dispute.id == SeatRow.dispute_id)
        .where(SeatRow.account_id == account_id, SeatRow.until.is_(None), Dispute.stage.not_in(_OVER))
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
    await _certify(uow, row, items, withheld=await _withheld(uow, account_id), rule=OWN_DATA, actor_id=actor_id)
    return row.id


async def _withheld(uow: UnitOfWork, account_id: AccountId) -> dict[str, int]:
    """Count what is kept although the person asked: drafts under a hold, and exhibits that others have a right to."""
    left = [each for each in await private_drafts(uow, account_id) if not await _is_destroyed(uow, each)]
    shared = select(Placement.exhibit_id).where(Placement.kind != SpaceKind.PRIVATE)
    rows = await uow.session.scalars(
        select(Exhibit.id).where(Exhibit.id.in_(lodged_by(account_id)), Exhibit.id.in_(shared))
    )
    return {"held": len(left), "evidence": len(rows.all())}


async def _is_destroyed(uow: UnitOfWork, exhibit: Exhibit) -> bool:
    facts = await versions_of(uow, exhibit.dispute_id, exhibit.id)
    return all(each.destroyed for each in facts)


async def _certify(
    uow: UnitOfWork,
    row: Destruction,
    items: Sequence[JSONItem],
    *,
    withheld: dict[str, int],
    rule: str,
    actor_id: AccountId | None,
) -> None:
    """Keep what the certificate states, record its digest in a tree of its own, and have the mark written.

    A tree of its own: its position would otherwise count what else happened.
    """
    own = SpaceRef(row.dispute_id, row.id)
    await uow.vault.make_space(uow.session, own)
    names = await account_names(uow, {each for each in (row.asked_by, row.decided_by) if each is not None})
    dispute = await uow.session.get(Dispute, row.dispute_id)
    facts: dict[str, Any] = {
        "format": FORMAT,
        "id": str(row.id),
        "scope": row.scope.value,
        "because": row.because.value,
        "rule": rule,
        "dispute": dispute.reference if dispute else None,
        "asked_by": names.get(row.asked_by) if row.asked_by else None,
        "asked_at": row.asked_at.isoformat(timespec="milliseconds"),
        "decided_by": names.get(row.decided_by) if row.decided_by else None,
        "destroyed_at": uow.now().isoformat(timespec="milliseconds"),
        "files": len(items),
        "bytes": sum(each["size"] for each in items),
        "items": list(items),
        "withheld": withheld,
    }
    whole = rfc8785.dumps(facts)
    row.facts_sealed = await uow.vault.seal_text(uow.session, own, row.id, whole.decode())
    await uow.session.flush()
    event = Destroyed(
        dispute_id=row.dispute_id,
        space_id=SpaceId(row.id),
        rule=rule,
        actor_id=actor_id,
        destruction_id=row.id,
        sha256=hashlib.sha256(whole).hexdigest(),
        size=len(whole),
    )
    await uow.record(event)


async def set_hold(uow: UnitOfWork, actor: Actor, *, reference: str, subject: str, reason: str) -> HoldId:
    """Forbid that a dispute, or one exhibit of it (``subject``, may be empty), be destroyed, until the hold is lifted.

    Raises InvalidInputError (``reference``, ``subject``, ``reason``), NotFoundError for whoever is no archivist.
    """
    if not is_custodian(actor):
        raise NotFoundError
    typed = Typed()
    why = typed.text("reason", reason, limit=REASON_LIMIT)
    dispute = await uow.session.scalar(select(Dispute).where(Dispute.reference == reference.strip().upper()))
    if dispute is None:
        typed.wrong("reference", "not_found")
    exhibit_id = _uuid(subject)
    if subject.strip() and (
        dispute is None or exhibit_id is None or not await _exists(uow, Scope.ITEM, dispute, exhibit_id)
    ):
        typed.wrong("subject", "not_found")
    typed.check()
    if dispute is None:
        raise NotFoundError
    hold_id = HoldId(new_id())
    own = SpaceRef(dispute.id, hold_id)
    await uow.vault.make_space(uow.session, own)
    uow.session.add(
        Hold(
            id=hold_id,
            dispute_id=dispute.id,
            exhibit_id=ExhibitId(exhibit_id) if exhibit_id else None,
            reason_sealed=await uow.vault.seal_text(uow.session, own, hold_id, why),
            set_by=actor.account_id,
            set_at=uow.now(),
        )
    )
    await uow.session.flush()
    if exhibit_id is not None:
        await _hold_versions(uow, dispute.id, ExhibitId(exhibit_id), held=True)
    await uow.record(
        HoldSet(
            dispute_id=dispute.id,
            space_id=SpaceId(hold_id),
            rule=CUSTODY,
            actor_id=actor.account_id,
            hold_id=hold_id,
            exhibit_id=ExhibitId(exhibit_id) if exhibit_id else None,
        )
    )
    return hold_id


async def lift_hold(uow: UnitOfWork, actor: Actor, hold_id: HoldId) -> None:
    """End a hold. Raises NotFoundError for whoever is no archivist, and where it was lifted already."""
    row = await uow.session.get(Hold, hold_id, with_for_update=True)
    if row is None or row.lifted_at is not None or not is_custodian(actor):
        raise NotFoundError
    row.lifted_by, row.lifted_at = actor.account_id, uow.now()
    await uow.session.flush()
    if row.exhibit_id is not None:
        others = select(Hold.id).where(Hold.exhibit_id == row.exhibit_id, Hold.lifted_at.is_(None)).limit(1)
        if await uow.session.scalar(others) is None:
            await _hold_versions(uow, row.dispute_id, row.exhibit_id, held=False)
    await uow.record(
        HoldLifted(
            dispute_id=row.dispute_id,
            space_id=SpaceId(hold_id),
            rule=CUSTODY,
            actor_id=actor.account_id,
            hold_id=hold_id,
        )
    )


async def _hold_versions(uow: UnitOfWork, dispute_id: DisputeId, exhibit_id: ExhibitId, *, held: bool) -> None:
    for each in await versions_of(uow, dispute_id, exhibit_id):
        await uow.vault.hold(uow.session, each.item, held=held)


async def _exists(uow: UnitOfWork, scope: Scope, dispute: Dispute, subject_id: UUID) -> bool:
    if scope is Scope.SPACE:
        space = await uow.session.get(Space, subject_id)
        if space is None or space.dispute_id != dispute.id:
            return False
        if space.kind in _STANDING or dispute.stage not in _OVER:
            raise ConflictError("needed")
        return True
    return bool(await versions_of(uow, dispute.id, ExhibitId(subject_id)))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
