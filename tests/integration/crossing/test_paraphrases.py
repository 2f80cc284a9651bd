"""A caucus exhibit said in other words: bound to its version apart, and at the table a message like any other."""

import re
from uuid import UUID

import pytest

from odr.crossing.answering import allow_statement, offer_statement, withdraw_statement
from odr.crossing.commands import Asked, propose_statement, say_statement
from odr.crossing.models import StatementState
from odr.crossing.queries import paraphrases_of, visible_statement
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.ids import ExhibitId
from odr.spaces.commands import post_message
from odr.tasks import awaited
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.evidence.hands import lodged, post, room, sha256

TEXT = "La marge du prestataire tient à un sous-traitant."
TABLED = b"%PDF-1.7 marges"


@pytest.fixture
async def table(platform, sign_in):
    """A case, a client for everybody, and an exhibit that the claimant lodged in caucus."""
    case = await a_case(platform)
    names = ("claimant", "respondent", "mediator", "expert", "stranger", "secretariat")
    clients = {name: await sign_in(case.people[name]) for name in names}
    return case, clients, await lodged(clients["claimant"], case, "caucus_claimant", content=TABLED, title="Nos marges")


async def drawn(platform, case, told, who="mediator", text=TEXT, **how):
    asked = Asked(text, "Parler du prix.", exhibit_id=ExhibitId(UUID(told["id"])), **how)
    command = propose_statement if who == "mediator" else offer_statement
    async with platform.unit() as uow:
        return await command(uow, case.people[who], case.id, case.spaces["caucus_claimant"], asked)


async def seen_by(platform, case, name, statement_id):
    async with platform.unit(write=False) as uow:
        return await visible_statement(uow, case.people[name], case.id, statement_id)


async def events(platform, case, space):
    async with platform.unit(write=False) as uow:
        return [event.event for event in await uow.vault.ledger.events(uow.session, case.ref(space))]


async def test_what_an_exhibit_shows_is_said_in_other_words_on_its_partys_consent(platform, table):
    case, clients, told = table
    where, digest = room(case, "caucus_claimant"), sha256(TABLED)
    page = (await clients["mediator"].get(told["url"])).text
    assert f"{where}/statements?exhibit={told['id']}" in page
    assert f"exhibit={told['id']}" in (await clients["mediator"].get(f"{told['url']}/ask")).text
    form = (await clients["mediator"].get(f"{where}/statements?exhibit={told['id']}")).text
    assert "Nos marges" in form
    said = {"wording": "paraphrase", "exhibit": told["id"], "days": "14"}
    refused = await post(clients["mediator"], f"{where}/statements", text=TEXT, purpose="", **said)
    assert refused.status_code == 422
    assert TEXT in refused.text
    assert f'name="exhibit" value="{told["id"]}"' in refused.text
    asked = await post(clients["mediator"], f"{where}/statements", text=TEXT, purpose="Avancer", **said)
    path = asked.headers["location"].partition("?")[0]

    question = (await clients["claimant"].get(path)).text
    assert TEXT in question
    assert "Nos marges" in question
    assert digest[:8] in question
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 409
    assert (await post(clients["claimant"], f"{path}/allow")).status_code == 303
    assert (await post(clients["mediator"], f"{path}/say")).status_code == 303
    assert TEXT in (await clients["respondent"].get(room(case, "joint"))).text
    for name in ("claimant", "mediator"):
        assert TEXT in (await clients[name].get(told["url"])).text
    assert "C-1" in (await clients["mediator"].get(f"{where}/tickets")).text
    bound = [event for event in await events(platform, case, "caucus_claimant") if event["event"].startswith("Stat")]
    assert [event["paraphrases"] for event in bound] == [digest] * 3


