"""The bundle for a court: produced exhibits and what every party waived, with list and receipts; nothing else."""

import io
import json
import zipfile
from uuid import UUID

import pytest

from odr.crossing.bundles import export_bundle
from odr.crossing.waivers import answer_waiver
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import ExhibitId
from tests.builders import a_case
from tests.integration.evidence.hands import lodged, post, room
from tests.paper import attached


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "claimant_counsel", "respondent", "mediator", "stranger", "secretariat", "expert")
    return case, {name: await sign_in(case.people[name]) for name in names}


def bundle_of(case):
    return f"/disputes/{case.id}/bundle"


async def test_it_holds_what_was_produced_with_its_list_and_receipts_and_leaves_the_rest_out(platform, table):
    case, clients = table
    produced = await lodged(clients["claimant"], case, "joint", content=b"contrat" * 50_000, title="Le contrat")
    theirs = await lodged(clients["respondent"], case, "joint", content=b"planning", title="Le planning")
    note = await lodged(clients["claimant"], case, "joint", content=b"note", title="Note", origin="elaborated")
    apart = await lodged(clients["respondent"], case, "caucus_respondent", content=b"secret", title="Zirconite")
    page = (await clients["claimant"].get(bundle_of(case))).text
    assert "Zirconite" not in page
    assert "juridique" in page
    chosen = {"exhibit": [produced["id"], theirs["id"]], "csrf_token": clients["claimant"].headers["X-CSRF-Token"]}
    answer = await clients["claimant"].post(bundle_of(case), data=chosen)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
        assert names[0] == "bordereau.pdf"
        assert packed.read(next(name for name in names if "contrat" in name.lower())) == b"contrat" * 50_000
        receipt = json.loads(packed.read("recus/C-1.json"))
        assert receipt["event"]["sha256"] == produced["sha256"]
        listed = json.loads(attached(packed.read("bordereau.pdf"), "exhibits.json"))
    assert [each["number"] for each in listed["exhibits"]] == ["C-1", "R-1"]
    for refused in (note["id"], apart["id"]):
        one = await post(clients["claimant"], bundle_of(case), exhibit=refused)
        assert one.status_code in {403, 409}
    assert (await post(clients["claimant"], bundle_of(case))).status_code == 409
    for space, told in (("private_claimant", True), ("joint", False), ("caucus_claimant", False)):
        async with platform.unit(write=False) as uow:
            events = await uow.vault.ledger.events(uow.session, case.ref(space))
        assert ("BundleExported" in {event.event["event"] for event in events}) is told


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
