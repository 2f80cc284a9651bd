"""Welcomes visitors: plays the case up to where each role has something to do, and opens a door for each of them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import httpx

from odr.words import _, home_zone, phrase
from web.demo import examining, settling, talking
from web.demo.case import crm_case
from web.demo.doors import Door, doors_of, make_doors
from web.demo.hands import UnexpectedError
from web.demo.place import Place
from web.demo.script import first_link, play_to_the_open_table, table_in
from web.demo.server import serving
from web.demo.shapes import Role
from web.demo.table import Table
from web.terminal import FAILED, OK, complain

ROLES: Final[Mapping[Role, str]] = {
    "representative": phrase("representative"),
    "coordinator": phrase("coordinator"),
    "counsel": phrase("counsel"),
    "member": phrase("team member"),
    "mediator": phrase("mediator"),
    "co_mediator": phrase("mediator of the centre, not appointed"),
    "expert": phrase("neutral expert"),
    "archivist": phrase("archivist"),
    "secretariat": phrase("secretariat"),
}


async def welcome(place: Place, changes: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Serve the demo until cancelled; the first time, play the case before. Returns the exit status."""
    async with serving(place, changes) as platform:
        if not place.played:
            say(_("The demo makes its own secrets, in %(place)s", place=place.directory))
            case = crm_case(datetime.now(home_zone).date())
            try:
                async with table_in(place, case, say) as table:
                    await play_to_the_open_table(table, await first_link(platform, case))
                    await _leave_things_to_do(table)
            except (UnexpectedError, httpx.HTTPError) as error:
                complain(_("The demo failed: %(why)s", why=f"{type(error).__name__} {error}"))
                return FAILED
            make_doors(place.data, case.people)
            place.played = True
            place.keep()
        _show_doors(place, doors_of(place.data), say)
        await asyncio.Event().wait()
    return OK


async def _leave_things_to_do(table: Table) -> None:
    """Stop where each role is awaited: consents to give, a text to read and freeze, a second request to qualify."""
    await talking.lodge_everything(table)
    await talking.speak_before_the_report(table)
    await examining.examine(table)
    await talking.speak_after_the_report(table)
    await talking.ask_disclosures(table)
    await settling.draft_settlement(table)
    await _second_request(table)


async def _second_request(table: Table) -> None:
    """The respondent, too, has somebody to complain of: a request that awaits the secretariat."""
    leader = table.case.holder_of("representative", "respondent")
    own = table.case.respondent
    made = await table[leader.key].post(
        "/disputes",
        {
            "title": _("Hosting invoices disputed by our subcontractor"),
            "category": "unpaid_invoice",
            "amount_cents": 640_000,
            "facts": _("Two invoices for the hosting of our test platform are disputed, and the service is cut."),
            "wished": _("To have the service back this month, and a common reading of the contract's tariff."),
            "company": own.name,
            "registration": f"{own.spaced_siren} {own.register}",
            "respondent": "Hébergement des Trois Ponts",
            "contact_name": "Solène Garrigoux",
            "contact_email": "solene.garrigoux@trois-ponts.example",
        },
    )
    await table[leader.key].post(f"/disputes/{made['id']}/file")
    table.tell(leader.key, _("files a request of their own, which awaits the secretariat"))


def _show_doors(place: Place, doors: list[Door], say: Callable[[str], None]) -> None:
    people = {person.key: person for person in crm_case(datetime.now(home_zone).date()).people}
    sides = {"claimant": _("claimant"), "respondent": _("respondent"), "centre": _("centre")}
    say("")
    say(_("The demo is open at %(url)s. One link for each person:", url=place.public_url))
    for door in doors:
        person = people[door.key]
        say("")
        say(f"  {door.name} — {_(ROLES[person.role])}, {sides[person.side]}")
        say(f"    {door.email}")
        say(f"    {place.public_url}/demo/enter/{door.token}")
    say("")
    say(_("Everybody's password: %(password)s", password=place.password))
    say(_("Mails: %(url)s", url=f"{place.public_url}/demo/mail"))
    say(_("Files to try uploads with: %(folder)s", folder=place.evidence))
    say(_("Ctrl-C ends it; the same command starts it again where it was."))
