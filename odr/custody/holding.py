"""Legal holds: set and lifted by archivists, on a dispute or on one exhibit."""

from sqlalchemy import select

from odr.custody.commands import REASON_LIMIT, is_custodian
from odr.custody.events import CUSTODY, HoldLifted, HoldSet
from odr.custody.models import Scope
from odr.custody.shredding import versions_of
from odr.custody.subjects import is_there, read_id
from odr.disputes.holds import Hold
from odr.disputes.models import Dispute
from odr.errors import NotFoundError
from odr.ids import DisputeId, ExhibitId, HoldId, SpaceId, new_id
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from vault import SpaceRef


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
    exhibit_id = read_id(subject)
    if subject.strip() and (
        dispute is None or exhibit_id is None or not await is_there(uow, Scope.ITEM, dispute, exhibit_id)
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
