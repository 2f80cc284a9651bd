"""The bundle for a court: produced exhibits and what every party waived, with list and receipts; nothing else."""

import io
import json
import re
import tracemalloc
import zipfile
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from odr.crossing.bundles import export_bundle
from odr.crossing.pieces import bundle_lines
from odr.crossing.waivers import answer_waiver
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.labels import Label, seal_label
from odr.evidence.models import Exhibit, ExhibitVersion, Placement
from odr.evidence.scanning import Outcome
from odr.ids import ExhibitId, PlacementId
from tests.builders import a_case
from tests.integration.evidence.hands import lodged, post, room
from tests.paper import attached, words


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "claimant_counsel", "respondent", "mediator", "stranger", "secretariat", "expert")
    return case, {name: await sign_in(case.people[name]) for name in names}


def bundle_of(case):
    return f"/disputes/{case.id}/bundle"


def unzipped(answer):
    """What a bundle holds, its length and every checksum having been held against what was said before."""
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    return packed, json.loads(attached(packed.read("bordereau.pdf"), "exhibits.json"))["exhibits"]


async def bundle(client, case, *exhibits, **fields):
    data = {"exhibit": [each["id"] for each in exhibits], "csrf_token": client.headers["X-CSRF-Token"], **fields}
    return await client.post(bundle_of(case), data=data)


async def infect(platform, told):
    async with platform.unit() as uow:
        found = {"scan": Outcome.INFECTED, "scan_engine": "ClamAV", "scanned_at": uow.now()}
        await uow.session.execute(
            update(ExhibitVersion).where(ExhibitVersion.exhibit_id == UUID(told["id"])).values(found)
        )


async def test_it_holds_what_was_produced_with_its_list_and_receipts_and_leaves_the_rest_out(platform, table):
    case, clients = table
    produced = await lodged(clients["claimant"], case, "joint", content=b"contrat" * 50_000, title="Le contrat")
    theirs = await lodged(clients["respondent"], case, "joint", content=b"planning", title="Le planning")
    note = await lodged(clients["claimant"], case, "joint", content=b"note", title="Note", origin="elaborated")
    apart = await lodged(clients["respondent"], case, "caucus_respondent", content=b"secret", title="Zirconite")
    page = (await clients["claimant"].get(bundle_of(case))).text
    assert "Zirconite" not in page
    assert "juridique" in page
    packed, listed = unzipped(await bundle(clients["claimant"], case, produced, theirs))
    names = packed.namelist()
    assert names[0] == "bordereau.pdf"
    assert [name.partition(" ")[0] for name in names[1:3]] == ["pieces/Pièce"] * 2
    assert packed.read(next(name for name in names if "contrat" in name.lower())) == b"contrat" * 50_000
    receipt = json.loads(packed.read("recus/1.json"))
    assert receipt["event"]["sha256"] == produced["sha256"]
    assert [(each["number"], each["number_in_mediation"]) for each in listed] == [(1, "C-1"), (2, "R-1")]
    for refused in (note, apart):
        assert (await bundle(clients["claimant"], case, refused)).status_code in {403, 409}
    assert (await bundle(clients["claimant"], case)).status_code == 409
    for space, told in (("private_claimant", True), ("joint", False), ("caucus_claimant", False)):
        async with platform.unit(write=False) as uow:
            events = await uow.vault.ledger.events(uow.session, case.ref(space))
        assert ("BundleExported" in {event.event["event"] for event in events}) is told


async def test_a_file_that_leaves_in_a_bundle_was_opened_and_can_no_longer_be_taken_back(table):
    case, clients = table
    theirs = await lodged(clients["respondent"], case, "joint", title="Le planning")
    answer = await bundle(clients["claimant"], case, theirs)
    assert answer.status_code == 200
    assert "Claire Demandeur" in (await clients["respondent"].get(theirs["url"])).text
    assert (await post(clients["respondent"], f"{theirs['url']}/withdraw")).status_code == 409


