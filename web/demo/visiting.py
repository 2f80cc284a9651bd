"""Welcomes visitors: plays the case up to where each role has something to do, and opens a door for each of them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from odr.words import _, home_zone
from web.demo.case import crm_case
from web.demo.cases import ROLES, SIDES, keep_cases
from web.demo.cast import BY_KEY
from web.demo.clock import StoryClock
from web.demo.doors import Door, doors_of, make_doors
from web.demo.errors import UnexpectedError
from web.demo.place import Place
from web.demo.server import serving
from web.terminal import FAILED, OK, complain


async def welcome(place: Place, changes: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Serve the demo until cancelled; the first time, play the case before. Returns the exit status."""
    case = crm_case(datetime.now(home_zone).date())
    clock = StoryClock()
    if not place.played:
        clock.begin(case.when.opened)
    async with serving(place, changes, clock) as platform:
        if not place.played:
            say(_("The demo makes its own secrets, in %(place)s", place=place.directory))
            from web.demo.rehearsing import rehearse  # noqa: PLC0415 -- a second start plays nothing: it is up at once

            try:
                keep_cases(place.data, await rehearse(place, platform, case, clock, say))
            except UnexpectedError as error:
                complain(_("The demo failed: %(why)s", why=str(error)))
                return FAILED
            make_doors(place.data, BY_KEY.values())
            place.played = True
            place.keep()
        _show_doors(place, doors_of(place.data), say)
        await asyncio.Event().wait()
    return OK


def _show_doors(place: Place, doors: list[Door], say: Callable[[str], None]) -> None:
    say("")
    say(_("The demo is open at %(url)s. One link for each person:", url=place.public_url))
    for door in doors:
        person = BY_KEY[door.key]
        say("")
        side = f", {_(SIDES[person.side])}" if person.side in SIDES else ""
        say(f"  {door.name} — {_(ROLES[person.role])}{side}")
        say(f"    {door.email}")
        say(f"    {place.public_url}/demo/enter/{door.token}")
    say("")
    say(_("Who is who, and which case shows what: %(url)s", url=f"{place.public_url}/demo"))
    say(_("Everybody's password: %(password)s", password=place.password))
    say(_("Mails: %(url)s", url=f"{place.public_url}/demo/mail"))
    say(_("Files to try uploads with: %(folder)s", folder=place.evidence))
    say(_("Ctrl-C ends it; the same command starts it again where it was."))
