"""An offer stopped as a wrong disclosure: read by nobody at once, its acceptance and its draft fall, all on record."""

import asyncio
import json

import pytest
from sqlalchemy import select

from odr.agreements.commands import begin_settlement, freeze_text, remark, save_version, set_aside
from odr.agreements.drafting import draft_of
from odr.agreements.models import Agreement, AgreementState, AgreementVersion, Remark, Signature
from odr.agreements.queries import agreements_of, version_of, visible_agreement
from odr.archive.offering import offers_told
from odr.archive.withholding import withheld
from odr.chronicle import happened
from odr.crossing.models import Outcome
from odr.crossing.offers import quarantine_offer
from odr.crossing.quarantine import answer_about_copies, remove_quarantined, restore_quarantined
from odr.crossing.withdrawn import visible_quarantine, withdrawn_copy
from odr.custody.holding import lift_hold, set_hold
from odr.custody.rooms import shred_space
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.offers.commands import TypedOffer
from odr.offers.models import Offer, OfferAnswer
from odr.offers.queries import OfferReply, OfferState
from odr.spaces.queries import space_of
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.crossing.three import with_an_insurer
from tests.integration.disputes.offering import (
    TEXT,
    accept,
    at_stage,
    listed,
    make,
    opened,
    pass_days,
    refuse,
    tasks_of,
    told,
    with_word,
    withdraw,
)
from tests.mailbox import mails, text_of
from tests.paper import attached, words

WHY = "Le plafond que nous n'avions dit qu'en aparté y figure."


@pytest.fixture
async def case(platform):
    return await a_case(platform)


async def stop(platform, case, offer, who="claimant", why=WHY):
    async with platform.unit() as uow:
        return await quarantine_offer(uow, case.people[who], case.id, offer, why=why)


async def put_back(platform, case, quarantine, who="claimant"):
    async with platform.unit() as uow:
        await restore_quarantined(uow, case.people[who], case.id, quarantine)


async def take_out(platform, case, quarantine, who="claimant"):
    async with platform.unit() as uow:
        await remove_quarantined(uow, case.people[who], case.id, quarantine)


async def stage_of(platform, case):
    async with platform.unit(write=False) as uow:
        return (await dispute_facts(uow, case.id)).stage


async def drafted(platform, case, *, frozen=False):
    """The mediator began a draft from what was accepted, and saved another version of it; the claimant remarked."""
    mediator = case.people["mediator"]
    async with platform.unit() as uow:
        agreement = await begin_settlement(uow, mediator, case.id)
    async with platform.unit() as uow:
        draft = draft_of((await visible_agreement(uow, mediator, case.id, agreement)).text)
        changed = type(draft)("Protocole", draft.preamble, draft.clauses, draft.payments)
        await save_version(uow, mediator, case.id, agreement, seen=1, draft=changed)
        await remark(uow, case.people["claimant"], case.id, agreement, number=2, text="Douze mille, vraiment ?")
    if frozen:
        async with platform.unit() as uow:
            seen = (await visible_agreement(uow, mediator, case.id, agreement)).version.digest.hex()
            await freeze_text(uow, mediator, case.id, agreement, digest_seen=seen)
            version = (await visible_agreement(uow, mediator, case.id, agreement)).version
            actor = case.people["respondent"]
            uow.session.add(
                Signature(
                    version_id=version.id,
                    party_id=case.parties["respondent"],
                    account_id=actor.account_id,
                    name=actor.name,
                    role="representative",
                    digest=version.digest,
                    signed_at=uow.now(),
                )
            )
    return agreement


async def agreements(platform, case, who="mediator"):
    async with platform.unit(write=False) as uow:
        return {each.id: each.state for each in await agreements_of(uow, case.people[who], case.id)}


