"""Destroy for good: a person's own data now; an exhibit or a room once an archivist has agreed on the site.

    entente shred person ADDRESS                 erase this account's own drafts and personal data (GDPR, art. 17)
    entente shred item REFERENCE IDENTIFIER      ask that an exhibit be destroyed
    entente shred space REFERENCE IDENTIFIER     ask that a room of a closed dispute be destroyed

With --dry-run nothing is changed. Without it, the name given must be typed once more.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from odr.bootstrap import build_platform
from odr.custody.commands import ask_destruction, erase_person
from odr.custody.queries import Because
from odr.custody.shredding import private_drafts
from odr.errors import ConflictError, InvalidInputError
from odr.ids import AccountId
from odr.people.queries import account_of
from odr.platform import Platform
from odr.words import _, ngettext, phrase
from web.terminal import FAILED, OK, UNUSABLE, complain, parser_for, say, settings_here

_REFUSALS: Final = {
    "legal_hold": phrase("A legal hold forbids it."),
    "needed": phrase("This room is still needed: the dispute is not closed, or its pages stand on it."),
    "asked_already": phrase("This was asked already."),
    "seated": phrase("This person still sits at a table that is not closed."),
}


def run(argv: Sequence[str]) -> int:
    """Tell what would be destroyed, have it confirmed, do it."""
    parser = parser_for("shred", __doc__)
    kinds = parser.add_subparsers(dest="what", required=True)
    person = kinds.add_parser("person")
    person.add_argument("address", help="the account's e-mail address")
    for name in ("item", "space"):
        thing = kinds.add_parser(name)
        thing.add_argument("reference", help="the dispute's reference")
        thing.add_argument("identifier", help="the last part of its page's address")
        thing.add_argument("--because", choices=[each.value for each in Because], required=True)
    for each in kinds.choices.values():
        each.add_argument("--dry-run", action="store_true", help="tell only; change nothing")
    given = parser.parse_args(argv)
    name = given.address if given.what == "person" else given.identifier
    if not given.dry_run and input(_("Type %(name)s once more to confirm: ", name=name)).strip() != name:
        complain(_("That is something else: nothing was changed."))
        return UNUSABLE
    try:
        if given.what == "person":
            return asyncio.run(_person(given.address, dry_run=given.dry_run))
        return asyncio.run(_ask(given.what, given.reference, given.identifier, given.because, dry_run=given.dry_run))
    except ConflictError as error:
        complain(_(_REFUSALS[error.code]) if error.code in _REFUSALS else error.code)
        return FAILED
    except InvalidInputError:
        complain(_("There is nothing of this name: check the reference and the identifier."))
        return UNUSABLE


async def _person(address: str, *, dry_run: bool) -> int:
    async with _Opened() as platform:
        account_id = await _account(platform, address)
        if account_id is None:
            complain(_("No account has this address."))
            return UNUSABLE
        async with platform.unit(write=False) as uow:
            drafts = len(await private_drafts(uow, account_id))
        say(ngettext("%(n)s private draft, and their data", "%(n)s private drafts, and their data", drafts))
        async with platform.unit() as uow:
            number = await erase_person(uow, account_id, actor_id=None)
            if dry_run:
                await uow.session.rollback()
    if dry_run:
        say(_("Nothing was changed."))
        return OK
    say(_("Erased. The certificate has the number %(number)s.", number=str(number)))
    return OK


async def _ask(what: str, reference: str, identifier: str, because: str, *, dry_run: bool) -> int:
    async with _Opened() as platform, platform.unit() as uow:
        await ask_destruction(uow, None, scope=what, reference=reference, subject=identifier, because=because)
        if dry_run:
            await uow.session.rollback()
    if dry_run:
        say(_("It is there, and nothing forbids its destruction. Nothing was changed."))
        return OK
    say(_("Asked. An archivist decides, on the site's page “Holds and destruction”."))
    return OK


async def _account(platform: Platform, address: str) -> AccountId | None:
    async with platform.unit(write=False) as uow:
        return await account_of(uow, address.strip().lower())


class _Opened:
    """The platform of this process's settings, for one command."""

    async def __aenter__(self) -> Platform:
        self._made = build_platform(settings_here())
        return self._made

    async def __aexit__(self, *_error: object) -> None:
        await self._made.close()
