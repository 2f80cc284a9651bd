"""The expert's mission: who may open, answer, supply and report; what the expert sees and never sees."""

import json
from datetime import datetime

import pytest
from sqlalchemy import select

from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.evidence.openings import open_exhibit
from odr.evidence.queries import exhibits_in, visible_exhibit
from odr.expertise.awaited import tasks
from odr.expertise.commands import accept_mission, decline_mission, end_mission, open_mission
from odr.expertise.examining import post_report, supply_exhibits, write_note
from odr.expertise.queries import (
    MissionState,
    experts_to_ask,
    missions_of,
    notes_on,
    papers_to_post,
    still_to_supply,
    visible_mission,
)
from odr.ids import ExhibitId, new_id
from odr.notices.models import Notice
from odr.outbox import JobRow
from odr.people.queries import load_actor
from odr.spaces.queries import spaces_for
from odr.visibility.actor import Actor
from odr.worker import Worker
from tests.builders import nobody_objects
from tests.integration.expertise.desk import QUESTIONS, Desk

TABLE = ["claimant", "claimant_counsel", "respondent", "mediator", "expert"]


async def live(desk: Desk, who: str) -> Actor:
    async with desk.platform.unit(write=False) as uow:
        return await load_actor(uow, desk.case.people[who].account_id)


# ---- opening and answering


async def test_the_questions_are_read_by_both_parties_the_mediator_and_the_expert(any_desk: Desk):
    for who in TABLE:
        mission = await any_desk.view(who)
        assert mission.questions == QUESTIONS
        assert mission.state is MissionState.PROPOSED
        assert (mission.desk_id is not None) == (who == "expert")


@pytest.mark.parametrize("who", ["secretariat", "archivist", "stranger"])
async def test_for_whoever_is_not_at_the_table_no_mission_exists(desk: Desk, who: str):
    async with desk.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await missions_of(uow, desk.case.people[who], desk.id)
        with pytest.raises(NotFoundError):
            await visible_mission(uow, desk.case.people[who], desk.id, desk.mission_id)


@pytest.mark.parametrize("who", ["claimant", "respondent", "claimant_counsel", "expert"])
async def test_only_the_mediator_opens_supplies_and_ends(desk: Desk, who: str):
    await desk.accept()
    actor = desk.case.people[who]
    other = str(desk.other_expert.account_id)
    async with desk.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await open_mission(uow, actor, desk.id, expert_id=other, questions="Et alors ?")
        with pytest.raises(NotPermittedError):
            await supply_exhibits(uow, actor, desk.id, desk.mission_id, exhibit_ids=[desk.exhibits["C-1"]])
        with pytest.raises(NotPermittedError):
            await end_mission(uow, actor, desk.id, desk.mission_id)
        with pytest.raises(NotPermittedError):
            await experts_to_ask(uow, actor, desk.id)
    assert (await desk.view("mediator")).supplied == ()


async def test_only_an_expert_of_the_centre_can_be_asked_and_nobody_of_the_table(desk: Desk):
    async with desk.platform.unit() as uow:
        for expert_id in (str(desk.stranger.account_id), str(desk.claimant.account_id), "", "x"):
            with pytest.raises(InvalidInputError) as refused:
                await open_mission(uow, desk.mediator, desk.id, expert_id=expert_id, questions="Quoi ?")
            assert refused.value.fields == {"expert": "choose_one"}
        with pytest.raises(InvalidInputError) as refused:
            await open_mission(uow, desk.mediator, desk.id, expert_id=str(desk.other_expert.account_id), questions=" ")
        assert refused.value.fields == {"questions": "required"}


async def test_an_expert_is_seated_when_asked_and_leaves_when_declining(any_desk: Desk):
    desk = any_desk
    async with desk.platform.unit() as uow:
        second = await open_mission(
            uow, desk.mediator, desk.id, expert_id=str(desk.other_expert.account_id), questions="Une autre question ?"
        )
    asked = await live(desk, "other_expert")
    async with desk.platform.unit(write=False) as uow:
        assert [mission.id for mission in await missions_of(uow, asked, desk.id)] == [second]
    async with desk.platform.unit() as uow:
        await decline_mission(uow, asked, desk.id, second, reason="Je connais le dirigeant.")
    gone = await live(desk, "other_expert")
    assert gone.seats == ()
    async with desk.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await missions_of(uow, gone, desk.id)
        declined = await visible_mission(uow, desk.claimant, desk.id, second)
    assert (declined.state, declined.answer) == (MissionState.DECLINED, "Je connais le dirigeant.")


