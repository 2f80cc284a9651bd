"""Exhibits for some of the other parties: handed to each in its own caucus, to be read there and nothing else."""

import asyncio
import html
import json
import re
from http import HTTPStatus
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from odr.crossing.commands import Asked, propose_statement
from odr.crossing.exhibits import quarantine_handed
from odr.crossing.pieces import bundle_lines
from odr.crossing.quarantine import answer_about_copies, remove_quarantined, restore_quarantined
from odr.custody.rooms import refuse_if_room_held, shred_space
from odr.custody.shredding import private_drafts, shred_item
from odr.disputes.holds import Hold
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.errors import (
    ConflictError,
    ConsentMissingError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    WrongStageError,
)
from odr.evidence.commands import share_exhibit
from odr.evidence.consents import give_consent, withdraw_consent
from odr.evidence.disclosures import disclose
from odr.evidence.handed import handed_in, receipt_of_handed, visible_handed
from odr.evidence.handed_back import withdraw_handing
from odr.evidence.infected import release_infected
from odr.evidence.models import ExhibitVersion, HandedExhibit
from odr.evidence.openings import open_exhibit, openings_of
from odr.evidence.proving import receipt_of
from odr.evidence.queries import exhibits_in, tasks, visible_exhibit
from odr.evidence.scanning import Outcome
from odr.evidence.tickets import disclosure_of, handings_of
from odr.evidence.tying import exhibits_to_tie
from odr.evidence.withdrawing import is_last_place, withdraw_from_own_room
from odr.ids import ExhibitId, HoldId, PartyId, new_id
from odr.losses.commands import add_line
from odr.losses.lines import TypedLine
from odr.people.models import SeatRow
from odr.people.queries import load_actor
from odr.spaces.queries import visible_space
from odr.visibility.terms import SpaceKind
from odr.words import use_language
from odr.worker import Worker
from tests.builders import an_account, item_of
from tests.integration.crossing.three import Table, join, with_an_insurer
from tests.integration.evidence.hands import ids_on, lodged, numbers_on, post, room, sha256
from vault import AccessError, verify_record
from web.api.bearer import make_bearer

CONTENT = b"%PDF-1.7\nLe rapport que l'assureur doit lire.\n%%EOF\n"


@pytest.fixture
async def table(platform):
    return Table(platform, await with_an_insurer(platform))


async def reading(table, query, who, *arguments):
    async with table.platform.unit(write=False) as uow:
        return await query(uow, table.case.people[who], table.case.id, *arguments)


def bearer(table, who):
    return {"Authorization": f"Bearer {make_bearer(table.platform, table.case.people[who].account_id).access_token}"}


async def acting(table, command, who, *arguments, **named):
    async with table.acting() as uow:
        return await command(uow, table.case.people[who], table.case.id, *arguments, **named)


async def listed(table, who, space):
    async with table.platform.unit(write=False) as uow:
        actor = table.case.people[who]
        caucus = await visible_space(uow, actor, table.case.id, table.case.spaces[space])
        return await handed_in(uow, actor, caucus)