async def test_the_table_is_the_same_whether_an_exhibit_stands_behind_the_words_or_not(platform, table, program):
    case, clients, told = table
    machine = await program(case.people["respondent"])
    lives = []
    for exhibit_id in (None, ExhibitId(UUID(told["id"]))):
        worker = Worker(platform)
        await worker.drain()
        counted, mails = len(await events(platform, case, "joint")), set(platform.settings.mail.path.glob("*.eml"))
        async with platform.unit() as uow:
            maya, caucus = case.people["mediator"], case.spaces["caucus_claimant"]
            asked = Asked(TEXT, "Parler du prix.", exhibit_id=exhibit_id)
            statement_id = await propose_statement(uow, maya, case.id, caucus, asked)
            await allow_statement(uow, case.people["claimant"], case.id, statement_id)
            message_id = str((await say_statement(uow, maya, case.id, statement_id))[0])
        await worker.drain()
        page = (await clients["respondent"].get(room(case, "joint"))).text
        assert told["id"] not in page
        card = re.search(rf'<article class="message" id="m-{message_id}".*?</article>', page, re.DOTALL)
        assert card is not None
        said = next(
            each
            for each in (await machine.get(f"{room(case, 'joint')}/messages")).json()["messages"]
            if each["id"] == message_id
        )
        joint = (await events(platform, case, "joint"))[counted:]
        new = set(platform.settings.mail.path.glob("*.eml")) - mails
        told_by_mail = sorted(re.sub(r"\S*[\d=]\S*", "", each.read_text()) for each in new)
        moving = re.compile(r'<time [^>]*>[^<]*</time>|data-new="[^"]*"')
        life = (
            moving.sub("", card[0]).replace(message_id, "ID"),
            {name: value for name, value in said.items() if name not in {"id", "at"}},
            [{name: value for name, value in event.items() if name not in {"at", "message_id"}} for event in joint],
            told_by_mail,
        )
        lives.append(life)
        for path in (f"/disputes/{case.id}/statements/{statement_id}", f"{told['url']}", f"{told['url']}/paraphrases"):
            for name in ("respondent", "expert", "stranger", "secretariat"):
                assert (await clients[name].get(path)).status_code == 404
    assert lives[0] == lives[1]


async def test_once_its_exhibit_is_replaced_or_taken_back_a_paraphrase_allows_nothing(platform, table):
    case, clients, told = table
    allowed = await drawn(platform, case, told, who="claimant")
    waiting = await drawn(platform, case, told)
    await lodged(clients["claimant"], case, "caucus_claimant", content=b"neuf", replaces=told["id"], reason="Erreur.")
    async with platform.unit() as uow:
        with pytest.raises(ConflictError):
            await say_statement(uow, case.people["mediator"], case.id, allowed)
        with pytest.raises(ConflictError):
            await allow_statement(uow, case.people["claimant"], case.id, waiting)
    view = await seen_by(platform, case, "mediator", allowed)
    assert (view.state, view.outdated, view.may_say) == (StatementState.LAPSED, True, False)
    page = (await clients["claimant"].get(f"/disputes/{case.id}/statements/{waiting}")).text
    assert "remplacée ou retirée depuis" in page
    async with platform.unit(write=False) as uow:
        for name in ("claimant", "mediator"):
            dispute = await visible_dispute(uow, case.people[name], case.id)
            assert not [task for task in await awaited(uow, case.people[name], dispute) if "statements" in task.href]

    again = await drawn(platform, case, told, who="claimant")
    assert (await post(clients["claimant"], f"{told['url']}/withdraw-from", room="caucus")).status_code == 303
    gone = (await clients["mediator"].get(f"/disputes/{case.id}/statements/{again}")).text
    assert "Une pièce qui a été retirée" in gone
    assert (await post(clients["mediator"], f"/disputes/{case.id}/statements/{again}/say")).status_code == 409


async def test_no_reminder_is_sent_of_a_paraphrase_whose_exhibit_was_replaced(platform, table, clock):
    case, clients, told = table
    await drawn(platform, case, told, days=14)
    await lodged(clients["claimant"], case, "caucus_claimant", content=b"neuf", replaces=told["id"], reason="Erreur.")
    clock.advance(days=12)
    await Worker(platform).drain()
    assert "StatementReminded" not in {event["event"] for event in await events(platform, case, "caucus_claimant")}


