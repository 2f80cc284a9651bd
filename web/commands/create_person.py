"""Invite somebody to work for the centre, before anybody can do it on the site: the first administrator, for example.

Prints a link that serves once, within a fortnight. Whoever opens it first gets the role: hand it over safely.
"""

import asyncio
from collections.abc import Sequence

from odr.bootstrap import build_platform
from odr.errors import InvalidInputError
from odr.people.inviting import invite_person
from odr.settings import Settings
from odr.visibility.actor import CentreRole
from odr.words import _, available
from web.terminal import OK, UNUSABLE, complain, parser_for, say, settings_here


def run(argv: Sequence[str]) -> int:
    """Make the link and print it."""
    parser = parser_for("create-person", __doc__)
    parser.add_argument("email", help="the person's e-mail address")
    parser.add_argument("name", help="the person's name")
    parser.add_argument("--role", choices=[role.value for role in CentreRole], required=True)
    parser.add_argument("--language", choices=available, default=available[0], help="default: %(default)s")
    given = parser.parse_args(argv)
    settings = settings_here()
    try:
        token = asyncio.run(_invite(settings, given.email, given.name, CentreRole(given.role), given.language))
    except InvalidInputError as error:
        for field in error.fields:
            complain(_("This is not a usable e-mail address.") if field == "email" else _("This is not a usable name."))
        return UNUSABLE
    say(f"{settings.public_url}/invitation/{token}")
    return OK


async def _invite(settings: Settings, email: str, name: str, role: CentreRole, language: str) -> str:
    platform = build_platform(settings)
    try:
        await platform.prepare()
        async with platform.unit() as uow:
            _id, token = await invite_person(uow, None, email=email, name=name, language=language, centre_role=role)
    finally:
        await platform.close()
    return token
