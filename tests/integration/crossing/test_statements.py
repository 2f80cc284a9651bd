"""Sentences of a caucus: nothing is said without consent to the very words, and nothing tells where they come from."""

import asyncio
import re
from uuid import UUID

import pytest

from odr.chronicle import happened
from odr.crossing.answering import allow_statement, offer_statement, refuse_statement, withdraw_statement
from odr.crossing.commands import Asked, drop_statement, propose_statement, say_statement
from odr.crossing.models import StatementState
from odr.crossing.queries import statements_in, visible_statement
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, ConsentMissingError, InvalidInputError, NotFoundError, NotPermittedError
from odr.ids import PartyId, StatementId, new_id
from odr.parties.models import Party, Side
from odr.spaces.commands import post_message
from odr.spaces.queries import visible_space
from odr.tasks import awaited
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.evidence.hands import post, room

TEXT = "Un échelonnement du paiement serait envisageable."


@pytest.fixture
async def table(platform, sign_in):
    """A case and a client for everybody at its table."""
    case = await a_case(platform)
    names = ("claimant", "claimant_counsel", "respondent", "mediator", "expert", "stranger", "secretariat")
    return case, {name: await sign_in(case.people[name]) for name in names}


async def said_apart(platform, case, text):
    async with platform.unit() as uow:
        return await post_message(uow, case.people["claimant"], case.id, case.spaces["caucus_claimant"], text=text)


async def proposed(platform, case, text=TEXT, **how):
    asked = Asked(text, "Ouvrir la discussion sur le calendrier.", **how)
    async with platform.unit() as uow:
        return await propose_statement(uow, case.people["mediator"], case.id, case.spaces["caucus_claimant"], asked)


async def allowed(platform, case, **how):
    statement_id = await proposed(platform, case, **how)
    async with platform.unit() as uow:
        await allow_statement(uow, case.people["claimant"], case.id, statement_id)
    return statement_id


async def said(platform, case, **how):
    statement_id = await allowed(platform, case, **how)
    async with platform.unit() as uow:
        await say_statement(uow, case.people["mediator"], case.id, statement_id)
    return statement_id


async def seen_by(platform, case, name, statement_id):
    async with platform.unit(write=False) as uow:
        return await visible_statement(uow, case.people[name], case.id, statement_id)


async def events(platform, case, space):
    async with platform.unit(write=False) as uow:
        return [event.event for event in await uow.vault.ledger.events(uow.session, case.ref(space))]


def card_on(page, message_id):
    found = re.search(rf'<article class="message" id="m-{message_id}".*?</article>', page, re.DOTALL)
    return found[0] if found else None


async def test_a_sentence_is_said_only_on_consent_and_word_for_word(table):
    case, clients = table
    where = room(case, "caucus_claimant")
    drawn = await post(
        clients["mediator"], f"{where}/statements", text=TEXT, purpose="Avancer", wording="paraphrase", days="14"
    )
    assert drawn.status_code == 303
    path = drawn.headers["location"].partition("?")[0]
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 409
    assert TEXT not in (await clients["respondent"].get(room(case, "joint"))).text

    asked = (await clients["claimant"].get(path)).text
    assert TEXT in asked
    assert "Société respondent" in asked
    assert (await post(clients["claimant_counsel"], f"{path}/allow")).status_code == 303
    assert TEXT not in (await clients["respondent"].get(room(case, "joint"))).text
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 303
    assert TEXT in (await clients["respondent"].get(room(case, "joint"))).text
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 409


async def test_the_card_that_is_consented_to_is_byte_for_byte_the_card_at_the_table(platform, table):
    case, clients = table
    statement_id = await proposed(platform, case)
    view = await seen_by(platform, case, "claimant", statement_id)
    path = f"/disputes/{case.id}/statements/{statement_id}"
    shown = card_on((await clients["claimant"].get(path)).text, view.card.id)
    async with platform.unit() as uow:
        await allow_statement(uow, case.people["claimant"], case.id, statement_id)
    async with platform.unit() as uow:
        await say_statement(uow, case.people["mediator"], case.id, statement_id)
    stands = card_on((await clients["respondent"].get(room(case, "joint"))).text, view.card.id)
    assert shown is not None
    moment = re.compile(r"<time [^>]*>[^<]*</time>")
    assert moment.sub("", shown) == moment.sub("", stands)


