"""How soon the centre answers: its targets, warnings before and after, and the list of what is late."""

from datetime import timedelta

import pytest

from odr.appointment.objections import decide_objection, raise_objection
from odr.appointment.queries import appointments_of
from odr.deadlines.calendar import after_working_days, day_of
from odr.deadlines.table import Deadline
from odr.disputes.targets import TARGETS, days_of, dues_of, late_or_soon, set_targets
from odr.errors import InvalidInputError, NotPermittedError
from odr.intake.completing import ask_completion, complete_request
from odr.tasks import awaited
from odr.worker import Worker
from tests.mailbox import mails


async def warned(journey):
    subjects = [message["Subject"] for message in await mails(journey.platform, (await journey.secretariat()).email)]
    return [subject.partition(" · ")[2] for subject in subjects if "réponse du centre" in subject]


async def listed(journey):
    async with journey.platform.unit(write=False) as uow:
        return [(each.deadline, each.late) for each in await late_or_soon(uow, await journey.secretariat())]


async def wait_until(journey, clock, moment):
    await Worker(journey.platform).drain()
    clock.advance(seconds=(moment - journey.platform.clock()).total_seconds())


async def due_of(journey, deadline):
    await Worker(journey.platform).drain()
    async with journey.platform.unit(write=False) as uow:
        return (await dues_of(uow, journey.dispute_id))[deadline]


async def set_days(journey, days):
    async with journey.platform.unit() as uow:
        await set_targets(uow, await journey.secretariat(), dict.fromkeys([each.value for each in TARGETS], days))


async def test_the_secretariat_is_warned_before_and_after_and_never_twice(journey, clock):
    await journey.file()
    due = await due_of(journey, Deadline.QUALIFY)
    assert day_of(due) == after_working_days(day_of(journey.platform.clock()), 3)
    await wait_until(journey, clock, due - timedelta(hours=2))
    assert await warned(journey) == ["Une réponse du centre est attendue bientôt"]
    assert await listed(journey) == [(Deadline.QUALIFY, False)]
    await wait_until(journey, clock, due + timedelta(hours=1))
    assert len(await warned(journey)) == 2
    assert await listed(journey) == [(Deadline.QUALIFY, True)]
    clock.advance(days=5)
    assert await warned(journey) == [
        "Une réponse du centre est attendue bientôt",
        "Une réponse du centre est en retard",
    ]


async def test_an_answer_in_time_is_neither_warned_about_nor_listed(journey, clock):
    await journey.file()
    await due_of(journey, Deadline.QUALIFY)
    await journey.qualify()
    due = await due_of(journey, Deadline.APPOINT)
    await journey.appoint()
    await journey.invite()
    await wait_until(journey, clock, due + timedelta(days=1))
    assert await warned(journey) == []
    assert await listed(journey) == []


async def test_a_mediator_is_still_awaited_after_the_invitation_has_left(journey, clock):
    await journey.file()
    await journey.qualify()
    due = await due_of(journey, Deadline.APPOINT)
    await journey.invite()
    await wait_until(journey, clock, due + timedelta(minutes=1))
    assert (Deadline.APPOINT, True) in await listed(journey)


async def test_while_the_claimant_is_asked_the_centres_time_stands_still_and_begins_anew_with_the_answer(
    journey, clock
):
    await journey.file()
    first = await due_of(journey, Deadline.QUALIFY)
    until = (journey.platform.clock() + timedelta(days=20)).date().isoformat()
    async with journey.platform.unit() as uow:
        await ask_completion(uow, await journey.secretariat(), journey.dispute_id, question="Le contrat.", until=until)
    await wait_until(journey, clock, first + timedelta(days=1))
    assert await warned(journey) == []
    assert await listed(journey) == []
    async with journey.platform.unit() as uow:
        await complete_request(uow, await journey.claimant(), journey.dispute_id, answer="Le voici.")
    due = await due_of(journey, Deadline.COMPLETION)
    assert day_of(due) == after_working_days(day_of(journey.platform.clock()), 3)
    await wait_until(journey, clock, due + timedelta(minutes=1))
    assert await listed(journey) == [(Deadline.COMPLETION, True)]