async def test_on_pages_it_is_asked_shown_consented_handed_and_read(table, sign_in):
    case = table.case
    names = ("claimant", "respondent", "insurer", "mediator")
    clients = {name: await sign_in(case.people[name]) for name in names}
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=CONTENT, title="Le rapport")
    form = (await clients["mediator"].get(f"{told['url']}/ask")).text
    assert "Assurances du Port" in form
    assert 'name="recipients"' in form
    typed = {"purpose": "Avancer", "form": "original", "days": "14", "choosing": "yes"}
    none = await post(clients["mediator"], f"{told['url']}/ask", **typed)
    assert none.status_code == 422
    assert "Cochez au moins une" in none.text
    chosen = {"recipients": str(case.parties["insurer"])}
    assert (await post(clients["mediator"], f"{told['url']}/ask", **typed, **chosen)).status_code == 303
    assert (await post(clients["mediator"], f"{told['url']}/disclose")).status_code == 409
    question = (await clients["claimant"].get(f"{told['url']}/consent")).text
    assert "Assurances du Port, dans son propre aparté" in question
    assert "Société respondent" not in question
    assert "espace commun" not in question.partition("<main")[2].partition("</main>")[0]
    assert f"{sha256(CONTENT)[:8]}" in question
    seen = (await reading(table, disclosure_of, "claimant", ExhibitId(UUID(told["id"])))).id
    assert (await post(clients["claimant"], f"{told['url']}/consent", seen=str(seen))).status_code == 303
    confirm = (await clients["mediator"].get(f"{told['url']}/disclose")).text
    assert "Remettre cette pièce à Assurances du Port" in confirm
    assert "Société respondent" not in confirm
    assert (await post(clients["mediator"], f"{told['url']}/disclose")).status_code == 303
    there = (await clients["insurer"].get(room(case, "caucus_insurer"))).text
    assert "A-1" in there
    assert "Le rapport" in there
    row = (await table.rows(seen))["insurer"]
    page = (await clients["insurer"].get(f"/disputes/{case.id}/handed/{row.id}")).text
    assert "Le rapport" in page
    for known in ("claimant", told["id"], "C-1", "Claire"):
        assert known not in page.partition("<main")[2]
    assert (await clients["insurer"].get(f"/disputes/{case.id}/handed/{row.id}/file")).content == CONTENT
    part = await clients["insurer"].get(f"/disputes/{case.id}/handed/{row.id}/file", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, CONTENT[:4])
    assert (await clients["mediator"].get(f"/disputes/{case.id}/handed/{row.id}")).status_code == 200
    for other in ("claimant", "respondent"):
        for path in (f"/disputes/{case.id}/handed/{row.id}", f"/disputes/{case.id}/handed/{row.id}/file"):
            assert (await clients[other].get(path)).status_code == 404
    for other, space in (("respondent", "joint"), ("respondent", "caucus_respondent"), ("insurer", "joint")):
        assert "Le rapport" not in (await clients[other].get(room(case, space))).text
    own = (await clients["claimant"].get(told["url"])).text
    assert "Assurances du Port" in own
    assert "Étienne" in own  # who opened it
    assert "A-1" not in own
    assert "withdraw-from" not in own  # it would be refused as long as others have it
    assert "elle reste dans votre aparté" in own
    assert (
        "Pour Assurances du Port seulement"
        in (await clients["mediator"].get(f"{room(case, 'caucus_claimant')}/tickets")).text
    )
    assert await table.events("caucus_insurer") == ["DocumentHanded"]
    assert await table.events("caucus_respondent") == await table.events("joint") == []
    assert (await table.events("caucus_claimant"))[-1] == "ExhibitHanded"


async def test_who_offers_it_sees_it_as_all_of_them_and_as_only_some_would_find_it(table, sign_in):
    """With one other party there is one way only, and one card: tests/integration/crossing/test_tickets.py."""
    await table.handed(await table.lodged(b"before"), "insurer")  # so that it has an A-1, and would get an A-2
    exhibit = await table.lodged(CONTENT, title="Le rapport")
    claimant = await sign_in(table.case.people["claimant"])
    page = (await claimant.get(f"/disputes/{table.case.id}/exhibits/{exhibit}/offer")).text.partition("<main")[2]
    cards = page.partition("dans la liste commune</h3>")[2]
    joint, _, apart = cards.partition("aparté de chacune</h3>")
    apart = apart.partition("</section>")[0]
    for card in (joint, apart):
        assert "Le rapport" in card
        assert sha256(CONTENT)[:8] in card
        assert "rapport.pdf" in card
    assert (numbers_on(joint), numbers_on(apart)) == (["C-1"], [])
    assert not re.search(r"\bA-[0-9]", page)
    mended = await post(claimant, f"/disputes/{table.case.id}/exhibits/{exhibit}/offer", choosing="yes", days="14")
    assert mended.status_code == 422
    assert "Si certaines seulement" in mended.text


async def test_each_recipient_counts_for_itself_and_has_an_id_of_its_own(table):
    one, two = await table.lodged(b"1"), await table.lodged(b"2")
    await table.handed(one, "insurer")
    await table.handed(two, "respondent", "insurer")  # all of the others: it is the joint table's
    assert (await reading(table, visible_exhibit, "insurer", two)).room is SpaceKind.JOINT
    three = await table.lodged(b"3")
    await table.handed(three, "insurer")
    four = await table.lodged(b"4")
    await table.handed(four, "respondent")
    assert [each.number for each in await listed(table, "insurer", "caucus_insurer")] == ["A-1", "A-2"]
    assert [each.number for each in await listed(table, "respondent", "caucus_respondent")] == ["A-1"]
    assert [each.number for each in await listed(table, "mediator", "caucus_insurer")] == ["A-1", "A-2"]
    mine = await table.lodged(b"R", space="caucus_respondent")
    assert (await reading(table, visible_exhibit, "respondent", mine)).number == "R-1"


