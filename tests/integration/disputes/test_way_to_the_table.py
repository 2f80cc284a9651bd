import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from odr.appointment.declaring import declarations_of, declare_interests
from odr.appointment.opening import open_if_ready
from odr.appointment.seats import appoint_mediator
from odr.appointment.ties import TypedTie
from odr.chronicle import happened
from odr.disputes.answering import decline
from odr.disputes.arriving import arrive, arrive_as_newcomer, calling
from odr.disputes.commands import end_mediation, withdraw
from odr.disputes.filing import Draft, draft_of, file_dispute, save_draft
from odr.disputes.inviting import invite_party
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.pausing import resume, suspend
from odr.disputes.qualifying import (
    negotiate_directly,
    qualify_dispute,
    reject_dispute,
)
from odr.disputes.queries import disputes_for, reasons_of, statement_of, visible_dispute
from odr.disputes.term import extend_term
from odr.errors import (
    ConflictError,
    InvalidInputError,
    LinkExpiredError,
    NotFoundError,
    NotPermittedError,
    WrongStageError,
)
from odr.spaces.queries import spaces_for
from odr.visibility.actor import CentreRole
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import an_account
from tests.journey import DRAFT, GOOD, a_journey
from tests.mailbox import link_to, mails


async def kinds(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return [space.kind for space in await spaces_for(uow, actor, journey.dispute_id)]


async def test_a_dispute_goes_from_draft_to_open_table(any_platform):
    journey = await a_journey(any_platform)
    await journey.to_open()
    facts = await journey.facts()
    assert facts.stage is Stage.OPEN
    assert facts.limitation_suspended_at == facts.convention_signed_at is not None
    assert facts.term_ends is not None
    assert timedelta(days=88) < facts.term_ends - any_platform.clock() < timedelta(days=94)
    party = [SpaceKind.PRIVATE, SpaceKind.CAUCUS, SpaceKind.JOINT]
    assert await kinds(journey, await journey.claimant()) == party
    assert await kinds(journey, await journey.respondent()) == party
    mediators = [SpaceKind.CAUCUS, SpaceKind.CAUCUS, SpaceKind.JOINT, SpaceKind.NOTES]
    assert await kinds(journey, await journey.mediator()) == mediators
    assert await kinds(journey, await journey.secretariat()) == []


async def test_a_draft_is_seen_by_its_party_alone(journey):
    people = [await journey.secretariat(), await journey.mediator(), await an_account(journey.platform, "Étienne")]
    for actor in people:
        async with journey.platform.unit(write=False) as uow:
            with pytest.raises(NotFoundError):
                await visible_dispute(uow, actor, journey.dispute_id)
            assert (await disputes_for(uow, actor)).rows == ()
    async with journey.platform.unit(write=False) as uow:
        (row,) = (await disputes_for(uow, await journey.claimant())).rows
    assert row.id == journey.dispute_id


async def test_a_draft_keeps_what_was_typed_and_its_texts_are_sealed(journey):
    async with journey.platform.unit(write=False) as uow:
        assert await draft_of(uow, await journey.claimant(), journey.dispute_id) == msgspec.structs.replace(
            DRAFT, amount="48000"
        )
        sealed = await uow.session.scalar(select(Dispute.statement_sealed))
    assert b"zirconite" not in sealed
    assert b"rene@" not in sealed


async def test_an_unfinished_draft_can_be_saved_but_not_sent(journey):
    claimant = await journey.claimant()
    async with journey.platform.unit() as uow:
        draft_id = await save_draft(uow, claimant, None, Draft())
    with pytest.raises(InvalidInputError) as refused:
        async with journey.platform.unit() as uow:
            await file_dispute(uow, await journey.claimant(), draft_id)
    assert set(refused.value.fields) == {
        "title", "facts", "wished", "company", "respondent", "contact_name", "contact_email",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": "x" * 201}, "title", "too_long"),
        ({"facts": "x" * 20_001}, "facts", "too_long"),
        ({"amount": "beaucoup"}, "amount", "bad_amount"),
        ({"amount": "-5"}, "amount", "bad_amount"),
        ({"category": "theft"}, "category", "choose_one"),
        ({"currency": "BTC"}, "currency", "choose_one"),
        ({"contact_email": "rene"}, "contact_email", "bad_email"),
        ({"company": "x" * 201}, "company", "too_long"),
    ],
)
async def test_a_wrong_answer_is_refused_at_its_field_and_nothing_changes(journey, change, field, code):
    claimant = await journey.claimant()
    with pytest.raises(InvalidInputError) as refused:
        async with journey.platform.unit() as uow:
            await save_draft(uow, claimant, journey.dispute_id, msgspec.structs.replace(DRAFT, **change))
    assert refused.value.fields == {field: code}
    assert (await journey.facts()).title == DRAFT.title


