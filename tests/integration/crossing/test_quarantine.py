"""A wrong disclosure: gone from the table at once, who had opened it is known and asked, what was done is on record."""

import asyncio
import html
import json
import re
from itertools import zip_longest
from uuid import UUID

import pytest
from sqlalchemy import func, select

from odr.crossing.answering import allow_statement
from odr.crossing.commands import Asked, propose_statement, say_statement
from odr.crossing.exhibits import quarantine_exhibit
from odr.crossing.messages import quarantine_message
from odr.crossing.models import Outcome, Statement
from odr.crossing.quarantine import answer_about_copies, remove_quarantined, restore_quarantined
from odr.crossing.withdrawn import visible_quarantine
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.commands import share_exhibit
from odr.evidence.openings import open_exhibit
from odr.evidence.queries import exhibits_in
from odr.ids import ExhibitId, QuarantineId
from odr.notices.models import Notice
from odr.spaces.commands import post_message
from odr.tasks import awaited
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.evidence.hands import PDF, lodged, post, room
from tests.mailbox import mails, text_of
from tests.paper import attached, words
from web.api.bearer import make_bearer
from web.separation.plain import Plain

WHY = "Mauvaise pièce : c'était pour l'aparté."


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "claimant_counsel", "respondent", "mediator", "expert", "stranger", "secretariat")
    return case, {name: await sign_in(case.people[name]) for name in names}


async def events(platform, case, space):
    async with platform.unit(write=False) as uow:
        return [event.event for event in await uow.vault.ledger.events(uow.session, case.ref(space))]


async def stopped(client, told):
    answer = await post(client, f"{told['url']}/quarantine", why=WHY)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def told_of(platform, case, name, kind):
    async with platform.unit(write=False) as uow:
        account = case.people[name].account_id
        return await uow.session.scalar(
            select(func.count()).select_from(Notice).where(Notice.account_id == account, Notice.kind == kind)
        )


async def test_it_is_gone_for_everybody_at_once_and_its_line_is_that_of_one_taken_back(platform, table):
    case, clients = table
    claire, rene = clients["claimant"], clients["respondent"]
    wrong = await lodged(claire, case, "joint", content=b"1", title="Nos marges")
    other = await lodged(claire, case, "joint", content=b"2", title="Le reste")
    assert (await rene.get(f"{wrong['url']}/file")).content == b"1"
    assert (await claire.get(f"{wrong['url']}/quarantine")).status_code == 200
    await stopped(claire, wrong)
    for name in ("respondent", "mediator", "claimant"):
        own = (
            {"/receipt", "/receipt.pdf"} if name == "claimant" else set()
        )  # who lodged it keeps the receipt of the deposit
        for tail in {"", "/file", "/receipt", "/receipt.pdf"} - own:
            assert (await clients[name].get(f"{wrong['url']}{tail}")).status_code == 404, (name, tail)
        ranged = await clients[name].get(f"{wrong['url']}/file", headers={"Range": "bytes=0-0"})
        assert ranged.status_code == 404
    await post(claire, f"{other['url']}/withdraw")
    page = (await rene.get(room(case, "joint"))).text
    assert "Nos marges" not in page
    assert page.count("Retirée par Claire Demandeur") == 2
    said = [event for event in await events(platform, case, "joint") if event["event"] == "ExhibitTakenBack"]
    assert [sorted(event) for event in said] == [sorted(said[0])] * 2
    assert [event["actor_id"] for event in said] == [str(case.people["claimant"].account_id)] * 2


async def test_a_download_under_way_is_cut_off(platform, table, clock):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", content=b"x" * 3_000_000)
    opened = await open_exhibit(platform, case.people["respondent"], case.id, ExhibitId(UUID(told["id"])))
    chunks = opened.read(0, 3_000_000)
    assert await anext(chunks)
    await stopped(clients["mediator"], told)
    clock.advance(seconds=2)
    with pytest.raises(NotFoundError):
        async for _chunk in chunks:
            pass