async def test_a_download_under_way_breaks_off_where_an_exhibit_was_stopped_or_found_infected(platform, table):
    case, clients = table
    one, two = [await lodged(clients["respondent"], case, "joint", content=each) for each in (b"1", b"2")]
    stopped = ""
    for change in ("stop", "infect"):
        chosen = {ExhibitId(UUID(one["id"])), ExhibitId(UUID(two["id"]))}
        begun = await export_bundle(platform, case.people["claimant"], case.id, chosen, language="fr")
        assert await anext(begun.chunks)
        if change == "infect":
            await infect(platform, two)
        else:
            answer = await post(clients["respondent"], f"{two['url']}/quarantine", why="Non.")
            stopped = answer.headers["location"].partition("?")[0]
        with pytest.raises((NotFoundError, NotPermittedError)):
            async for _chunk in begun.chunks:
                pass
        if change == "stop":
            assert (await post(clients["respondent"], f"{stopped}/restore")).status_code == 303


async def test_an_infected_file_is_named_and_left_out_until_its_reader_said_why(platform, table):
    case, clients = table
    sick = await lodged(clients["respondent"], case, "joint", content=b"sick", title="Le planning")
    well = await lodged(clients["respondent"], case, "joint", content=b"well", title="Le devis")
    await infect(platform, sick)
    assert "le bordereau la mentionne" in (await clients["claimant"].get(bundle_of(case))).text
    packed, listed = unzipped(await bundle(clients["claimant"], case, sick, well))
    assert [(each["enclosed"], each["infected"]) for each in listed] == [(False, True), (True, False)]
    assert [name for name in packed.namelist() if "planning" in name] == []
    assert "n'est pas joint" in words(packed.read("bordereau.pdf")).replace("\u2019", "'")
    assert (await post(clients["claimant"], f"{sick['url']}/infected", reason="Pour notre expert.")).status_code == 303
    packed, listed = unzipped(await bundle(clients["claimant"], case, sick, well))
    assert [(each["enclosed"], each["infected"]) for each in listed] == [(True, True), (True, False)]
    assert packed.read("pieces/Pièce 1 Le planning.pdf") == b"sick"
    packed, listed = unzipped(await bundle(clients["claimant_counsel"], case, sick, well))  # each for oneself
    assert listed[0]["enclosed"] is False
    _packed, listed = unzipped(await bundle(clients["claimant"], case, all="yes"))
    assert len(listed) == 2
    _packed, listed = unzipped(await bundle(clients["claimant_counsel"], case, all="yes"))
    assert [each["number_in_mediation"] for each in listed] == ["R-2"]


async def test_a_party_s_own_exhibits_go_too_and_nothing_tells_of_a_room_or_changes_for_another_side(platform, table):
    case, clients = table
    joint = await lodged(clients["claimant"], case, "joint", content=b"contrat", title="Le contrat")
    draft = await lodged(clients["claimant"], case, "private_claimant", content=b"draft", title="Une lettre")
    apart = await lodged(clients["claimant"], case, "caucus_claimant", content=b"apart", title="Les marges")
    note = await lodged(
        clients["claimant"], case, "caucus_claimant", content=b"note", title="Note", origin="elaborated"
    )
    by_mediator = await lodged(clients["mediator"], case, "caucus_claimant", content=b"hers", title="Du médiateur")
    async with platform.unit() as uow:
        await uow.vault.ledger.tick(uow.session, uow.now())
    others = ("respondent", "mediator", "expert", "secretariat")
    rooms = {"caucus_claimant", "joint", "procedure"}
    before = [(await clients[name].get(f"/disputes/{case.id}")).text for name in others]
    sizes = await ledger_sizes(platform, case, rooms)
    packed, listed = unzipped(await bundle(clients["claimant"], case, joint, draft, apart))
    assert [(each["number"], each["number_in_mediation"]) for each in listed] == [(1, "C-1"), (2, None), (3, None)]
    assert {packed.read(f"pieces/Pièce {n} {t}.pdf") for n, t in ((2, "Les marges"), (3, "Une lettre"))} == {
        b"apart",
        b"draft",
    }
    for number in (2, 3):
        proof = json.loads(packed.read(f"recus/{number}.json"))
        assert (proof["format"], proof["sha256"]) == ("entente-existence/v1", listed[number - 1]["sha256"])
    told = b"".join(packed.read(name) for name in packed.namelist() if not name.startswith("pieces/"))
    told += words(packed.read("bordereau.pdf")).encode()
    for space in ("private_claimant", "caucus_claimant", "caucus_respondent", "private_respondent", "notes"):
        assert str(case.spaces[space]).encode() not in told
    for word in ("aparté", "brouillon", "caucus", "private", "draft"):
        assert word not in told.decode("utf-8", "ignore").lower(), word
    assert await ledger_sizes(platform, case, rooms) == sizes
    assert [(await clients[name].get(f"/disputes/{case.id}")).text for name in others] == before
    for refused in (note, by_mediator):
        assert (await bundle(clients["claimant"], case, refused)).status_code in {403, 409}
    for own in (draft, apart):
        assert (await bundle(clients["respondent"], case, joint, own)).status_code == 200
        async with platform.unit(write=False) as uow:
            lines = await bundle_lines(uow, case.people["respondent"], case.id)
        assert [line.number for line in lines] == ["C-1"]
    page = (await clients["claimant"].get(bundle_of(case))).text
    assert "Les marges" in page
    assert "nul ne peut lever" in page