async def test_two_experts_know_nothing_of_each_others_missions(desk: Desk):
    async with desk.platform.unit() as uow:
        second = await open_mission(
            uow, desk.mediator, desk.id, expert_id=str(desk.other_expert.account_id), questions="Une autre question ?"
        )
    first, other = await live(desk, "expert"), await live(desk, "other_expert")
    async with desk.platform.unit(write=False) as uow:
        assert [mission.id for mission in await missions_of(uow, first, desk.id)] == [desk.mission_id]
        with pytest.raises(NotFoundError):
            await visible_mission(uow, other, desk.id, desk.mission_id)
        with pytest.raises(NotFoundError):
            await visible_mission(uow, first, desk.id, second)
        assert not {space.id for space in await spaces_for(uow, other, desk.id)} & {await desk.desk_id()}


async def test_accepting_takes_independence_and_a_declaration_that_the_table_reads(desk: Desk):
    async with desk.platform.unit() as uow:
        with pytest.raises(InvalidInputError) as refused:
            await accept_mission(uow, desk.expert, desk.id, desk.mission_id, declaration=" ", independent=False)
    assert refused.value.fields == {"declaration": "required", "independent": "must_be_independent"}
    await desk.accept()
    assert (await desk.view("respondent")).answer == "Aucun lien, aucun intérêt."


async def test_a_mission_is_answered_once_and_by_its_expert_alone(desk: Desk):
    async with desk.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await accept_mission(uow, desk.claimant, desk.id, desk.mission_id, declaration="Moi.", independent=True)
    await desk.accept()
    async with desk.platform.unit() as uow:
        with pytest.raises(ConflictError) as refused:
            await decline_mission(uow, desk.expert, desk.id, desk.mission_id, reason="")
    assert refused.value.code == "answered_already"


async def test_a_mission_ended_without_a_report_takes_the_expert_from_the_table(any_desk: Desk):
    await any_desk.accept()
    await any_desk.supply("C-1")
    async with any_desk.platform.unit() as uow:
        await end_mission(uow, any_desk.mediator, any_desk.id, any_desk.mission_id)
    gone = await live(any_desk, "expert")
    async with any_desk.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await visible_exhibit(uow, gone, any_desk.id, any_desk.exhibits["C-1"])
    async with any_desk.platform.unit() as uow:
        with pytest.raises(ConflictError):
            await end_mission(uow, any_desk.mediator, any_desk.id, any_desk.mission_id)


# ---- supplying


async def test_nothing_is_supplied_before_the_expert_has_accepted(desk: Desk):
    with pytest.raises(ConflictError) as refused:
        await desk.supply("C-1")
    assert refused.value.code == "not_accepted"


async def test_an_expert_sees_what_is_supplied_under_its_joint_number_and_nothing_else(any_desk: Desk):
    desk = any_desk
    await desk.accept()
    await desk.supply("C-2", "R-1")
    async with desk.platform.unit(write=False) as uow:
        page = await exhibits_in(uow, desk.expert, desk.id, await desk.desk_id())
        assert [row.number for row in page.rows] == ["C-2", "R-1"]
        for hidden in (desk.exhibits["C-1"], desk.exhibits["secret"], ExhibitId(new_id())):
            with pytest.raises(NotFoundError):
                await visible_exhibit(uow, desk.expert, desk.id, hidden)
        for name, space_id in desk.case.spaces.items():
            with pytest.raises(NotFoundError):
                await exhibits_in(uow, desk.expert, desk.id, space_id)
            assert name
    assert await desk.read("expert", desk.exhibits["C-2"]) == b"Le cahier"
    for hidden in (desk.exhibits["C-1"], desk.exhibits["secret"]):
        with pytest.raises(NotFoundError):
            await open_exhibit(desk.platform, desk.expert, desk.id, hidden)