async def test_who_had_opened_it_is_listed_told_and_asked_in_neutral_words(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", title="Nos marges")
    for name in ("respondent", "mediator", "claimant_counsel"):
        await clients[name].get(f"{told['url']}/file")
    await Worker(platform).drain()
    path = await stopped(clients["mediator"], told)
    await Worker(platform).drain()
    for name in ("claimant", "mediator"):
        page = (await clients[name].get(path)).text
        assert "René Défendeur" in page
        assert "Maya Médiatrice" in page
        assert "Denis Conseil" not in page  # of its own side
    for name in ("respondent", "expert", "stranger", "secretariat"):
        assert (await clients[name].get(path)).status_code == 404
        assert (await clients[name].get(f"{path}/record.pdf")).status_code == 404
        assert (await post(clients[name], f"{path}/remove")).status_code == 404
    assert await told_of(platform, case, "respondent", "confirmation_asked") == 1
    assert await told_of(platform, case, "respondent", "withdrawn") == 0
    assert await told_of(platform, case, "claimant", "withdrawn") == 1
    assert await told_of(platform, case, "mediator", "confirmation_asked") == 0

    asked = await clients["respondent"].get(f"{path}/copies")
    assert asked.status_code == 200
    assert "C-1" in asked.text
    assert "aparté" not in asked.text.lower()
    assert WHY not in asked.text
    for name in ("claimant", "mediator", "stranger"):
        assert (await clients[name].get(f"{path}/copies")).status_code == 404
    async with platform.unit(write=False) as uow:
        rene = case.people["respondent"]
        assert f"{path}/copies" in {
            task.href for task in await awaited(uow, rene, await visible_dispute(uow, rene, case.id))
        }
    assert (await post(clients["respondent"], f"{path}/copies", copies="")).status_code == 422
    assert (await post(clients["respondent"], f"{path}/copies", copies="deleted")).status_code == 303
    assert "supprim" in (await clients["claimant"].get(path)).text
    async with platform.unit(write=False) as uow:
        assert not [
            task
            for task in await awaited(uow, rene, await visible_dispute(uow, rene, case.id))
            if "quarantines" in task.href
        ]


async def test_its_party_alone_puts_it_back_and_everybody_reads_it_again(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", title="Nos marges")
    path = await stopped(clients["mediator"], told)
    assert (await post(clients["mediator"], f"{path}/restore")).status_code == 403
    assert (await post(clients["claimant"], f"{path}/restore")).status_code == 303
    assert (await clients["respondent"].get(f"{told['url']}/file")).content == PDF
    assert (await clients["respondent"].get(f"{told['url']}/receipt")).status_code == 200
    assert (await post(clients["claimant"], f"{path}/remove")).status_code == 409


async def test_for_good_it_leaves_the_table_and_stays_with_its_party(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", title="Nos marges")
    exhibit_id = ExhibitId(UUID(told["id"]))
    path = await stopped(clients["claimant"], told)
    async with platform.unit() as uow:
        assert (await exhibits_in(uow, case.people["respondent"], case.id, case.spaces["joint"])).rows[0].withdrawn
        with pytest.raises(NotFoundError):
            await share_exhibit(uow, case.people["claimant"], case.id, exhibit_id, into="joint")
    assert (await post(clients["mediator"], f"{path}/remove")).status_code == 303
    assert (await clients["claimant"].get(f"{told['url']}/file")).content == PDF
    assert (await clients["respondent"].get(told["url"])).status_code == 404
    assert (await post(clients["claimant"], f"{told['url']}/share", into="joint")).status_code == 303
    assert (await clients["respondent"].get(told["url"])).status_code == 200  # under its own number again


async def test_while_it_is_withdrawn_nothing_brings_it_back_by_another_way(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant")
    await post(clients["claimant"], f"{told['url']}/share", into="joint")
    await stopped(clients["mediator"], told)
    assert (await post(clients["claimant"], f"{told['url']}/share", into="joint")).status_code == 409


async def a_word_of_the_mediators(platform, case, kind):
    """The same words at the table: a sentence that the claimant allowed, or the mediator's own."""
    mediator = case.people["mediator"]
    async with platform.unit() as uow:
        if kind == "free":
            return await post_message(uow, mediator, case.id, case.spaces["joint"], text="Une phrase.")
        asked = Asked("Une phrase.", "x")
        sentence = await propose_statement(uow, mediator, case.id, case.spaces["caucus_claimant"], asked)
        await allow_statement(uow, case.people["claimant"], case.id, sentence)
        return (await say_statement(uow, mediator, case.id, sentence))[0]


async def test_a_message_is_stopped_by_its_party_and_one_of_the_mediators_by_anybody_at_the_table(platform, table):
    case, clients = table
    joint = case.spaces["joint"]
    people = case.people
    async with platform.unit() as uow:
        own = await post_message(uow, people["respondent"], case.id, joint, text="Lapsus du défendeur.")
        free = await post_message(uow, people["mediator"], case.id, joint, text="Lapsus du médiateur.")
    crossed = await a_word_of_the_mediators(platform, case, "sentence")
    unasked = await a_word_of_the_mediators(platform, case, "free")
    for name in ("claimant", "respondent", "mediator"):
        await clients[name].get(room(case, "joint"))
    where = room(case, "joint") + "/messages"
    assert (await clients["claimant"].get(f"{where}/{own}/quarantine")).status_code == 404
    assert (await post(clients["claimant"], f"{where}/{own}/quarantine", why=WHY)).status_code == 403
    for name, status in (("expert", 404), ("stranger", 404), ("secretariat", 404)):
        assert (await post(clients[name], f"{where}/{free}/quarantine", why=WHY)).status_code == status
    for name, message in (("claimant", crossed), ("respondent", unasked)):
        form = await clients[name].get(f"{where}/{message}/quarantine")
        assert "sans aucun nom" in form.text
        assert "concerns" not in form.text
        assert (await post(clients[name], f"{where}/{message}/quarantine", why=WHY)).status_code == 303
    assert (await post(clients["mediator"], f"{where}/{free}/quarantine", why=WHY)).status_code == 422
    whose = str(case.parties["claimant"])
    done = await post(clients["mediator"], f"{where}/{free}/quarantine", why=WHY, concerns=whose)
    assert done.status_code == 303
    assert (await post(clients["respondent"], f"{where}/{own}/quarantine", why="")).status_code == 422
    assert (await post(clients["respondent"], f"{where}/{own}/quarantine", why=WHY)).status_code == 303
    page = (await clients["respondent"].get(room(case, "joint"))).text
    assert "Une phrase." not in page
    assert "Lapsus" not in page
    assert page.count("Message retiré,") == 3
    assert page.count("Message retiré par René Défendeur") == 1
    path = done.headers["location"].partition("?")[0]
    assert (await post(clients["claimant"], f"{path}/restore")).status_code == 303
    assert "Lapsus du médiateur." in (await clients["respondent"].get(room(case, "joint"))).text


CLOCK = re.compile(r"<time[^>]*>.*?</time>|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)|\b\d\d(?::| h )\d\d\b")
NAMED_IN_ANY_ORDER = re.compile(r'Société claimant · .*?</dd>|"people":\[.*?\]')  # by the ids of their seats


async def told_at_the_table(platform, case, client, api, path):
    """All that another party is told: pages, API, notices, mails and the joint ledger, without ids and the clock."""
    await Worker(platform).drain()
    of = f"/disputes/{case.id}"
    plain, found = Plain(frozenset()), []
    for page in (of, room(case, "joint"), "/", "/notices", path, f"{path}/record.pdf", f"{path}/copies"):
        answer = await client.get(page)
        found.append((answer.status_code, answer.text))
    for page in (of, f"{room(case, 'joint')}/messages", "/notices", f"{of}/quarantines", path, f"{path}/copies"):
        answer = await api.get(page)
        found.append((answer.status_code, answer.text))
    address = case.people["respondent"].email
    sent = await mails(platform, address)
    found += [(0, f"{mail['Subject']}\n{text_of(mail)}") for mail in sent]
    found += [(1, repr(sorted(event.items()))) for event in await events(platform, case, "joint")]
    drawn = {case.reference: "REF", address: "ADDRESS"}
    lines = []
    for code, text in found:
        bare = NAMED_IN_ANY_ORDER.sub("…", CLOCK.sub("…", text))
        for value, name in drawn.items():
            bare = bare.replace(value, name)
        lines += [f"{code} {line}" for line in plain.text(bare.encode()).decode().splitlines()]
    return lines


async def a_life(platform, sign_in, program, kind, stopper):
    case = await a_case(platform)
    clients = {name: await sign_in(case.people[name]) for name in ("claimant", "respondent", "mediator")}
    api = await program(case.people["respondent"])
    message = await a_word_of_the_mediators(platform, case, kind)
    for name in ("claimant", "respondent"):
        await clients[name].get(room(case, "joint"))
    concerns = {"concerns": str(case.parties["claimant"])} if stopper == "mediator" else {}
    stop = f"{room(case, 'joint')}/messages/{message}/quarantine"
    done = await post(clients[stopper], stop, why=WHY, **concerns)
    path = done.headers["location"].partition("?")[0]
    stopped_by = (await clients["claimant"].get(path)).text
    assert case.people[stopper].name in stopped_by  # the caucus knows
    assert [(await clients["respondent"].get(f"{path}{tail}")).status_code for tail in ("", "/copies")] == [404, 200]
    seen = [await told_at_the_table(platform, case, clients["respondent"], api, path)]
    assert (await post(clients["claimant"], f"{path}/restore")).status_code == 303
    seen.append(await told_at_the_table(platform, case, clients["respondent"], api, path))
    table_told = (await events(platform, case, "joint"))[-2:]
    assert [(event["event"], event["actor_id"]) for event in table_told] == [
        ("MessageWithdrawn", None),
        ("MessageRestored", None),
    ]
    return seen


async def test_nothing_at_the_table_tells_who_stopped_the_mediators_words_nor_whose_they_were(
    platform, sign_in, program
):
    first = await a_life(platform, sign_in, program, "sentence", "mediator")
    assert any("Message retiré," in line for line in first[0])
    assert any(f"Un message a été retiré de l{chr(0x2019)}espace commun." in html.unescape(line) for line in first[0])
    assert any('"author":""' in line for line in first[0])
    for kind, stopper in (("sentence", "claimant"), ("free", "mediator"), ("free", "claimant")):
        again = await a_life(platform, sign_in, program, kind, stopper)
        for one, other in zip(first, again, strict=True):
            assert not [pair for pair in zip_longest(one, other) if pair[0] != pair[1]], (kind, stopper)


async def test_a_party_that_takes_out_another_partys_sentence_leaves_nothing_on_that_partys_ticket(platform, table):
    case, clients = table
    message = await a_word_of_the_mediators(platform, case, "sentence")
    async with platform.unit() as uow:
        row = (await uow.session.scalars(select(Statement).where(Statement.message_id == message))).one()
    ticket = f"/disputes/{case.id}/statements/{row.id}"
    await clients["respondent"].get(room(case, "joint"))
    stop = f"{room(case, 'joint')}/messages/{message}/quarantine"
    path = (await post(clients["respondent"], stop, why=WHY)).headers["location"].partition("?")[0]
    assert (await clients["claimant"].get(path)).status_code == 404
    before = (await clients["claimant"].get(ticket)).text
    assert (await post(clients["respondent"], f"{path}/remove")).status_code == 303
    assert (await clients["claimant"].get(ticket)).text == before


async def test_a_message_taken_out_for_good_leaves_no_word(platform, table):
    case, _ = table
    people = case.people
    async with platform.unit() as uow:
        said = await post_message(uow, people["respondent"], case.id, case.spaces["joint"], text="Lapsus.")
        made = await quarantine_message(uow, people["respondent"], case.id, case.spaces["joint"], said, why=WHY)
        with pytest.raises(NotFoundError):
            await remove_quarantined(uow, people["claimant"], case.id, made)
        await remove_quarantined(uow, people["respondent"], case.id, made)
        view = await visible_quarantine(uow, people["mediator"], case.id, made)
        assert view.outcome is Outcome.REMOVED
        with pytest.raises(ConflictError):
            await restore_quarantined(uow, people["respondent"], case.id, made)


async def test_the_record_states_the_facts_with_its_proofs(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", title="Nos marges")
    await clients["respondent"].get(f"{told['url']}/file")
    path = await stopped(clients["claimant"], told)
    await post(clients["respondent"], f"{path}/copies", copies="none_kept")
    await post(clients["claimant"], f"{path}/remove")
    paper = (await clients["claimant"].get(f"{path}/record.pdf")).content
    assert "SHA-256" in words(paper)
    for name, status in (("claimant", 200), ("mediator", 200), ("respondent", 404)):
        bearer = make_bearer(platform, case.people[name].account_id).access_token
        answer = await clients[name].get(f"/api/v1{path}/record", headers={"Authorization": f"Bearer {bearer}"})
        assert (answer.status_code, answer.content.startswith(b"%PDF")) == (status, status == 200)
    facts = json.loads(attached(paper, "withdrawal.json"))
    assert facts["outcome"] == "removed"
    assert facts["readers"][0]["name"] == "René Défendeur"
    assert facts["readers"][0]["copies"] == "none_kept"
    assert [receipt["event"]["event"] for receipt in facts["receipts"]] == ["QuarantineBegun", "QuarantineEnded"]


async def test_an_opening_at_the_same_moment_is_in_the_list_or_gets_nothing(any_platform, sign_in):
    case = await a_case(any_platform)
    claimant, respondent = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    for each in range(3):
        told = await lodged(claimant, case, "joint", content=b"%d" % each)
        opened, path = await asyncio.gather(respondent.get(f"{told['url']}/file"), stopped(claimant, told))
        listed = "René Défendeur" in (await claimant.get(path)).text
        assert listed or opened.status_code == 404
        assert (await respondent.get(f"{told['url']}/file")).status_code == 404


async def test_a_program_runs_the_whole_drill(table, program):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint")
    await clients["respondent"].get(f"{told['url']}/file")
    claimant, respondent = await program(case.people["claimant"]), await program(case.people["respondent"])
    made = (await claimant.post(f"/disputes/{case.id}/exhibits/{told['id']}/quarantine", json={"why": WHY})).json()
    one = f"/disputes/{case.id}/quarantines/{made['id']}"
    assert (await respondent.get(one)).status_code == 404
    assert (await respondent.get(f"{one}/copies")).json()["number"] == "C-1"
    assert (await respondent.post(f"{one}/copies", json={"copies": "deleted"})).json()["copies"] == "deleted"
    assert (await claimant.get(one)).json()["readers"][0]["copies"] == "deleted"
    assert (await respondent.get(f"/disputes/{case.id}/quarantines")).json() == []
    assert (await claimant.post(f"{one}/restore")).json()["outcome"] == "restored"
    assert len((await claimant.get(f"/disputes/{case.id}/quarantines")).json()) == 1
    said = (await claimant.post(f"{room(case, 'joint')}/messages", json={"text": "Lapsus."})).json()["id"]
    second = await claimant.post(f"{room(case, 'joint')}/messages/{said}/quarantine", json={"why": WHY})
    assert (await claimant.post(f"/disputes/{case.id}/quarantines/{second.json()['id']}/remove")).json()["ended_by"]


async def test_the_rules_refuse_by_themselves(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint")
    exhibit_id, people = ExhibitId(UUID(told["id"])), case.people
    async with platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await quarantine_exhibit(uow, people["respondent"], case.id, exhibit_id, why=WHY)
        with pytest.raises(InvalidInputError):
            await quarantine_exhibit(uow, people["claimant"], case.id, exhibit_id, why=" ")
        with pytest.raises(NotFoundError):
            await answer_about_copies(uow, people["respondent"], case.id, QuarantineId(UUID(int=1)), copies="kept")
        with pytest.raises(NotFoundError):
            await visible_quarantine(uow, people["claimant"], case.id, QuarantineId(UUID(int=1)))
