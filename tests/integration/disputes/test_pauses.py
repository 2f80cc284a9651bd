"""A pause until a day: reminded, ended by itself or before, moved, and never longer than the mediation."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from odr.chronicle import happened
from odr.deadlines.calendar import day_of, end_of, is_working_day
from odr.disputes.commands import end_mediation
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.pausing import move_pause, resume, suspend
from odr.disputes.queries import dispute_facts
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.notices.models import Notice
from odr.tasks import awaited
from odr.worker import Worker
from tests.builders import a_case
from tests.mailbox import mails, text_of

PARIS = ZoneInfo("Europe/Paris")
REASON = "Les congés de fin d'année."


@pytest.fixture
async def case(platform):
    return await a_case(platform)


async def facts(platform, case):
    async with platform.unit(write=False) as uow:
        return await dispute_facts(uow, case.id)


async def pause(platform, case, last_day="", who="mediator"):
    async with platform.unit() as uow:
        await suspend(uow, case.people[who], case.id, reason=REASON, last_day=str(last_day))


async def move(platform, case, last_day, who="mediator"):
    async with platform.unit() as uow:
        await move_pause(uow, case.people[who], case.id, last_day=str(last_day))


async def the_term_ends(platform, case, moment):
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(term_ends=moment))


async def pass_days(platform, clock, days):
    for _ in range(days):
        clock.advance(days=1)
        await Worker(platform).drain()


async def told(platform, case, name):
    async with platform.unit(write=False) as uow:
        mine = select(Notice.kind).where(Notice.account_id == case.people[name].account_id).order_by(Notice.at)
        return list(await uow.session.scalars(mine))


def today(clock, days=0):
    return day_of(clock()) + timedelta(days=days)


async def test_the_work_goes_on_by_itself_once_the_day_is_over_and_everyone_was_reminded(platform, clock, case):
    before = await facts(platform, case)
    await pause(platform, case, today(clock, 10))
    paused = await facts(platform, case)
    assert (paused.stage, paused.pause_ends) == (Stage.SUSPENDED, end_of(today(clock, 10)))
    for name, mine in (("claimant", False), ("mediator", True)):
        async with platform.unit(write=False) as uow:
            (task,) = [each for each in await awaited(uow, case.people[name], paused) if each.until]
        assert (task.until, task.mine) == (paused.pause_ends, mine)
    await pass_days(platform, clock, 9)
    assert (await facts(platform, case)).stage is Stage.SUSPENDED
    await pass_days(platform, clock, 2)
    after = await facts(platform, case)
    assert (after.stage, after.pause_ends) == (Stage.OPEN, None)
    assert (after.term_ends, after.limitation_suspended_at, after.limitation_resumed_at) == (
        before.term_ends,
        before.limitation_suspended_at,
        before.limitation_resumed_at,
    )
    for name in ("claimant", "claimant_counsel", "respondent"):
        assert await told(platform, case, name) == ["stage_changed", "deadline_near", "deadline_near", "stage_changed"]
    assert await told(platform, case, "mediator") == ["deadline_near", "deadline_near", "stage_changed"]
    assert await told(platform, case, "secretariat") == []
    assert all(REASON not in text_of(mail) for mail in await mails(platform))
    async with platform.unit(write=False) as uow:
        said = [line.text for line in await happened(uow, case.people["respondent"], case.id)]
    assert said[:3] == [
        "Les travaux reprennent.",
        "La pause se termine bientôt.",
        "Le médiateur a suspendu les travaux.",
    ]


async def test_who_takes_the_work_up_before_or_moves_the_day_is_not_overtaken_by_the_old_one(platform, clock, case):
    await pause(platform, case, today(clock, 5))
    await move(platform, case, today(clock, 12))
    await pass_days(platform, clock, 7)
    assert (await facts(platform, case)).stage is Stage.SUSPENDED
    await move(platform, case, "")
    await pass_days(platform, clock, 8)
    assert (await facts(platform, case)).stage is Stage.SUSPENDED
    await move(platform, case, today(clock, 3))
    async with platform.unit() as uow:
        await resume(uow, case.people["mediator"], case.id)
    await pause(platform, case)
    await pass_days(platform, clock, 5)
    assert ((await facts(platform, case)).stage, (await facts(platform, case)).pause_ends) == (Stage.SUSPENDED, None)
    assert "deadline_near" not in (await told(platform, case, "claimant"))[-2:]


async def test_a_mediation_that_ended_in_its_pause_is_not_taken_up_again(platform, clock, case):
    await pause(platform, case, today(clock, 4))
    async with platform.unit() as uow:
        await end_mediation(uow, case.people["mediator"], case.id, reason="Plus rien à dire.")
    await pass_days(platform, clock, 6)
    ended = await facts(platform, case)
    assert (ended.stage, ended.pause_ends) == (Stage.NOT_SETTLED, None)


async def test_a_day_that_is_past_none_or_after_the_term_is_refused_and_nothing_is_paused(platform, clock, case):
    await the_term_ends(platform, case, end_of(today(clock, 30)))
    for last_day, code in (
        (today(clock, -1), "in_the_past"),
        ("2026-02-30", "bad_date"),
        ("demain", "bad_date"),
        (today(clock, 31), "after_term"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await pause(platform, case, last_day)
        assert refused.value.fields == {"last_day": code}
    with pytest.raises(InvalidInputError) as both:
        async with platform.unit() as uow:
            await suspend(uow, case.people["mediator"], case.id, reason=" ", last_day="demain")
    assert both.value.fields == {"reason": "required", "last_day": "bad_date"}
    assert (await facts(platform, case)).stage is Stage.OPEN
    await pause(platform, case, today(clock, 30))
    for last_day, code in ((today(clock, 30), "same_day"), (today(clock, 31), "after_term")):
        with pytest.raises(InvalidInputError) as refused:
            await move(platform, case, last_day)
        assert refused.value.fields == {"last_day": code}
    await the_term_ends(platform, case, None)
    with pytest.raises(InvalidInputError) as refused:
        await move(platform, case, today(clock, 400))
    assert refused.value.fields == {"last_day": "too_far"}


@pytest.mark.parametrize(
    ("last_day", "ends"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC)),  # summer time begins in that night
        (date(2027, 10, 31), datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC)),  # and ends
        (date(2027, 5, 1), datetime(2027, 5, 1, 21, 59, 59, tzinfo=UTC)),  # a public holiday, and a Saturday
    ],
)
async def test_a_chosen_day_is_kept_to_its_last_instant_be_it_a_holiday_or_the_day_of_summer_time(
    platform, clock, case, last_day, ends
):
    assert not is_working_day(last_day)
    clock.offset += datetime(2027, 1, 4, 9, tzinfo=PARIS) - clock()
    await pause(platform, case, last_day)
    assert (await facts(platform, case)).pause_ends == ends
    clock.offset += ends - timedelta(minutes=5) - clock()
    await Worker(platform).drain()
    assert (await facts(platform, case)).stage is Stage.SUSPENDED
    clock.advance(minutes=6)
    await Worker(platform).drain()
    assert (await facts(platform, case)).stage is Stage.OPEN


async def test_only_the_mediator_pauses_and_moves_the_day_and_only_of_a_pause(platform, clock, case):
    day = today(clock, 5)
    with pytest.raises(WrongStageError):
        await move(platform, case, day)
    for act in (pause, move):
        for name in ("claimant", "respondent", "secretariat", "expert"):
            with pytest.raises(NotPermittedError):
                await act(platform, case, day, who=name)
        with pytest.raises(NotFoundError):
            await act(platform, case, day, who="stranger")


async def test_pages_say_until_when_keep_what_was_typed_and_what_the_pause_does_not_touch(
    platform, clock, case, sign_in
):
    await the_term_ends(platform, case, end_of(today(clock, 60)))
    mediator, claimant = await sign_in(case.people["mediator"]), await sign_in(case.people["claimant"])
    here = f"/disputes/{case.id}"
    asked = (await mediator.get(f"{here}/steps/suspend")).text
    assert "Une pause ne change rien à la prescription" in asked
    assert 'name="last_day"' in asked
    wrong = await mediator.post(f"{here}/steps/suspend", data={"reason": REASON, "last_day": str(today(clock, 61))})
    assert wrong.status_code == 422
    assert "prolongez d’abord sa durée" in wrong.text  # noqa: RUF001 -- French typography
    assert "Les congés" in wrong.text
    assert (await mediator.get(f"{here}/pause")).status_code == 409
    sent = {"reason": REASON, "last_day": str(today(clock, 9))}
    assert (await mediator.post(f"{here}/steps/suspend", data=sent)).status_code == 303
    seen = (await claimant.get(here)).text
    assert "En pause jusqu" in seen
    assert "Les travaux reprennent d’eux-mêmes après le" in seen  # noqa: RUF001 -- the page's own apostrophe
    room = (await claimant.get(f"{here}/rooms/{case.spaces['joint']}")).text
    assert "La médiation est suspendue" in room
    assert 'action="' + f"{here}/rooms/{case.spaces['joint']}/messages" not in room
    assert (await claimant.get(f"{here}/pause")).status_code == 403
    assert (await claimant.post(f"{here}/pause", data={"last_day": ""})).status_code == 403
    shown = (await mediator.get(f"{here}/pause")).text
    assert f'value="{today(clock, 9)}"' in shown
    assert "Une pause ne change rien à la prescription" in shown
    wrong = await mediator.post(f"{here}/pause", data={"last_day": "2020-01-01"})
    assert wrong.status_code == 422
    assert 'value="2020-01-01"' in wrong.text
    assert (await mediator.post(f"{here}/pause", data={"last_day": ""})).status_code == 303
    assert (await facts(platform, case)).pause_ends is None
