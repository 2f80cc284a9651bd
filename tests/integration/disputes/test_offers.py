"""Offers: made to everyone else under a mandate, withdrawn until opened, answered once, lapsed at their day."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from odr.agreements.commands import begin_settlement
from odr.agreements.queries import visible_agreement
from odr.archive.offering import offers_told
from odr.archive.withholding import withheld
from odr.chronicle import happened
from odr.custody.holding import set_hold
from odr.custody.rooms import shred_space
from odr.deadlines.calendar import day_of, end_of
from odr.deadlines.timers import MEET
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.ids import OfferId, new_id
from odr.offers.answering import WORDS_LIMIT
from odr.offers.commands import MOST, TEXT_LIMIT, TypedOffer
from odr.offers.models import Offer, OfferAnswer, OfferReading
from odr.offers.queries import OfferReply, OfferState
from odr.outbox import JobRow, JobState
from odr.parties.models import Mandate
from odr.spaces.queries import space_of
from odr.visibility.terms import SpaceKind
from tests.builders import PUBLIC_URL, a_case
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
    with_ceiling,
    with_word,
    withdraw,
)
from tests.mailbox import mails, text_of
from vault import SealError
from web.api.bearer import make_bearer


@pytest.fixture
async def case(platform):
    return await a_case(platform)


async def test_an_offer_that_the_other_party_accepts_is_an_agreement_in_principle(platform, case):
    offer = await make(platform, case)
    (known,) = await listed(platform, case, "respondent")
    assert (known.text, known.amount_cents, known.opened, known.answerable) == ("", None, False, True)
    shown = await opened(platform, case, offer, "respondent")
    assert (shown.text, shown.amount_cents, shown.party_name, shown.by) == (
        TEXT,
        1_200_000,
        "Société claimant",
        "Claire Demandeur",
    )
    assert [party.name for party in shown.awaited] == ["Société respondent"]
    assert await accept(platform, case, offer) is True
    (done,) = await listed(platform, case, "claimant_counsel")
    assert (done.state, done.awaited, done.text) == (OfferState.ACCEPTED, (), TEXT)
    assert [(each.party_name, each.reply, each.by) for each in done.answers] == [
        ("Société respondent", OfferReply.ACCEPTED, "René Défendeur")
    ]
    async with platform.unit(write=False) as uow:
        said = [line.text for line in await happened(uow, case.people["respondent"], case.id)]
        assert (await dispute_facts(uow, case.id)).stage is Stage.OPEN
    assert said[:2] == ["Toutes les autres parties ont accepté une offre.", "Une partie a fait une offre."]
    (task,) = [each for each in await tasks_of(platform, case, "mediator") if "offre" in each.label]
    assert (task.mine, task.href) == (True, f"/disputes/{case.id}/agreements")
    (task,) = [each for each in await tasks_of(platform, case, "claimant") if "offre" in each.label]
    assert (task.mine, task.who) == (False, "Le médiateur")
    await make(platform, case, "respondent", TypedOffer("Autre chose, tout de même."))
    assert not [task for task in await tasks_of(platform, case, "mediator") if "Rédiger" in task.label]


async def test_its_words_and_amount_are_sealed_for_the_table_and_stand_in_no_mail(platform, case):
    offer = await make(platform, case)
    found = await told(platform, case)
    assert {(name, kind) for name, kind, _at in found} == {
        (name, "offer_made") for name in ("claimant_counsel", "respondent", "mediator")
    }
    assert len({at for _name, _kind, at in found}) == 1
    sent = [text_of(mail) for mail in await mails(platform)]
    assert sent
    assert not [text for text in sent if "12 000" in text or "reprise" in text]
    async with platform.unit(write=False) as uow:
        row = (await uow.session.scalars(select(Offer))).one()
        assert b"reprise" not in row.terms_sealed
        assert b"1200000" not in row.terms_sealed
        with pytest.raises(SealError):
            await uow.vault.open_text(uow.session, case.ref("caucus_claimant"), row.id, row.terms_sealed)
    for outsider in ("expert", "secretariat", "archivist", "stranger"):
        with pytest.raises(NotFoundError):
            await listed(platform, case, outsider)
        with pytest.raises(NotFoundError):
            await opened(platform, case, offer, outsider)
        for act in (accept, refuse, withdraw):
            with pytest.raises(NotFoundError):
                await act(platform, case, offer, outsider)
        with pytest.raises(NotFoundError):
            await make(platform, case, outsider)


async def test_who_has_no_mandate_or_a_smaller_one_makes_and_accepts_nothing_and_is_told_what_to_do(
    platform, case, sign_in
):
    for who in ("claimant_counsel", "mediator"):
        with pytest.raises(NotPermittedError, match="not_representative" if "counsel" in who else "not_permitted"):
            await make(platform, case, who)
    await with_ceiling(platform, case, "claimant", 1_199_999)
    with pytest.raises(NotPermittedError, match="mandate_exceeded"):
        await make(platform, case)
    offer = await make(platform, case, typed=TypedOffer("Sans argent : une recette commune."))
    await refuse(platform, case, offer)
    large = await make(platform, case, "respondent")
    with pytest.raises(NotPermittedError, match="mandate_exceeded"):
        await accept(platform, case, large, "claimant")
    with pytest.raises(NotPermittedError, match="not_representative"):
        await accept(platform, case, large, "claimant_counsel")
    with pytest.raises(NotPermittedError, match="not_permitted"):
        await accept(platform, case, large, "mediator")
    with pytest.raises(NotPermittedError, match="own_offer"):
        await accept(platform, case, large, "respondent")
    people = {name: await sign_in(case.people[name]) for name in ("claimant", "claimant_counsel", "respondent")}
    path = f"/disputes/{case.id}/offers/{large}"
    shown = (await people["claimant"].get(path)).text
    assert "Votre mandat n’atteint pas le montant de cette offre" in shown  # noqa: RUF001 -- French typography
    assert "11\u202f999,99" in shown
    assert f"{path}/accept" not in shown
    assert f"{path}/refuse" in shown
    assert "Votre représentant y répond" in (await people["claimant_counsel"].get(path)).text
    assert "999,99" not in (await people["respondent"].get(path)).text
    refused = await people["claimant"].post(f"{path}/accept")
    assert refused.status_code == 403
    assert "Votre mandat ne couvre pas ce montant" in refused.text
    typed = {"text": "Plus.", "amount": "90000", "last_day": "", "instead": "", "act": "check"}
    kept = await people["claimant"].post(f"/disputes/{case.id}/offers/new", data=typed)
    assert kept.status_code == 403
    assert "Votre mandat ne couvre pas ce montant" in kept.text
    assert "90000" in kept.text
    instead = await people["claimant"].post(f"/disputes/{case.id}/offers/new", data={**typed, "instead": str(large)})
    assert f'name="instead" value="{large}"' in instead.text  # it still answers that one
    async with platform.unit() as uow:
        await uow.session.execute(update(Mandate).where(Mandate.ended_at.is_(None)).values(ended_at=uow.now()))
    with pytest.raises(NotPermittedError, match="mandate_ended"):
        await make(platform, case, typed=TypedOffer("Sans mandat."))
    assert await refuse(platform, case, large, "claimant") is None  # who refuses binds nobody


async def test_it_is_withdrawn_until_somebody_of_another_party_has_opened_it(platform, case):
    offer = await make(platform, case)
    await opened(platform, case, offer, "claimant_counsel")
    await opened(platform, case, offer, "mediator")
    assert (await listed(platform, case, "claimant"))[0].withdrawable
    assert not (await listed(platform, case, "claimant_counsel"))[0].withdrawable
    with pytest.raises(NotPermittedError, match="not_representative"):
        await withdraw(platform, case, offer, "claimant_counsel")
    with pytest.raises(NotPermittedError, match="not_permitted"):
        await withdraw(platform, case, offer, "respondent")
    await withdraw(platform, case, offer)
    for who in ("claimant", "respondent", "mediator"):
        shown = await opened(platform, case, offer, who)
        assert (shown.state, shown.opened, shown.text, shown.amount_cents) == (OfferState.WITHDRAWN, False, "", None)
    async with platform.unit(write=False) as uow:
        assert (await uow.session.scalars(select(Offer.terms_sealed))).one() == b""
    for act in (accept, refuse):
        with pytest.raises(ConflictError, match="offer_ended"):
            await act(platform, case, offer)
    with pytest.raises(ConflictError, match="offer_ended"):
        await withdraw(platform, case, offer)
    kinds = [kind for _name, kind, _at in await told(platform, case)]
    assert kinds.count("offer_ended") == 3
    second = await make(platform, case)
    await opened(platform, case, second, "respondent")
    assert not (await listed(platform, case, "claimant"))[0].withdrawable
    with pytest.raises(ConflictError, match="offer_opened"):
        await withdraw(platform, case, second)


async def test_a_legal_hold_keeps_the_terms_of_a_withdrawn_offer_and_shows_them_to_nobody(platform, case):
    offer = await make(platform, case)
    async with platform.unit() as uow:
        await set_hold(uow, case.people["archivist"], reference=case.reference, subject="", reason="Une enquête.")
    await withdraw(platform, case, offer)
    assert (await opened(platform, case, offer, "claimant")).text == ""
    async with platform.unit(write=False) as uow:
        assert (await uow.session.scalars(select(Offer.terms_sealed))).one()


async def test_a_refusal_ends_it_and_its_words_are_read_at_the_table(platform, case):
    offer = await make(platform, case)
    await told(platform, case)
    with pytest.raises(InvalidInputError) as wrong:
        await refuse(platform, case, offer, words="x" * (WORDS_LIMIT + 1))
    assert wrong.value.fields == {"words": "too_long"}
    await refuse(platform, case, offer, words="Le délai est trop long.")
    shown = await opened(platform, case, offer, "mediator")
    assert (shown.state, [each.words for each in shown.answers]) == (OfferState.REFUSED, ["Le délai est trop long."])
    async with platform.unit(write=False) as uow:
        row = (await uow.session.scalars(select(OfferAnswer))).one()
        assert b"trop long" not in (row.words_sealed or b"")
    for act in (accept, refuse):
        with pytest.raises(ConflictError, match="offer_answered"):
            await act(platform, case, offer)
    found = [(name, at) for name, kind, at in await told(platform, case) if kind == "offer_answered"]
    assert ({name for name, _at in found}, len({at for _name, at in found})) == (
        {"claimant", "claimant_counsel", "mediator"},
        1,
    )


async def test_another_offer_instead_ends_the_first_and_the_two_lead_to_each_other(platform, case):
    first = await make(platform, case)
    with pytest.raises(NotPermittedError, match="own_offer"):
        await make(platform, case, instead_of=first)
    second = await make(platform, case, "respondent", TypedOffer("Plutôt 8 000 €.", "8000"), instead_of=first)
    offers = {each.id: each for each in await listed(platform, case, "claimant")}
    assert offers[first].state is OfferState.REFUSED
    assert [(each.reply, each.another_id) for each in offers[first].answers] == [(OfferReply.COUNTERED, second)]
    assert (offers[second].state, offers[second].instead_of) == (OfferState.OPEN, first)
    with pytest.raises(ConflictError, match="offer_answered"):
        await make(platform, case, "respondent", TypedOffer("Ou 9 000 €."), instead_of=first)
    assert await accept(platform, case, second, "claimant") is True
    kinds = [kind for _name, kind, _at in await told(platform, case)]
    assert (kinds.count("offer_made"), kinds.count("offer_answered")) == (6, 3)


async def test_its_day_is_a_day_to_come_within_the_mediation_and_two_weeks_where_none_is_given(platform, clock, case):
    await make(platform, case)
    today = day_of(clock())
    assert (await listed(platform, case, "claimant"))[0].until == end_of(today + timedelta(days=14))
    async with platform.unit() as uow:
        ends = end_of(today + timedelta(days=9))
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(term_ends=ends))
    await make(platform, case, "respondent")
    assert (await listed(platform, case, "respondent"))[0].until == ends
    for day, code in (
        ((today - timedelta(days=1)).isoformat(), "in_the_past"),
        ((today + timedelta(days=10)).isoformat(), "after_term"),
        ("demain", "bad_date"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await make(platform, case, typed=TypedOffer(TEXT, "", day))
        assert refused.value.fields == {"last_day": code}
    for text, amount, fields in (
        (" ", "", {"text": "required"}),
        ("x" * (TEXT_LIMIT + 1), "", {"text": "too_long"}),
        ("Rien.", "0", {"amount": "bad_amount"}),
        ("Rien.", "beaucoup", {"amount": "bad_amount"}),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await make(platform, case, typed=TypedOffer(text, amount))
        assert refused.value.fields == fields
    assert await make(platform, case, typed=TypedOffer(TEXT, "", today.isoformat()))


async def test_at_its_day_it_lapses_once_and_everyone_is_told_at_the_same_instant(platform, clock, case):
    offer = await make(platform, case)
    await told(platform, case)
    await pass_days(platform, clock, 12)
    near = [name for name, kind, _at in await told(platform, case) if kind == "deadline_near"]
    assert near == ["respondent"]
    assert (await listed(platform, case, "claimant"))[0].state is OfferState.OPEN
    await pass_days(platform, clock, 3)
    found = [(name, at) for name, kind, at in await told(platform, case) if kind == "offer_ended"]
    assert sorted(name for name, _at in found) == ["claimant", "claimant_counsel", "mediator", "respondent"]
    assert len({at for _name, at in found}) == 1
    for act in (accept, refuse):
        with pytest.raises(ConflictError, match="offer_ended"):
            await act(platform, case, offer)
    async with platform.unit() as uow:  # as after a restart that brings the jobs back
        await uow.session.execute(
            update(JobRow).where(JobRow.kind == MEET).values(state=JobState.READY, done_at=None, run_at=uow.now())
        )
    kinds = [kind for _name, kind, _at in await told(platform, case)]
    assert (kinds.count("offer_ended"), kinds.count("deadline_near")) == (4, 1)


async def test_one_whose_day_is_over_is_answered_by_nobody_though_the_timer_is_late(platform, clock, case):
    offer = await make(platform, case)
    clock.advance(days=20)
    assert (await listed(platform, case, "respondent"))[0].state is OfferState.LAPSED
    with pytest.raises(ConflictError, match="offer_ended"):
        await accept(platform, case, offer)


async def test_in_a_pause_it_is_answered_and_its_day_goes_on_and_with_the_mediation_it_is_closed(platform, clock, case):
    first, second = await make(platform, case), await make(platform, case, "respondent")
    await at_stage(platform, case, Stage.SUSPENDED)
    with pytest.raises(WrongStageError):
        await make(platform, case)
    await refuse(platform, case, first)
    await at_stage(platform, case, Stage.NOT_SETTLED)
    assert (await listed(platform, case, "claimant"))[0].state is OfferState.CLOSED
    for act in (accept, refuse):
        with pytest.raises(WrongStageError):
            await act(platform, case, second, "claimant")
    with pytest.raises(WrongStageError):
        await withdraw(platform, case, second, "respondent")
    assert not [task for task in await tasks_of(platform, case, "claimant") if "offre" in task.label]
    await told(platform, case)
    await pass_days(platform, clock, 16)
    assert "offer_ended" not in [kind for _name, kind, _at in await told(platform, case)]


async def test_the_same_offer_twice_is_one_and_a_party_makes_fifty(platform, case):
    await make(platform, case)
    with pytest.raises(ConflictError, match="offer_stands"):
        await make(platform, case)
    async with platform.unit() as uow:
        row = (await uow.session.scalars(select(Offer))).one()
        copied = {column.name: getattr(row, column.name) for column in Offer.__table__.columns}
        uow.session.add_all(Offer(**{**copied, "id": OfferId(new_id())}) for _ in range(MOST - 1))
    with pytest.raises(ConflictError, match="too_many_offers"):
        await make(platform, case, typed=TypedOffer("Une de plus."))


async def test_of_three_parties_each_answers_and_all_must_accept(platform, clock):
    case = await with_an_insurer(platform)
    await with_word(platform, case, "insurer")
    await make(platform, case, "insurer", TypedOffer("Nous garantissons 5 000 €.", "5000"))
    first = await make(platform, case)
    assert await accept(platform, case, first, "respondent") is False
    seen = await opened(platform, case, first, "claimant")
    assert (seen.state, [party.name for party in seen.awaited]) == (OfferState.OPEN, ["Assurances du Port"])
    with pytest.raises(ConflictError, match="offer_opened"):
        await withdraw(platform, case, first)
    mine = [task for task in await tasks_of(platform, case, "insurer") if "offre" in task.label and task.mine]
    assert [task.label for task in mine] == ["Répondre à l’offre de Société claimant"]  # noqa: RUF001 -- French
    await told(platform, case)
    await pass_days(platform, clock, 12)
    near = {name for name, kind, _at in await told(platform, case) if kind == "deadline_near"}
    assert near == {"claimant", "claimant_counsel", "respondent", "insurer"}  # two offers: each reminds its own
    assert await accept(platform, case, first, "insurer") is True
    assert any("Rédiger" in task.label and task.mine for task in await tasks_of(platform, case, "mediator"))
    states = {each.party_name: each.state for each in await listed(platform, case, "mediator")}
    assert states == {"Société claimant": OfferState.ACCEPTED, "Assurances du Port": OfferState.CLOSED}
    last = await make(platform, case, "respondent")
    await refuse(platform, case, last, "insurer")
    with pytest.raises(ConflictError, match="offer_ended"):
        await accept(platform, case, last, "claimant")


async def test_the_first_draft_of_the_settlement_has_what_all_accepted_as_an_article(platform, case):
    offer = await make(platform, case, typed=TypedOffer("Chacun garde {ses} frais. \N{PARTY POPPER}", "12 000"))
    await accept(platform, case, offer)
    async with platform.unit() as uow:
        agreement = await begin_settlement(uow, case.people["mediator"], case.id)
    async with platform.unit(write=False) as uow:
        text = (await visible_agreement(uow, case.people["respondent"], case.id, agreement)).text
    assert (text.clauses[1].heading, text.clauses[1].body) == (
        "Termes de l'offre acceptée",
        "Chacun garde {ses} frais. [U+1F389]\n\nMontant : 12\u202f000,00\u00a0€",
    )


async def test_a_draft_holds_no_offer_after_which_something_else_was_offered(platform, case):
    await accept(platform, case, await make(platform, case))
    await make(platform, case, "respondent", TypedOffer("Tout de même autre chose."))
    async with platform.unit() as uow:
        agreement = await begin_settlement(uow, case.people["mediator"], case.id)
    async with platform.unit(write=False) as uow:
        text = (await visible_agreement(uow, case.people["claimant"], case.id, agreement)).text
    assert not [clause for clause in text.clauses if "offre" in clause.heading]


async def test_with_the_joint_space_go_its_offers_their_answers_and_who_had_read_them(platform, case):
    offer = await make(platform, case)
    await opened(platform, case, offer, "respondent")
    await refuse(platform, case, offer, words="Non.")
    await at_stage(platform, case, Stage.ARCHIVED)
    async with platform.unit() as uow:
        await shred_space(uow, case.id, case.spaces["joint"])
    async with platform.unit(write=False) as uow:
        for left in (Offer, OfferAnswer, OfferReading):
            assert (await uow.session.scalars(select(left))).all() == []


async def test_the_record_holds_what_was_offered_and_how_it_was_answered(platform, case):
    first = await make(platform, case)
    await make(platform, case, "respondent", TypedOffer("Plutôt 8 000 €.", "8000"), instead_of=first)
    gone = await make(platform, case, typed=TypedOffer("À reprendre."))
    await withdraw(platform, case, gone)
    await at_stage(platform, case, Stage.NOT_SETTLED)
    async with platform.unit(write=False) as uow:
        joint = await space_of(uow, case.id, SpaceKind.JOINT)
        files = {each.path: each for each in await offers_told(uow, await dispute_facts(uow, case.id), joint)}
        told_there = await uow.vault.ledger.events(uow.session, joint.ref)
        events = [each.event for each in told_there]
        assert list(withheld([(each.index, each.event) for each in told_there]).values()) == ["OfferMade"]
    read = {path: b"".join([piece async for piece in each.chunks()]) for path, each in files.items()}
    listed_there = json.loads(read["data/record/offers/list.json"])
    assert [(each["file"], each["state"]) for each in listed_there] == [
        ("001.json", "refused"),
        ("002.json", "closed"),
        (None, "withdrawn"),
    ]
    assert json.loads(read["data/record/offers/001.json"]) == {"text": TEXT, "amount_cents": 1_200_000}
    assert listed_there[2]["sha256"] is None
    made = [event["sha256"] for event in events if event["event"] == "OfferMade"]
    assert made[:2] == [hashlib.sha256(read[f"data/record/offers/00{n}.json"]).hexdigest() for n in (1, 2)]


FORM = {"text": TEXT, "amount": "12 000", "last_day": "", "instead": "", "act": "check"}


async def test_the_form_is_read_once_more_before_it_is_sent_and_nothing_typed_is_lost(platform, case, sign_in):
    names = ("claimant", "claimant_counsel", "mediator", "secretariat", "expert")
    people = {name: await sign_in(case.people[name]) for name in names}
    path, rooms = f"/disputes/{case.id}/offers", f"/disputes/{case.id}/rooms"
    for leads in (f"{rooms}/{case.spaces['joint']}", f"/disputes/{case.id}"):
        assert path in (await people["claimant"].get(leads)).text
        assert path not in (await people["expert"].get(leads)).text
    assert path not in (await people["claimant"].get(f"{rooms}/{case.spaces['caucus_claimant']}")).text
    for who in ("secretariat", "expert"):
        assert [(await people[who].get(each)).status_code for each in (path, f"{path}/new")] == [404, 404]
    for who in ("claimant_counsel", "mediator"):
        assert [(await people[who].get(each)).status_code for each in (path, f"{path}/new")] == [200, 403]
    assert f"{rooms}/{case.spaces['caucus_claimant']}" in (await people["claimant"].get(f"{path}/new")).text
    wrong = await people["claimant"].post(f"{path}/new", data={**FORM, "amount": "beaucoup"})
    assert wrong.status_code == 422
    assert "beaucoup" in wrong.text
    assert TEXT in wrong.text
    checked = await people["claimant"].post(f"{path}/new", data=FORM)
    assert "Elle est faite à Société respondent." in checked.text
    assert await listed(platform, case, "claimant") == ()
    assert TEXT in (await people["claimant"].post(f"{path}/new", data={**FORM, "act": "change"})).text
    sent = await people["claimant"].post(f"{path}/new", data={**FORM, "act": "send"})
    (made,) = await listed(platform, case, "claimant")
    assert sent.headers["location"] == f"{path}/{made.id}?done=made"
    twice = await people["claimant"].post(f"{path}/new", data={**FORM, "act": "send"})
    assert twice.status_code == 409
    assert TEXT in twice.text
    assert f"{path}/{made.id}/withdraw" in (await people["claimant"].get(f"{path}/{made.id}")).text
    assert "Ses termes sont détruits" in (await people["claimant"].get(f"{path}/{made.id}/withdraw")).text
    back = await people["claimant"].post(f"{path}/{made.id}/withdraw")
    assert back.headers["location"] == f"{path}/{made.id}?done=withdrawn"
    assert "Retirée" in (await people["claimant"].get(path)).text


async def test_pages_lead_from_an_offer_to_its_answer(platform, case, sign_in):
    people = {name: await sign_in(case.people[name]) for name in ("claimant", "respondent", "mediator")}
    path = f"/disputes/{case.id}/offers"
    here = f"{path}/{await make(platform, case)}"
    assert (await people["respondent"].get(f"{here}/accept")).headers["location"] == here  # which is read first
    assert TEXT not in (await people["respondent"].get(path)).text
    shown = (await people["respondent"].get(here)).text
    assert all(each in shown for each in (TEXT, f"{here}/accept", f"{here}/refuse", f"{path}/new?instead="))
    assert (await people["claimant"].get(f"{here}/withdraw")).headers["location"] == here
    assert (await people["claimant"].post(f"{here}/withdraw")).status_code == 409
    assert (await people["respondent"].get(f"{here}/refuse")).status_code == 200
    long = await people["respondent"].post(f"{here}/refuse", data={"words": "x" * (WORDS_LIMIT + 1)})
    assert long.status_code == 422
    instead = {**FORM, "text": "Plutôt 8 000 €.", "amount": "8000", "instead": here.rpartition("/")[2]}
    assert "prend fin" in (await people["respondent"].post(f"{path}/new", data=instead)).text
    answered = await people["respondent"].post(f"{path}/new", data={**instead, "act": "send"})
    second = answered.headers["location"].partition("?")[0]
    assert second in (await people["claimant"].get(here)).text
    again = await people["respondent"].post(f"{path}/new", data={**instead, "text": "Ou neuf.", "act": "send"})
    assert again.status_code == 409
    assert "Ou neuf." in again.text
    await people["claimant"].get(second)
    assert "accord de principe" in (await people["claimant"].get(f"{second}/accept")).text
    done = await people["claimant"].post(f"{second}/accept")
    assert done.headers["location"] == f"{second}?done=agreed"
    assert f"/disputes/{case.id}/agreements" in (await people["mediator"].get(second)).text
    late = await people["claimant"].post(f"{second}/refuse", data={"words": "Non."})
    assert late.status_code == 409


async def test_the_api_makes_opens_answers_and_withdraws_by_the_same_rules(platform, case, sign_in):
    client = await sign_in(None)

    async def ask(who, method, path, **how):
        bearer = make_bearer(platform, case.people[who].account_id).access_token
        headers = {"Authorization": f"Bearer {bearer}"}
        return await client.request(method, f"{PUBLIC_URL}{path}", headers=headers, **how)

    root = f"/api/v1/disputes/{case.id}/offers"
    made = await ask("claimant", "POST", root, json={"text": TEXT, "amount_cents": 1_200_000})
    assert made.status_code == 201
    path = f"{root}/{made.json()['id']}"
    (known,) = (await ask("respondent", "GET", root)).json()
    assert (known["text"], known["amount_cents"], known["opened"]) == ("", None, False)
    assert (await ask("claimant", "GET", root)).json()[0]["withdrawable"] is True
    assert (await ask("respondent", "GET", path)).json()["amount_cents"] == 1_200_000
    late = await ask("claimant", "POST", f"{path}/withdraw")
    assert (late.status_code, late.json()["code"]) == (409, "offer_opened")
    other = {"text": "Plutôt 8 000 €.", "amount_cents": 800_000, "instead_of": made.json()["id"]}
    second = f"{root}/{(await ask('respondent', 'POST', root, json=other)).json()['id']}"
    assert (await ask("claimant", "GET", path)).json()["answers"][0]["reply"] == "countered"
    unread = await ask("claimant", "POST", f"{second}/accept")
    assert (unread.status_code, unread.json()["code"]) == (409, "offer_unread")
    assert (await ask("claimant", "GET", second)).json()["awaited"] == [str(case.parties["claimant"])]
    accepted = (await ask("claimant", "POST", f"{second}/accept")).json()
    assert (accepted["state"], accepted["awaited"]) == ("accepted", [])
    third = f"{root}/{(await ask('claimant', 'POST', root, json={'text': 'Encore.'})).json()['id']}"
    refused = await ask("respondent", "POST", f"{third}/refuse", json={"words": "Non."})
    assert (refused.json()["state"], refused.json()["answers"][0]["words"]) == ("refused", "Non.")
    fourth = f"{root}/{(await ask('claimant', 'POST', root, json={'text': 'Enfin.'})).json()['id']}"
    assert (await ask("claimant", "POST", f"{fourth}/withdraw")).json()["state"] == "withdrawn"
    bad = await ask("claimant", "POST", root, json={"text": "", "last_day": "2001-01-01"})
    assert (bad.status_code, bad.json()["fields"]) == (422, {"text": "required", "last_day": "in_the_past"})
    for who in ("secretariat", "expert", "stranger"):
        assert (await ask(who, "GET", root)).status_code == 404
        assert (await ask(who, "GET", path)).status_code == 404