async def test_what_was_sent_can_no_longer_be_changed(journey):
    await journey.file()
    claimant = await journey.claimant()
    async with journey.platform.unit() as uow:
        with pytest.raises(WrongStageError):
            await save_draft(uow, claimant, journey.dispute_id, DRAFT)
        with pytest.raises(WrongStageError):
            await file_dispute(uow, claimant, journey.dispute_id)


async def test_only_the_secretariat_qualifies(journey):
    await journey.file()
    for actor, refusal in (
        (await journey.claimant(), NotPermittedError),
        (await journey.mediator(), NotFoundError),
        (await an_account(journey.platform, "Armand", CentreRole.ARCHIVIST), NotFoundError),
    ):
        async with journey.platform.unit() as uow:
            with pytest.raises(refusal):
                await qualify_dispute(uow, actor, journey.dispute_id)


async def test_a_rejection_needs_its_reason_which_the_claimant_reads(journey):
    await journey.file()
    secretariat = await journey.secretariat()
    async with journey.platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await reject_dispute(uow, secretariat, journey.dispute_id, reason="  ")
    async with journey.platform.unit() as uow:
        await reject_dispute(uow, secretariat, journey.dispute_id, reason="Ce n'est pas un différend commercial.")
    async with journey.platform.unit(write=False) as uow:
        dispute = await visible_dispute(uow, await journey.claimant(), journey.dispute_id)
        ((stage, _, reason),) = await reasons_of(uow, dispute)
    assert (stage, reason) == (Stage.INADMISSIBLE, "Ce n'est pas un différend commercial.")


async def test_of_two_decisions_at_once_one_is_told_that_somebody_was_faster(any_platform):
    journey = await a_journey(any_platform)
    await journey.file()
    secretariat = await journey.secretariat()

    async def decide(command, **more):
        async with any_platform.unit() as uow:
            await command(uow, secretariat, journey.dispute_id, **more)

    results = await asyncio.gather(
        decide(qualify_dispute), decide(reject_dispute, reason="Non."), return_exceptions=True
    )
    failures = [result for result in results if result is not None]
    assert len(failures) == 1
    assert isinstance(failures[0], (ConflictError, WrongStageError))


async def test_a_mediator_is_appointed_from_the_centres_and_never_sits_on_two_chairs(journey):
    await journey.file()
    await journey.qualify()
    secretariat = await journey.secretariat()
    async with journey.platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await appoint_mediator(uow, secretariat, journey.dispute_id, account_id=journey.claimant_id)
    await journey.appoint()
    async with journey.platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await appoint_mediator(uow, secretariat, journey.dispute_id, account_id=journey.mediator_id)


async def test_a_replaced_mediator_sees_nothing_any_more(journey):
    await journey.file()
    await journey.qualify()
    await journey.appoint()
    second = await an_account(journey.platform, "Paul", CentreRole.MEDIATOR)
    async with journey.platform.unit() as uow:
        await appoint_mediator(uow, await journey.secretariat(), journey.dispute_id, account_id=second.account_id)
    async with journey.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await visible_dispute(uow, await journey.mediator(), journey.dispute_id)
        await visible_dispute(uow, await journey.actor(second.account_id), journey.dispute_id)


