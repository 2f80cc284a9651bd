"""Meetings: whoever is called is told and reminded, nobody learns of one apart, the first of everyone counts in law."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from odr.chronicle import happened
from odr.disputes.pausing import suspend
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError, NotFoundError, NotPermittedError, WrongStageError
from odr.ids import new_id
from odr.notices.models import Notice
from odr.sessions.commands import MOST, call_meeting, cancel_meeting, move_meeting, note_meeting
from odr.sessions.plan import Plan
from odr.sessions.queries import MeetingState, meetings_for, visible_meeting
from odr.tasks import awaited
from odr.worker import Worker
from tests.builders import a_case
from tests.mailbox import mails, text_of

PLACE = "https://visio.example/salle-7"
FORM = {"day": "2026-12-10", "hour": "14:30", "minutes": "90", "place": PLACE, "agenda": "Le calendrier.", "with": ""}


@pytest.fixture
async def case(platform):
    return await a_case(platform)


async def call(platform, case, *, apart="", days=10.0, place=PLACE):
    async with platform.unit() as uow:
        plan = Plan(uow.now() + timedelta(days=days), 90, place, "Le calendrier.")
        with_whom = case.parties[apart] if apart else None
        return await call_meeting(uow, case.people["mediator"], case.id, plan, apart_with=with_whom)


async def seen(platform, case, name):
    async with platform.unit(write=False) as uow:
        return [each.id for each in await meetings_for(uow, case.people[name], case.id)]


async def told(platform):
    async with platform.unit(write=False) as uow:
        rows = await uow.session.execute(select(Notice.account_id, Notice.kind, Notice.at).order_by(Notice.at))
        return [(row.account_id, row.kind, row.at) for row in rows]


async def pass_days(platform, clock, days):
    for _ in range(days):
        await Worker(platform).drain()
        clock.advance(days=1)
    await Worker(platform).drain()


async def tasks_of(platform, case, name):
    async with platform.unit(write=False) as uow:
        actor = case.people[name]
        return [task.label for task in await awaited(uow, actor, await dispute_facts(uow, case.id))]


async def test_everyone_is_called_at_the_same_instant_and_no_mail_says_when_or_where(platform, case):
    meeting_id = await call(platform, case)
    await Worker(platform).drain()
    notices = await told(platform)
    called = {case.people[name].account_id for name in ("claimant", "claimant_counsel", "respondent")}
    assert {account for account, _kind, _at in notices} == called
    assert {kind for _account, kind, _at in notices} == {"meeting_called"}
    assert len({at for _account, _kind, at in notices}) == 1
    sent = await mails(platform)
    assert len(sent) == 3
    for mail in sent:
        assert "visio" not in text_of(mail)
        assert "calendrier" not in text_of(mail)
    for name in ("claimant", "respondent", "mediator"):
        assert await seen(platform, case, name) == [meeting_id]
        assert "Venir à la réunion commune" in await tasks_of(platform, case, name)


async def test_of_a_meeting_apart_nobody_else_learns_by_any_way(platform, case, sign_in):
    async with platform.unit(write=False) as uow:
        before = {name: await happened(uow, case.people[name], case.id) for name in ("respondent", "secretariat")}
    meeting_id = await call(platform, case, apart="claimant", days=2)
    await Worker(platform).drain()
    own = {case.people[name].account_id for name in ("claimant", "claimant_counsel")}
    assert {account for account, _kind, _at in await told(platform)} == own
    assert await seen(platform, case, "claimant") == [meeting_id]
    assert await seen(platform, case, "respondent") == []
    path = f"/disputes/{case.id}/meetings/{meeting_id}"
    for name in ("respondent", "secretariat", "expert", "stranger"):
        client = await sign_in(case.people[name])
        assert (await client.get(path)).status_code == 404
        for act in ("cancel", "held", "missed", "move"):
            assert (await client.post(f"{path}/{act}", data=FORM)).status_code == 404
        if name != "stranger":
            assert "Venir à" not in (await client.get(f"/disputes/{case.id}")).text
    async with platform.unit(write=False) as uow:
        for name, known in before.items():
            assert await happened(uow, case.people[name], case.id) == known
    for name in ("secretariat", "expert", "stranger"):
        with pytest.raises(NotFoundError):
            await seen(platform, case, name)
    mediator = await sign_in(case.people["mediator"])
    assert "Société claimant" in (await mediator.get(path)).text


async def test_a_meeting_is_called_on_a_page_moved_and_called_off_there(case, sign_in, clock):
    mediator, claimant = await sign_in(case.people["mediator"]), await sign_in(case.people["claimant"])
    here = f"/disputes/{case.id}/meetings"
    form = (await mediator.get(f"{here}/new")).text
    assert "Société respondent, en entretien séparé" in form
    day = (clock() + timedelta(days=9)).date().isoformat()
    good = {**FORM, "day": day, "with": "everyone"}
    wrong = await mediator.post(f"{here}/new", data={**good, "day": "2020-01-01", "place": "", "minutes": "90x"})
    assert wrong.status_code == 422
    assert "Ce moment est passé" in wrong.text
    assert "Le calendrier." in wrong.text
    made = await mediator.post(f"{here}/new", data=good)
    path = made.headers["location"].partition("?")[0]
    shown = (await claimant.get(path)).text
    assert f'<a href="{PLACE}"' in shown
    assert "14:30" in shown
    assert "1 h 30" in shown
    assert f"{path}/move" not in shown
    assert (await claimant.get(f"{path}/move")).status_code == 403
    assert (await claimant.get(f"{here}/new")).status_code == 403
    for act in ("move", "cancel", "held"):
        assert (await claimant.post(f"{path}/{act}", data=good)).status_code == 403
    assert (await claimant.post(f"{here}/new", data=good)).status_code == 403
    kept = await mediator.post(f"{path}/move", data={**good, "hour": "26:00"})
    assert kept.status_code == 422
    assert 'value="https://visio.example/salle-7"' in kept.text
    assert 'value="14:30"' in (await mediator.get(f"{path}/move")).text
    assert (await mediator.post(f"{path}/move", data={**good, "hour": "16:00"})).status_code == 303
    assert "16:00" in (await claimant.get(path)).text
    assert (await mediator.post(f"{path}/held")).status_code == 409
    assert (await mediator.post(f"{path}/cancel")).status_code == 303
    assert "Annulée" in (await claimant.get(path)).text
    assert (await mediator.post(f"{path}/cancel")).status_code == 409
    assert (await mediator.post(f"{here}/new", data={**good, "with": str(new_id())})).status_code == 404
    assert (await mediator.post(f"{here}/new", data={**good, "with": "x"})).status_code == 404
    listed = (await claimant.get(here)).text
    assert "Aucune réunion" in listed
    assert "Annulée" in listed


async def test_those_who_are_called_are_reminded_of_the_time_that_holds_and_the_mediator_says_what_became(
    platform, case, clock
):
    meeting_id = await call(platform, case, days=3)
    async with platform.unit() as uow:
        later = Plan(uow.now() + timedelta(days=12), 90, PLACE)
        await move_meeting(uow, case.people["mediator"], case.id, meeting_id, later)
    await pass_days(platform, clock, 4)
    assert "meeting_near" not in {kind for _account, kind, _at in await told(platform)}
    await pass_days(platform, clock, 9)
    near = [account for account, kind, _at in await told(platform) if kind == "meeting_near"]
    assert near.count(case.people["respondent"].account_id) == 2
    assert near.count(case.people["mediator"].account_id) == 2
    asked = [account for account, kind, _at in await told(platform) if kind == "meeting_to_note"]
    assert asked == [case.people["mediator"].account_id]
    assert "Dire si la réunion a eu lieu" in await tasks_of(platform, case, "mediator")
    assert "Venir à la réunion commune" not in await tasks_of(platform, case, "claimant")
    async with platform.unit() as uow:
        await note_meeting(uow, case.people["mediator"], case.id, meeting_id, held=True)
    async with platform.unit() as uow:
        view = await visible_meeting(uow, case.people["claimant"], case.id, meeting_id)
        assert view.state is MeetingState.HELD
        with pytest.raises(ConflictError, match="meeting_over"):
            await note_meeting(uow, case.people["mediator"], case.id, meeting_id, held=False)
        with pytest.raises(ConflictError, match="meeting_over"):
            await move_meeting(uow, case.people["mediator"], case.id, meeting_id, later)


async def test_a_meeting_apart_reminds_its_party_and_the_mediator_alone(platform, case, clock):
    meeting_id = await call(platform, case, apart="claimant", days=2)
    await pass_days(platform, clock, 3)
    respondent = case.people["respondent"].account_id
    assert respondent not in {account for account, _kind, _at in await told(platform)}
    async with platform.unit() as uow:
        await note_meeting(uow, case.people["mediator"], case.id, meeting_id, held=True)
    facts = await _facts(platform, case)
    assert facts.limitation_suspended_at is None


async def _facts(platform, case):
    async with platform.unit(write=False) as uow:
        return await dispute_facts(uow, case.id)


async def test_while_the_mediation_is_paused_nobody_is_called_or_reminded(platform, case, clock):
    meeting_id = await call(platform, case, days=3)
    async with platform.unit() as uow:
        await suspend(uow, case.people["mediator"], case.id, reason="Congés.")
    await pass_days(platform, clock, 4)
    assert "meeting_near" not in {kind for _account, kind, _at in await told(platform)}
    for apart in ("", "claimant"):
        with pytest.raises(WrongStageError):
            await call(platform, case, apart=apart)
    async with platform.unit() as uow:
        await note_meeting(uow, case.people["mediator"], case.id, meeting_id, held=False)


async def test_a_party_calls_no_meeting_and_a_room_holds_so_many(platform, case, monkeypatch):
    async with platform.unit() as uow:
        plan = Plan(uow.now() + timedelta(days=3), 60, "Salle 3")
        with pytest.raises(NotPermittedError):
            await call_meeting(uow, case.people["claimant"], case.id, plan)
        with pytest.raises(NotFoundError):
            await call_meeting(uow, case.people["respondent"], case.id, plan, apart_with=case.parties["claimant"])
    assert MOST == 200
    monkeypatch.setattr("odr.sessions.commands.MOST", 1)
    await call(platform, case, apart="claimant")
    await call(platform, case)  # what is called apart takes no place at the table
    with pytest.raises(ConflictError, match="too_many_meetings"):
        await call(platform, case)


async def test_the_first_meeting_of_everyone_suspends_the_limitation_period_before_any_agreement(journey, clock):
    await journey.accept(await journey.to_invited())
    mediator = await journey.mediator()
    first = journey.platform.clock() + timedelta(days=2)
    async with journey.platform.unit() as uow:
        met = await call_meeting(uow, mediator, journey.dispute_id, Plan(first, 60, "Au centre"))
        missed = await call_meeting(uow, mediator, journey.dispute_id, Plan(first, 60, "Au centre"))
        off = await call_meeting(uow, mediator, journey.dispute_id, Plan(first, 60, "Au centre"))
        await cancel_meeting(uow, mediator, journey.dispute_id, off)
    async with journey.platform.unit() as uow:
        with pytest.raises(ConflictError, match="meeting_to_come"):
            await note_meeting(uow, mediator, journey.dispute_id, met, held=True)
    clock.advance(days=5)
    async with journey.platform.unit() as uow:
        await note_meeting(uow, mediator, journey.dispute_id, missed, held=False)
    assert (await journey.facts()).limitation_suspended_at is None
    async with journey.platform.unit() as uow:
        await note_meeting(uow, mediator, journey.dispute_id, met, held=True)
    assert (await journey.facts()).limitation_suspended_at == first
    await journey.declare()
    await journey.accept_mediator()
    await journey.sign()
    facts = await journey.facts()
    assert facts.limitation_suspended_at == first < facts.convention_signed_at
    async with journey.platform.unit(write=False) as uow:
        found = await uow.vault.ledger.events(uow.session, facts.procedure)
    assert [event.event["rule"] for event in found if event.event["event"] == "LimitationSuspended"] == ["V121"]


async def test_a_meeting_after_the_agreement_moves_no_date_and_one_before_it_noted_late_does(journey, clock):
    await journey.accept(await journey.to_invited())
    mediator = await journey.mediator()
    first = journey.platform.clock() + timedelta(days=1)
    async with journey.platform.unit() as uow:
        before = await call_meeting(uow, mediator, journey.dispute_id, Plan(first, 60, "Au centre"))
        later = await call_meeting(uow, mediator, journey.dispute_id, Plan(first + timedelta(days=3), 60, "Au centre"))
    clock.advance(days=2)
    await journey.sign()
    signed = (await journey.facts()).limitation_suspended_at
    clock.advance(days=4)
    async with journey.platform.unit() as uow:
        await note_meeting(uow, mediator, journey.dispute_id, later, held=True)
    assert (await journey.facts()).limitation_suspended_at == signed
    async with journey.platform.unit() as uow:
        await note_meeting(uow, mediator, journey.dispute_id, before, held=True)
    assert (await journey.facts()).limitation_suspended_at == first


async def test_nobody_is_met_apart_before_the_mediation_is_open(journey):
    await journey.accept(await journey.to_invited())
    facts = await journey.facts()
    async with journey.platform.unit() as uow:
        plan = Plan(uow.now() + timedelta(days=3), 60, "Salle 3")
        with pytest.raises(WrongStageError):
            await call_meeting(uow, await journey.mediator(), journey.dispute_id, plan, apart_with=facts.claimant.id)