async def test_nobody_reads_it_from_that_moment_on_and_everyone_sees_who_withdrew_it(platform, case):
    offer = await make(platform, case)
    await opened(platform, case, offer, "respondent")
    await opened(platform, case, offer, "mediator")
    await told(platform, case)
    await stop(platform, case, offer, "claimant_counsel")
    for who in ("claimant", "claimant_counsel", "respondent", "mediator"):
        for shown in (await opened(platform, case, offer, who), *await listed(platform, case, who)):
            assert (shown.state, shown.stopped_by) == (OfferState.STOPPED, "Denis Conseil")
            assert (shown.opened, shown.text, shown.amount_cents) == (False, "", None)
            assert (shown.awaited, shown.answerable, shown.withdrawable, shown.stoppable) == ((), False, False, False)
    for act in (accept, refuse):
        with pytest.raises(ConflictError, match="offer_ended"):
            await act(platform, case, offer)
    with pytest.raises(ConflictError, match="offer_ended"):
        await withdraw(platform, case, offer)
    with pytest.raises(ConflictError, match="offer_ended"):
        await make(platform, case, "respondent", TypedOffer("Plutôt 8 000 €."), instead_of=offer)
    async with platform.unit(write=False) as uow:
        said = [line.text for line in await happened(uow, case.people["respondent"], case.id)]
    assert said[0] == "Une offre a été retirée de l’espace commun."  # noqa: RUF001 -- French typography
    assert not [task for task in await tasks_of(platform, case, "respondent") if "Répondre à" in task.label]
    await make(platform, case)  # the same words may be offered again, by whoever means them


async def test_who_had_opened_it_is_listed_and_asked_and_all_are_told_at_one_instant_without_a_word(platform, case):
    offer = await make(platform, case)
    for who in ("claimant_counsel", "respondent", "mediator"):
        await opened(platform, case, offer, who)
    await told(platform, case)
    made = await stop(platform, case, offer, "mediator")
    found = [(name, kind, at) for name, kind, at in await told(platform, case) if kind != "offer_made"]
    assert {(name, kind) for name, kind, _at in found} == {
        ("claimant", "offer_ended"),
        ("claimant_counsel", "offer_ended"),
        ("respondent", "offer_ended"),
        ("claimant", "withdrawn"),
        ("claimant_counsel", "withdrawn"),
        ("respondent", "confirmation_asked"),
    }
    assert len({at for _name, kind, at in found if kind == "offer_ended"}) == 1
    sent = [text_of(mail) for mail in await mails(platform)]
    assert not [text for text in sent if "12 000" in text or "plafond" in text or "aparté" in text.lower()]
    async with platform.unit() as uow:
        for who in ("claimant", "claimant_counsel", "mediator"):
            view = await visible_quarantine(uow, case.people[who], case.id, made)
            assert (view.offer_id, view.party, view.why, view.number) == (offer, "Société claimant", WHY, "")
            assert {reader.name: reader.asked for reader in view.readers} == {
                "René Défendeur": True,
                "Maya Médiatrice": False,
            }
        for who in ("respondent", "expert", "secretariat", "stranger"):
            with pytest.raises(NotFoundError):
                await visible_quarantine(uow, case.people[who], case.id, made)
        asked = await withdrawn_copy(uow, case.people["respondent"], case.id, made)
        assert (asked.offer_id, asked.number, asked.apart) == (offer, "", False)
        await answer_about_copies(uow, case.people["respondent"], case.id, made, copies="deleted")
    (task,) = [each for each in await tasks_of(platform, case, "claimant") if "quarantines" in each.href]
    assert task.label == "Décider de ce que devient une offre, après son retrait"


async def test_its_party_or_the_mediator_stops_it_with_a_reason_once_and_nobody_else(platform, case):
    offer = await make(platform, case)
    with pytest.raises(NotPermittedError, match="not_permitted"):
        await stop(platform, case, offer, "respondent")
    for outsider in ("expert", "secretariat", "archivist", "stranger"):
        with pytest.raises(NotFoundError):
            await stop(platform, case, offer, outsider)
    with pytest.raises(InvalidInputError) as refused:
        await stop(platform, case, offer, why=" ")
    assert refused.value.fields == {"why": "required"}
    gone = await make(platform, case, typed=TypedOffer("À reprendre."))
    await withdraw(platform, case, gone)
    with pytest.raises(ConflictError, match="changed_meanwhile"):
        await stop(platform, case, gone)
    made = await stop(platform, case, offer)
    with pytest.raises(ConflictError, match="changed_meanwhile"):
        await stop(platform, case, offer, "mediator")
    with pytest.raises(NotFoundError):
        await take_out(platform, case, made, "respondent")
    with pytest.raises(NotPermittedError):
        await put_back(platform, case, made, "mediator")
    late = await make(platform, case, typed=TypedOffer("Trop tard."))
    await at_stage(platform, case, Stage.NOT_SETTLED)
    with pytest.raises(WrongStageError):
        await stop(platform, case, late)


