"""Take in a mail that came to the centre's address: as a draft of its sender, who confirms it on the site.

FILE is one whole mail as the mail server received it, headers and all; `-` reads it from the standard input. Who has no
account gets a link to sign up. Automatic mails, and those whose sender is forged, are never answered. The file is left
where it is. Status 1 means that nothing was kept: look at the mail, and do not bounce it, its sender may be invented.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from odr.bootstrap import build_platform
from odr.intake.letters import LARGEST
from odr.intake.mailroom import Handled, Outcome, receive_mail
from odr.settings import Settings
from odr.words import _, phrase, size
from web.terminal import FAILED, OK, UNUSABLE, complain, parser_for, say, settings_here

SAID: Final[dict[Outcome, str]] = {
    Outcome.DRAFTED: phrase("A draft was made; its sender is told by mail."),
    Outcome.REPEATED: phrase("This mail was taken in before. Nothing was done."),
    Outcome.SIGN_UP: phrase("Nobody with an account sent it: a link to sign up went to the address. Nothing was kept."),
    Outcome.AUTOMATIC: phrase("No person wrote it: it is not answered, and nothing was kept."),
    Outcome.FORGED: phrase("Its sender is not who it says. Nothing was kept, and nobody was answered."),
    Outcome.TOO_MANY: phrase("Too many drafts of its sender await confirmation. Nothing was kept."),
    Outcome.UNREADABLE: phrase("This cannot be read as a mail. Nothing was kept."),
    Outcome.TOO_LARGE: phrase("This mail is too large. Nothing was kept; its sender can lodge the files on the site."),
}
_FAILURES: Final = frozenset({Outcome.FORGED, Outcome.TOO_MANY, Outcome.UNREADABLE, Outcome.TOO_LARGE})


def run(argv: Sequence[str]) -> int:
    """Take in the mail, and say what became of it."""
    parser = parser_for("intake", __doc__)
    parser.add_argument("file", metavar="FILE.eml", help="one whole mail, or - for the standard input")
    given = parser.parse_args(argv)
    try:
        data = _read(given.file)
    except OSError as error:
        complain(_("The file cannot be read: %(why)s", why=error.strerror or ""))
        return UNUSABLE
    handled = asyncio.run(_receive(settings_here(), data))
    if handled.outcome in _FAILURES:
        complain(_(SAID[handled.outcome]))
        if handled.outcome is Outcome.TOO_LARGE:
            complain(_("The limit is %(size)s.", size=size(LARGEST)))
        return FAILED
    say(_(SAID[handled.outcome]))
    if handled.left_out:
        say(_("Left out of the draft, which says what and why: %(n)s", n=len(handled.left_out)))
    return OK


def _read(name: str) -> bytes:
    """Read a mail, and no more than a byte above the limit."""
    if name == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(name).open("rb") as file:
        return file.read(LARGEST + 1)


async def _receive(settings: Settings, data: bytes) -> Handled:
    platform = build_platform(settings)
    try:
        await platform.prepare()
        return await receive_mail(platform, data)
    finally:
        await platform.close()
