"""From the request to the open table: filed, qualified, invited, accepted, signed, independent."""

from datetime import datetime, time
from typing import Any, Final

from odr.words import _, amount, exact_moment, home_zone
from web.demo.arriving import take, team_arrives
from web.demo.hands import Hands
from web.demo.table import Table, expect

AFTER_THE_REMINDERS: Final = time(9, 1)
"""The platform reminds at nine."""
MAILS_OF_AN_INVITATION: Final = 2


async def file_the_request(table: Table) -> None:
    """The claimant writes, prepares what stays private, and files."""
    case = table.case
    leader = table.case.holder_of("representative", "claimant")
    own, other = case.claimant, case.respondent
    contact = case.holder_of("representative", "respondent")
    said = case.complaint
    made = await table[leader.key].post(
        "/disputes",
        {
            "title": said.title,
            "category": said.category,
            "contract": said.contract_reference,
            "amount_cents": int(said.amount * 100),
            "facts": said.what_happened,
            "wished": said.wished_outcome,
            "company": own.name,
            "registration": f"{own.spaced_siren} {own.register}",
            "address": own.address.on_one_line(),
            "respondent": other.name,
            "respondent_registration": f"{other.spaced_siren} {other.register}",
            "respondent_address": other.address.on_one_line(),
            "contact_name": contact.name,
            "contact_email": contact.email,
        },
    )
    table.dispute_id = made["id"]
    table.tell(leader.key, _("writes a request: “%(title)s”", title=said.title))
    secretary = table[case.holder_of("secretariat").key]
    refused = await secretary.is_refused("GET", table.dispute, 404, "not_found")
    table.refused(secretary, _("looks for the draft"), refused)
    progress = await table[leader.key].post(f"{table.dispute}/file")
    table.reference = progress["reference"]
    table.tell(leader.key, _("files it: %(reference)s", reference=table.reference))
    await set_mandate(table, leader.key)
    await team_arrives(table, leader.key)


async def invite(table: Table, *, recused: bool = False) -> None:
    """The secretariat qualifies, appoints and invites; with ``recused`` the first mediator asked steps down at once."""
    case = table.case
    secretary, mediator = case.holder_of("secretariat"), case.holder_of("mediator")
    office = table[secretary.key]
    await office.post(f"{table.dispute}/qualify", {"reason": ""})
    table.tell(secretary.key, _("finds the request admissible"))
    people: list[dict[str, Any]] = await office.get("/people")
    if recused:
        await _step_down(table, office, people)
    chosen = next(person["id"] for person in people if person["email"] == mediator.email)
    await office.post(f"{table.dispute}/mediator", {"account_id": chosen})
    table.tell(secretary.key, _("appoints %(name)s as mediator", name=mediator.name))
    await office.post(f"{table.dispute}/invite", {"language": "fr"})
    table.tell(secretary.key, _("invites %(company)s by mail", company=case.respondent.name))


async def _step_down(table: Table, office: Hands, people: list[dict[str, Any]]) -> None:
    first = table.case.holder_of("co_mediator")
    chosen = next(person["id"] for person in people if person["email"] == first.email)
    await office.post(f"{table.dispute}/mediator", {"account_id": chosen})
    table.tell(office, _("appoints %(name)s as mediator", name=first.name))
    await table[first.key].post(f"{table.dispute}/recusal", {"reason": _("I once advised one of the companies.")})
    table.tell(first.key, _("steps down, and says why"))
    hidden = await table[first.key].is_refused("GET", table.dispute, 404, "not_found")
    table.refused(first.key, _("looks at the dispute again"), hidden)


async def bring_to_the_table(table: Table) -> None:
    """The other party is invited, reads its mail, comes, and brings its team."""
    case = table.case
    table.narrator.chapter(_("The invitation"))
    await invite(table)
    leader = case.holder_of("representative", "respondent")
    token = await table.link_for(leader)
    link = (await table.http.get(f"/api/v1/invitations/{token}")).json()
    expect(
        link["decides"] and link["title"].split() == case.complaint.title.split(), _("the link says what it is about")
    )
    await accept(table, token)


async def invite_and_remind(table: Table) -> None:
    """The centre qualifies, and invites; the first mediator steps down; the invitation is answered after a reminder."""
    case = table.case
    table.narrator.chapter(_("The invitation"))
    table.turn_to(case.when.invited)
    await invite(table, recused=True)
    leader = case.holder_of("representative", "respondent")
    await table.link_for(leader)
    table.turn_to(case.when.invitation_reminded, AFTER_THE_REMINDERS)
    reminder = await table.link_for(leader)
    table.tell(_("Entente"), _("reminds %(company)s, and keeps the proof that the reminder left",
                               company=case.respondent.name))  # fmt: skip
    table.turn_to(case.when.accepted)
    await accept(table, reminder)
    secretary = table[case.holder_of("secretariat").key]
    (seen,) = await secretary.get(f"{table.dispute}/invitations")
    sent = [exact_moment(moment_of(mail["handed_at"])) for mail in seen["mails"]]
    expect(len(sent) == MAILS_OF_AN_INVITATION, _("the invitation and its reminder were handed over"))
    told = {"sent": sent[0], "reminded": sent[1], "opened": exact_moment(moment_of(seen["opened_at"]))}
    table.tell(secretary, _("reads the proofs: sent %(sent)s; reminder %(reminded)s; opened %(opened)s", **told))


