from datetime import timedelta

from tests.builders import a_case

GIVEN = {"ceiling_cents": 6_000_000, "given_by": "Zoé Gérante", "given_on": "2026-01-15"}


async def test_a_program_makes_up_its_own_team(platform, program) -> None:
    case = await a_case(platform)
    here = f"/disputes/{case.id}/team"
    leader, respondent = await program(case.people["claimant"]), await program(case.people["respondent"])
    seats = {name: case.people[name].seats[0].seat_id for name in ("claimant", "claimant_counsel")}
    assert (await leader.put(f"{here}/{seats['claimant']}/mandate", json=GIVEN)).status_code == 204
    refused = await leader.put(f"{here}/{seats['claimant']}/mandate", json={**GIVEN, "ceiling_cents": None})
    assert (refused.status_code, refused.json()["fields"]) == (422, {"document": "needs_document"})
    day = (platform.clock() + timedelta(days=5)).date().isoformat()
    standing = {"to": str(seats["claimant_counsel"]), "last_day": day}
    assert (await leader.put(f"{here}/{seats['claimant']}/delegation", json=standing)).status_code == 204
    shown = {each["name"]: each for each in (await leader.get(here)).json()["seats"]}
    assert shown["Claire Demandeur"]["mandate"]["ceiling_cents"] == 6_000_000
    assert shown["Denis Conseil"]["acting_for"] == str(seats["claimant"])
    assert (shown["Denis Conseil"]["role"], shown["Denis Conseil"]["own_role"]) == ("representative", "counsel")
    assert (await leader.delete(f"{here}/{seats['claimant']}/delegation")).status_code == 204
    assert (await leader.put(f"{here}/{seats['claimant_counsel']}/role", json={"role": "member"})).status_code == 204
    assert (await respondent.put(f"{here}/{seats['claimant']}/mandate", json=GIVEN)).status_code == 404
    assert "Claire Demandeur" not in (await respondent.get(here)).text