async def test_at_the_table_it_is_a_message_of_the_mediator_like_any_other(platform, table):
    case, _ = table
    async with platform.unit() as uow:
        await post_message(uow, case.people["mediator"], case.id, case.spaces["joint"], text=TEXT)
    await said(platform, case)
    own, crossed = await events(platform, case, "joint")
    drawn = {"at", "message_id"}
    assert {name: value for name, value in own.items() if name not in drawn} == {
        name: value for name, value in crossed.items() if name not in drawn
    }
    told = {event["event"] for event in await events(platform, case, "caucus_claimant")}
    assert told == {"StatementProposed", "StatementAllowed", "StatementSaid"}
    async with platform.unit(write=False) as uow:
        for name in ("respondent", "secretariat"):
            assert "aparté" not in " ".join(each.text for each in await happened(uow, case.people[name], case.id))


async def test_nobody_but_its_party_and_the_mediator_learns_of_a_sentence(platform, table):
    case, clients = table
    statement_id = await said(platform, case)
    path = f"/disputes/{case.id}/statements/{statement_id}"
    where = room(case, "caucus_claimant")
    for name in ("respondent", "expert", "stranger", "secretariat"):
        assert (await clients[name].get(path)).status_code == 404
        assert (await clients[name].get(f"{where}/tickets")).status_code == 404
        assert (await clients[name].get(f"{where}/statements")).status_code == 404
        for act in ("allow", "refuse", "withdraw", "say", "drop"):
            assert (await post(clients[name], f"{path}/{act}")).status_code == 404
    for act in ("say", "drop"):
        assert (await post(clients["claimant"], f"{path}/{act}")).status_code == 403
    for act in ("allow", "refuse", "withdraw"):
        assert (await post(clients["mediator"], f"{path}/{act}")).status_code == 403
    assert (await clients["claimant"].get(room(case, "joint") + "/tickets")).status_code == 404


async def test_a_refused_sentence_is_never_said(platform, table):
    case, clients = table
    statement_id = await proposed(platform, case)
    path = f"/disputes/{case.id}/statements/{statement_id}"
    assert (await post(clients["claimant"], f"{path}/refuse", reason="Trop tôt.")).status_code == 303
    assert "Trop tôt." in (await clients["mediator"].get(path)).text
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 409
    assert (await post(clients["claimant"], f"{path}/allow")).status_code == 409
    assert (await post(clients["claimant"], f"{path}/withdraw")).status_code == 409


async def test_a_consent_allows_nothing_after_its_time(platform, table, clock):
    case, _ = table
    statement_id, unanswered = await allowed(platform, case, days=3), await proposed(platform, case, days=3)
    clock.advance(days=8)
    assert (await seen_by(platform, case, "mediator", statement_id)).state is StatementState.LAPSED
    async with platform.unit() as uow:
        with pytest.raises(ConsentMissingError):
            await say_statement(uow, case.people["mediator"], case.id, statement_id)
        with pytest.raises(ConflictError):
            await allow_statement(uow, case.people["claimant"], case.id, unanswered)
    worker = Worker(platform)
    await worker.drain()
    lapsed = [event for event in await events(platform, case, "caucus_claimant") if event["event"] == "StatementLapsed"]
    assert len(lapsed) == 2
    async with platform.unit(write=False) as uow:
        for name in ("claimant", "mediator"):
            dispute = await visible_dispute(uow, case.people[name], case.id)
            assert not [task for task in await awaited(uow, case.people[name], dispute) if "statements" in task.href]


async def test_a_party_is_reminded_before_the_time_is_over(platform, table, clock):
    case, _ = table
    await proposed(platform, case, days=14)
    clock.advance(days=12)
    await Worker(platform).drain()
    assert [event["event"] for event in await events(platform, case, "caucus_claimant")][-1] == "StatementReminded"


async def test_a_party_offers_a_sentence_unasked(platform, table):
    case, clients = table
    where = room(case, "caucus_claimant")
    done = await post(
        clients["claimant"],
        f"{where}/statements",
        text="Dites-leur que nous voulons signer.",
        wording="paraphrase",
        days="14",
    )
    path = done.headers["location"].partition("?")[0]
    async with platform.unit(write=False) as uow:
        dispute = await visible_dispute(uow, case.people["mediator"], case.id)
        assert path in {task.href for task in await awaited(uow, case.people["mediator"], dispute)}
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 303
    assert "Dites-leur" in (await clients["respondent"].get(room(case, "joint"))).text


