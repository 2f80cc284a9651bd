"""Check the database, its migrations, the store and its locks, the root key, mail, time, jobs and disk.

Each line says whether it is well, and what to do when it is not. Exit status 1 when anything fails.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from odr.bootstrap import build_platform
from odr.doctor.examining import examine
from odr.doctor.finding import Finding, State
from odr.settings import Settings
from odr.words import _, phrase
from web.terminal import FAILED, OK, parser_for, say, settings_here

MARKS: Final = {State.OK: phrase("OK"), State.WARN: phrase("WARN"), State.FAIL: phrase("FAIL"), State.NONE: "—"}


def run(argv: Sequence[str]) -> int:
    """Print every finding; 1 when one is a failure."""
    parser_for("doctor", __doc__).parse_args(argv)
    found = asyncio.run(_examine(settings_here()))
    width = max(len(finding.name) for finding in found)
    marks = {state: _(mark) for state, mark in MARKS.items()}
    column = max(len(mark) for mark in marks.values())
    for finding in found:
        say(f"{marks[finding.state]:<{column}}  {finding.name:<{width}}  {finding.words}")
        if finding.detail:
            say(f"{'':<{column}}  {'':<{width}}  {finding.detail}")
    return FAILED if any(finding.state is State.FAIL for finding in found) else OK


async def _examine(settings: Settings) -> list[Finding]:
    platform = build_platform(settings)
    try:
        return await examine(platform)
    finally:
        await platform.close()
