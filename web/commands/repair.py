"""Mend damaged or missing copies from the other store: everything whose damage is known, or one item.

The bytes are verified while they are read; no key is needed. What was damaged stays until the sweep takes it away.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from odr.bootstrap import build_platform
from odr.keeping.scrubbing import repair_known, scrub_item
from odr.keeping.standing import Standing, standing_now
from odr.settings import Settings
from odr.words import _
from web.commands.scrub import tell
from web.terminal import FAILED, complain, parser_for, settings_here


def run(argv: Sequence[str]) -> int:
    """Mend, then tell how the objects are; 1 when damage stands."""
    parser = parser_for("repair", __doc__)
    parser.add_argument("--item", type=UUID, help="read this item's copies first, and mend them alone")
    given = parser.parse_args(argv)
    found, known = asyncio.run(_repair(settings_here(), given.item))
    if not known:
        complain(_("No such item is recorded."))
        return FAILED
    return tell(found)


async def _repair(settings: Settings, item: UUID | None) -> tuple[Standing, bool]:
    platform = build_platform(settings)
    try:
        known = True
        if item is not None:
            known = await scrub_item(platform, item)
        else:
            await repair_known(platform)
        return await standing_now(platform), known
    finally:
        await platform.close()