async def test_words_given_as_the_messages_own_must_be_its_own(platform, table):
    case, clients = table
    message_id = await said_apart(platform, case, "Nous irons jusqu'à 30 000 €, pas plus.")
    where = room(case, "caucus_claimant")
    form = await clients["mediator"].get(f"{where}/statements?message={message_id}")
    assert "30 000" in form.text
    for wording, text, status in (
        ("excerpt", "pas moins", 422),
        ("redacted", "Nous irons jusqu'à […], pas plus.", 303),
        ("original", "", 303),
        ("louder", "x", 422),
    ):
        answer = await post(
            clients["mediator"],
            f"{where}/statements",
            text=text,
            purpose="x",
            wording=wording,
            days="14",
            message=str(message_id),
        )
        assert answer.status_code == status, wording
        if status == 422:
            assert text in answer.text
    for days in ("0", "91", "x", ""):
        assert (
            await post(
                clients["mediator"], f"{where}/statements", text="a", purpose="x", wording="paraphrase", days=days
            )
        ).status_code == 422
    joint = await post(
        clients["mediator"], f"{room(case, 'joint')}/statements", text="a", purpose="x", wording="paraphrase", days="3"
    )
    assert joint.status_code == 404
    async with platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await propose_statement(
                uow, case.people["mediator"], case.id, case.spaces["caucus_claimant"], Asked("a", "b", "original")
            )
        elsewhere = Asked("a", "b", source_id=message_id)
        with pytest.raises(NotFoundError):
            await propose_statement(uow, case.people["mediator"], case.id, case.spaces["caucus_respondent"], elsewhere)


async def test_a_consent_is_withdrawn_until_another_party_has_read(platform, table):
    case, clients = table
    statement_id = await said(platform, case)
    path = f"/disputes/{case.id}/statements/{statement_id}"
    for name in ("mediator", "claimant"):
        await clients[name].get(room(case, "joint"))  # their own reading does not count
    assert (await post(clients["claimant"], f"{path}/withdraw")).status_code == 303
    page = (await clients["respondent"].get(room(case, "joint"))).text
    assert TEXT not in page
    assert "Message retiré" in page
    assert "Message retiré par" not in page

    other = await said(platform, case)
    await clients["respondent"].get(room(case, "joint"))
    refused = await post(clients["claimant"], f"/disputes/{case.id}/statements/{other}/withdraw")
    assert refused.status_code == 409
    assert TEXT in (await clients["respondent"].get(room(case, "joint"))).text
    assert "Une autre partie l" in (await clients["claimant"].get(f"/disputes/{case.id}/statements/{other}")).text


async def test_the_line_that_stays_is_that_of_any_message_the_mediator_took_back(platform, table):
    case, clients = table
    async with platform.unit() as uow:
        own = await post_message(uow, case.people["mediator"], case.id, case.spaces["joint"], text="Pardon.")
    assert (await clients["mediator"].get(f"{room(case, 'joint')}/messages/{own}/take-back")).status_code == 200
    assert (await post(clients["respondent"], f"{room(case, 'joint')}/messages/{own}/take-back")).status_code == 403
    assert (await post(clients["mediator"], f"{room(case, 'joint')}/messages/{own}/take-back")).status_code == 303
    statement_id = await said(platform, case)
    async with platform.unit() as uow:
        await withdraw_statement(uow, case.people["claimant"], case.id, statement_id)
    drawn = {"at", "message_id"}
    taken = [
        {name: value for name, value in event.items() if name not in drawn}
        for event in await events(platform, case, "joint")
        if event["event"] == "MessageWithdrawn"
    ]
    assert taken[0] == taken[1]
    assert taken[0]["actor_id"] is None
    lines = re.findall(
        r'<p class="quiet" id="m-[^"]*">(.*?)<time[^>]*>(.*?)</time></p>',
        (await clients["respondent"].get(room(case, "joint"))).text,
    )
    assert len(lines) == 2
    assert lines[0] == lines[1]


async def test_of_withdrawing_and_reading_at_once_one_wins_and_the_answer_is_clear(any_platform, sign_in):
    case = await a_case(any_platform)
    claimant, respondent = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    for _each in range(4):
        statement_id = await said(any_platform, case)
        view = await seen_by(any_platform, case, "claimant", statement_id)
        read, withdrawn = await asyncio.gather(
            respondent.get(room(case, "joint")),
            post(claimant, f"/disputes/{case.id}/statements/{statement_id}/withdraw"),
        )
        was_read = card_on(read.text, view.card.id) is not None
        assert withdrawn.status_code == (409 if was_read else 303)
        after = (await respondent.get(room(case, "joint"))).text
        assert (card_on(after, view.card.id) is not None) is was_read