async def test_of_two_recipients_neither_learns_of_the_other_and_the_third_of_none(table, sign_in):
    case = table.case
    await join(table.platform, case, "maker", "Éditions du Môle", 3, await an_account(table.platform, "Mona Môle"))
    first, exhibit = await table.lodged(b"1"), await table.lodged(CONTENT)
    await table.handed(first, "maker")
    disclosure_id = await table.handed(exhibit, "insurer", "maker")
    rows = await table.rows(disclosure_id)
    assert set(rows) == {"insurer", "maker"}
    assert (rows["insurer"].number, rows["maker"].number) == (1, 2)  # each counts for itself
    ids = {each for row in rows.values() for each in (row.id, row.version_id, row.exhibit_id, row.disclosure_id)}
    for who, other in (("insurer", "maker"), ("maker", "insurer")):
        client = await sign_in(case.people[who])
        own = rows[who].id
        for path in (room(case, f"caucus_{who}"), f"/disputes/{case.id}/handed/{own}", f"/disputes/{case.id}"):
            page = (await client.get(path)).text
            assert not (ids_on(page) & (ids - {own})), path
        with pytest.raises(NotFoundError):
            await reading(table, visible_handed, who, rows[other].id)
        with pytest.raises(NotFoundError):
            await table.opened(who, rows[other].id)
        async with table.platform.unit(write=False) as uow:
            told = [each.event for each in await uow.vault.ledger.events(uow.session, case.ref(f"caucus_{who}"))]
        assert not any(str(each) in str(told) for each in ids - {own})
    assert await table.events("caucus_respondent") == await table.events("joint") == []
    await table.opened("maker", rows["maker"].id)
    with pytest.raises(ConflictError, match="already_opened"):  # one of them is enough
        await acting(table, withdraw_handing, "claimant", disclosure_id)
    stopped = await acting(table, quarantine_handed, "claimant", disclosure_id, why="Trop tôt.")
    for who in rows:
        with pytest.raises(NotFoundError):
            await table.opened(who, rows[who].id)
    with pytest.raises(NotFoundError):  # who had not opened it is asked nothing
        await acting(table, answer_about_copies, "insurer", stopped, copies="deleted")
    await acting(table, remove_quarantined, "mediator", stopped)
    again = await table.handed(exhibit, "insurer", "maker")
    assert {name: row.number for name, row in (await table.rows(again)).items()} == {"insurer": 2, "maker": 3}
    await acting(table, withdraw_handing, "claimant", again)
    read = await open_exhibit(table.platform, case.people["claimant"], case.id, exhibit)
    assert b"".join([piece async for piece in read.read(0, len(CONTENT))]) == CONTENT


async def test_a_recipient_can_only_read_it(table, sign_in):
    case = table.case
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer")
    row = (await table.rows(disclosure_id))["insurer"]
    assert await reading(table, exhibits_to_tie, "insurer") == ()
    assert await reading(table, bundle_lines, "insurer") == ()
    assert (await reading(table, exhibits_in, "insurer", case.spaces["caucus_insurer"])).rows == ()
    for known in (exhibit, ExhibitId(row.id)):
        for query in (visible_exhibit, disclosure_of, handings_of, openings_of, receipt_of):
            with pytest.raises(NotFoundError):
                await reading(table, query, "insurer", known)
        for command, named in (
            (share_exhibit, {"into": "joint"}),
            (withdraw_from_own_room, {"room": "caucus"}),
            (withdraw_consent, {}),
            (give_consent, {"seen": disclosure_id}),
            (release_infected, {"reason": "x"}),
        ):
            with pytest.raises(NotFoundError):
                await acting(table, command, "insurer", known, **named)
        with pytest.raises(NotFoundError):
            await open_exhibit(table.platform, case.people["insurer"], case.id, known)
        line = TypedLine("other", "Perte", "1", exhibits=(str(known),))
        with pytest.raises(InvalidInputError):
            await acting(table, add_line, "insurer", line)
        onward = Asked("En d'autres mots.", "x", exhibit_id=known)
        with pytest.raises(NotFoundError):  # the mediator asks the party that it belongs to, never the recipient
            await acting(table, propose_statement, "mediator", case.spaces["caucus_insurer"], onward)
    for who in ("insurer", "respondent", "secretariat", "expert", "archivist"):
        with pytest.raises(NotFoundError):
            await acting(table, withdraw_handing, who, disclosure_id)
        with pytest.raises(NotFoundError):
            await acting(table, quarantine_handed, who, disclosure_id, why="x")
    with pytest.raises(NotPermittedError):  # only its party withdraws a consent
        await acting(table, withdraw_handing, "mediator", disclosure_id)
    insurer = await sign_in(case.people["insurer"])
    path = f"/disputes/{case.id}/handed/{row.id}"
    for act in ("ask", "share", "withdraw", "replace", "redact", "quarantine", "offer", "existence"):
        assert (await insurer.get(f"{path}/{act}")).status_code == 404
        assert (await post(insurer, f"{path}/{act}")).status_code in {404, 405}


