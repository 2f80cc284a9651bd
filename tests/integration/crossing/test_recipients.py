"""Sentences for some of the other parties: each reads them in its own caucus, and the others learn nothing at all."""

from contextlib import AsyncExitStack
from http import HTTPStatus
from itertools import product

import pytest
from sqlalchemy import select

from odr.crossing.answering import offer_statement, refuse_statement, withdraw_statement
from odr.crossing.commands import Asked, propose_statement, say_statement
from odr.crossing.exhibits import quarantine_handed
from odr.crossing.messages import quarantine_statement
from odr.crossing.models import Handing, StatementState
from odr.crossing.quarantine import answer_about_copies, restore_quarantined
from odr.errors import ConflictError, ConsentMissingError, InvalidInputError, NotFoundError
from odr.evidence.consents import refuse_consent
from odr.evidence.handed_back import withdraw_handing
from odr.ids import new_id
from odr.worker import Worker
from tests.application import application
from tests.builders import Hands, a_case
from tests.integration.crossing.three import TEXT, Stopped, Table, all_that, with_an_insurer
from tests.integration.evidence.hands import post, room
from tests.integration.separation.walking import a_walker, alike
from web.separation.comparing import differences


@pytest.fixture
def clock() -> Hands:
    return Stopped()


@pytest.fixture
async def table(platform):
    return Table(platform, await with_an_insurer(platform))


@pytest.fixture
async def walkers(table):
    """Those who are not to notice anything, and one who is told; the clock stands, and nobody signs in again."""
    app = application(table.platform)
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(a_walker(table.platform, app, table.case.people[name]))
            for name in ("insurer", "secretariat", "expert", "archivist", "respondent")
        }


@pytest.mark.roams
async def test_who_is_not_chosen_is_shown_the_same_bytes_whatever_is_said_to_another(table, walkers):
    worker, case, onlookers = Worker(table.platform), table.case, ("insurer", "secretariat", "expert", "archivist")
    for name in onlookers:  # the first look leaves a visit behind
        await all_that(table, walkers[name], name)
    await worker.drain()
    before = [await all_that(table, walkers[name], name) for name in onlookers]
    assert sum(each.status == HTTPStatus.OK for each in before[0][0].shown) > 20

    first = await table.said("respondent")
    await worker.drain()
    assert b"reprendre la recette" in (await walkers["respondent"].ask(room(case, "caucus_respondent"))).body
    second = await table.said("respondent")
    async with table.acting() as uow:
        await withdraw_statement(uow, case.people["claimant"], case.id, second)
    async with table.acting() as uow:
        stopped = await quarantine_statement(uow, case.people["mediator"], case.id, first, why="Trop tôt.")
    await worker.drain()
    async with table.acting() as uow:
        await answer_about_copies(uow, case.people["respondent"], case.id, stopped, copies="deleted")
        await restore_quarantined(uow, case.people["claimant"], case.id, stopped)
    await table.asked("respondent")
    refused = await table.asked("respondent")
    async with table.acting() as uow:
        await refuse_statement(uow, case.people["claimant"], case.id, refused, reason="Non.")
    handed = await handed_in_every_way(table, walkers["respondent"])
    await worker.drain()
    counted = {space: len(await table.events(space)) for space in ("joint", "caucus_insurer", "private_insurer")}
    assert counted == {"joint": 0, "caucus_insurer": 0, "private_insurer": 0}

    after = [await all_that(table, walkers[name], name) for name in onlookers]
    found = differences([each[0] for each in before], [each[0] for each in after])
    assert not found, [(each.role, each.asked, each.quiet, each.busy) for each in found]
    assert [each[1] for each in before] == [each[1] for each in after]
    guesses = [("statements", first, act) for act in ("", "/stop", "/say")]
    guesses += [("handed", handed.id, act) for act in ("", "/file")]
    guesses += [("disclosures", handed.disclosure_id, act) for act in ("/stop", "/withdraw")]
    guesses += [("exhibits", handed.exhibit_id, act) for act in ("", "/file", "/ask", "/consent", "/offer")]
    guesses += [("exhibits", handed.id, ""), ("quarantines", handed.id, "")]
    for (kind, each, act), method, onlooker in product(guesses, ("GET", "POST"), onlookers):
        guessed, drawn = [
            alike(
                await walkers[onlooker].ask(f"/disputes/{case.id}/{kind}/{tried}{act}", method),
                {"statement_id": str(tried)},
            )
            for tried in (each, new_id())
        ]
        assert guessed == drawn, (onlooker, kind, act, method)