async def test_the_invited_read_who_invites_and_the_title_and_nothing_more(journey):
    token = await journey.to_invited()
    async with journey.platform.unit(write=False) as uow:
        call = await calling(uow, token)
    assert (call.title, call.inviting, call.company) == (DRAFT.title, DRAFT.company, DRAFT.respondent)
    for secret in ("zirconite", "ampoule", "CRM-2025-017", "4800000", "48000"):
        assert secret not in str(call)


async def test_an_accepted_link_is_used_up_and_gives_a_seat(journey):
    token = await journey.to_invited()
    await journey.accept(token)
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
    respondent = await journey.respondent()
    assert respondent.party_in(journey.dispute_id) == (await journey.facts()).respondents[0].id
    with pytest.raises(LinkExpiredError):
        await journey.accept(token)


async def test_an_invitation_declined_ends_the_request_and_its_link(journey):
    token = await journey.to_invited()
    await decline(journey.platform, token, reason="Pas maintenant.", code=await journey.open(token))
    assert (await journey.facts()).stage is Stage.NOT_ENGAGED
    with pytest.raises(LinkExpiredError):
        await journey.accept(token)
    async with journey.platform.unit(write=False) as uow:
        dispute = await visible_dispute(uow, await journey.claimant(), journey.dispute_id)
        assert [reason for _, _, reason in await reasons_of(uow, dispute)] == ["Pas maintenant."]


async def test_accepting_and_declining_at_once_leaves_one_outcome(any_platform):
    journey = await a_journey(any_platform)
    token = await journey.to_invited()

    code = await journey.open(token)
    results = await asyncio.gather(
        journey.accept(token, code), decline(any_platform, token, reason="", code=code), return_exceptions=True
    )
    assert len([result for result in results if result is not None]) == 1
    stage = (await journey.facts()).stage
    assert stage is (Stage.CONVENTION_PENDING if results[0] is None else Stage.NOT_ENGAGED)


async def test_an_invitation_sent_again_replaces_the_first(journey):
    first = await journey.to_invited()
    due = (await journey.facts()).reply_by
    async with journey.platform.unit() as uow:
        await invite_party(
            uow, await journey.secretariat(), journey.dispute_id, contact_email="juste@lysandrel.example"
        )
    assert (await journey.facts()).reply_by == due
    with pytest.raises(LinkExpiredError):
        await journey.accept(first)
    await journey.accept(await link_to(journey.platform, "juste@lysandrel.example"))


async def test_the_claimant_cannot_take_the_respondents_seat_by_its_link(journey):
    token = await journey.to_invited()
    claimant = await journey.claimant()
    async with journey.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await arrive(uow, claimant, token)


async def test_nobody_sits_on_both_sides(journey):
    await journey.file()
    await journey.qualify()
    claimant = await journey.claimant()
    async with journey.platform.unit() as uow:
        token = await invite_party(uow, await journey.secretariat(), journey.dispute_id, contact_email=claimant.email)
    with pytest.raises(ConflictError, match="already_seated"):
        async with journey.platform.unit() as uow:
            await arrive(uow, claimant, token)
    assert (await journey.facts()).stage is Stage.INVITED