async def test_an_objection_runs_for_the_centre_alone_and_nothing_at_the_table_tells_of_it(journey, clock):
    await journey.accept(await journey.to_invited())
    await journey.declare()
    claimant = await journey.claimant()
    async with journey.platform.unit() as uow:
        (view,) = await appointments_of(uow, claimant, journey.dispute_id)
        await raise_objection(uow, claimant, journey.dispute_id, view.id, reason="Elle conseille notre adversaire.")
    await Worker(journey.platform).drain()
    async with journey.platform.unit(write=False) as uow:
        assert Deadline.DECIDE_OBJECTION not in await dues_of(uow, journey.dispute_id)
    clock.advance(days=7)
    await Worker(journey.platform).drain()
    assert (Deadline.DECIDE_OBJECTION, True) in await listed(journey)
    subjects = [each["Subject"] for each in await mails(journey.platform, (await journey.secretariat()).email)]
    assert "Une réponse du centre est en retard" in subjects  # and not of which dispute: a mail may be seen
    async with journey.platform.unit(write=False) as uow:
        events = await uow.vault.ledger.events(uow.session, (await journey.facts()).procedure)
    assert not [each.event for each in events if each.event.get("deadline") == Deadline.DECIDE_OBJECTION.value]
    secretariat = await journey.secretariat()
    async with journey.platform.unit() as uow:
        (view,) = await appointments_of(uow, secretariat, journey.dispute_id)
        objection_id = view.objections[0].id
        await decide_objection(
            uow, secretariat, journey.dispute_id, objection_id, decision="keep", reason="Aucun lien.", shown=False
        )
    await Worker(journey.platform).drain()
    assert (Deadline.DECIDE_OBJECTION, True) not in await listed(journey)


async def test_invitations_and_terms_that_end_soon_are_listed_too(journey, clock):
    await journey.to_open()
    await wait_until(journey, clock, (await journey.facts()).term_ends - timedelta(days=5))
    assert await listed(journey) == [(Deadline.TERM, False)]


async def test_a_target_of_ones_own_counts_from_the_next_referral_on(journey):
    await journey.file()
    first = await due_of(journey, Deadline.QUALIFY)
    await set_days(journey, "10")
    assert await due_of(journey, Deadline.QUALIFY) == first
    await journey.qualify()
    due = await due_of(journey, Deadline.APPOINT)
    assert day_of(due) == after_working_days(day_of(journey.platform.clock()), 10)
    await set_days(journey, "2")
    async with journey.platform.unit(write=False) as uow:
        assert set((await days_of(uow)).values()) == {2}


@pytest.mark.parametrize("days", ["", "0", "-3", "61", "two", "1.5", "٣", "9" * 5000])
async def test_a_target_that_is_no_number_of_days_is_refused(journey, days):
    with pytest.raises(InvalidInputError) as refused:
        await set_days(journey, days)
    assert refused.value.fields == {each.value: "bad_days" for each in TARGETS}


async def test_targets_and_what_is_late_are_the_secretariats(journey):
    async with journey.platform.unit() as uow:
        for actor in (await journey.claimant(), await journey.mediator()):
            with pytest.raises(NotPermittedError):
                await set_targets(uow, actor, {each.value: "1" for each in TARGETS})
            with pytest.raises(NotPermittedError):
                await late_or_soon(uow, actor)


async def test_who_waits_for_the_centre_knows_until_when(journey):
    await journey.file()
    due = await due_of(journey, Deadline.QUALIFY)
    async with journey.platform.unit(write=False) as uow:
        for actor in (await journey.claimant(), await journey.secretariat()):
            (task, *_) = await awaited(uow, actor, await journey.facts())
            assert task.until == due


async def test_the_page_shows_what_is_late_keeps_what_was_typed_and_is_closed_to_others(journey, sign_in, clock):
    await journey.file()
    await wait_until(journey, clock, await due_of(journey, Deadline.QUALIFY) + timedelta(days=1))
    secretary = await sign_in(await journey.secretariat())
    for path in ("/disputes", "/response-times"):
        page = (await secretary.get(path)).text
        assert "En retard" in page
        assert f'href="/disputes/{journey.dispute_id}"' in page
    good = {each.value: "4" for each in TARGETS}
    refused = await secretary.post("/response-times", data={**good, "qualify": "99"})
    assert refused.status_code == 422
    assert 'value="99"' in refused.text
    assert "de 1 à 60" in refused.text
    assert (await secretary.post("/response-times", data=good)).status_code == 303
    assert 'value="4"' in (await secretary.get("/response-times?done=saved")).text
    claimant = await sign_in(await journey.claimant())
    assert (await claimant.get("/response-times")).status_code == 403
    assert "Délais de réponse" not in (await claimant.get("/disputes")).text