async def ledger_sizes(platform, case, rooms):
    async with platform.unit(write=False) as uow:
        return {room: len(await uow.vault.ledger.events(uow.session, case.ref(room))) for room in rooms}


async def test_numbers_are_the_party_s_own_and_go_on_from_bundle_to_bundle(table):
    case, clients = table
    claire, names = clients["claimant"], "abc"
    first, second, third = [await lodged(claire, case, "joint", content=each.encode(), title=each) for each in names]
    _packed, listed = unzipped(await bundle(claire, case, first, second, **{f"number-{second['id']}": "7"}))
    assert [(each["number"], each["number_in_mediation"]) for each in listed] == [(1, "C-1"), (7, "C-2")]
    page = (await clients["claimant"].get(bundle_of(case))).text
    assert re.findall(r'name="number-[^>]*value="(\d*)"', page) == ["1", "7", ""]
    _packed, listed = unzipped(await bundle(clients["claimant"], case, first, second, third))
    assert [(each["number"], each["number_in_mediation"]) for each in listed] == [(1, "C-1"), (7, "C-2"), (8, "C-3")]
    _packed, listed = unzipped(await bundle(clients["respondent"], case, third))  # another side's numbers are its own
    assert [each["number"] for each in listed] == [1]
    twice = {f"number-{first['id']}": "3", f"number-{second['id']}": "3", f"number-{third['id']}": "99999999"}
    refused = await bundle(clients["claimant"], case, first, second, third, **twice)
    assert refused.status_code == 422
    assert refused.text.count("aria-invalid") == 3
    assert 'value="3"' in refused.text
    assert refused.text.count("checked") == 3