async def test_the_mediator_hands_over_nothing_without_a_consent_that_stands(table, clock):
    case = table.case
    exhibit = await table.lodged(CONTENT)
    asked = await table.requested(exhibit, "insurer")
    with pytest.raises(ConsentMissingError):
        await acting(table, disclose, "mediator", exhibit)
    for who in ("insurer", "respondent"):
        assert await reading(table, tasks, who) == ()
        with pytest.raises(NotFoundError):
            await acting(table, give_consent, who, exhibit, seen=asked)
    with use_language("en"):
        (task,) = await reading(table, tasks, "claimant")
    assert "Answer" in task.label
    await acting(table, give_consent, "claimant", exhibit, seen=asked)
    with use_language("en"):
        (task,) = await reading(table, tasks, "mediator")
    assert "to those whom its party chose" in task.label
    clock.advance(days=15)
    with pytest.raises(ConsentMissingError):
        await acting(table, disclose, "mediator", exhibit)
    assert await listed(table, "insurer", "caucus_insurer") == ()
    with pytest.raises(InvalidInputError) as refused:
        await table.requested(exhibit, "claimant")
    assert refused.value.fields == {"recipients": "choose_one"}
    with pytest.raises(InvalidInputError) as refused:
        await table.requested(exhibit)
    assert refused.value.fields == {"recipients": "choose_some"}
    elsewhere = PartyId(new_id())
    case.parties["nobody"] = elsewhere
    with pytest.raises(InvalidInputError):
        await table.requested(exhibit, "nobody")


async def test_a_redacted_copy_is_handed_instead_and_the_original_stays(table):
    case = table.case
    original, copy = await table.lodged(b"secret"), await table.lodged(b"noirci", title="Version noircie")
    asked = await table.requested(original, "insurer", form="redacted")
    await acting(table, give_consent, "claimant", original, seen=asked, instead=copy)
    await acting(table, disclose, "mediator", original)
    row = (await table.rows(asked))["insurer"]
    assert await table.opened("insurer", row.id) == b"noirci"
    for exhibit in (original, copy):
        (handing,) = await reading(table, handings_of, "claimant", exhibit)
        assert handing.exhibit_id == copy
    async with table.platform.unit(write=False) as uow:
        with pytest.raises(AccessError):
            await uow.vault.open(uow.session, await item_of(table.platform, original), case.ref("caucus_insurer"))


