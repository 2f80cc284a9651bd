"""A mediator leaves an open mediation and another comes: nothing is lost, and nothing passes without a yes."""

import re

import pytest

from odr.appointment.handing_over import hand_over, handovers_of
from odr.appointment.objections import say_no_objection
from odr.appointment.queries import appointments_of
from odr.appointment.seats import appoint_mediator, recuse
from odr.chronicle import happened
from odr.crossing.commands import Asked, propose_statement
from odr.crossing.queries import StatementState, statements_in
from odr.disputes.commands import withdraw
from odr.errors import ConflictError, NotFoundError, NotPermittedError, WrongStageError
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, Origin
from odr.evidence.recording import About
from odr.spaces.commands import post_message
from odr.spaces.queries import find_space, messages_in, space_of, spaces_for
from odr.spaces.reading import note_readings
from odr.visibility.actor import CentreRole, SeatRole
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import an_account

SECRET = "Nous accepterions la moitié."
NOTE = "La moitié, dit-elle."


async def say(journey, actor, kind, text, party=None):
    async with journey.platform.unit() as uow:
        holder = actor.account_id if kind is SpaceKind.NOTES else None
        space = await space_of(uow, journey.dispute_id, kind, party, holder_id=holder)
        await post_message(uow, actor, journey.dispute_id, space.id, text=text)


async def heard(journey, actor, kind, party=None):
    async with journey.platform.unit() as uow:
        rooms = await spaces_for(uow, actor, journey.dispute_id)
        for room in rooms:
            await note_readings(uow, actor, room)
        found = [room for room in rooms if room.kind is kind and (party is None or room.party_id == party)]
        return [message.text for room in found for message in (await messages_in(uow, actor, room)).messages]


async def successor(journey, *, accepted=True):
    """The first mediator steps down, a second is proposed and declares; both sides accept."""
    async with journey.platform.unit() as uow:
        await recuse(uow, await journey.mediator(), journey.dispute_id, reason="")
    second = await an_account(journey.platform, "Paul Second", CentreRole.MEDIATOR)
    async with journey.platform.unit() as uow:
        await appoint_mediator(uow, await journey.secretariat(), journey.dispute_id, account_id=second.account_id)
    journey.mediator_id = second.account_id
    await journey.declare()
    if accepted:
        await journey.accept_mediator()


async def talked(journey):
    """Both sides have spoken apart and together, and the mediator has taken a note."""
    await journey.to_open()
    claimant = (await journey.facts()).claimant.id
    await say(journey, await journey.claimant(), SpaceKind.CAUCUS, SECRET, claimant)
    await say(journey, await journey.claimant(), SpaceKind.JOINT, "Bonjour à tous.")
    await say(journey, await journey.mediator(), SpaceKind.NOTES, NOTE)
    return claimant


async def test_who_is_proposed_waits_outside_the_rooms_until_nothing_stands_against_them(journey):
    await talked(journey)
    await successor(journey, accepted=False)
    second = await journey.mediator()
    assert [seat.role for seat in second.seats] == [SeatRole.CANDIDATE]
    async with journey.platform.unit(write=False) as uow:
        assert await spaces_for(uow, second, journey.dispute_id) == ()
        assert await happened(uow, second, journey.dispute_id) == ()
        assert len(await appointments_of(uow, second, journey.dispute_id)) == 2
    await journey.accept_mediator()
    second = await journey.mediator()
    assert [seat.role for seat in second.seats] == [SeatRole.MEDIATOR]
    assert await heard(journey, second, SpaceKind.JOINT) == ["Bonjour à tous."]


