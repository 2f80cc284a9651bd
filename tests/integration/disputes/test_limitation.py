"""The dates of limitation: from the written agreement to the declared end, with proofs, and six months more."""

from datetime import timedelta

import pytest

from odr.deadlines.calendar import after_months, day_of
from odr.disputes.commands import end_mediation, withdraw
from odr.disputes.lifecycle import Stage
from odr.disputes.limitation import open_until
from odr.disputes.pausing import resume, suspend


async def events(journey, *names):
    facts = await journey.facts()
    async with journey.platform.unit(write=False) as uow:
        found = await uow.vault.ledger.events(uow.session, facts.procedure)
    return [event.event for event in found if event.event["event"] in names]


async def test_the_written_agreement_suspends_it_before_the_table_is_open(journey):
    await journey.accept(await journey.to_invited())
    await journey.sign()
    facts = await journey.facts()
    assert facts.stage is Stage.CONVENTION_PENDING
    assert facts.limitation_suspended_at == facts.convention_signed_at is not None
    (event,) = await events(journey, "LimitationSuspended")
    assert event["since"].startswith(f"{facts.limitation_suspended_at:%Y-%m-%dT%H:%M:%S}")
    await journey.sign()
    await journey.declare()
    assert (await journey.facts()).limitation_suspended_at == facts.limitation_suspended_at
    assert len(await events(journey, "LimitationSuspended")) == 1


@pytest.mark.parametrize("opened", [False, True])
async def test_it_runs_again_from_the_declared_end_for_six_months_at_least(journey, clock, opened):
    if opened:
        await journey.to_open()
    else:
        await journey.accept(await journey.to_invited())
        await journey.sign()
    clock.advance(days=20)
    async with journey.platform.unit() as uow:
        await withdraw(uow, await journey.respondent(), journey.dispute_id, reason="")
    facts = await journey.facts()
    assert facts.limitation_resumed_at == facts.stage_since
    (event,) = await events(journey, "LimitationResumed")
    assert event["open_until"] == str(after_months(day_of(facts.limitation_resumed_at), 6))
    assert open_until(facts.limitation_resumed_at) - day_of(facts.limitation_resumed_at) >= timedelta(days=181)


async def test_a_pause_stops_neither_the_term_nor_the_suspension(journey, clock):
    await journey.to_open()
    before = await journey.facts()
    async with journey.platform.unit() as uow:
        await suspend(uow, await journey.mediator(), journey.dispute_id, reason="Congés.")
    clock.advance(days=10)
    async with journey.platform.unit() as uow:
        await resume(uow, await journey.mediator(), journey.dispute_id)
    after = await journey.facts()
    assert (after.term_ends, after.limitation_suspended_at, after.limitation_resumed_at) == (
        before.term_ends,
        before.limitation_suspended_at,
        None,
    )


async def test_without_a_written_agreement_nothing_was_suspended(journey):
    await journey.accept(await journey.to_invited())
    async with journey.platform.unit() as uow:
        await end_mediation(uow, await journey.mediator(), journey.dispute_id, reason="Rien à faire.")
    assert await events(journey, "LimitationSuspended", "LimitationResumed") == []
    assert (await journey.facts()).limitation_resumed_at is None