async def accept(table: Table, token: str) -> None:
    """The invited company opens the link, and accepts: with its account, or with the code that proves its address."""
    leader = table.case.holder_of("representative", "respondent")
    if leader.key in table.hands:
        await table.http.post(f"/api/v1/invitations/{token}/open")
        await table[leader.key].post(f"/invitations/{token}/accept")
    else:
        await take(table, leader, token)
    table.tell(leader.key, _("opens the link, reads who invites, and accepts the mediation"))
    await set_mandate(table, leader.key)
    await team_arrives(table, leader.key)


async def open_the_table(table: Table, *, negotiated: bool = False) -> None:
    """Both sign the agreement to mediate, the mediator declares independence: the mediation opens."""
    case = table.case
    table.narrator.chapter(_("The agreement to mediate"))
    leaders = [table[case.holder_of("representative", side).key] for side in ("claimant", "respondent")]

    async def drafted() -> dict[str, Any] | None:
        found = await leaders[0].get(f"{table.dispute}/agreements")
        return found[0] if found else None

    convention = await table.until(drafted, _("the agreement to mediate"))
    path = f"{table.dispute}/agreements/{convention['id']}"
    digest = convention["version"]["digest"]
    table.tell(_("Entente"), _("writes the agreement to mediate (SHA-256 %(digest)s…)", digest=digest[:16]))
    if negotiated:
        digest = await _negotiate_the_term(table, path, digest)
    body = {"digest": digest, "password": "not-the-password"}
    refused = await leaders[0].is_refused("POST", f"{path}/sign", 422, "invalid_input", json=body)
    table.refused(leaders[0], _("signs with a wrong password"), refused)
    for hands in leaders:
        await sign(table, hands, path, digest)
    mediator = table[case.holder_of("mediator").key]
    await declare(table, mediator, case.convention.independence)
    await nobody_objects(table)
    opened = await mediator.get(table.dispute)
    expect(opened["stage"] == "open", _("the mediation is open"))
    table.tell(_("Entente"), _("opens the mediation: caucuses, joint room, notes"))
    for person in case.people:
        await _learn_rooms(table, table[person.key])


async def declare(table: Table, mediator: Hands, tie: str) -> None:
    """A mediator declares independence, and the one tie there was, to somebody's counsel."""
    parties = (await mediator.get(table.dispute))["parties"]
    ties: dict[str, dict[str, Any]] = {about: {"none": True} for about in (*(p["id"] for p in parties), "matter")}
    ties["counsel"] = {"text": tie}
    await mediator.post(f"{table.dispute}/independence", {"ties": ties, "independent": True})
    table.tell(mediator, _("declares independence, and the one tie there was"))


async def nobody_objects(table: Table) -> None:
    """Both sides read what was declared, and say that they do not object."""
    for side in ("claimant", "respondent"):
        hands = table[table.case.holder_of("representative", side).key]
        for appointed in await hands.get(f"{table.dispute}/appointments"):
            if appointed["window"] and appointed["window"]["may_answer"]:
                await hands.post(f"{table.dispute}/appointments/{appointed['id']}/no-objection")
                table.tell(hands, _("reads the declaration, and has no objection"))


async def _negotiate_the_term(table: Table, path: str, digest: str) -> str:
    """One clause is negotiated: one party proposes, everybody else agrees. Return the new text's digest."""
    first, second = (table[table.case.holder_of("representative", side).key] for side in ("claimant", "respondent"))
    wanted = {
        "clause": "term",
        "digest": digest,
        "terms": {"months": 2},
        "reason": _("Our season begins in ten weeks: we would like to know before it does."),
    }
    made = await first.post(f"{path}/proposals", wanted)
    table.tell(first, _("proposes another term: two months"))
    for hands in (second, table[table.case.holder_of("mediator").key]):
        await hands.post(f"{path}/proposals/{made['id']}/agree")
        table.tell(hands, _("agrees to this clause"))
    newer: dict[str, Any] = (await first.get(path))["version"]
    expect(newer["digest"] != digest, _("the clause stands in a new version"))
    return str(newer["digest"])


def moment_of(said: str) -> datetime:
    """Read a moment of the API's."""
    return datetime.fromisoformat(said)


async def sign(table: Table, hands: Hands, path: str, digest: str) -> bool:
    """Sign what was shown, with the password given again; tell whether all have signed."""
    signed = await hands.post(f"{path}/sign", {"digest": digest, "password": hands.password})
    table.tell(hands, _("gives the password again and signs this very text"))
    complete: bool = signed["complete"]
    return complete


async def _learn_rooms(table: Table, hands: Hands) -> None:
    if hands.person.side == "centre" and hands.person.role != "mediator":
        return
    sides = {table.case.claimant.name: "claimant", table.case.respondent.name: "respondent"}
    for room in await hands.get(f"{table.dispute}/rooms"):
        side = sides.get(room["party_name"])
        table.rooms[f"{room['kind']}_{side}" if side else room["kind"]] = room["id"]


async def set_mandate(table: Table, key: str) -> None:
    """A representative writes down how far they may settle, by whose decision and since when."""
    hands = table[key]
    team = await hands.get(f"{table.dispute}/team")
    seat = next(seat["seat_id"] for seat in team["seats"] if seat["role"] == "representative")
    ceiling = hands.person.mandate
    if ceiling is not None:
        given = {
            "ceiling_cents": int(ceiling * 100),
            "given_by": _("The company's board"),
            "given_on": table.narrator.clock().astimezone(home_zone).date().isoformat(),
        }
        await hands.put(f"{table.dispute}/team/{seat}/mandate", given)
        table.tell(hands, _("writes down a mandate of %(amount)s", amount=amount(ceiling)))
