"""Hash everything that is stored again, and say where it disagrees with itself, or with a checkpoint kept elsewhere.

Give --checkpoint the text of a checkpoint, or a mail that holds one, which was kept where nobody here could change it:
that alone shows that the whole database was put back, or its history written anew.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import msgspec

from odr.auditing import SENTENCES, STOP, Finding, Progress, audit
from odr.bootstrap import build_platform
from odr.settings import Settings
from odr.words import _, ngettext
from web.terminal import FAILED, OK, UNUSABLE, complain, parser_for, say, settings_here

LARGEST: Final = 256 * 1024


def run(argv: Sequence[str]) -> int:
    """Audit and report; 0 when all agrees, 1 when anything does not."""
    parser = parser_for("audit", __doc__)
    parser.add_argument(
        "--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="checkpoint or mail kept elsewhere"
    )
    parser.add_argument("--objects", action="store_true", help="also hash every stored byte again")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(argv)
    try:
        kept = [_read(path) for path in given.checkpoint]
    except OSError as error:
        complain(f"entente audit: {error.filename}: {error.strerror}")
        return UNUSABLE
    progress, findings = asyncio.run(_audit(settings_here(), kept, objects=given.objects))
    if given.json:
        say(json.dumps({**_counts(progress), "findings": [asdict(each) for each in findings]}))
    else:
        _report(progress, findings)
    return FAILED if findings else OK


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST)


async def _audit(settings: Settings, kept: list[bytes], *, objects: bool) -> tuple[Progress, list[Finding]]:
    platform = build_platform(settings)
    try:
        return await audit(platform, objects=objects, kept=kept)
    finally:
        await platform.close()


def _counts(progress: Progress) -> dict[str, int]:
    names = ("rooms", "events", "erased", "checkpoints", "files")
    return {name: value for name, value in msgspec.to_builtins(progress).items() if name in names}


def _report(progress: Progress, findings: list[Finding]) -> None:
    say(ngettext("%(n)s event hashed again", "%(n)s events hashed again", progress.events))
    say(ngettext("%(n)s checkpoint verified", "%(n)s checkpoints verified", progress.checkpoints))
    say(ngettext("%(n)s file looked at", "%(n)s files looked at", progress.files))
    for code in dict.fromkeys(each.code for each in findings):
        places = [each.place for each in findings if each.code == code]
        say(f"✗ {_(SENTENCES[code])}")
        for place in places[:20]:
            say(f"    {place}")
        if len(places) > 20:  # noqa: PLR2004 -- said in the next line
            say(f"    … {len(places)}")
    if findings:
        say(_(STOP))
    else:
        say(_("Everything that is stored agrees with itself and with what was signed."))
