"""A party proves that its file existed; nobody else may, and the proof says nothing more."""

from odr.ids import new_id
from tests.builders import a_case
from tests.integration.evidence.hands import PDF, lodged, post
from vault import Existence, verify_record


async def tick(platform) -> None:
    async with platform.unit() as uow:
        await uow.vault.ledger.tick(uow.session, uow.now())


async def test_a_party_proves_its_file_alone_offline(platform, sign_in, tmp_path):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    told = await lodged(claire, case, "caucus_claimant", title="Contrat signé")
    early = await claire.get(told["url"] + "/existence", headers={"Accept": "application/json"})
    assert (early.status_code, early.json()["code"]) == (409, "not_proven_yet")
    assert told["url"] + "/existence" in (await claire.get(told["url"])).text
    await tick(platform)
    answer = await claire.get(told["url"] + "/existence")
    assert answer.status_code == 200
    assert "C-1" not in answer.headers["content-disposition"]
    for secret in (case.id, case.spaces["caucus_claimant"], case.reference, told["url"].rsplit("/", 1)[1]):
        assert str(secret) not in answer.text
    (tmp_path / "file").write_bytes(PDF)
    (tmp_path / "proof").write_bytes(answer.content)
    report = verify_record(tmp_path / "file", receipt=tmp_path / "proof", trusted_key=platform.vault.ledger.key)
    assert report.holds


async def test_its_date_is_kept_from_those_who_would_learn_that_it_was_lodged_apart(platform, sign_in):
    case = await a_case(platform)
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    told = await lodged(claire, case, "private_claimant")
    assert (await post(claire, told["url"] + "/share", into="joint")).status_code == 303
    await tick(platform)
    assert (await rene.get(told["url"])).status_code == 200
    assert "/existence" not in (await rene.get(told["url"])).text
    assert (await rene.get(told["url"] + "/existence")).status_code == 403
    maya = await sign_in(case.people["mediator"])
    assert (await maya.get(told["url"] + "/existence")).status_code == 403
    assert Existence.from_json((await claire.get(told["url"] + "/existence")).content).complete


async def test_of_what_may_not_be_seen_there_is_no_proof(platform, sign_in):
    case = await a_case(platform)
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    told = await lodged(claire, case, "caucus_claimant")
    await tick(platform)
    assert (await rene.get(told["url"] + "/existence")).status_code == 404
    assert (await claire.get(f"/disputes/{case.id}/exhibits/{new_id()}/existence")).status_code == 404