async def test_the_api_notes_reading_as_the_page_does(platform, table, program):
    case, clients = table
    statement_id = await said(platform, case)
    machine = await program(case.people["respondent"])
    assert TEXT in (await machine.get(f"{room(case, 'joint')}/messages")).text
    assert (await machine.get(f"/disputes/{case.id}/statements/{statement_id}")).status_code == 404
    assert (
        await post(clients["claimant"], f"/disputes/{case.id}/statements/{statement_id}/withdraw")
    ).status_code == 409


async def test_a_program_asks_allows_and_says(table, program):
    case, _ = table
    base = f"{room(case, 'caucus_claimant')}/statements"
    mediator, claimant = await program(case.people["mediator"]), await program(case.people["claimant"])
    api = f"/disputes/{case.id}/statements"
    question = {"text": TEXT, "purpose": "Avancer"}
    first, second, third = [(await mediator.post(base, json=question)).json()["id"] for _each in range(3)]
    assert (await mediator.post(f"{api}/{first}/say")).status_code == 409
    assert (await claimant.post(f"{api}/{first}/allow")).json()["state"] == "allowed"
    assert (await mediator.post(f"{api}/{first}/say")).json()["state"] == "said"
    assert (await claimant.post(f"{api}/{first}/withdraw")).json()["state"] == "withdrawn"
    assert (await claimant.post(f"{api}/{second}/refuse", json={"reason": ""})).json()["state"] == "refused"
    assert (await mediator.post(f"{api}/{third}/drop")).json()["state"] == "withdrawn"
    offered = (await claimant.post(f"{base}/offer", json={"text": "Nous voulons signer."})).json()
    assert offered["state"] == "allowed"
    assert (await mediator.get(f"{api}/{offered['id']}")).json() == offered
    assert len((await claimant.get(base)).json()) == 4
    own = (await mediator.post(f"{room(case, 'joint')}/messages", json={"text": "Pardon."})).json()["id"]
    taken = await mediator.post(f"{room(case, 'joint')}/messages/{own}/take-back")
    assert taken.is_success
    assert (await claimant.get(f"{room(case, 'joint')}/messages")).json()["messages"][-1]["withdrawn"]


async def test_a_party_that_came_later_is_not_covered(platform, table):
    case, _ = table
    statement_id = await allowed(platform, case)
    async with platform.unit() as uow:
        uow.session.add(
            Party(
                id=PartyId(new_id()),
                dispute_id=case.id,
                side=Side.RESPONDENT,
                ordinal=2,
                name="Assureur",
                registration="",
                address="",
                joined_at=uow.now(),
            )
        )
    async with platform.unit() as uow:
        with pytest.raises(ConsentMissingError):
            await say_statement(uow, case.people["mediator"], case.id, statement_id)


async def test_who_may_not_act_is_refused_by_the_rules_themselves(platform, table):
    case, _ = table
    statement_id = await proposed(platform, case)
    mediator, claimant = case.people["mediator"], case.people["claimant"]
    async with platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await offer_statement(uow, mediator, case.id, case.spaces["caucus_claimant"], Asked("a", "b"))
        with pytest.raises(NotPermittedError):
            await propose_statement(uow, claimant, case.id, case.spaces["caucus_claimant"], Asked("a", "b"))
        with pytest.raises(NotFoundError):
            await refuse_statement(uow, claimant, case.id, StatementId(UUID(int=7)), reason="")
        await drop_statement(uow, mediator, case.id, statement_id)
        with pytest.raises(ConflictError):
            await drop_statement(uow, mediator, case.id, statement_id)
        space = await visible_space(uow, claimant, case.id, case.spaces["caucus_claimant"])
        assert [each.state for each in await statements_in(uow, claimant, space)] == [StatementState.WITHDRAWN]


async def test_nothing_is_asked_where_nobody_speaks_apart(platform, sign_in):
    case = await a_case(platform, Stage.SUSPENDED)
    mediator = await sign_in(case.people["mediator"])
    answer = await post(
        mediator, f"{room(case, 'caucus_claimant')}/statements", text=TEXT, purpose="x", wording="paraphrase", days="3"
    )
    assert answer.status_code == 409
