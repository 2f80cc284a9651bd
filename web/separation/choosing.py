"""A second dispute on the stage, whose parties rank mediators: each without seeing what the other wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from web.demo.table import Table


@dataclass(frozen=True, slots=True)
class Choosing:
    """A dispute whose parties are here and choose together: its id, and the accounts that the centre has listed."""

    dispute_id: str
    listed: tuple[str, ...]


async def let_them_choose(table: Table, mediators: Sequence[str]) -> Choosing:
    """Bring the same two companies to another table, and list ``mediators`` (addresses) for them to rank."""
    case = table.case
    claimant, respondent = (table[case.holder_of("representative", side).key] for side in ("claimant", "respondent"))
    office = table[case.holder_of("secretariat").key]
    asked = {
        "title": "Une seconde affaire",
        "facts": "La maintenance n'est plus assurée.",
        "wished": "Qu'elle reprenne.",
        "company": case.claimant.name,
        "respondent": case.respondent.name,
        "contact_name": respondent.person.name,
        "contact_email": respondent.person.email,
    }
    dispute_id = str((await claimant.post("/disputes", asked))["id"])
    dispute = f"/disputes/{dispute_id}"
    await claimant.post(f"{dispute}/file")
    await office.post(f"{dispute}/qualify", {"reason": ""})
    await office.post(f"{dispute}/invite", {"language": "fr"})
    token = await table.link_for(respondent.person)
    await table.http.post(f"/api/v1/invitations/{token}/open")
    await respondent.post(f"/invitations/{token}/accept")
    people: list[dict[str, Any]] = await office.get("/people")
    listed = [str(person["id"]) for person in people if person["email"] in mediators]
    choice = await office.post(f"{dispute}/choice", {"account_ids": listed})
    return Choosing(dispute_id, tuple(str(each["account_id"]) for each in choice["listed"]))
