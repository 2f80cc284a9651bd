"""Marks of destruction in the store: written by a job, and carried out again on a database that was restored."""

from uuid import UUID

import structlog
from sqlalchemy import select

from odr.custody.events import TWO_PERSONS, DestructionsRepeated
from odr.custody.models import Destruction, Scope
from odr.custody.rooms import shred_space
from odr.custody.shredding import shred_item, shred_person, versions_of
from odr.errors import UnavailableError
from odr.ids import AccountId, DestructionId, DisputeId, ExhibitId, SpaceId
from odr.outbox import Job
from odr.people.models import Account
from odr.platform import Platform, speaking_odr
from odr.spaces.models import Space
from odr.unit_of_work import UnitOfWork
from vault import Erasure, mark_erasure, read_erasures

log = structlog.get_logger("custody")


async def mark_destruction(platform: Platform, job: Job) -> None:
    """Write the mark of one destruction to the store, outside of every database backup."""
    destruction_id = DestructionId(UUID(job.payload["subject_id"]))
    async with platform.unit(write=False) as uow:
        row = await uow.session.get_one(Destruction, destruction_id)
        erasure = Erasure(row.id, row.scope.value, row.dispute_id, row.subject_id)
    with speaking_odr():
        await mark_erasure(platform.vault, erasure)


async def repeat_destructions(platform: Platform) -> int:
    """Carry out again what marks say was destroyed and the database still holds; return how many there were."""
    async with platform.unit(write=False) as uow:
        found = await read_erasures(platform.vault, uow.session)
        undone = [each for each in found if await _is_undone(uow, each)]
    for erasure in undone:
        async with platform.unit() as uow:
            await _repeat(uow, erasure)
    if undone:
        log.warning("destructions_repeated", count=len(undone))
        centre = platform.settings.centre_id
        async with platform.unit() as uow:
            await uow.record(
                DestructionsRepeated(
                    dispute_id=DisputeId(centre),
                    space_id=SpaceId(centre),
                    rule=TWO_PERSONS,
                    actor_id=None,
                    count=len(undone),
                )
            )
    return len(undone)


async def repeat_at_start(platform: Platform) -> None:
    """The same when a server or a worker starts; a store that is away is waited for by the timer."""
    try:
        await repeat_destructions(platform)
    except UnavailableError:
        log.warning("destruction_marks_unread")


async def repeat_by_timer(platform: Platform, _job: Job) -> None:
    """The same, each hour: a database may be restored under a running platform."""
    await repeat_destructions(platform)


async def _is_undone(uow: UnitOfWork, erasure: Erasure) -> bool:
    if erasure.scope == Scope.ITEM:
        facts = await versions_of(uow, DisputeId(erasure.collection), ExhibitId(erasure.subject))
        return any(not each.destroyed for each in facts)
    if erasure.scope == Scope.SPACE:
        return await uow.session.get(Space, erasure.subject) is not None
    account = await uow.session.scalar(select(Account.disabled_at).where(Account.id == erasure.subject))
    known = await uow.session.scalar(select(Account.id).where(Account.id == erasure.subject))
    return known is not None and account is None


async def _repeat(uow: UnitOfWork, erasure: Erasure) -> None:
    """Carry one out. A hold that the restored database shows was lifted before the mark was written."""
    dispute_id = DisputeId(erasure.collection)
    if erasure.scope == Scope.ITEM:
        await _lift(uow, dispute_id, ExhibitId(erasure.subject))
        await shred_item(uow, dispute_id, ExhibitId(erasure.subject))
    elif erasure.scope == Scope.SPACE:
        await shred_space(uow, dispute_id, SpaceId(erasure.subject))
    else:
        await shred_person(uow, AccountId(erasure.subject))


async def _lift(uow: UnitOfWork, dispute_id: DisputeId, exhibit_id: ExhibitId) -> None:
    for each in await versions_of(uow, dispute_id, exhibit_id):
        if each.held:
            await uow.vault.hold(uow.session, each.item, held=False)