async def test_a_refusals_words_go_with_it_and_come_back_with_it(platform, case):
    offer = await make(platform, case)
    await refuse(platform, case, offer, words="Votre plafond est donc de 38 000 €.")
    made = await stop(platform, case, offer)
    (shown,) = await listed(platform, case, "mediator")
    assert [(each.reply, each.words) for each in shown.answers] == [(OfferReply.REFUSED, "")]
    await put_back(platform, case, made)
    (shown,) = await listed(platform, case, "mediator")
    assert shown.state is OfferState.REFUSED
    assert [each.words for each in shown.answers] == ["Votre plafond est donc de 38 000 €."]


async def test_an_acceptance_falls_and_put_back_the_offer_is_answered_anew_until_its_day(platform, clock):
    case = await with_an_insurer(platform)
    await with_word(platform, case, "insurer")
    offer = await make(platform, case)
    await accept(platform, case, offer, "respondent")
    await accept(platform, case, offer, "insurer")
    assert any("Rédiger" in task.label for task in await tasks_of(platform, case, "mediator"))
    made = await stop(platform, case, offer)
    assert not any("Rédiger" in task.label for task in await tasks_of(platform, case, "mediator"))
    await put_back(platform, case, made)
    (shown,) = await listed(platform, case, "respondent")
    assert (shown.state, shown.answers, len(shown.awaited)) == (OfferState.OPEN, (), 2)
    assert await accept(platform, case, offer, "respondent") is False
    assert await accept(platform, case, offer, "insurer") is True
    second = await make(platform, case, typed=TypedOffer("Autre chose."))
    made = await stop(platform, case, second)
    await told(platform, case)
    await pass_days(platform, clock, 16)
    assert "deadline_near" not in [kind for _name, kind, _at in await told(platform, case)]
    await put_back(platform, case, made)
    assert {each.id: each.state for each in await listed(platform, case, "claimant")}[second] is OfferState.LAPSED


async def test_the_draft_that_was_made_from_it_goes_whole_and_the_dispute_is_back_at_the_table(platform, case, sign_in):
    offer = await make(platform, case)
    await accept(platform, case, offer)
    agreement = await drafted(platform, case, frozen=True)
    await Worker(platform).drain()
    assert await stage_of(platform, case) is Stage.SIGNING
    client = await sign_in(case.people["respondent"])
    one = f"/disputes/{case.id}/agreements/{agreement}"
    assert (await client.get(one)).status_code == 200
    made = await stop(platform, case, offer)
    for page in ("", "/sign", "/versions/1", "/versions/2", "/changes?from=1&to=2"):
        assert (await client.get(one + page)).status_code == 404, page  # before any job has run
    assert TEXT not in (await client.get(f"/disputes/{case.id}/agreements")).text
    assert await agreements(platform, case) == {}
    kinds = {kind for _name, kind, _at in await told(platform, case)}
    assert "stage_changed" in kinds
    assert await stage_of(platform, case) is Stage.OPEN
    async with platform.unit(write=False) as uow:
        assert not (await uow.session.scalars(select(Signature))).all()
        said = [line.text for line in await happened(uow, case.people["respondent"], case.id)]
    assert "Le projet tiré d’une offre a été retiré avec elle." in said  # noqa: RUF001 -- French typography
    await put_back(platform, case, made)
    await Worker(platform).drain()
    assert await agreements(platform, case) == {agreement: AgreementState.DRAFTED}
    async with platform.unit() as uow:
        assert await begin_settlement(uow, case.people["mediator"], case.id) == agreement
        view = await visible_agreement(uow, case.people["claimant"], case.id, agreement)
        assert TEXT in (await version_of(uow, view, 1))[1].clauses[1].body


async def test_a_draft_begun_meanwhile_is_the_one_that_stands(platform, case):
    offer = await make(platform, case)
    await accept(platform, case, offer)
    first = await drafted(platform, case)
    async with platform.unit() as uow:
        await set_aside(uow, case.people["mediator"], case.id)
    made = await stop(platform, case, offer)
    async with platform.unit() as uow:
        second = await begin_settlement(uow, case.people["mediator"], case.id)
    await Worker(platform).drain()
    assert second != first
    assert await agreements(platform, case) == {second: AgreementState.DRAFTED}
    await put_back(platform, case, made)
    await Worker(platform).drain()
    assert await agreements(platform, case) == {first: AgreementState.ABANDONED, second: AgreementState.DRAFTED}


