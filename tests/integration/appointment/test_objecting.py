"""The time to object: who says what, who learns of it, what the centre decides, and what closes it."""

import pytest

from odr.appointment.objections import decide_objection, raise_objection, say_no_objection, show_objection
from odr.appointment.queries import Ending, appointments_of
from odr.appointment.seats import appoint_mediator, recuse, replace_mediator
from odr.chronicle import happened
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.ids import AppointmentId, ObjectionId, new_id
from odr.tasks import awaited
from odr.visibility.actor import CentreRole
from odr.worker import Worker
from tests.builders import an_account
from tests.mailbox import mails, text_of

WHY = "Elle a conseillé notre client en 2021."


async def seen_by(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return await appointments_of(uow, actor, journey.dispute_id)


async def declared(journey):
    """Everybody is at the table, the mediator has declared; returns the appointment's id."""
    await journey.accept(await journey.to_invited())
    await journey.declare()
    return (await seen_by(journey, await journey.claimant()))[0].id


async def objects(journey, actor, appointment_id, reason=WHY):
    async with journey.platform.unit() as uow:
        await raise_objection(uow, actor, journey.dispute_id, appointment_id, reason=reason)


async def decides(journey, decision, reason="Le lien est ancien.", **how):
    actor = await journey.secretariat()
    (view,) = [each for each in await seen_by(journey, actor) if each.ended_at is None]
    (objection,) = [each for each in view.objections if each.decided_at is None]
    async with journey.platform.unit() as uow:
        await decide_objection(uow, actor, journey.dispute_id, objection.id, decision=decision, reason=reason, **how)


async def labels(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        dispute = await visible_dispute(uow, actor, journey.dispute_id)
        return {task.label: task for task in await awaited(uow, actor, dispute)}


async def test_both_are_told_at_once_and_the_table_opens_when_both_have_no_objection(journey):
    appointment_id = await declared(journey)
    await Worker(journey.platform).drain()
    for actor in (await journey.claimant(), await journey.respondent()):
        told = [mail["Subject"] for mail in await mails(journey.platform, actor.email)]
        assert sum("intérêts" in subject for subject in told) == 1
        assert (await labels(journey, actor))["Dites si vous vous opposez à Maya Médiatrice"].mine
    assert not await journey.sign()
    await journey.accept_mediator(journey.claimant_id)
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
    with pytest.raises(ConflictError, match="said_already"):
        await objects(journey, await journey.claimant(), appointment_id)
    await journey.accept_mediator(journey.respondent_id)
    assert (await journey.facts()).stage is Stage.OPEN


async def test_silence_is_no_objection_once_the_working_days_are_over(journey, clock):
    appointment_id = await declared(journey)
    await journey.sign()
    clock.advance(days=3)
    await Worker(journey.platform).drain()
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
    clock.advance(days=9)
    with pytest.raises(ConflictError, match="window_closed"):
        await objects(journey, await journey.claimant(), appointment_id)
    await Worker(journey.platform).drain()
    assert (await journey.facts()).stage is Stage.OPEN
    with pytest.raises(ConflictError, match="window_closed"):
        await objects(journey, await journey.claimant(), appointment_id)


async def test_an_objection_is_read_by_the_centre_and_the_other_side_learns_only_that_it_is_reviewed(journey):
    appointment_id = await declared(journey)
    await objects(journey, await journey.claimant(), appointment_id)
    (to_claimant,), (to_centre,) = (
        await seen_by(journey, await journey.claimant()),
        await seen_by(journey, await journey.secretariat()),
    )
    assert [each.reason for each in (*to_claimant.objections, *to_centre.objections)] == [WHY, WHY]
    for actor in (await journey.respondent(), await journey.mediator()):
        (view,) = await seen_by(journey, actor)
        assert view.objections == ()
        assert view.window.reviewed
        async with journey.platform.unit(write=False) as uow:
            lines = await happened(uow, actor, journey.dispute_id)
        reviewed = [line for line in lines if "réexamine" in line.text or "reviews" in line.text]
        assert [line.by for line in reviewed] == [""]
        assert "Claire" not in str(reviewed)
    assert (await labels(journey, await journey.secretariat()))["Réexaminer la désignation de Maya Médiatrice"].mine


async def test_the_centre_keeps_with_a_reason_that_the_objecting_side_alone_reads(journey):
    appointment_id = await declared(journey)
    await journey.sign()
    await objects(journey, await journey.claimant(), appointment_id)
    await journey.accept_mediator(journey.respondent_id)
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
    for actor in (await journey.claimant(), await journey.mediator()):
        with pytest.raises(NotPermittedError):
            async with journey.platform.unit() as uow:
                await decide_objection(
                    uow, actor, journey.dispute_id, ObjectionId(new_id()), decision="keep", reason="Non."
                )
    with pytest.raises(InvalidInputError) as refused:
        await decides(journey, "perhaps", "")
    assert set(refused.value.fields) == {"decision", "reason"}
    await decides(journey, "keep")
    assert (await journey.facts()).stage is Stage.OPEN
    (mine,), (theirs,) = (
        await seen_by(journey, await journey.claimant()),
        await seen_by(journey, await journey.respondent()),
    )
    assert [(each.upheld, each.decision) for each in mine.objections] == [(False, "Le lien est ancien.")]
    assert theirs.objections == ()
    assert theirs.is_settled


async def test_the_mediator_reads_an_objection_only_if_the_centre_shows_it(journey):
    appointment_id = await declared(journey)
    await objects(journey, await journey.respondent(), appointment_id)
    centre = await journey.secretariat()
    (view,) = await seen_by(journey, centre)
    async with journey.platform.unit() as uow:
        await show_objection(uow, centre, journey.dispute_id, view.objections[0].id)
    (to_mediator,) = await seen_by(journey, await journey.mediator())
    assert [each.reason for each in to_mediator.objections] == [WHY]
    (to_claimant,) = await seen_by(journey, await journey.claimant())
    assert to_claimant.objections == ()
    await Worker(journey.platform).drain()
    subjects = [mail["Subject"] for mail in await mails(journey.platform, (await journey.mediator()).email)]
    assert any("objection" in subject for subject in subjects)


async def test_an_upheld_objection_ends_the_appointment_and_a_successor_takes_the_same_way(journey):
    appointment_id = await declared(journey)
    await journey.sign()
    former = await journey.mediator()
    await objects(journey, await journey.claimant(), appointment_id)
    await decides(journey, "replace", "Le doute est permis.")
    with pytest.raises(NotFoundError):
        await seen_by(journey, await journey.mediator())
    second = await an_account(journey.platform, "Paul Second", CentreRole.MEDIATOR)
    async with journey.platform.unit() as uow:
        await appoint_mediator(uow, await journey.secretariat(), journey.dispute_id, account_id=second.account_id)
    journey.mediator_id = second.account_id
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
    await journey.declare()
    await journey.accept_mediator()
    assert (await journey.facts()).stage is Stage.OPEN
    views = await seen_by(journey, await journey.respondent())
    assert [(view.name, view.ending) for view in views] == [
        ("Paul Second", None),
        (former.name, Ending.OBJECTED),
    ]


async def test_a_new_tie_is_declared_and_the_time_to_object_begins_anew(journey):
    await journey.to_open()
    await journey.declare(matter="J'ai rencontré l'éditeur à un salon hier.")
    (view,) = await seen_by(journey, await journey.respondent())
    assert view.window.is_open
    assert view.window.may_answer
    assert len(view.declared) == 2
    assert (await journey.facts()).stage is Stage.OPEN
    await journey.accept_mediator(journey.claimant_id)
    await journey.declare(matter="J'ai rencontré l'éditeur à un salon hier, et dîné avec lui.")
    await journey.accept_mediator()
    (view,) = await seen_by(journey, await journey.respondent())
    assert view.is_settled
    assert len(view.declared) == 3


async def test_only_a_representative_answers_and_only_about_an_appointment_of_their_table(journey):
    appointment_id = await declared(journey)
    stranger = await an_account(journey.platform, "Étienne")
    for actor, error in (
        (await journey.mediator(), NotPermittedError),
        (await journey.secretariat(), NotPermittedError),
        (stranger, NotFoundError),
    ):
        with pytest.raises(error):
            await objects(journey, actor, appointment_id)
    with pytest.raises(NotFoundError):
        async with journey.platform.unit() as uow:
            await say_no_objection(uow, await journey.claimant(), journey.dispute_id, AppointmentId(new_id()))
    with pytest.raises(InvalidInputError):
        await objects(journey, await journey.claimant(), appointment_id, " ")


async def test_a_mediator_steps_down_at_any_time_and_sees_nothing_from_then_on(journey):
    await journey.to_open()
    before = await journey.facts()
    async with journey.platform.unit() as uow:
        await recuse(uow, await journey.mediator(), journey.dispute_id, reason="Un ami travaille chez l'éditeur.")
    with pytest.raises(NotFoundError):
        await seen_by(journey, await journey.mediator())
    after = await journey.facts()
    assert (after.stage, after.term_ends) == (before.stage, before.term_ends)
    (view,) = await seen_by(journey, await journey.claimant())
    assert (view.ending, view.reason) == (Ending.RECUSED, "Un ami travaille chez l'éditeur.")
    task = (await labels(journey, await journey.secretariat()))["Désigner un médiateur"]
    assert task.mine
    assert task.until is not None
    with pytest.raises(NotPermittedError):
        async with journey.platform.unit() as uow:
            await recuse(uow, await journey.claimant(), journey.dispute_id, reason="")


async def test_the_centre_replaces_with_a_reason_once(journey):
    await journey.to_open()
    centre = await journey.secretariat()
    (view,) = await seen_by(journey, centre)
    second = await an_account(journey.platform, "Paul Second", CentreRole.MEDIATOR)
    with pytest.raises(InvalidInputError) as refused:
        async with journey.platform.unit() as uow:
            await appoint_mediator(uow, centre, journey.dispute_id, account_id=second.account_id)
    assert refused.value.fields == {"mediator": "in_place"}
    with pytest.raises(InvalidInputError):
        async with journey.platform.unit() as uow:
            await replace_mediator(uow, centre, journey.dispute_id, view.id, reason="")
    async with journey.platform.unit() as uow:
        await replace_mediator(uow, centre, journey.dispute_id, view.id, reason="Maladie.")
    with pytest.raises(ConflictError, match="ended_already"):
        async with journey.platform.unit() as uow:
            await replace_mediator(uow, centre, journey.dispute_id, view.id, reason="Maladie.")


async def test_the_mail_that_an_appointment_is_over_leads_its_reader_to_a_page_of_their_own(journey, sign_in):
    await journey.to_open()
    centre, mediator = await journey.secretariat(), await journey.mediator()
    (view,) = await seen_by(journey, centre)
    async with journey.platform.unit() as uow:
        await replace_mediator(uow, centre, journey.dispute_id, view.id, reason="Maladie.")
    message = (await mails(journey.platform, mediator.email))[-1]
    assert "Votre désignation a pris fin" in message["Subject"]
    assert "/appointments\r\n" in text_of(message)
    browser = await sign_in(await journey.mediator())
    page = await browser.get("/appointments")
    assert (await journey.facts()).reference in page.text
    assert "Remplacement par le centre" in page.text
    for secret in (f"/disputes/{journey.dispute_id}", "Maladie.", (await journey.facts()).title):
        assert secret not in page.text
    assert "Votre désignation a pris fin" in (await browser.get("/notices")).text
    assert (await journey.facts()).reference not in (await (await sign_in(centre)).get("/appointments")).text
