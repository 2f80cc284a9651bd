"""Read stored objects again, against the digests of their sealed segments: no key is needed, nothing is decrypted.

Without an option it reads what is due. What it finds is mended from the second store, where there is one.
Exit status 1 when damage stands.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from odr.bootstrap import build_platform
from odr.keeping.scrubbing import scrub_all, scrub_due, scrub_item
from odr.keeping.standing import Standing, standing_now
from odr.platform import Platform
from odr.settings import Settings
from odr.words import _, exact_moment, ngettext, phrase
from web.terminal import FAILED, OK, complain, parser_for, say, settings_here

DAMAGES = {
    "rot": phrase("its bytes have changed"),
    "lost": phrase("it is gone"),
    "swapped": phrase("another object's bytes are in its place"),
    "unlocked": phrase("its lock is missing or too short"),
    "unheld": phrase("its legal hold is not what it should be"),
}


def run(argv: Sequence[str]) -> int:
    """Read, or only tell; 1 when damage stands."""
    parser = parser_for("scrub", __doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--all", action="store_true", help="read everything, however recently it was read")
    what.add_argument("--item", type=UUID, help="read the objects of this item alone")
    what.add_argument("--status", action="store_true", help="read nothing: tell how far the scrub is")
    given = parser.parse_args(argv)
    found, known = asyncio.run(_scrub(settings_here(), whole=given.all, item=given.item, only_tell=given.status))
    if not known:
        complain(_("No such item is recorded."))
        return FAILED
    return tell(found)


def tell(found: Standing) -> int:
    """Print how the objects are; 1 when damage stands."""
    say(ngettext("%(n)s object is kept", "%(n)s objects are kept", found.objects))
    if found.unread:
        say(ngettext("%(n)s was never read again yet", "%(n)s were never read again yet", found.unread))
    if found.oldest is not None:
        say(_("The one that was not read for longest was read on %(when)s.", when=exact_moment(found.oldest)))
    if found.is_slow:
        complain(_("At this pace a whole pass takes longer than ENTENTE_SCRUB_DAYS: see ENTENTE_SCRUB_MIB_PER_SECOND."))
    if found.waiting:
        say(ngettext("%(n)s awaits its second copy", "%(n)s await their second copy", found.waiting))
    for each in found.broken:
        where = _("second copy") if each.second else _("first copy")
        damage = _(DAMAGES[each.damage.value])
        line = _("Item %(item)s, %(where)s: %(damage)s.", item=each.item, where=where, damage=damage)
        if each.mended:
            mended = _("It was mended.")
            say(f"{line} {mended}")
        else:
            what_to_do = _("See the runbook “Rot found”.")
            complain(f"{line} {what_to_do}")
    return FAILED if found.standing else OK


async def _scrub(settings: Settings, *, whole: bool, item: UUID | None, only_tell: bool) -> tuple[Standing, bool]:
    platform: Platform = build_platform(settings)
    try:
        known = True
        if item is not None:
            known = await scrub_item(platform, item)
        elif not only_tell:
            await (scrub_all(platform) if whole else scrub_due(platform))
        return await standing_now(platform), known
    finally:
        await platform.close()