async def test_what_every_party_signed_stays_whatever_is_stopped_afterwards(platform, case):
    offer = await make(platform, case)
    await accept(platform, case, offer)
    agreement = await drafted(platform, case)
    async with platform.unit() as uow:
        (await uow.session.get_one(Agreement, agreement)).state = AgreementState.SIGNED
    made = await stop(platform, case, offer)
    await take_out(platform, case, made)
    await Worker(platform).drain()
    assert await agreements(platform, case) == {agreement: AgreementState.SIGNED}
    async with platform.unit(write=False) as uow:
        assert TEXT in (await visible_agreement(uow, case.people["claimant"], case.id, agreement)).text.clauses[1].body


async def test_taken_out_for_good_nothing_of_it_is_left_but_its_line_unless_a_hold_keeps_it(platform, case):
    offer = await make(platform, case)
    await refuse(platform, case, offer, words="Votre plafond est donc de 38 000 €.")
    agreed = await make(platform, case, typed=TypedOffer("Autre chose.", "9000"))
    await accept(platform, case, agreed)
    await drafted(platform, case)
    quarantines = [await stop(platform, case, each) for each in (offer, agreed)]
    async with platform.unit() as uow:
        hold = await set_hold(
            uow, case.people["archivist"], reference=case.reference, subject="", reason="Une enquête."
        )
    with pytest.raises(ConflictError, match="words_held"):
        await take_out(platform, case, quarantines[0])
    async with platform.unit() as uow:
        await lift_hold(uow, case.people["archivist"], hold)
    await take_out(platform, case, quarantines[0], "mediator")
    await take_out(platform, case, quarantines[1])
    await Worker(platform).drain()
    async with platform.unit(write=False) as uow:
        assert set(await uow.session.scalars(select(Offer.terms_sealed))) == {b""}
        assert set(await uow.session.scalars(select(OfferAnswer.words_sealed))) == {None}
        assert set(await uow.session.scalars(select(AgreementVersion.text_sealed))) == {b""}
        assert set(await uow.session.scalars(select(Remark.text_sealed))) == {b""}
        view = await visible_quarantine(uow, case.people["mediator"], case.id, quarantines[0])
        assert view.outcome is Outcome.REMOVED
    assert {each.state for each in await listed(platform, case, "respondent")} == {OfferState.STOPPED}
    assert await agreements(platform, case) == {}
    with pytest.raises(ConflictError, match="changed_meanwhile"):
        await put_back(platform, case, quarantines[0])


async def test_the_record_says_that_it_was_and_neither_a_word_nor_a_digest_of_it(platform, case):
    stopped = await make(platform, case)
    await refuse(platform, case, stopped, words="Votre plafond est donc de 38 000 €.")
    agreed = await make(platform, case, typed=TypedOffer("Autre chose.", "9000"))
    await accept(platform, case, agreed)
    await drafted(platform, case)
    back = await make(platform, case, "respondent", TypedOffer("Restée."))
    await stop(platform, case, stopped)
    await put_back(platform, case, await stop(platform, case, back, "respondent"), "respondent")
    await take_out(platform, case, await stop(platform, case, agreed))
    await Worker(platform).drain()
    await at_stage(platform, case, Stage.NOT_SETTLED)
    async with platform.unit(write=False) as uow:
        joint = await space_of(uow, case.id, SpaceKind.JOINT)
        files = {each.path: each for each in await offers_told(uow, await dispute_facts(uow, case.id), joint)}
        events = [(each.index, each.event) for each in await uow.vault.ledger.events(uow.session, joint.ref)]
    read = {path: b"".join([piece async for piece in each.chunks()]) for path, each in files.items()}
    listed_there = json.loads(read["data/record/offers/list.json"])
    assert [(each["file"], each["state"], each["sha256"] is None) for each in listed_there] == [
        (None, "stopped", True),
        (None, "stopped", True),
        ("003.json", "closed", False),
    ]
    assert [each["words"] for each in listed_there[0]["answers"]] == [None]
    gone = withheld(events)
    assert sorted(gone.values()) == [
        "OfferMade",
        "OfferMade",
        "OfferRefused",
        "VersionRemarked",
        "VersionSaved",
        "VersionSaved",
    ]
    told_there = json.dumps([event for index, event in events if index not in gone])
    dropped = [event for index, event in events if index in gone]
    digests = {event[name] for event in dropped for name in ("sha256", "digest") if name in event}
    assert not [digest for digest in digests if digest in told_there]