async def test_no_reply_by_the_deadline_is_noted_once_after_reminders_with_links_of_their_own(journey, clock):
    first = await journey.to_invited()
    clock.advance(days=8)
    second = await link_to(journey.platform, DRAFT.contact_email)
    assert second != first
    due = (await journey.facts()).reply_by
    clock.advance(seconds=(due - timedelta(hours=1) - journey.platform.clock()).total_seconds())
    third = await link_to(journey.platform, DRAFT.contact_email)
    assert third not in {first, second}
    assert (await journey.facts()).stage is Stage.INVITED
    clock.advance(hours=2)
    await Worker(journey.platform).drain()
    assert (await journey.facts()).stage is Stage.NOT_ENGAGED
    told = [m["Subject"] for m in await mails(journey.platform, (await journey.claimant()).email)]
    assert len([subject for subject in told if "pas répondu dans le délai" in subject]) == 1
    for token in (first, second, third):
        with pytest.raises(LinkExpiredError):
            await journey.accept(token)


async def test_a_reply_in_time_leaves_the_timer_without_effect(journey, clock):
    await journey.accept(await journey.to_invited())
    clock.advance(days=20)
    await Worker(journey.platform).drain()
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING


async def test_direct_negotiation_ends_with_the_invitation(journey, clock):
    await journey.file()
    await journey.qualify()
    async with journey.platform.unit() as uow:
        await negotiate_directly(uow, await journey.claimant(), journey.dispute_id)
    assert (await journey.facts()).stage is Stage.DIRECT_NEGOTIATION
    clock.advance(days=35)
    await journey.accept(await link_to(journey.platform, DRAFT.contact_email))
    assert (await journey.facts()).stage is Stage.CONVENTION_PENDING


@pytest.mark.parametrize("first", ["signatures", "independence"])
async def test_the_table_opens_with_whatever_comes_last(journey, first):
    await journey.accept(await journey.to_invited())
    if first == "signatures":
        assert not await journey.sign()
        assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
        await journey.declare()
        await journey.accept_mediator()
    else:
        await journey.declare()
        await journey.accept_mediator()
        assert (await journey.facts()).stage is Stage.CONVENTION_PENDING
        assert await journey.sign()
    assert (await journey.facts()).stage is Stage.OPEN
    assert not await journey.sign()


async def test_signatures_alone_never_open_a_table_without_mediator(journey):
    await journey.file()
    await journey.qualify()
    await journey.invite()
    await journey.accept(await link_to(journey.platform, DRAFT.contact_email))
    assert not await journey.sign()
    await journey.appoint()
    async with journey.platform.unit() as uow:
        assert not await open_if_ready(uow, journey.dispute_id)
    await journey.declare()
    await journey.accept_mediator()
    assert (await journey.facts()).stage is Stage.OPEN


async def test_independence_is_declared_by_the_mediator_once_and_in_full(journey):
    await journey.accept(await journey.to_invited())
    mediator = await journey.mediator()
    parties = [str(party.id) for party in (await journey.facts()).parties]
    none = {key: TypedTie(none=True) for key in (*parties, "counsel", "matter")}
    for ties, independent, fields in (
        ({}, True, {f"tie-{key}" for key in none}),
        ({**none, "matter": TypedTie(none=True, text="Un avis.")}, True, {"tie-matter"}),
        ({**none, parties[0]: TypedTie()}, True, {f"tie-{parties[0]}"}),
        (none, False, {"independent"}),
    ):
        async with journey.platform.unit() as uow:
            with pytest.raises(InvalidInputError) as refused:
                await declare_interests(uow, mediator, journey.dispute_id, ties=ties, independent=independent)
        assert set(refused.value.fields) == fields
    async with journey.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await declare_interests(uow, await journey.claimant(), journey.dispute_id, ties=none, independent=True)
    await journey.declare(counsel="Stagiaire chez Me Pascal en 2009.")
    with pytest.raises(ConflictError, match="declared_already"):
        await journey.declare(counsel="Stagiaire chez Me Pascal en 2009.")
    async with journey.platform.unit(write=False) as uow:
        dispute = await visible_dispute(uow, await journey.respondent(), journey.dispute_id)
        ((name, text),) = await declarations_of(uow, dispute)
        assert name == "Maya Médiatrice"
        assert "Stagiaire chez Me Pascal en 2009." in text
        assert (await statement_of(uow, dispute)).facts == DRAFT.facts


