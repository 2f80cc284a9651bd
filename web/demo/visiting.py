"""Welcomes visitors: plays the case up to where each role has something to do, and opens a door for each of them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from odr.words import _, home_zone, phrase
from web.demo.case import crm_case
from web.demo.cast import BY_KEY
from web.demo.doors import Door, doors_of, make_doors
from web.demo.errors import UnexpectedError
from web.demo.place import Place
from web.demo.server import serving
from web.demo.shapes import Role
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
            from web.demo.rehearsing import rehearse  # noqa: PLC0415 -- a second start plays nothing: it is up at once

            case = crm_case(datetime.now(home_zone).date())
            try:
                await rehearse(place, platform, case, say)
            except UnexpectedError as error:
                complain(_("The demo failed: %(why)s", why=str(error)))
                return FAILED
            make_doors(place.data, case.people)
            place.played = True
            place.keep()
        _show_doors(place, doors_of(place.data), say)
        await asyncio.Event().wait()
    return OK


def _show_doors(place: Place, doors: list[Door], say: Callable[[str], None]) -> None:
    sides = {"claimant": f", {_('claimant')}", "respondent": f", {_('respondent')}", "centre": ""}
    say("")
    say(_("The demo is open at %(url)s. One link for each person:", url=place.public_url))
    for door in doors:
        person = BY_KEY[door.key]
        say("")
        say(f"  {door.name} — {_(ROLES[person.role])}{sides[person.side]}")
        say(f"    {door.email}")
        say(f"    {place.public_url}/demo/enter/{door.token}")
    say("")
    say(_("Everybody's password: %(password)s", password=place.password))
    say(_("Mails: %(url)s", url=f"{place.public_url}/demo/mail"))
    say(_("Files to try uploads with: %(folder)s", folder=place.evidence))
    say(_("Ctrl-C ends it; the same command starts it again where it was."))
