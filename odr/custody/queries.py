"""What custodians see: destructions asked and done, holds, and what a certificate states. Never a title."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select

from odr.custody.commands import is_custodian
from odr.custody.models import Because, Destruction, DestructionState, Scope
from odr.disputes.holds import Hold
from odr.disputes.models import Dispute
from odr.errors import ConflictError, NotFoundError
from odr.ids import AccountId, DestructionId, HoldId
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from vault import Receipt, SpaceRef

__all__ = ["Because", "CertificateFacts", "DestructionState", "DestructionView", "HoldView", "Scope"]

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class DestructionView:
    """A destruction as custodians see it. ``mine``: the reader asked for it, so another decides."""

    id: DestructionId
    scope: Scope
    because: Because
    state: DestructionState
    reference: str
    subject: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class HoldView:
    """A legal hold that stands, with its reason. ``exhibit`` is empty where it covers the whole dispute."""

    id: HoldId
    reference: str
    exhibit: str
    reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate states (canonical JSON, and read), and the receipt of its digest in the ledger."""

    whole: bytes
    facts: dict[str, Any]
    receipt: Receipt


async def destructions(uow: UnitOfWork, actor: Actor) -> tuple[DestructionView, ...]:
    """Return destructions, those that await a decision first, then the newest. Raises NotFoundError."""
    if not is_custodian(actor):
        raise NotFoundError
    rows = (
        await uow.session.execute(
            select(Destruction, Dispute.reference)
            .outerjoin(Dispute, Dispute.id == Destruction.dispute_id)
            .where(Destruction.scope != Scope.PERSON)
            .order_by(Destruction.state != DestructionState.ASKED, Destruction.asked_at.desc(), Destruction.id)
            .limit(PAGE)
        )
    ).all()
    people: set[AccountId] = {each for row, _ in rows for each in (row.asked_by, row.decided_by) if each}
    names = await account_names(uow, people)
    return tuple(
        DestructionView(
            id=row.id,
            scope=row.scope,
            because=row.because,
            state=row.state,
            reference=reference or "",
            subject=str(row.subject_id),
            asked_by=names.get(row.asked_by, "") if row.asked_by else "",
            asked_at=row.asked_at,
            decided_by=names.get(row.decided_by, "") if row.decided_by else "",
            decided_at=row.decided_at,
            mine=row.asked_by == actor.account_id,
        )
        for row, reference in rows
    )


async def holds(uow: UnitOfWork, actor: Actor) -> tuple[HoldView, ...]:
    """Return the holds that stand. Raises NotFoundError for who is no archivist."""
    if not is_custodian(actor):
        raise NotFoundError
    rows = (
        await uow.session.execute(
            select(Hold, Dispute.reference)
            .join(Dispute, Dispute.id == Hold.dispute_id)
            .where(Hold.lifted_at.is_(None))
            .order_by(Hold.set_at.desc(), Hold.id)
            .limit(PAGE)
        )
    ).all()
    names = await account_names(uow, {row.set_by for row, _ in rows})
    found: list[HoldView] = []
    for row, reference in rows:
        own = SpaceRef(row.dispute_id, row.id)
        reason = await uow.vault.open_text(uow.session, own, row.id, row.reason_sealed)
        exhibit = str(row.exhibit_id) if row.exhibit_id else ""
        found.append(HoldView(row.id, reference, exhibit, reason, names.get(row.set_by, ""), row.set_at))
    return tuple(found)


async def certificate_facts(uow: UnitOfWork, actor: Actor, destruction_id: DestructionId) -> CertificateFacts:
    """Return what the certificate of a destruction states, for archivists. Raises NotFoundError, ConflictError."""
    if not is_custodian(actor):
        raise NotFoundError
    return await facts_of(uow, destruction_id)


async def facts_of(uow: UnitOfWork, destruction_id: DestructionId) -> CertificateFacts:
    """Return what the certificate states, whoever asks: for those who hold the link that it was given out by.

    Raises NotFoundError, ConflictError ``receipt_pending`` before the next tick of the register.
    """
    row = await uow.session.get(Destruction, destruction_id)
    if row is None or row.facts_sealed is None:
        raise NotFoundError
    own = SpaceRef(row.dispute_id, row.id)
    whole = (await uow.vault.open_text(uow.session, own, row.id, row.facts_sealed)).encode()
    receipt = await uow.vault.ledger.receipt(uow.session, own, 0)
    if not receipt.complete:
        raise ConflictError("receipt_pending")
    return CertificateFacts(whole, msgspec.json.decode(whole, type=dict[str, Any]), receipt)
