"""The outbox and the worker: at least once, never lost, parked visibly."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, update

from odr.bootstrap import Platform
from odr.errors import RefusedForGoodError, UnavailableError
from odr.operations import failed_jobs, operations, take_up_again
from odr.outbox import MAX_ATTEMPTS, Job, JobRow, JobState, claim, finish, unpark
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import CentreRole
from odr.worker import JOBS, TickRow, Work, Worker
from tests.builders import Hands, an_account


async def queue(platform: Platform, kind: str, **options: Any) -> None:
    async with platform.unit() as uow:
        await uow.enqueue(kind, {"for": "a test"}, **options)


async def states(platform: Platform) -> list[JobState]:
    async with platform.unit(write=False) as uow:
        return list(await uow.session.scalars(select(JobRow.state)))


async def test_a_job_of_a_transaction_that_rolls_back_was_never_queued(any_platform: Platform) -> None:
    async def break_off() -> None:
        async with any_platform.unit() as uow:
            await uow.enqueue("nothing", {})
            raise UnavailableError("store_away")

    with pytest.raises(UnavailableError):
        await break_off()
    assert await states(any_platform) == []


async def test_the_same_thing_is_queued_once_while_it_lives(any_platform: Platform) -> None:
    await queue(any_platform, "nothing", dedupe_key="one")
    await queue(any_platform, "nothing", dedupe_key="one")
    assert await states(any_platform) == [JobState.READY]


async def test_a_failing_job_is_tried_again_then_parked_and_can_be_taken_up(
    any_platform: Platform, clock: Hands
) -> None:
    async def fails(_uow: UnitOfWork, _job: Job) -> None:
        raise ValueError("holds a secret sentence")

    await queue(any_platform, "fails")
    worker = Worker(any_platform, {"fails": Work(inside=fails)})
    for _ in range(MAX_ATTEMPTS):
        assert await worker.drain() == 1
        clock.advance(hours=2)
    assert await states(any_platform) == [JobState.PARKED]
    async with any_platform.unit() as uow:
        row = await uow.session.scalar(select(JobRow))
        assert row is not None
        assert row.last_error == "ValueError"
        assert await unpark(uow.session, [row.id], now=uow.now()) == 1
    assert await worker.drain() == 1


async def test_whether_the_worker_works_is_told_by_what_recurs_and_not_by_what_people_do(
    platform: Platform, clock: Hands
) -> None:
    administrator = await an_account(platform, "Ada", CentreRole.ADMINISTRATOR)

    async def still() -> bool:
        async with platform.unit(write=False) as uow:
            return (await operations(uow, administrator, platform.settings)).still_since is not None

    worker = Worker(platform)
    await worker.queue_recurring()
    await worker.drain()
    await queue(platform, "nothing")
    clock.advance(minutes=4)
    assert not await still()
    clock.advance(minutes=3)
    assert await still()
    await worker.queue_recurring()
    assert not await still(), "although what somebody had done has waited for seven minutes"


async def test_a_task_that_failed_after_something_apart_is_told_on_the_machine_and_on_no_page(
    platform: Platform, clock: Hands
) -> None:
    async def fails(_uow: UnitOfWork, _job: Job) -> None:
        raise RefusedForGoodError("refused")

    secretariat = await an_account(platform, "Simon", CentreRole.SECRETARIAT)
    await queue(platform, "send_mail")
    await queue(platform, "seal_record")
    worker = Worker(platform, dict.fromkeys(("send_mail", "seal_record"), Work(inside=fails)))
    await worker.drain()
    async with platform.unit(write=False) as uow:
        (told,) = (await operations(uow, secretariat, platform.settings)).parked
    assert (told.kind, told.last_error, told.since) == ("seal_record", "RefusedForGoodError refused", clock().date())
    assert {job.kind for job in await failed_jobs(platform)} == {"send_mail", "seal_record"}
    async with platform.unit() as uow:
        await take_up_again(uow, secretariat)
    assert await worker.drain() == 2, "both are tried again, and the page does not say which there were"


async def test_a_long_task_holds_up_neither_the_register_nor_a_notice(platform: Platform, clock: Hands) -> None:
    """Else whoever polls them would see that somebody has a large archive unpacked."""
    begun, told, may_end, stop = (asyncio.Event() for _each in range(4))

    async def lasts(_platform: Platform, _job: Job) -> None:
        begun.set()
        await may_end.wait()

    async def size() -> int:
        async with platform.unit(write=False) as uow:
            newest = await uow.vault.ledger.newest_checkpoint(uow.session)
        return newest.size if newest else 0

    async def tells(_uow: UnitOfWork, _job: Job) -> None:
        told.set()

    jobs = {**JOBS, "unpack_archive": Work(outside=lasts), "tell": Work(inside=tells)}
    await queue(platform, "unpack_archive")
    working = asyncio.create_task(Worker(platform, jobs).run(stop, poll_seconds=0.01))
    async with asyncio.timeout(60):
        await begun.wait()
        await queue(platform, "tell")
        await told.wait()
        for minute in range(1, 4):
            clock.advance(minutes=1)
            while await size() < minute:  # noqa: ASYNC110 -- the database has no event
                await asyncio.sleep(0.01)
    may_end.set()
    stop.set()
    await working


async def test_a_job_whose_worker_died_is_done_by_another(any_platform: Platform, clock: Hands) -> None:
    done: list[Job] = []

    async def does(_uow: UnitOfWork, job: Job) -> None:
        done.append(job)

    await queue(any_platform, "does")
    async with any_platform.unit() as uow:
        (lost,) = await claim(uow.session, worker="dead", now=uow.now())
    worker = Worker(any_platform, {"does": Work(inside=does)})
    assert await worker.drain() == 0
    clock.advance(minutes=5)
    assert await worker.drain() == 1
    assert [job.id for job in done] == [lost.id]
    async with any_platform.unit() as uow:
        assert not await finish(uow.session, lost, now=uow.now()), "the dead worker's end must not count"


async def test_an_effect_is_rolled_back_when_the_lease_was_lost(platform: Platform, clock: Hands) -> None:
    async def slow(uow: UnitOfWork, _job: Job) -> None:
        await uow.enqueue("effect", {})
        clock.advance(minutes=5)
        await uow.session.execute(update(JobRow).where(JobRow.kind == "slow").values(worker="another"))

    await queue(platform, "slow")
    await Worker(platform, {"slow": Work(inside=slow)}).work_once()
    async with platform.unit(write=False) as uow:
        kinds = list(await uow.session.scalars(select(JobRow.kind)))
    assert kinds == ["slow"]


async def test_many_workers_do_each_job_once(grand_platform: Platform) -> None:
    done: list[Any] = []

    async def does(_uow: UnitOfWork, job: Job) -> None:
        done.append(job.id)

    for _ in range(40):
        await queue(grand_platform, "does")
    workers = [Worker(grand_platform, {"does": Work(inside=does)}) for _ in range(4)]
    await asyncio.gather(*(worker.drain() for worker in workers))
    assert len(done) == len(set(done)) == 40


async def test_what_recurs_is_queued_once_a_slot(any_platform: Platform, clock: Hands) -> None:
    week = 7 * 24 * 3600
    clock.advance(seconds=week - clock().timestamp() % week + 1)  # every slot has just begun: none ends meanwhile
    workers = [Worker(any_platform) for _ in range(2)]
    for worker in workers:
        await worker.queue_recurring()
    async with any_platform.unit(write=False) as uow:
        ticks = await uow.session.scalar(select(func.count()).select_from(TickRow))
    assert len(await states(any_platform)) == ticks
    await workers[0].drain()
    await workers[1].queue_recurring()
    assert await workers[0].drain() == 0
    clock.advance(minutes=1)
    await workers[1].queue_recurring()
    assert await workers[0].drain() >= 1


async def test_the_running_worker_stops_when_told(platform: Platform) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(platform).run(stop, poll_seconds=0.05))
    for _ in range(100):
        await asyncio.sleep(0.05)
        async with platform.unit(write=False) as uow:
            if await uow.vault.ledger.newest_checkpoint(uow.session):
                break
    stop.set()
    await asyncio.wait_for(running, 5)
    async with platform.unit(write=False) as uow:
        assert await uow.vault.ledger.newest_checkpoint(uow.session)