async def test_who_opened_it_has_a_receipt_that_tells_of_its_own_caucus_and_of_nothing_else(table, sign_in, tmp_path):
    case = table.case
    await join(table.platform, case, "maker", "Éditions du Môle", 3, await an_account(table.platform, "Mona Môle"))
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer", "maker")
    rows = await table.rows(disclosure_id)
    row = rows["insurer"]
    insurer, path = await sign_in(case.people["insurer"]), f"/disputes/{case.id}/handed/{row.id}"
    assert f"{path}/receipt" not in (await insurer.get(path)).text
    await table.opened("mediator", row.id)
    await table.opened("maker", rows["maker"].id)  # what others opened gives nobody a receipt
    program = bearer(table, "insurer")
    for where, asked in ((path, {"Accept": "application/json"}), (f"/api/v1{path}", program)):
        early = await insurer.get(f"{where}/receipt", headers=asked)
        assert (early.status_code, early.json()["code"]) == (409, "not_opened_yet")
    waits = (await insurer.get(path)).text
    assert 'hx-trigger="pointerup from:#download' in waits  # the receipt comes by itself once the file was downloaded
    await table.opened("insurer", row.id)
    assert "le reçu est incomplet" in (await insurer.get(path)).text
    async with table.platform.unit() as uow:
        await uow.vault.ledger.tick(uow.session, uow.now())
    page = (await insurer.get(path)).text
    assert f"{path}/receipt" in page
    assert "le reçu est incomplet" not in page
    assert "hx-trigger" not in page
    receipt = (await insurer.get(f"{path}/receipt")).content
    assert (await insurer.get(f"/api/v1{path}/receipt", headers=program)).json() == json.loads(receipt)
    (tmp_path / "file").write_bytes(CONTENT)
    (tmp_path / "receipt").write_bytes(receipt)
    key = table.platform.vault.ledger.key
    assert verify_record(tmp_path / "file", receipt=tmp_path / "receipt", trusted_key=key).holds
    (tmp_path / "file").write_bytes(CONTENT + b"x")
    assert not verify_record(tmp_path / "file", receipt=tmp_path / "receipt", trusted_key=key).holds
    told, text = json.loads(receipt), receipt.decode()
    mediator = str(case.people["mediator"].account_id)
    known = {str(row.id), str(row.space_id), str(case.id), mediator, told["space"]["pseudonym"]}
    assert set(re.findall(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", text)) == known
    assert (told["space"]["index"], told["space"]["size"]) == (0, 1)  # all that its room holds
    assert (told["event"]["number"], told["event"]["sha256"]) == ("A-1", sha256(CONTENT))
    page = html.unescape((await insurer.get(path)).text)
    for said in (told["event"]["title"], told["event"]["file_name"]):
        assert said in page
    names = [person.name for name, person in case.people.items() if name not in {"insurer", "mediator"}]
    for secret in (*names, "Société claimant", "Môle", "C-1", "consent"):
        assert secret not in text
    for name in ("claimant", "respondent", "maker", "secretariat", "expert", "archivist"):
        client = await sign_in(case.people[name])
        assert (await client.get(f"{path}/receipt")).status_code == 404
        assert (await client.get(f"/api/v1{path}/receipt", headers=bearer(table, name))).status_code == 404
    assert (await (await sign_in(case.people["mediator"])).get(f"{path}/receipt")).content == receipt


async def test_what_is_withdrawn_or_stopped_gives_no_receipt(table):
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer")
    row = (await table.rows(disclosure_id))["insurer"]
    await table.opened("mediator", row.id)
    await acting(table, withdraw_handing, "claimant", disclosure_id)
    for who in ("insurer", "mediator"):
        with pytest.raises(NotFoundError):
            await reading(table, receipt_of_handed, who, row.id)
    disclosure_id = await table.handed(exhibit, "insurer")
    row = (await table.rows(disclosure_id))["insurer"]
    await table.opened("insurer", row.id)
    number, receipt = await reading(table, receipt_of_handed, "insurer", row.id)
    assert (number, receipt.event["handed_id"]) == ("A-2", str(row.id))
    stopped = await acting(table, quarantine_handed, "claimant", disclosure_id, why="Trop tôt.")
    with pytest.raises(NotFoundError):
        await reading(table, receipt_of_handed, "insurer", row.id)
    await acting(table, restore_quarantined, "claimant", stopped)
    assert (await reading(table, receipt_of_handed, "insurer", row.id))[1].event == receipt.event


async def test_a_consent_is_withdrawn_until_one_of_its_recipients_has_opened(table):
    case = table.case
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer")
    row = (await table.rows(disclosure_id))["insurer"]
    await table.opened("mediator", row.id)  # who may know it anyway: it ends nothing
    await acting(table, withdraw_consent, "claimant", exhibit)
    with pytest.raises(NotFoundError):
        await table.opened("insurer", row.id)
    async with table.platform.unit(write=False) as uow:
        with pytest.raises(AccessError):
            await uow.vault.open(uow.session, await item_of(table.platform, exhibit), case.ref("caucus_insurer"))
    (gone,) = await listed(table, "insurer", "caucus_insurer")
    assert (gone.number, gone.file) == ("A-1", None)
    assert (await table.events("caucus_insurer"))[-1] == "HandedWithdrawn"
    async with table.platform.unit(write=False) as uow:
        last = (await uow.vault.ledger.events(uow.session, case.ref("caucus_insurer")))[-1].event
    assert last["actor_id"] is None
    again = await table.handed(exhibit, "insurer")
    row = (await table.rows(again))["insurer"]
    assert row.number == 2
    assert await table.opened("insurer", row.id) == CONTENT
    for command, named in ((withdraw_handing, again), (withdraw_consent, exhibit)):
        with pytest.raises(ConflictError, match="already_opened"):
            await acting(table, command, "claimant", named)
    openings = await reading(table, openings_of, "claimant", exhibit)
    assert [(each.handed, each.number) for each in openings if each.handed] == [(True, ""), (True, "")]


async def test_withdrawing_and_opening_at_the_same_moment_come_one_after_the_other(any_platform):
    table = Table(any_platform, await with_an_insurer(any_platform))
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer")
    row = (await table.rows(disclosure_id))["insurer"]
    outcomes = await asyncio.gather(
        table.opened("insurer", row.id),
        acting(table, withdraw_handing, "claimant", disclosure_id),
        return_exceptions=True,
    )
    if outcomes[1] is None:
        assert isinstance(outcomes[0], NotFoundError)
        assert await reading(table, openings_of, "claimant", exhibit) == ()
    else:
        assert isinstance(outcomes[1], ConflictError)
        assert outcomes[0] == CONTENT


async def test_once_opened_it_can_only_be_stopped(table):
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer")
    row = (await table.rows(disclosure_id))["insurer"]
    assert await table.opened("insurer", row.id) == CONTENT
    (handing,) = await reading(table, handings_of, "claimant", exhibit)
    assert handing.first_opened_at is not None
    assert not handing.may_withdraw
    assert handing.may_stop


async def test_who_has_it_already_is_not_handed_it_twice(table):
    exhibit = await table.lodged(CONTENT)
    await table.handed(exhibit, "insurer")
    with pytest.raises(ConflictError, match="already_there"):
        await table.handed(exhibit, "insurer")
    assert len(await listed(table, "insurer", "caucus_insurer")) == 1


async def test_it_stays_with_its_party_as_long_as_others_have_it(table):
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer")
    async with table.platform.unit(write=False) as uow:
        assert not await is_last_place(uow, exhibit, SpaceKind.CAUCUS)
    with pytest.raises(ConflictError, match="handed_out"):
        await acting(table, withdraw_from_own_room, "claimant", exhibit, room="caucus")
    await acting(table, withdraw_handing, "claimant", disclosure_id)
    await acting(table, withdraw_from_own_room, "claimant", exhibit, room="caucus")


async def test_an_exhibit_in_the_wrong_hands_is_stopped_there_and_its_readers_are_asked(table, sign_in):
    case = table.case
    clients = {name: await sign_in(case.people[name]) for name in ("claimant", "respondent", "insurer", "mediator")}
    exhibit = await table.lodged(CONTENT)
    disclosure_id = await table.handed(exhibit, "insurer")
    row = (await table.rows(disclosure_id))["insurer"]
    await table.opened("insurer", row.id)
    path = f"/disputes/{case.id}/disclosures/{disclosure_id}/stop"
    for name in ("respondent", "insurer"):
        assert (await clients[name].get(path)).status_code == 404
        assert (await post(clients[name], path, why="x")).status_code == 404
    assert "Arrêter" in (await clients["mediator"].get(path)).text
    assert (await post(clients["mediator"], path, why="")).status_code == 422
    stopped = await post(clients["mediator"], path, why="C'était pour l'intégrateur.")
    quarantine = stopped.headers["location"].partition("?")[0]
    assert (await post(clients["mediator"], path, why="x")).status_code == 409
    assert (await clients["insurer"].get(f"/disputes/{case.id}/handed/{row.id}/file")).status_code == 404
    heard = (await clients["insurer"].get(room(case, "caucus_insurer"))).text
    assert "rapport" not in heard.partition('id="handed"')[2].partition("</section>")[0]
    shown = (await clients["claimant"].get(quarantine)).text
    assert "Étienne" in shown
    assert "A-1" not in shown
    assert (await clients["insurer"].get(quarantine)).status_code == 404
    asked = (await clients["insurer"].get(f"{quarantine}/copies")).text
    assert "A-1" in asked
    assert "retirée de votre aparté" in asked
    assert "A-1" in (await clients["insurer"].get(f"/disputes/{case.id}")).text
    assert (await clients["respondent"].get(f"{quarantine}/copies")).status_code == 404
    assert (await post(clients["insurer"], f"{quarantine}/copies", copies="none_kept")).status_code == 303
    record = await clients["claimant"].get(f"{quarantine}/record.pdf")
    assert record.content.startswith(b"%PDF")
    with pytest.raises(ConflictError, match="handed_out"):  # it may come back: it is not destroyed meanwhile
        await acting(table, withdraw_from_own_room, "claimant", exhibit, room="caucus")
    tickets = (await clients["claimant"].get(f"{room(case, 'caucus_claimant')}/tickets")).text
    assert "Arrêtée" in tickets
    with pytest.raises(ConflictError, match="quarantined"):
        await table.handed(exhibit, "insurer")
    assert (await post(clients["mediator"], f"{quarantine}/restore")).status_code == 403
    assert (await post(clients["claimant"], f"{quarantine}/restore")).status_code == 303
    assert await table.opened("insurer", row.id) == CONTENT
    assert (await table.events("caucus_insurer"))[-2:] == ["HandedWithdrawn", "HandedRestored"]
    again = await post(clients["claimant"], path, why="Non, décidément.")
    removed = await post(clients["claimant"], f"{again.headers['location'].partition('?')[0]}/remove")
    assert removed.status_code == 303
    async with table.platform.unit(write=False) as uow:
        with pytest.raises(AccessError):
            await uow.vault.open(uow.session, await item_of(table.platform, exhibit), case.ref("caucus_insurer"))
    assert (await clients["claimant"].get(f"/disputes/{case.id}/exhibits/{exhibit}/file")).content == CONTENT


async def test_rooms_and_exhibits_are_destroyed_with_what_was_handed(table, sign_in):
    case = table.case
    kept, last, gone = [await table.lodged(each) for each in (b"kept", b"last", b"gone")]
    rows = {each: (await table.rows(await table.handed(each, "insurer")))["insurer"] for each in (kept, last, gone)}
    async with table.acting() as uow:
        await shred_item(uow, case.id, gone)
    with pytest.raises(ConflictError, match="destroyed"):
        await table.opened("insurer", rows[gone].id)
    with pytest.raises(ConflictError, match="destroyed"):
        await reading(table, receipt_of_handed, "insurer", rows[gone].id)
    destroyed = next(each for each in await listed(table, "insurer", "caucus_insurer") if each.id == rows[gone].id)
    assert destroyed.file is not None
    assert destroyed.file.destroyed
    assert "rapport" not in destroyed.file.title
    claimant = await sign_in(case.people["claimant"])
    tickets = (await claimant.get(f"{room(case, 'caucus_claimant')}/tickets")).text
    assert "Pièce détruite" in tickets
    assert "Destroyed exhibit" not in tickets
    own = (await claimant.get(f"/disputes/{case.id}/exhibits/{gone}")).text
    assert "/withdraw" not in own  # nothing is left to take back
    assert "/stop" not in own
    async with table.platform.unit(write=False) as uow:
        left = [each.event for each in await uow.vault.ledger.events(uow.session, case.ref("caucus_insurer"))]
    assert not any(event and event.get("handed_id") == str(rows[gone].id) for event in left)
    async with table.acting() as uow:
        await shred_space(uow, case.id, case.spaces["caucus_claimant"])
    assert await table.opened("insurer", rows[last].id) == b"last"  # it stands there now, and nowhere else
    async with table.platform.unit(write=False) as uow:
        assert [each.id for each in await private_drafts(uow, case.people["claimant"].account_id)] == []
    async with table.acting() as uow:
        uow.session.add(
            Hold(
                id=HoldId(new_id()),
                dispute_id=case.id,
                exhibit_id=last,
                reason_sealed=b"",
                set_by=case.people["archivist"].account_id,
                set_at=uow.now(),
            )
        )
        await uow.session.flush()
        with pytest.raises(ConflictError, match="legal_hold"):
            await refuse_if_room_held(uow, case.id, case.spaces["caucus_insurer"])
    async with table.acting() as uow:
        await uow.session.execute(update(Hold).values(lifted_at=uow.now()))
        await shred_space(uow, case.id, case.spaces["caucus_insurer"])
        assert await uow.session.scalar(select(func.count()).select_from(HandedExhibit)) == 0
        facts = await uow.vault.facts(uow.session, await item_of(table.platform, last))
        assert facts.destroyed


async def test_a_recipients_room_goes_without_what_its_party_still_has(table):
    exhibit = await table.lodged(CONTENT)
    await table.handed(exhibit, "insurer")
    async with table.acting() as uow:
        await shred_space(uow, table.case.id, table.case.spaces["caucus_insurer"])
    read = await open_exhibit(table.platform, table.case.people["claimant"], table.case.id, exhibit)
    assert b"".join([piece async for piece in read.read(0, len(CONTENT))]) == CONTENT
    assert await reading(table, handings_of, "claimant", exhibit) == ()


async def test_an_infected_file_is_given_to_nobody_by_that_way(table, sign_in):
    exhibit = await table.lodged(CONTENT)
    row = (await table.rows(await table.handed(exhibit, "insurer")))["insurer"]
    async with table.acting() as uow:
        await uow.session.execute(update(ExhibitVersion).values(scan=Outcome.INFECTED))
    with pytest.raises(NotPermittedError, match="infected_apart"):
        await table.opened("insurer", row.id)
    insurer = await sign_in(table.case.people["insurer"])
    page = await insurer.get(f"/disputes/{table.case.id}/handed/{row.id}")
    assert page.status_code == HTTPStatus.OK
    assert "/file" not in page.text
    assert "Prévenez le médiateur" in page.text
    assert (await insurer.get(f"/disputes/{table.case.id}/handed/{row.id}/file")).status_code == 403
    mediator = await sign_in(table.case.people["mediator"])
    assert "Prévenez le médiateur" not in (await mediator.get(f"/disputes/{table.case.id}/handed/{row.id}")).text


async def test_who_left_reads_it_no_more_and_after_the_end_it_is_read_still(table):
    case = table.case
    row = (await table.rows(await table.handed(await table.lodged(CONTENT), "insurer")))["insurer"]
    async with table.acting() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.NOT_SETTLED))
    assert await table.opened("insurer", row.id) == CONTENT
    with pytest.raises(WrongStageError):
        await acting(table, quarantine_handed, "claimant", row.disclosure_id, why="x")
    async with table.acting() as uow:
        await uow.session.execute(
            update(SeatRow).where(SeatRow.account_id == case.people["insurer"].account_id).values(until=uow.now())
        )
    async with table.platform.unit(write=False) as uow:
        left = await load_actor(uow, case.people["insurer"].account_id)
        with pytest.raises(NotFoundError):
            await visible_handed(uow, left, case.id, row.id)