async def test_what_is_not_on_the_joint_table_cannot_be_supplied(desk: Desk):
    await desk.accept()
    with pytest.raises(NotPermittedError) as refused:
        await desk.supply("secret")
    assert refused.value.code == "not_on_the_table"
    async with desk.platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await supply_exhibits(uow, desk.mediator, desk.id, desk.mission_id, exhibit_ids=[ExhibitId(new_id())])
        with pytest.raises(InvalidInputError):
            await supply_exhibits(uow, desk.mediator, desk.id, desk.mission_id, exhibit_ids=[])
    async with desk.platform.unit(write=False) as uow:
        rows = await still_to_supply(uow, desk.mediator, await desk.view("mediator"))
    assert [row.number for row in rows] == ["C-1", "C-2", "R-1"]


async def test_the_same_exhibit_is_supplied_once(desk: Desk):
    await desk.accept()
    await desk.supply("C-1")
    with pytest.raises(ConflictError):
        await desk.supply("C-1")
    assert [one.number for one in (await desk.view("claimant")).supplied] == ["C-1"]


async def test_a_report_whose_number_a_desk_paper_bears_is_refused_and_not_mixed_up(desk: Desk):
    await desk.accept()
    paper = await desk.paper()
    async with desk.platform.unit() as uow:
        await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=paper)
        second = await open_mission(
            uow, desk.mediator, desk.id, expert_id=str(desk.other_expert.account_id), questions="Qu'en pensez-vous ?"
        )
    other = await live(desk, "other_expert")
    async with desk.platform.unit() as uow:
        await accept_mission(uow, other, desk.id, second, declaration="Aucun lien.", independent=True)
        space_id = (await visible_mission(uow, other, desk.id, second)).desk_id
    await nobody_objects(desk.platform, desk.id, desk.claimant, desk.respondent)
    desk.case.people["other_expert"] = other
    await desk.put("other_expert", space_id, "brouillon.txt", "Brouillon")
    async with desk.platform.unit() as uow:
        with pytest.raises(ConflictError) as refused:
            await supply_exhibits(uow, desk.mediator, desk.id, second, exhibit_ids=[paper])
    assert refused.value.code == "number_taken"


# ---- notes and the report


async def test_notes_are_the_experts_alone(any_desk: Desk):
    desk = any_desk
    await desk.accept()
    async with desk.platform.unit() as uow:
        await write_note(uow, desk.expert, desk.id, desk.mission_id, text="Le volume manque.")
    async with desk.platform.unit(write=False) as uow:
        assert [note.text for note in await notes_on(uow, desk.expert, desk.id, desk.mission_id)] == [
            "Le volume manque."
        ]
        for who in ("claimant", "respondent", "mediator"):
            with pytest.raises(NotPermittedError):
                await notes_on(uow, desk.case.people[who], desk.id, desk.mission_id)
    async with desk.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await write_note(uow, desk.mediator, desk.id, desk.mission_id, text="Moi aussi.")
        with pytest.raises(InvalidInputError):
            await write_note(uow, desk.expert, desk.id, desk.mission_id, text=" ")


async def test_a_paper_on_the_desk_is_seen_by_its_expert_alone_until_it_is_posted(desk: Desk):
    await desk.accept()
    paper = await desk.paper()
    async with desk.platform.unit(write=False) as uow:
        for who in ("claimant", "respondent", "mediator"):
            with pytest.raises(NotFoundError):
                await visible_exhibit(uow, desk.case.people[who], desk.id, paper)


async def test_the_report_reaches_both_parties_and_the_mediator_at_the_same_instant(any_desk: Desk):
    desk = any_desk
    await desk.accept()
    await desk.supply("C-1", "R-1")
    paper = await desk.paper()
    async with desk.platform.unit() as uow:
        number = await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=paper)
    assert number == "E-1"
    for who in ("claimant", "claimant_counsel", "respondent", "mediator"):
        assert await desk.read(who, paper) == b"%PDF report"
    await Worker(desk.platform).drain()
    async with desk.platform.unit(write=False) as uow:
        told = (await uow.session.scalars(select(Notice).where(Notice.kind == "report_posted"))).all()
    names = {desk.case.people[who].account_id for who in ("claimant", "claimant_counsel", "respondent", "mediator")}
    assert {notice.account_id for notice in told} == names
    assert len({notice.at for notice in told}) == 1