async def test_what_was_said_is_withdrawn_until_another_party_has_read_it(platform, table):
    case, clients, told = table
    statement_id = await drawn(platform, case, told, who="claimant")
    async with platform.unit() as uow:
        await say_statement(uow, case.people["mediator"], case.id, statement_id)
        await withdraw_statement(uow, case.people["claimant"], case.id, statement_id)
    assert TEXT not in (await clients["respondent"].get(room(case, "joint"))).text

    other = await drawn(platform, case, told, who="claimant")
    async with platform.unit() as uow:
        (message_id,) = await say_statement(uow, case.people["mediator"], case.id, other)
    await clients["respondent"].get(room(case, "joint"))
    assert (await post(clients["claimant"], f"/disputes/{case.id}/statements/{other}/withdraw")).status_code == 409
    stop = f"{room(case, 'joint')}/messages/{message_id}/quarantine"
    stopped = await post(clients["claimant"], stop, why="Ces mots en disent trop.")
    assert stopped.status_code == 303
    assert TEXT not in (await clients["respondent"].get(room(case, "joint"))).text
    removed = await post(clients["claimant"], f"{stopped.headers['location'].partition('?')[0]}/remove")
    assert removed.status_code == 303
    assert (await seen_by(platform, case, "claimant", other)).state is StatementState.WITHDRAWN


async def test_only_an_exhibit_that_its_party_lodged_in_this_caucus_is_said_in_other_words(platform, table):
    case, clients, told = table
    others = await lodged(clients["respondent"], case, "caucus_respondent", content=b"r")
    own = await lodged(clients["claimant"], case, "private_claimant", content=b"p")
    mediators = await lodged(clients["mediator"], case, "caucus_claimant", content=b"m")
    for other in (others, own, mediators):
        with pytest.raises(NotFoundError):
            await drawn(platform, case, other)
        path = f"{room(case, 'caucus_claimant')}/statements?exhibit={other['id']}"
        assert (await clients["mediator"].get(path)).status_code == 404
    async with platform.unit() as uow:
        where = case.id, case.spaces["caucus_claimant"]
        message = await post_message(uow, case.people["claimant"], *where, text="x")
    for how in ({"wording": "original"}, {"wording": "excerpt"}, {"source_id": message}):
        with pytest.raises(InvalidInputError) as refused:
            await drawn(platform, case, told, **how)
        assert refused.value.fields == {"wording": "other_words"}
    asked = Asked(TEXT, "", exhibit_id=ExhibitId(UUID(told["id"])))
    async with platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await propose_statement(uow, case.people["claimant"], case.id, case.spaces["caucus_claimant"], asked)
    assert (await post(clients["claimant"], f"{told['url']}/share", into="joint")).status_code == 303
    with pytest.raises(ConflictError):
        await drawn(platform, case, told)
    assert "statements?exhibit=" not in (await clients["mediator"].get(told["url"])).text


async def test_a_program_paraphrases_an_exhibit(platform, table, program):
    case, _, told = table
    claimant, mediator = await program(case.people["claimant"]), await program(case.people["mediator"])
    respondent = await program(case.people["respondent"])
    question = {"text": TEXT, "purpose": "Avancer", "exhibit_id": told["id"]}
    made = (await mediator.post(f"{room(case, 'caucus_claimant')}/statements", json=question)).json()
    assert (made["exhibit_id"], made["exhibit_sha256"]) == (told["id"], sha256(TABLED))
    listed = f"/disputes/{case.id}/exhibits/{told['id']}/paraphrases"
    assert (await claimant.get(listed)).json() == (await mediator.get(listed)).json() == [made]
    assert (await respondent.get(listed)).status_code == 404
    tabled = await lodged_by(claimant, case)
    assert (await respondent.get(f"/disputes/{case.id}/exhibits/{tabled}/paraphrases")).json() == []
    async with platform.unit(write=False) as uow:
        assert not await paraphrases_of(uow, case.people["respondent"], case.id, ExhibitId(UUID(told["id"])))


async def lodged_by(machine, case):
    params = {"name": "a.txt", "title": "A", "kind": "letter", "origin": "produced"}
    made = await machine.post(f"{room(case, 'joint')}/exhibits", params=params, content=b"a")
    return made.json()["id"]