async def handed_in_every_way(table, reader):
    """Exhibits handed to one party: opened, withdrawn, stopped and put back, refused, run out; returns one of them."""
    case, claimant, mediator = table.case, table.case.people["claimant"], table.case.people["mediator"]
    first, second, third, fourth = [await table.lodged(each) for each in (b"un", b"deux", b"trois", b"quatre")]
    opened, unopened = await table.handed(first, "respondent"), await table.handed(second, "respondent")
    row = (await table.rows(opened))["respondent"]
    page = await reader.ask(f"/disputes/{case.id}/handed/{row.id}")
    assert "rapport d&#39;audit" in page.body.decode()
    assert (await reader.ask(f"/disputes/{case.id}/handed/{row.id}/file")).body == b"un"
    async with table.acting() as uow:
        await withdraw_handing(uow, claimant, case.id, unopened)
    async with table.acting() as uow:
        stopped = await quarantine_handed(uow, mediator, case.id, opened, why="Trop tôt.")
    async with table.acting() as uow:
        await answer_about_copies(uow, case.people["respondent"], case.id, stopped, copies="deleted")
        await restore_quarantined(uow, claimant, case.id, stopped)
    await table.requested(third, "respondent")
    async with table.acting() as uow:
        await refuse_consent(uow, claimant, case.id, third, reason="Non.")
    await table.requested(fourth, "respondent")
    return row


async def test_each_recipient_reads_it_in_its_own_caucus_and_nobody_at_the_table(table, sign_in):
    case = table.case
    clients = {name: await sign_in(case.people[name]) for name in ("claimant", "respondent", "insurer", "mediator")}
    where = room(case, "caucus_claimant")
    form = (await clients["mediator"].get(f"{where}/statements")).text
    assert "Assurances du Port" in form
    typed = {"text": TEXT, "purpose": "Avancer", "wording": "paraphrase", "days": "14", "choosing": "yes"}
    none = await post(clients["mediator"], f"{where}/statements", **typed)
    assert none.status_code == 422
    assert "Cochez au moins une partie" in none.text
    drawn = await post(clients["mediator"], f"{where}/statements", **typed, recipients=str(case.parties["insurer"]))
    path = drawn.headers["location"].partition("?")[0]
    question = (await clients["claimant"].get(path)).text
    assert "Assurances du Port, dans son propre aparté" in question
    assert "Société respondent" not in question
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 409
    assert (await post(clients["claimant"], f"{path}/allow")).status_code == 303
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 303
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 409
    heard = (await clients["insurer"].get(room(case, "caucus_insurer"))).text
    assert "reprendre la recette" in heard
    assert "statements?message=" not in heard  # no offer to let out what may be another party's
    assert "Société claimant" not in heard.partition("reprendre la recette")[2].partition("</article>")[0]
    for name, space in (("respondent", "joint"), ("respondent", "caucus_respondent"), ("insurer", "joint")):
        assert "reprendre la recette" not in (await clients[name].get(room(case, space))).text
    assert await table.events("caucus_insurer") == ["SpokenApart"]
    assert (await table.events("caucus_claimant"))[-1] == "StatementHanded"
    every = await table.asked("respondent", "insurer")
    assert not (await table.seen_by("claimant", every)).apart


async def test_a_consent_is_withdrawn_until_one_of_its_recipients_has_read(table, sign_in):
    case = table.case
    insurer = await sign_in(case.people["insurer"])
    for reads in (False, True):
        statement_id = await table.said("insurer")
        assert (await table.seen_by("claimant", statement_id)).may_withdraw
        if reads:
            await insurer.get(room(case, "caucus_insurer"))
            assert (await table.seen_by("claimant", statement_id)).opened
            async with table.acting() as uow:
                with pytest.raises(ConflictError):
                    await withdraw_statement(uow, case.people["claimant"], case.id, statement_id)
            continue
        async with table.acting() as uow:
            await withdraw_statement(uow, case.people["claimant"], case.id, statement_id)
        page = (await insurer.get(room(case, "caucus_insurer"))).text
        assert "reprendre la recette" not in page
        assert "Message retiré" in page
        assert "Claire" not in page
        assert (await table.events("caucus_insurer"))[-1] == "MessageWithdrawn"


