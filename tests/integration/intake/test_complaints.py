import html

import pytest

from odr.disputes.arriving import arrive, calling
from odr.disputes.inviting import invite_party
from odr.disputes.lifecycle import Stage
from odr.disputes.qualifying import qualify_dispute
from odr.disputes.queries import disputes_for, reasons_of, statement_of, visible_dispute
from odr.errors import (
    ConflictError,
    InvalidInputError,
    LinkExpiredError,
    NotFoundError,
    NotPermittedError,
    WrongStageError,
)
from odr.intake.complaints import (
    close_complaint,
    complain,
    contest_complaint,
    correct_contact,
    refer_complaint,
)
from odr.intake.proposals import accept_proposal, proposals_in, propose_terms
from odr.spaces.commands import post_message
from odr.spaces.queries import spaces_for
from odr.tasks import awaited
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import an_account
from tests.journey import DRAFT, a_journey
from tests.mailbox import link_to, mails


@pytest.fixture
async def complaint(journey):
    """A complaint that the other company has opened."""
    await journey.to_complaint()
    return journey


async def say(journey, actor, text):
    async with journey.platform.unit() as uow:
        room = next(room for room in await spaces_for(uow, actor, journey.dispute_id) if room.kind is SpaceKind.JOINT)
        await post_message(uow, actor, journey.dispute_id, room.id, text=text)


