"""Parties may object to an expert after the declaration and before anything is supplied."""

import pytest

from odr.appointment.objections import decide_objection, raise_objection
from odr.appointment.queries import appointments_of
from odr.errors import ConflictError, NotFoundError
from odr.expertise.commands import accept_mission, end_mission
from odr.expertise.models import MissionState
from odr.expertise.queries import missions_of
from odr.people.queries import load_actor
from odr.worker import Worker
from tests.builders import nobody_objects
from tests.integration.expertise.desk import Desk


async def accepted(desk: Desk) -> None:
    async with desk.platform.unit() as uow:
        await accept_mission(
            uow, desk.expert, desk.id, desk.mission_id, declaration="Un cours donné chez l'éditeur.", independent=True
        )


async def of_expert(desk: Desk, who: str):
    async with desk.platform.unit(write=False) as uow:
        views = await appointments_of(uow, desk.case.people[who], desk.id)
    return next(view for view in views if view.account_id == desk.expert.account_id)


async def state(desk: Desk) -> MissionState:
    async with desk.platform.unit(write=False) as uow:
        (mission,) = await missions_of(uow, desk.mediator, desk.id)
    return mission.state


async def test_nothing_is_supplied_while_a_party_may_object(desk: Desk) -> None:
    await accepted(desk)
    with pytest.raises(ConflictError, match="may_be_objected"):
        await desk.supply("C-1")
    await nobody_objects(desk.platform, desk.id, desk.claimant)
    with pytest.raises(ConflictError, match="may_be_objected"):
        await desk.supply("C-1")
    await nobody_objects(desk.platform, desk.id, desk.respondent)
    await desk.supply("C-1")


async def test_an_upheld_objection_ends_the_mission_and_the_expert_sees_nothing_from_then_on(desk: Desk) -> None:
    await accepted(desk)
    view = await of_expert(desk, "claimant")
    async with desk.platform.unit() as uow:
        await raise_objection(uow, desk.claimant, desk.id, view.id, reason="Ce cours était payé.")
    assert (await of_expert(desk, "respondent")).objections == ()
    (objection,) = (await of_expert(desk, "secretariat")).objections
    async with desk.platform.unit() as uow:
        await decide_objection(
            uow, desk.secretariat, desk.id, objection.id, decision="replace", reason="Le doute est permis."
        )
    await Worker(desk.platform).drain()
    assert await state(desk) is MissionState.ENDED
    async with desk.platform.unit(write=False) as uow:
        gone = await load_actor(uow, desk.expert.account_id)

        with pytest.raises(NotFoundError):
            await missions_of(uow, gone, desk.id)


async def test_a_mission_that_the_mediator_ends_needs_no_answer_any_more(desk: Desk) -> None:
    await accepted(desk)
    async with desk.platform.unit() as uow:
        await end_mission(uow, desk.mediator, desk.id, desk.mission_id)
    view = await of_expert(desk, "claimant")
    assert view.ended_at is not None
    assert view.window is not None
    assert not view.window.may_answer