async def test_what_was_said_apart_passes_on_only_with_a_yes_of_its_party(journey):
    party = await talked(journey)
    await successor(journey)
    assert await heard(journey, await journey.mediator(), SpaceKind.CAUCUS, party) == []
    await say(journey, await journey.claimant(), SpaceKind.CAUCUS, "Bonjour Paul.", party)
    assert await heard(journey, await journey.mediator(), SpaceKind.CAUCUS, party) == ["Bonjour Paul."]
    assert await heard(journey, await journey.claimant(), SpaceKind.CAUCUS, party) == [SECRET, "Bonjour Paul."]
    async with journey.platform.unit(write=False) as uow:
        told = [line.text for line in await happened(uow, await journey.mediator(), journey.dispute_id)]
        (question,) = await handovers_of(uow, await journey.claimant(), journey.dispute_id)
        assert await handovers_of(uow, await journey.mediator(), journey.dispute_id) == ()
    assert sum("aparté" in line or "apart" in line for line in told) <= 1
    assert (question.passes, question.may_answer) == (None, True)
    async with journey.platform.unit() as uow:
        await hand_over(uow, await journey.claimant(), journey.dispute_id, question.seat_id, passes=False)
    assert await heard(journey, await journey.mediator(), SpaceKind.CAUCUS, party) == ["Bonjour Paul."]
    async with journey.platform.unit() as uow:
        await hand_over(uow, await journey.claimant(), journey.dispute_id, question.seat_id, passes=True)
    assert await heard(journey, await journey.mediator(), SpaceKind.CAUCUS, party) == [SECRET, "Bonjour Paul."]
    with pytest.raises(ConflictError, match="passed_on_already"):
        async with journey.platform.unit() as uow:
            await hand_over(uow, await journey.claimant(), journey.dispute_id, question.seat_id, passes=False)


async def test_only_a_partys_representative_passes_on_and_only_what_is_its_own(journey):
    await talked(journey)
    await successor(journey)
    async with journey.platform.unit(write=False) as uow:
        (question,) = await handovers_of(uow, await journey.respondent(), journey.dispute_id)
    for actor, error in ((await journey.mediator(), NotFoundError), (await journey.secretariat(), NotFoundError)):
        with pytest.raises(error):
            async with journey.platform.unit() as uow:
                await hand_over(uow, actor, journey.dispute_id, question.seat_id, passes=True)
    async with journey.platform.unit() as uow:
        await hand_over(uow, await journey.respondent(), journey.dispute_id, question.seat_id, passes=True)
    assert SECRET not in await heard(journey, await journey.mediator(), SpaceKind.CAUCUS)


async def test_the_former_mediators_notes_are_destroyed_and_the_successor_begins_with_none(journey):
    await talked(journey)
    former = await journey.mediator()
    await successor(journey)
    assert await heard(journey, await journey.mediator(), SpaceKind.NOTES) == []
    async with journey.platform.unit(write=False) as uow:
        assert await find_space(uow, journey.dispute_id, SpaceKind.NOTES, holder_id=former.account_id) is None
    await say(journey, await journey.mediator(), SpaceKind.NOTES, "À moi.")
    assert await heard(journey, await journey.mediator(), SpaceKind.NOTES) == ["À moi."]


async def test_a_question_to_disclose_lapses_with_the_mediator_who_asked_it(journey):
    party = await talked(journey)
    mediator = await journey.mediator()
    async with journey.platform.unit() as uow:
        caucus = await space_of(uow, journey.dispute_id, SpaceKind.CAUCUS, party)
        await propose_statement(
            uow,
            mediator,
            journey.dispute_id,
            caucus.id,
            Asked(text="La moitié est possible.", purpose="Avancer.", wording="paraphrase"),
        )
    await successor(journey)
    async with journey.platform.unit(write=False) as uow:
        (asked,) = await statements_in(uow, await journey.claimant(), caucus)
        assert asked.state is StatementState.LAPSED
        assert await statements_in(uow, await journey.mediator(), caucus) == ()


