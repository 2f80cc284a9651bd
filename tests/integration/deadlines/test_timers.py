"""Timers: they survive restarts and crashes, fire once, remind as the table says, and never start in the past."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from odr.deadlines.calendar import day_of, end_of
from odr.deadlines.table import TABLE, Deadline, due_at
from odr.deadlines.timers import MEET, Knock, read_knock, set_timer
from odr.errors import InvalidInputError
from odr.ids import DisputeId, new_id
from odr.outbox import Job, JobRow, JobState
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.worker import Work, Worker
from tests.builders import Hands


class Ear:
    """Hears knocks, in the transaction of their job: an effect that a rollback takes back, and a list of all tries."""

    def __init__(self) -> None:
        self.tries: list[Knock] = []
        self.breaks = 0

    async def __call__(self, uow: UnitOfWork, job: Job) -> None:
        knock = read_knock(job.payload)
        self.tries.append(knock)
        await uow.enqueue("effect", {"reminds": knock.reminds}, run_at=uow.now() + timedelta(days=4000))
        await uow.session.flush()
        if self.breaks:
            self.breaks -= 1
            raise ConnectionError


async def effects(platform: Platform) -> list[bool]:
    async with platform.unit(write=False) as uow:
        rows = await uow.session.scalars(select(JobRow).where(JobRow.kind == "effect").order_by(JobRow.queued_at))
        return [row.payload["reminds"] for row in rows]


async def start(platform: Platform, deadline: Deadline, *, subject_id: UUID | None = None) -> DisputeId:
    dispute_id = DisputeId(new_id())
    async with platform.unit() as uow:
        for _ in range(2):
            await set_timer(uow, deadline, dispute_id, due_at(deadline, uow.now()), subject_id=subject_id)
    return dispute_id


async def test_a_deadline_reminds_as_often_as_the_table_says_then_ends_once(
    any_platform: Platform, clock: Hands
) -> None:
    ear = Ear()
    worker = Worker(any_platform, {MEET: Work(inside=ear)})
    subject = new_id()
    dispute_id = await start(any_platform, Deadline.REPLY, subject_id=subject)
    for _ in range(30):
        await worker.drain()
        clock.advance(days=1)
    assert [knock.reminds for knock in ear.tries] == [True, True, False]
    assert {(knock.dispute_id, knock.subject_id) for knock in ear.tries} == {(dispute_id, subject)}
    assert await effects(any_platform) == [True, True, False]


async def test_a_crash_between_the_effect_and_the_jobs_end_leaves_one_effect(
    any_platform: Platform, clock: Hands
) -> None:
    ear = Ear()
    await start(any_platform, Deadline.REPLY)
    clock.advance(days=30)
    ear.breaks = 2
    await Worker(any_platform, {MEET: Work(inside=ear)}).drain()
    async with any_platform.unit() as uow:  # a worker that is killed holds its lease until it runs out
        row = await uow.session.scalar(select(JobRow).where(JobRow.kind == MEET, JobRow.state == JobState.READY))
        assert row is not None
        row.state, row.worker, row.lease_until = JobState.RUNNING, "killed", uow.now() + timedelta(minutes=1)
    for _ in range(4):
        clock.advance(minutes=5)
        await Worker(any_platform, {MEET: Work(inside=ear)}).drain()  # another process each time
    assert sorted(await effects(any_platform)) == [False, True, True]
    assert len(ear.tries) == 5


async def test_deadlines_of_several_things_of_one_dispute_do_not_hide_each_other(platform: Platform) -> None:
    dispute_id = DisputeId(new_id())
    async with platform.unit() as uow:
        due = due_at(Deadline.CONSENT, uow.now())
        for subject in (new_id(), new_id()):
            await set_timer(uow, Deadline.CONSENT, dispute_id, due, subject_id=subject)
    async with platform.unit(write=False) as uow:
        rows = list(await uow.session.scalars(select(JobRow).where(JobRow.kind == MEET)))
    assert len(rows) == 2 * (1 + len(TABLE[Deadline.CONSENT].reminders))


@pytest.mark.parametrize("days", [0, -1, -400])
async def test_a_deadline_in_the_past_is_refused_and_nothing_is_queued(platform: Platform, days: int) -> None:
    async with platform.unit() as uow:
        past = end_of(day_of(uow.now()) + timedelta(days=days)) - timedelta(days=1)
        with pytest.raises(InvalidInputError) as refused:
            await set_timer(uow, Deadline.DELEGATION, DisputeId(new_id()), past)
    assert refused.value.fields == {"until": "in_the_past"}
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(JobRow.id).where(JobRow.kind == MEET)) is None