async def test_its_recipients_are_told_as_of_anything_new_in_their_caucus(table):
    case, worker = table.case, Worker(table.platform)
    await worker.drain()

    def mails(name):
        address = case.people[name].email
        return sum(address in each.read_text() for each in table.platform.settings.mail.path.glob("*.eml"))

    before = {name: mails(name) for name in case.people}
    exhibit = await table.lodged(CONTENT)
    await worker.drain()
    between = {name: mails(name) for name in case.people}
    await table.handed(exhibit, "insurer")
    await worker.drain()
    after = {name: mails(name) for name in case.people}
    assert after["insurer"] == before["insurer"] + 1
    for name in ("respondent", "expert", "secretariat", "archivist"):
        assert after[name] == before[name] == between[name]


async def test_a_program_hands_over_and_reads(table, program):
    case = table.case
    people = {name: await program(case.people[name]) for name in ("mediator", "claimant", "insurer", "respondent")}
    exhibit = await table.lodged(CONTENT)
    api = f"/disputes/{case.id}/exhibits/{exhibit}"
    only = {"purpose": "Avancer", "recipients": [str(case.parties["insurer"])]}
    made = (await people["mediator"].post(f"{api}/disclosure", json=only)).json()
    assert made["apart"]
    assert made["recipients"] == only["recipients"]
    consented = await people["claimant"].post(f"{api}/disclosure/consent", json={"seen": made["id"]})
    assert consented.is_success
    assert (await people["mediator"].post(f"{api}/disclosure/disclose")).json()["state"] == "disclosed"
    (handed,) = (await people["insurer"].get(f"{room(case, 'caucus_insurer')}/handed")).json()
    assert (handed["number"], handed["file"]["sha256"]) == ("A-1", sha256(CONTENT))
    assert (await people["insurer"].get(f"{room(case, 'joint')}/handed")).json() == []
    one = f"/disputes/{case.id}/handed/{handed['id']}"
    assert (await people["insurer"].get(one)).json() == handed
    assert (await people["insurer"].get(f"{one}/file")).content == CONTENT
    assert (await people["respondent"].get(one)).status_code == 404
    (handing,) = (await people["claimant"].get(f"{api}/handings")).json()
    assert (handing["recipients"], handing["standing"]) == (only["recipients"], True)
    assert (await people["insurer"].get(f"{api}/handings")).status_code == 404
    disclosure = f"/disputes/{case.id}/disclosures/{made['id']}"
    assert (await people["claimant"].post(f"{disclosure}/withdraw")).status_code == 409
    assert (await people["claimant"].post(f"{disclosure}/stop", json={"why": "Trop."})).json()["stopped"]
    assert (await people["insurer"].post(f"{disclosure}/stop", json={"why": "x"})).status_code == 404
    (quarantine,) = (await people["claimant"].get(f"/disputes/{case.id}/quarantines")).json()
    assert quarantine["apart"]
    assert (await people["insurer"].get(f"/disputes/{case.id}/quarantines")).json() == []
    offered = await people["claimant"].post(
        f"/disputes/{case.id}/exhibits/{await table.lodged(b'x')}/disclosure/offer",
        json={"recipients": [str(case.parties["respondent"])]},
    )
    assert offered.json()["apart"]