async def test_a_co_mediator_has_notes_of_their_own_and_hears_what_is_passed_on(journey):
    party = await talked(journey)
    second = await an_account(journey.platform, "Paul Second", CentreRole.MEDIATOR)
    async with journey.platform.unit() as uow:
        await appoint_mediator(
            uow, await journey.secretariat(), journey.dispute_id, account_id=second.account_id, beside=True
        )
    first, journey.mediator_id = journey.mediator_id, second.account_id
    await journey.declare()
    for actor in (await journey.claimant(), await journey.respondent()):
        async with journey.platform.unit() as uow:
            (view,) = [
                each
                for each in await appointments_of(uow, actor, journey.dispute_id)
                if each.account_id == second.account_id
            ]
            await say_no_objection(uow, actor, journey.dispute_id, view.id)
    co_mediator = await journey.mediator()
    assert await heard(journey, co_mediator, SpaceKind.NOTES) == []
    assert await heard(journey, co_mediator, SpaceKind.CAUCUS, party) == []
    assert await heard(journey, await journey.actor(first), SpaceKind.NOTES) == [NOTE]
    async with journey.platform.unit() as uow:
        await recuse(uow, co_mediator, journey.dispute_id, reason="")
    assert await heard(journey, await journey.actor(first), SpaceKind.NOTES) == [NOTE]
    assert await heard(journey, await journey.actor(first), SpaceKind.CAUCUS, party) == [SECRET]
    with pytest.raises(NotPermittedError):
        async with journey.platform.unit() as uow:
            await appoint_mediator(
                uow, await journey.claimant(), journey.dispute_id, account_id=second.account_id, beside=True
            )


async def test_exhibits_lodged_apart_before_are_no_page_no_file_and_no_number_to_a_successor(journey, sign_in):
    party = await talked(journey)
    claimant = await journey.claimant()
    async with journey.platform.unit(write=False) as uow:
        caucus = await space_of(uow, journey.dispute_id, SpaceKind.CAUCUS, party)

    async def bytes_of(text):
        yield text

    about = About("Nos marges", ExhibitKind.OTHER, Origin.PRODUCED, None, again=False)
    lodged = await lodge(
        journey.platform, claimant, journey.dispute_id, caucus.id, about=about, name="m.txt", chunks=bytes_of(b"42 %")
    )
    pages = [f"/disputes/{journey.dispute_id}/exhibits/{lodged.exhibit_id}{page}" for page in ("", "/file")]
    former = await sign_in(await journey.mediator())
    assert [(await former.get(page)).status_code for page in pages] == [200, 200]
    await successor(journey)
    assert [(await former.get(page)).status_code for page in pages] == [404, 404]
    second = await sign_in(await journey.mediator())
    assert [(await second.get(page)).status_code for page in pages] == [404, 404]
    assert "Nos marges" not in (await second.get(f"/disputes/{journey.dispute_id}/rooms/{caucus.id}")).text
    client = await sign_in(claimant)
    page = (await client.get(f"/disputes/{journey.dispute_id}/appointment")).text
    (answer,) = re.findall(rf'action="(/disputes/{journey.dispute_id}/handovers/[^"]+)"', page)
    assert (await client.post(answer, data={"passes": "yes"})).status_code == 303
    assert [(await second.get(page)).status_code for page in pages] == [200, 200]


async def test_who_waits_to_succeed_never_enters_a_mediation_that_has_ended(journey, clock):
    await talked(journey)
    await successor(journey, accepted=False)
    claimant = await journey.claimant()
    async with journey.platform.unit() as uow:
        (view, *_former) = await appointments_of(uow, claimant, journey.dispute_id)
        await withdraw(uow, claimant, journey.dispute_id, reason="")
    with pytest.raises(WrongStageError):
        async with journey.platform.unit() as uow:
            await say_no_objection(uow, claimant, journey.dispute_id, view.id)
    clock.advance(days=20)
    await Worker(journey.platform).drain()
    assert [seat.role for seat in (await journey.mediator()).seats] == [SeatRole.CANDIDATE]