async def test_a_sentence_said_to_the_wrong_party_is_stopped_and_its_readers_are_asked(table, sign_in):
    case = table.case
    clients = {name: await sign_in(case.people[name]) for name in ("claimant", "respondent", "insurer", "mediator")}
    statement_id = await table.said("insurer")
    path = f"/disputes/{case.id}/statements/{statement_id}"
    await clients["insurer"].get(room(case, "caucus_insurer"))
    for name in ("respondent", "insurer"):
        assert (await clients[name].get(f"{path}/stop")).status_code == 404
        assert (await post(clients[name], f"{path}/stop", why="x")).status_code == 404
    assert "Arrêter" in (await clients["mediator"].get(f"{path}/stop")).text
    assert (await post(clients["mediator"], f"{path}/stop", why="")).status_code == 422
    stopped = await post(clients["mediator"], f"{path}/stop", why="C'était pour l'intégrateur.")
    quarantine = stopped.headers["location"].partition("?")[0]
    assert (await post(clients["mediator"], f"{path}/stop", why="x")).status_code == 409
    assert (await clients["claimant"].get(f"{path}/stop")).status_code == 404
    heard = (await clients["insurer"].get(room(case, "caucus_insurer"))).text
    assert "reprendre la recette" not in heard
    assert "Message retiré" in heard
    assert "Étienne" in (await clients["claimant"].get(quarantine)).text
    assert "Arrêtée" in (await clients["claimant"].get(path)).text
    assert (await clients["insurer"].get(quarantine)).status_code == 404
    asked = (await clients["insurer"].get(f"{quarantine}/copies")).text
    assert "retiré de votre aparté" in asked
    assert (await post(clients["insurer"], f"{quarantine}/copies", copies="none_kept")).status_code == 303
    assert (await clients["respondent"].get(f"{quarantine}/copies")).status_code == 404
    record = await clients["claimant"].get(f"{quarantine}/record.pdf")
    assert record.content.startswith(b"%PDF")
    assert (await post(clients["mediator"], f"{quarantine}/restore")).status_code == 403
    assert (await post(clients["claimant"], f"{quarantine}/restore")).status_code == 303
    assert "reprendre la recette" in (await clients["insurer"].get(room(case, "caucus_insurer"))).text
    assert (await table.events("caucus_insurer"))[-2:] == ["MessageWithdrawn", "MessageRestoredApart"]
    again = await post(clients["claimant"], f"{path}/stop", why="Non, décidément.")
    removed = await post(clients["claimant"], f"{again.headers['location'].partition('?')[0]}/remove")
    assert removed.status_code == 303
    assert (await table.seen_by("claimant", statement_id)).state is StatementState.WITHDRAWN
    at_the_table = await table.said("respondent", "insurer")
    async with table.acting() as uow:
        with pytest.raises(ConflictError):
            await quarantine_statement(uow, case.people["mediator"], case.id, at_the_table, why="x")


async def test_what_came_from_another_party_is_not_its_recipients_to_let_out(table):
    case = table.case
    statement_id = await table.said("insurer")
    async with table.acting() as uow:
        handed = await uow.session.scalar(select(Handing.message_id).where(Handing.statement_id == statement_id))
    onward = Asked(TEXT, "x", wording="original", source_id=handed)
    there = case.id, case.spaces["caucus_insurer"]
    async with table.acting() as uow:
        with pytest.raises(InvalidInputError) as refused:
            await propose_statement(uow, case.people["mediator"], *there, onward)
        assert refused.value.fields == {"text": "another_partys"}
        offered = await offer_statement(
            uow, case.people["insurer"], *there, onward
        )  # it is not told whose words they are
        with pytest.raises(ConsentMissingError):
            await say_statement(uow, case.people["mediator"], case.id, offered)
    async with table.acting() as uow:
        await withdraw_statement(uow, case.people["claimant"], case.id, statement_id)
        with pytest.raises(NotFoundError):
            await propose_statement(uow, case.people["mediator"], *there, onward)


async def test_recipients_are_other_parties_of_the_dispute(table, platform, sign_in):
    for chosen in (("claimant",), ("claimant", "insurer")):
        with pytest.raises(InvalidInputError) as refused:
            await table.asked(*chosen)
        assert refused.value.fields == {"recipients": "choose_one"}
    with pytest.raises(InvalidInputError) as refused:
        await table.asked()
    assert refused.value.fields == {"recipients": "choose_some"}
    two = await a_case(platform)
    mediator = await sign_in(two.people["mediator"])
    form = (await mediator.get(f"{room(two, 'caucus_claimant')}/statements")).text
    assert 'name="recipients"' not in form
    assert 'name="choosing"' not in form


async def test_a_program_names_the_recipients(table, program):
    case = table.case
    mediator, claimant = await program(case.people["mediator"]), await program(case.people["claimant"])
    only = {"text": TEXT, "purpose": "Avancer", "recipients": [str(case.parties["insurer"])]}
    made = (await mediator.post(f"{room(case, 'caucus_claimant')}/statements", json=only)).json()
    assert made["apart"]
    api = f"/disputes/{case.id}/statements/{made['id']}"
    assert (await claimant.post(f"{api}/allow")).json()["recipients"] == only["recipients"]
    assert (await mediator.post(f"{api}/say")).json()["state"] == "said"
    insurer = await program(case.people["insurer"])
    heard = (await insurer.get(f"{room(case, 'caucus_insurer')}/messages")).json()["messages"]
    assert [each["text"] for each in heard] == [TEXT]
    assert (await claimant.post(f"{api}/withdraw")).status_code == 409
    assert (await claimant.post(f"{api}/stop", json={"why": "Trop."})).is_success
    (listed,) = (await claimant.get(f"/disputes/{case.id}/quarantines")).json()
    assert listed["apart"]
    assert (await insurer.get(f"/disputes/{case.id}/quarantines")).json() == []