async def test_the_report_comes_with_what_the_expert_had_seen(any_desk: Desk):
    desk = any_desk
    await desk.accept()
    await desk.supply("C-1", "R-1")
    await desk.read("expert", desk.exhibits["R-1"])
    paper = await desk.paper()
    async with desk.platform.unit() as uow:
        await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=paper)
    await desk.read("expert", desk.exhibits["C-1"])  # too late to count
    mission = await desk.view("respondent")
    async with desk.platform.unit(write=False) as uow:
        digests = {
            number: (await visible_exhibit(uow, desk.mediator, desk.id, desk.exhibits[number])).sha256.hex()
            for number in ("C-1", "R-1")
        }
        events = await uow.vault.ledger.events(uow.session, desk.case.ref("joint"))
    assert [(one.number, one.sha256, one.opened_at is not None) for one in mission.seen] == [
        ("C-1", digests["C-1"], False),
        ("R-1", digests["R-1"], True),
    ]
    (entry,) = [event.body for event in events if event.event["event"] == "ReportPosted"]
    told = json.loads(entry)["seen"]
    assert [one["sha256"] for one in told] == list(digests.values())
    assert datetime.fromisoformat(told[1]["opened_at"]) == mission.seen[1].opened_at
    assert (mission.state, mission.report_number) == (MissionState.REPORTED, "E-1")


async def test_what_is_no_report_or_not_on_the_desk_is_not_posted(desk: Desk):
    await desk.accept()
    await desk.supply("C-1")
    note = await desk.paper(kind="other")
    for exhibit_id in (note, desk.exhibits["C-1"]):
        async with desk.platform.unit() as uow:
            with pytest.raises(InvalidInputError) as refused:
                await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=exhibit_id)
        assert refused.value.fields == {"report": "not_a_report"}
    async with desk.platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=desk.exhibits["secret"])
        with pytest.raises(NotPermittedError):
            await post_report(uow, desk.mediator, desk.id, desk.mission_id, exhibit_id=note)
        assert await papers_to_post(uow, desk.expert, await desk.view("expert")) == []


async def test_a_report_is_posted_once(desk: Desk):
    await desk.accept()
    paper = await desk.paper()
    async with desk.platform.unit() as uow:
        await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=paper)
    async with desk.platform.unit() as uow:
        with pytest.raises(ConflictError):
            await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=paper)


async def test_at_another_stage_nothing_is_examined(desk: Desk):
    await desk.accept()
    paper = await desk.paper()
    async with desk.platform.unit() as uow:
        (await uow.session.get_one(Dispute, desk.id)).stage = Stage.SETTLED
    async with desk.platform.unit() as uow:
        with pytest.raises(WrongStageError):
            await post_report(uow, desk.expert, desk.id, desk.mission_id, exhibit_id=paper)
        with pytest.raises(WrongStageError):
            await write_note(uow, desk.expert, desk.id, desk.mission_id, text="Encore.")
        with pytest.raises(WrongStageError):
            await supply_exhibits(uow, desk.mediator, desk.id, desk.mission_id, exhibit_ids=[desk.exhibits["C-1"]])


async def test_each_one_is_told_what_awaits_them(desk: Desk):
    async def awaited(who: str) -> list[tuple[str, bool]]:
        async with desk.platform.unit(write=False) as uow:
            actor = desk.case.people[who]
            dispute = await visible_dispute(uow, actor, desk.id)
            return [(task.href.rpartition("/")[2], task.mine) for task in await tasks(uow, actor, dispute)]

    mission = str(desk.mission_id)
    assert await awaited("expert") == [(mission, True)]
    assert await awaited("claimant") == [(mission, False)]
    await desk.accept()
    assert await awaited("mediator") == [("supply", True)]
    assert await awaited("expert") == [(mission, False)]
    await desk.supply("C-1")
    assert await awaited("expert") == [(mission, True)]
    assert await awaited("secretariat") == []


async def test_the_asked_expert_is_told_and_no_other_expert(desk: Desk):
    async with desk.platform.unit(write=False) as uow:
        jobs = (await uow.session.scalars(select(JobRow).where(JobRow.kind == "tell"))).all()
    asked = [job.payload for job in jobs if job.payload["event"] == "ExpertAsked"]
    assert [(job["whom"], job["subject_id"]) for job in asked] == [("subject", str(desk.expert.account_id))]