async def seen_by(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return await visible_dispute(uow, actor, journey.dispute_id)


async def past_the_deadline(journey, clock):
    due = (await journey.facts()).reply_by
    clock.advance(seconds=(due - journey.platform.clock()).total_seconds() + 60)
    await Worker(journey.platform).drain()


async def test_a_complaint_is_read_by_both_companies_and_by_nobody_else(complaint):
    for actor in (await complaint.claimant(), await complaint.respondent()):
        assert (await seen_by(complaint, actor)).stage is Stage.COMPLAINT
    await say(complaint, await complaint.respondent(), "Nous livrons la zirconite lundi.")
    for other in (
        await complaint.secretariat(),
        await complaint.mediator(),
        await an_account(complaint.platform, "Étienne"),
    ):
        with pytest.raises(NotFoundError):
            await seen_by(complaint, other)
        async with complaint.platform.unit(write=False) as uow:
            assert (await disputes_for(uow, other)).rows == ()
    secretary = await complaint.secretariat()
    assert await mails(complaint.platform, secretary.email) == []


async def test_the_link_shows_who_complains_and_the_title_alone(journey):
    async with journey.platform.unit() as uow:
        await complain(uow, await journey.claimant(), journey.dispute_id)
    token = await link_to(journey.platform, DRAFT.contact_email)
    async with journey.platform.unit(write=False) as uow:
        call = await calling(uow, token)
    assert (call.complains, call.decides, call.inviting) == (True, False, DRAFT.company)


async def test_an_unfinished_draft_is_no_complaint(platform):
    journey = await a_journey(platform, DRAFT.__class__(title="Un titre", contact_email="a@b.example"))
    async with platform.unit() as uow:
        with pytest.raises(InvalidInputError) as refused:
            await complain(uow, await journey.claimant(), journey.dispute_id)
    assert "facts" in refused.value.fields


async def test_an_unanswered_complaint_goes_to_the_centre_by_itself_without_a_word_typed_again(journey, clock):
    async with journey.platform.unit() as uow:
        await complain(uow, await journey.claimant(), journey.dispute_id)
    await Worker(journey.platform).drain()
    clock.advance(days=8)
    await Worker(journey.platform).drain()
    assert len(await mails(journey.platform, DRAFT.contact_email)) == 2
    await past_the_deadline(journey, clock)
    secretary = await journey.secretariat()
    referred = await seen_by(journey, secretary)
    assert referred.stage is Stage.REFERRED
    async with journey.platform.unit(write=False) as uow:
        assert (await statement_of(uow, referred)).facts == DRAFT.facts
        assert [room.kind for room in await spaces_for(uow, secretary, journey.dispute_id)] == []
    assert any("demande de médiation" in mail["Subject"] for mail in await mails(journey.platform, secretary.email))


async def test_a_complaint_that_was_answered_does_not_go_to_the_centre_by_itself(complaint, clock):
    await say(complaint, await complaint.respondent(), "Parlons-en.")
    await past_the_deadline(complaint, clock)
    assert (await complaint.facts()).stage is Stage.COMPLAINT


async def test_a_contested_complaint_becomes_a_request_and_the_centre_reads_why_but_not_the_exchange(complaint):
    respondent = await complaint.respondent()
    await say(complaint, respondent, "Entre nous : zirconite.")
    async with complaint.platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await contest_complaint(uow, respondent, complaint.dispute_id, reason=" ")
        with pytest.raises(NotPermittedError):
            await contest_complaint(uow, await complaint.claimant(), complaint.dispute_id, reason="Non.")
        await contest_complaint(uow, respondent, complaint.dispute_id, reason="Le retard vient du client.")
    secretary = await complaint.secretariat()
    dispute = await seen_by(complaint, secretary)
    async with complaint.platform.unit(write=False) as uow:
        assert [(stage, text) for stage, _at, text in await reasons_of(uow, dispute)] == [
            (Stage.REFERRED, "Le retard vient du client.")
        ]
        assert await spaces_for(uow, secretary, complaint.dispute_id) == ()
    async with complaint.platform.unit() as uow:
        with pytest.raises(WrongStageError):
            await refer_complaint(uow, await complaint.claimant(), complaint.dispute_id, reason="")


async def test_either_may_take_it_to_the_centre_and_who_sits_there_accepts_the_mediation_by_link(
    complaint,
):
    async with complaint.platform.unit() as uow:
        await refer_complaint(uow, await complaint.claimant(), complaint.dispute_id, reason="")
    async with complaint.platform.unit() as uow:
        await qualify_dispute(uow, await complaint.secretariat(), complaint.dispute_id)
    async with complaint.platform.unit() as uow:
        token = await invite_party(uow, await complaint.secretariat(), complaint.dispute_id)
    async with complaint.platform.unit() as uow:
        await arrive(uow, await complaint.respondent(), token)
    assert (await complaint.facts()).stage is Stage.CONVENTION_PENDING
    seats = [seat for seat in (await complaint.respondent()).seats if seat.dispute_id == complaint.dispute_id]
    assert len(seats) == 1


async def test_a_proposal_that_the_other_accepts_settles_the_complaint_and_seals_its_record(complaint):
    claimant, respondent = await complaint.claimant(), await complaint.respondent()
    async with complaint.platform.unit() as uow:
        first = await propose_terms(uow, respondent, complaint.dispute_id, text="Dix pour cent de remise.")
        second = await propose_terms(uow, respondent, complaint.dispute_id, text="Vingt pour cent de remise.")
    async with complaint.platform.unit() as uow:
        with pytest.raises(NotPermittedError, match="own_proposal"):
            await accept_proposal(uow, respondent, complaint.dispute_id, second)
        with pytest.raises(ConflictError):
            await accept_proposal(uow, claimant, complaint.dispute_id, first)
        for stranger in (await complaint.secretariat(), await complaint.mediator()):
            with pytest.raises(NotFoundError):
                await accept_proposal(uow, stranger, complaint.dispute_id, second)
    async with complaint.platform.unit(write=False) as uow:
        shown = await proposals_in(uow, claimant, complaint.dispute_id)
        assert [(each.text, each.theirs) for each in shown] == [
            ("Vingt pour cent de remise.", True), ("Dix pour cent de remise.", False),
        ]  # fmt: skip
        told = [task.label for task in await awaited(uow, claimant, await seen_by(complaint, claimant)) if task.mine]
        assert any("Répondre à la proposition" in label for label in told)
    async with complaint.platform.unit() as uow:
        await accept_proposal(uow, claimant, complaint.dispute_id, second)
    dispute = await seen_by(complaint, respondent)
    assert dispute.stage is Stage.SETTLED_DIRECTLY
    async with complaint.platform.unit(write=False) as uow:
        assert [text for _stage, _at, text in await reasons_of(uow, dispute)] == ["Vingt pour cent de remise."]
    with pytest.raises(NotFoundError):
        await seen_by(complaint, await complaint.secretariat())
    async with complaint.platform.unit() as uow:
        with pytest.raises(WrongStageError):
            await propose_terms(uow, claimant, complaint.dispute_id, text="Encore.")


async def test_the_claimant_alone_closes_a_complaint_that_is_settled(complaint):
    async with complaint.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await close_complaint(uow, await complaint.respondent(), complaint.dispute_id, reason="C'est réglé.")
        await close_complaint(uow, await complaint.claimant(), complaint.dispute_id, reason="La livraison est arrivée.")
    assert (await complaint.facts()).stage is Stage.SETTLED_DIRECTLY


async def test_a_complaint_sent_to_the_wrong_person_is_sent_to_another(journey):
    async with journey.platform.unit() as uow:
        await complain(uow, await journey.claimant(), journey.dispute_id)
    former = await link_to(journey.platform, DRAFT.contact_email)
    party = (await journey.facts()).respondents[0]
    async with journey.platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await correct_contact(uow, await journey.claimant(), journey.dispute_id, party.id, name="A", email="x")
        claimant = await journey.claimant()
        await correct_contact(uow, claimant, journey.dispute_id, party.id, name="Ana", email="ana@l.example")
    async with journey.platform.unit(write=False) as uow:
        with pytest.raises(LinkExpiredError):
            await calling(uow, former)
    assert await link_to(journey.platform, "ana@l.example")


async def test_a_complaint_is_lived_by_pages(complaint, sign_in):
    here = f"/disputes/{complaint.dispute_id}"
    respondent, claimant = await sign_in(await complaint.respondent()), await sign_in(await complaint.claimant())
    page = html.unescape((await respondent.get(here)).text)
    assert f'href="{here}/complaint"' in page
    assert "Répondre à la réclamation" in page
    shown = html.unescape((await respondent.get(f"{here}/complaint")).text)
    assert DRAFT.facts in shown
    assert DRAFT.contact_email not in html.unescape((await claimant.get(f"{here}/complaint")).text)
    assert (await respondent.post(f"{here}/proposals", data={"terms": ""})).status_code == 422
    assert (await respondent.post(f"{here}/proposals", data={"terms": "Une remise."})).status_code == 303
    offered = html.unescape((await claimant.get(f"{here}/complaint")).text)
    path = next(part.split('"')[0] for part in offered.split('href="') if "/proposals/" in part)
    assert "Une remise." in html.unescape((await claimant.get(path)).text)
    for way, reason, status in (("contest", "x", 403), ("close", "", 422), ("nothing", "x", 404)):
        assert (await claimant.post(f"{here}/complaint/{way}", data={"reason": reason})).status_code == status
    assert (await respondent.get(f"{here}/complaint/close")).status_code == 403
    assert (await respondent.get(f"{here}/complaint/contest")).status_code == 200
    assert (await claimant.post(path)).status_code == 303
    assert (await claimant.get(f"{here}/complaint")).status_code == 409
    settled = html.unescape((await claimant.get(here)).text)
    assert "Réglée entre les entreprises" in settled
    for never in ("Convention de médiation", "et ses preuves", "Qui mène la médiation"):
        assert never not in settled
    stranger = await sign_in(await an_account(complaint.platform, "Étienne"))
    for each in ("/complaint", "/complaint/refer", path.removeprefix(here)):
        assert (await stranger.get(here + each)).status_code == 404