async def test_who_opens_it_at_that_very_moment_is_in_the_list_or_reads_nothing(any_platform):
    case = await a_case(any_platform)
    for number in range(3):
        offer = await make(any_platform, case, typed=TypedOffer(f"Offre {number}."))
        shown, made = await asyncio.gather(
            opened(any_platform, case, offer, "respondent"), stop(any_platform, case, offer)
        )
        async with any_platform.unit(write=False) as uow:
            view = await visible_quarantine(uow, case.people["claimant"], case.id, made)
        assert view.readers or not shown.text


async def test_with_a_caucus_go_the_drills_that_are_undecided_and_the_offer_is_out_for_good(platform, case):
    offer = await make(platform, case)
    await accept(platform, case, offer)
    await drafted(platform, case)
    await stop(platform, case, offer)
    await at_stage(platform, case, Stage.ARCHIVED)
    async with platform.unit() as uow:
        await shred_space(uow, case.id, case.spaces["caucus_claimant"])
    async with platform.unit(write=False) as uow:
        assert (await uow.session.scalars(select(Offer.terms_sealed))).one() == b""
        assert set(await uow.session.scalars(select(AgreementVersion.text_sealed))) == {b""}


async def test_pages_lead_from_the_offer_to_its_drill_and_its_record(platform, case, sign_in):
    people = {name: await sign_in(case.people[name]) for name in ("claimant", "respondent", "mediator", "expert")}
    offer = await make(platform, case)
    here = f"/disputes/{case.id}/offers/{offer}"
    assert f"{here}/quarantine" not in (await people["respondent"].get(here)).text
    assert f"{here}/quarantine" in (await people["mediator"].get(here)).text
    assert (await people["expert"].get(f"{here}/quarantine")).status_code == 404
    assert (await people["respondent"].get(f"{here}/quarantine")).status_code == 404
    assert (await people["respondent"].post(f"{here}/quarantine", data={"why": WHY})).status_code == 403
    form = await people["claimant"].get(f"{here}/quarantine")
    assert "avec votre nom" in form.text
    assert TEXT in form.text
    empty = await people["claimant"].post(f"{here}/quarantine", data={"why": ""})
    assert empty.status_code == 422
    done = await people["claimant"].post(f"{here}/quarantine", data={"why": WHY})
    path = done.headers["location"].partition("?")[0]
    assert "Société claimant" in (await people["mediator"].get(path)).text
    for name in ("claimant", "respondent", "mediator"):
        assert "12 000" not in (await people[name].get(here)).text.replace("\u202f", " ")
        assert "Retirée de l" in (await people[name].get(f"/disputes/{case.id}/offers")).text
    asked = await people["respondent"].get(f"{path}/copies")
    assert "Une offre a été retirée" in asked.text
    assert (await people["respondent"].post(f"{path}/copies", data={"copies": "none_kept"})).status_code == 303
    paper = (await people["mediator"].get(f"{path}/record.pdf")).content
    assert "une offre de règlement" in words(paper)
    facts = json.loads(attached(paper, "withdrawal.json"))
    assert (facts["offer_id"], facts["readers"][0]["copies"]) == (str(offer), "none_kept")
    assert TEXT not in json.dumps(facts, ensure_ascii=False)
    assert (await people["claimant"].post(f"{path}/restore")).status_code == 303
    assert TEXT in (await people["respondent"].get(here)).text


async def test_a_program_runs_the_drill_of_an_offer(platform, case, program):
    claimant, respondent = await program(case.people["claimant"]), await program(case.people["respondent"])
    offer = await make(platform, case)
    path = f"/disputes/{case.id}/offers/{offer}"
    assert (await respondent.get(path)).json()["stoppable"] is False
    refused = await respondent.post(f"{path}/quarantine", json={"why": WHY})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await claimant.post(f"{path}/quarantine", json={"why": " "})).status_code == 422
    made = (await claimant.post(f"{path}/quarantine", json={"why": WHY})).json()
    assert made["offer_id"] == str(offer)
    again = await claimant.post(f"{path}/quarantine", json={"why": WHY})
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    shown = (await respondent.get(path)).json()
    assert (shown["state"], shown["text"], shown["stopped_by"]) == ("stopped", "", "Claire Demandeur")
    one = f"/disputes/{case.id}/quarantines/{made['id']}"
    assert (await respondent.get(one)).status_code == 404
    assert (await respondent.get(f"{one}/copies")).json()["offer_id"] == str(offer)
    assert (await claimant.post(f"{one}/restore")).json()["outcome"] == "restored"
    assert (await respondent.get(path)).json()["text"] == TEXT