async def test_the_term_warns_then_ends_the_mediation_and_limitation_runs_again(journey, clock):
    await journey.to_open()
    ends = (await journey.facts()).term_ends
    clock.advance(seconds=(ends - timedelta(days=13) - journey.platform.clock()).total_seconds())
    subjects = [m["Subject"] for m in await mails(journey.platform, (await journey.respondent()).email)]
    assert any("échéance approche" in subject for subject in subjects)
    assert (await journey.facts()).stage is Stage.OPEN
    clock.advance(days=14)
    await Worker(journey.platform).drain()
    facts = await journey.facts()
    assert facts.limitation_resumed_at is not None
    assert facts.stage in {Stage.NOT_SETTLED, Stage.ARCHIVED}


async def test_the_term_is_extended_once_and_the_first_timer_then_does_nothing(journey, clock):
    await journey.to_open()
    ends = (await journey.facts()).term_ends
    async with journey.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await extend_term(uow, await journey.claimant(), journey.dispute_id)
        await extend_term(uow, await journey.mediator(), journey.dispute_id)
    async with journey.platform.unit() as uow:
        with pytest.raises(ConflictError, match="extended_already"):
            await extend_term(uow, await journey.mediator(), journey.dispute_id)
    clock.advance(seconds=(ends + timedelta(days=1) - journey.platform.clock()).total_seconds())
    await Worker(journey.platform).drain()
    assert (await journey.facts()).stage is Stage.OPEN


async def test_a_party_may_leave_at_any_time_and_says_why_if_it_likes(journey):
    await journey.to_open()
    async with journey.platform.unit() as uow:
        await withdraw(uow, await journey.respondent(), journey.dispute_id, reason="")
    facts = await journey.facts()
    assert facts.stage is Stage.NOT_SETTLED
    assert facts.limitation_resumed_at is not None


async def test_only_the_mediator_pauses_resumes_and_ends(journey):
    await journey.to_open()
    for actor in (await journey.claimant(), await journey.secretariat()):
        for command in (suspend, end_mediation):
            async with journey.platform.unit() as uow:
                with pytest.raises(NotPermittedError):
                    await command(uow, actor, journey.dispute_id, reason="Non.")
    mediator = await journey.mediator()
    async with journey.platform.unit() as uow:
        await suspend(uow, mediator, journey.dispute_id, reason="Une pause.")
    assert (await journey.facts()).stage is Stage.SUSPENDED
    async with journey.platform.unit() as uow:
        await resume(uow, mediator, journey.dispute_id)
    async with journey.platform.unit() as uow:
        await end_mediation(uow, mediator, journey.dispute_id, reason="Aucun accord en vue.")
    assert (await journey.facts()).stage is Stage.NOT_SETTLED


async def test_what_happened_is_told_to_each_in_words(journey):
    await journey.to_open()
    async with journey.platform.unit(write=False) as uow:
        told = [entry.text for entry in await happened(uow, await journey.respondent(), journey.dispute_id)]
        later = await happened(uow, await journey.respondent(), journey.dispute_id, since=journey.platform.clock())
        strangers = await happened(uow, await an_account(journey.platform, "É"), journey.dispute_id)
    assert "La médiation est ouverte." in told
    assert "La demande a été envoyée au centre." in told
    assert later == strangers == ()


async def test_a_newcomer_by_a_link_to_a_table_sees_it_at_once(journey):
    token = await journey.to_invited()
    session, dispute_id = await arrive_as_newcomer(
        journey.platform,
        token,
        name="René",
        password=GOOD,
        again=GOOD,
        language="fr",
        zone="Europe/Paris",
        code=await journey.open(token),
    )
    assert dispute_id == journey.dispute_id
    async with journey.platform.unit(write=False) as uow:
        await visible_dispute(uow, await journey.actor(session.account_id), journey.dispute_id)