async def test_what_was_elaborated_needs_every_partys_waiver_until_it_is_exported(platform, table):
    case, clients = table
    note = await lodged(clients["claimant"], case, "joint", title="Note", origin="elaborated")
    exhibit_id = ExhibitId(UUID(note["id"]))
    claire, rene = case.people["claimant"], case.people["respondent"]
    assert (await post(clients["claimant"], f"{note['url']}/waiver", state="given")).status_code == 303
    assert (await post(clients["claimant"], bundle_of(case), exhibit=note["id"])).status_code == 403
    assert "levée" in (await clients["respondent"].get(note["url"])).text
    assert (await post(clients["respondent"], f"{note['url']}/waiver", state="refused")).status_code == 303
    assert (await post(clients["respondent"], f"{note['url']}/waiver", state="given")).status_code == 303
    assert (await post(clients["respondent"], f"{note['url']}/waiver", state="given")).status_code == 409
    assert (await post(clients["respondent"], f"{note['url']}/waiver", state="withdrawn")).status_code == 303
    assert (await post(clients["claimant"], bundle_of(case), exhibit=note["id"])).status_code == 403
    assert (await post(clients["respondent"], f"{note['url']}/waiver", state="given")).status_code == 303
    assert (await post(clients["claimant_counsel"], bundle_of(case), exhibit=note["id"])).status_code == 200
    for client in (clients["respondent"], clients["claimant"]):
        assert (await post(client, f"{note['url']}/waiver", state="withdrawn")).status_code == 409
    async with platform.unit() as uow:
        with pytest.raises(ConflictError):
            await answer_waiver(uow, rene, case.id, exhibit_id, state="refused")
        with pytest.raises(NotPermittedError):
            await answer_waiver(uow, case.people["mediator"], case.id, exhibit_id, state="given")
        with pytest.raises(NotFoundError):
            await answer_waiver(uow, case.people["stranger"], case.id, exhibit_id, state="given")
    with pytest.raises(NotFoundError):
        await export_bundle(platform, case.people["mediator"], case.id, {exhibit_id}, language="fr")
    produced = await lodged(clients["claimant"], case, "joint", content=b"2")
    assert (await post(clients["claimant"], f"{produced['url']}/waiver", state="given")).status_code == 409
    assert (await post(clients["claimant"], f"{produced['url']}/waiver", state="maybe")).status_code == 422
    assert claire.account_id != rene.account_id


async def test_nobody_without_a_side_sees_a_bundle(table):
    case, clients = table
    for name in ("mediator", "stranger", "secretariat", "expert"):
        assert (await clients[name].get(bundle_of(case))).status_code == 404
        assert (await post(clients[name], bundle_of(case), exhibit=str(case.id))).status_code == 404


async def test_any_number_of_exhibits_leaves_and_few_of_their_bytes_are_held(platform, table):
    """One file under hundreds of numbers, and a large one among them."""
    case, clients = table
    small = await lodged(clients["claimant"], case, "joint", content=b"x" * 1_000)
    await lodged(clients["claimant"], case, "joint", content=bytes(24 << 20))
    await again(platform, case, small, 501)
    begun = await export_bundle(platform, case.people["claimant"], case.id, None, language="fr")
    tracemalloc.start()
    length = sum([len(chunk) async for chunk in begun.chunks])
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length == begun.size > 24 << 20
    assert peak < 16 << 20


async def again(platform, case, told, times):
    """Place an exhibit's very version under other exhibits' numbers, without sending it again."""
    async with platform.unit() as uow:
        (placed,) = await uow.session.scalars(select(Placement).where(Placement.exhibit_id == UUID(told["id"])))
        exhibit = await uow.session.get_one(Exhibit, placed.exhibit_id)
        for number in range(100, 100 + times):
            new = ExhibitId(uuid4()), PlacementId(uuid4())
            sealed = await seal_label(uow, case.ref("joint"), new[1], Label("Encore", "encore.pdf"))
            uow.session.add(Exhibit(**columns(exhibit) | {"id": new[0]}))
            changed = {"id": new[1], "exhibit_id": new[0], "number": number, "label_sealed": sealed}
            uow.session.add(Placement(**columns(placed) | changed))


def columns(row):
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


async def test_a_program_waives_and_exports(table, program):
    case, clients = table
    note = await lodged(clients["claimant"], case, "joint", title="Note", origin="elaborated")
    claimant, respondent = await program(case.people["claimant"]), await program(case.people["respondent"])
    one = f"/disputes/{case.id}/exhibits/{note['id']}/waivers"
    assert (await claimant.get(bundle_of(case))).json()[0]["left_out"] == "elaborated"
    for machine in (claimant, respondent):
        assert (await machine.post(one, json={"state": "given"})).is_success
    assert {each["state"] for each in (await claimant.get(one)).json()} == {"given"}
    sent = await claimant.post(bundle_of(case), json={"exhibits": [note["id"]]})
    assert sent.content.startswith(b"PK")
    assert room(case, "joint")
