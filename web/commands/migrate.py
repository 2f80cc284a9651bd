"""Bring the database to the newest migration, and make the centre's own space. May be run again at any time."""

import asyncio
from collections.abc import Sequence

from odr.bootstrap import build_platform
from odr.migrate import is_current, upgrade
from odr.platform import speaking_odr
from odr.settings import Settings
from odr.words import _
from web.terminal import OK, parser_for, say, settings_here


def run(argv: Sequence[str]) -> int:
    """Migrate in one transaction."""
    parser_for("migrate", __doc__).parse_args(argv)
    return asyncio.run(_migrate(settings_here()))


async def _migrate(settings: Settings) -> int:
    platform = build_platform(settings)
    try:
        with speaking_odr():
            was_current = await is_current(platform.database)
            await upgrade(platform.database)
        await platform.prepare()
    finally:
        await platform.close()
    say(_("The database was at the newest migration already.") if was_current else _("The database is ready."))
    return OK
