from tests.builders import a_case

LINE = {"kind": "lost_sales", "what": "Commandes perdues", "formula": "12 × 850,50", "begins": "2026-03-01"}


async def test_a_program_counts_shares_and_compares(platform, program) -> None:
    case = await a_case(platform)
    here = f"/disputes/{case.id}/losses"
    people = {name: await program(case.people[name]) for name in ("claimant", "respondent", "mediator", "secretariat")}
    added = await people["claimant"].post(f"{here}/lines", json=LINE)
    assert added.status_code == 201
    line = f"{here}/lines/{added.json()['id']}"
    assert (await people["claimant"].put(line, json={**LINE, "formula": "2 × 5", "seen": 1})).status_code == 204
    late = await people["claimant"].put(line, json={**LINE, "seen": 1})
    assert (late.status_code, late.json()["code"]) == (409, "line_changed")
    own = (await people["claimant"].get(here)).json()
    assert (own["total_cents"], own["currency"], own["lines"][0]["revision"]) == (1_000, "EUR", 2)
    refused = await people["claimant"].post(f"{here}/lines", json={**LINE, "formula": "1,234"})
    assert (refused.status_code, refused.json()["fields"]) == (422, {"formula": "formula_ambiguous"})
    preview = (await people["claimant"].get(f"{here}/sharing/caucus")).json()
    made = await people["claimant"].post(f"{here}/shared", json={"into": "caucus", "sha256": preview["sha256"]})
    assert made.status_code == 201
    shared = f"{here}/shared/{made.json()['id']}"
    assert (await people["mediator"].get(shared)).json()["lines"][0]["cents"] == 1_000
    assert (await people["respondent"].get(shared)).status_code == 404
    assert (await people["respondent"].get(f"{here}/shared")).json() == []
    assert (await people["secretariat"].get(f"{here}/shared")).status_code == 404
    assert (await people["respondent"].get(f"{here}/comparison")).json()["columns"] == []
    await people["respondent"].post(f"{here}/lines", json=LINE)
    for who in ("claimant", "respondent"):
        seen = (await people[who].get(f"{here}/sharing/joint")).json()["sha256"]
        await people[who].post(f"{here}/shared", json={"into": "joint", "sha256": seen})
    compared = (await people["mediator"].get(f"{here}/comparison")).json()
    assert [each["party"] for each in compared["columns"]] == ["Société claimant", "Société respondent"]
    assert [each["difference_cents"] for each in compared["rows"]] == [1_019_600, 1_019_600]
    assert (await people["claimant"].get(f"{here}/sharing/private")).status_code == 404
    assert (await people["claimant"].delete(line, params={"seen": 2})).status_code == 204
