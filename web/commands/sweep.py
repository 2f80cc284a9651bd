"""Find what uploads left behind in the store, and rows whose bytes are gone. Nothing is removed without --apply."""

import asyncio
from collections.abc import Sequence

from odr.bootstrap import build_platform
from odr.evidence.sweeping import Swept, sweep_now
from odr.settings import Settings
from odr.words import _, exact_moment, ngettext
from web.terminal import FAILED, OK, complain, parser_for, say, settings_here


def run(argv: Sequence[str]) -> int:
    """Tell, or take away; 1 when a recorded item has lost its bytes."""
    parser = parser_for("sweep", __doc__)
    parser.add_argument("--apply", action="store_true", help="remove what no row names and is older than a day")
    given = parser.parse_args(argv)
    found = asyncio.run(_sweep(settings_here(), apply=given.apply))
    say(ngettext("%(n)s object that no row names", "%(n)s objects that no row names", found.orphans))
    say(ngettext("%(n)s upload begun and never ended", "%(n)s uploads begun and never ended", found.uploads))
    if found.locked:
        say(ngettext("%(n)s is still locked by the store", "%(n)s are still locked by the store", found.locked))
    if found.locked_until is not None:
        say(_("The last of these locks ends on %(when)s.", when=exact_moment(found.locked_until)))
    if found.orphans or found.uploads:
        say(_("They were removed.") if given.apply else _("Nothing was removed: add --apply to do it."))
    for item in found.missing:
        complain(_("The bytes of item %(item)s are gone: run `entente repair`, or restore its object.", item=item))
    for item in found.second_missing:
        complain(_("The second copy of item %(item)s is gone: run `entente repair`.", item=item))
    return FAILED if found.missing or found.second_missing else OK


async def _sweep(settings: Settings, *, apply: bool) -> Swept:
    platform = build_platform(settings)
    try:
        return await sweep_now(platform, remove=apply)
    finally:
        await platform.close()
