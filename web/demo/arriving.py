"""How everybody comes to have an account: the centre's people by invitation, the claimant by asking for one."""

from odr.words import _
from web.demo.hands import Hands
from web.demo.shapes import Person
from web.demo.table import Table, expect

_CENTRE_ROLES = {
    "secretariat": "secretariat",
    "mediator": "mediator",
    "co_mediator": "mediator",
    "expert": "expert",
    "archivist": "archivist",
}


async def open_the_centre(table: Table, first_link: str) -> None:
    """The secretary general takes the operator's link and invites the centre's people; each takes theirs."""
    case = table.case
    first = case.holder_of("secretariat")
    table.narrator.chapter(_("The centre"))
    await take(table, first, first_link)
    table.tell(first.key, _("takes the link that the operator made with `entente create-person`"))
    for person in case.team("centre"):
        if person.key == first.key:
            continue
        await table[first.key].post(
            "/people",
            {
                "email": person.email,
                "name": person.name,
                "role": _CENTRE_ROLES[person.role],
                "language": person.language,
            },
        )
        table.tell(first.key, _("invites %(name)s", name=person.name))
    for person in case.team("centre"):
        if person.key != first.key:
            await take(table, person, await table.link_for(person))
            table.tell(person.key, _("reads the mail and makes an account"))


async def claimant_signs_up(table: Table) -> None:
    """The claimant asks for an account and takes the link that is mailed; the link serves once."""
    person = table.case.holder_of("representative", "claimant")
    table.narrator.chapter(_("The request"))
    await table.http.post(
        "/api/v1/accounts", json={"email": person.email, "name": person.name, "language": person.language}
    )
    table.tell(person.name, _("asks for an account; a link confirms the address"))
    token = await table.link_for(person)
    await take(table, person, token)
    table.tell(person.key, _("makes an account"))
    again = await table.http.post(f"/api/v1/invitations/{token}", json={"name": person.name, "password": "x" * 20})
    said = again.json()
    expect(again.status_code == 410 and said["code"] == "link_expired", _("a link serves once"))  # noqa: PLR2004 -- Gone
    table.tally.refusals += 1
    table.refused(person.key, _("opens the same link again"), said)


async def take(table: Table, person: Person, token: str) -> None:
    """Take an invitation: the account is made, and the person is known by a bearer from now on.

    Who was invited by somebody opens the link first, and types the code that this mails to their address.
    """
    hands = Hands(table.http, person, table.password, table.tally)
    link = (await table.http.get(f"/api/v1/invitations/{token}")).json()
    code = ""
    if link["needs_proof"]:
        await table.http.post(f"/api/v1/invitations/{token}/open")
        code = await table.code_for(person)
    answer = await table.http.post(
        f"/api/v1/invitations/{token}",
        json={"name": person.name, "password": table.password, "language": person.language, "code": code},
    )
    table.tally.requests += 1
    expect(answer.status_code == 201, f"{person.name}: {answer.status_code} {answer.text[:300]}")  # noqa: PLR2004 -- Created
    hands.take(answer.json()["bearer"])
    table.hands[person.key] = hands
    account = await hands.get("/account")
    expect(account["email"] == person.email, _("the bearer speaks for its own account"))


async def team_arrives(table: Table, leader: str) -> None:
    """A representative invites their coordinator and counsel, who take their links."""
    side = table.case.person(leader).side
    others = [person for person in table.case.team(side) if person.key != leader]
    if not others:
        return
    for person in others:
        await table[leader].post(
            f"{table.dispute}/team",
            {"email": person.email, "name": person.name, "role": person.role, "language": person.language},
        )
    table.tell(leader, _("invites the team: %(names)s", names=", ".join(person.name for person in others)))
    for person in others:
        await take(table, person, await table.link_for(person))
        table.tell(person.key, _("joins the team"))
