"""Take a mail that came back: a delivery status notification (RFC 3464), as a file or on the standard input.

Hand over what arrives at the address that mails are sent from, one message at a time, for example from a mail server's
pipe. The address is marked as failing; its holder and the secretariat see it, and the notice stays on the site.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from odr.bootstrap import build_platform
from odr.errors import InvalidInputError
from odr.notices.bounces import take_report
from odr.notices.reports import LIMIT, Report, read_report
from odr.settings import Settings
from odr.words import _, phrase
from web.terminal import FAILED, OK, UNUSABLE, complain, parser_for, say, settings_here

_WHY: Final = {
    "too_large": phrase("This is larger than any delivery status notification."),
    "no_report": phrase("This is no delivery status notification (RFC 3464)."),
    "not_failed": phrase("Nothing failed: this tells of a delay or of a delivery. Nothing was marked."),
    "no_mail_of_ours": phrase("This does not name a mail of this platform. Nothing was marked."),
}


def run(argv: Sequence[str]) -> int:
    """Read the notification, then mark the address; 1 when it says nothing of a mail of ours."""
    parser = parser_for("bounce", __doc__)
    parser.add_argument("file", nargs="?", type=Path, help="the message; without it, the standard input is read")
    given = parser.parse_args(argv)
    try:
        octets = _octets(given.file)
    except OSError:
        complain(_("The file cannot be read."))
        return UNUSABLE
    try:
        report = read_report(octets)
    except InvalidInputError as error:
        why = _WHY[error.fields["report"]]
        complain(_(why))
        return FAILED
    if not asyncio.run(_take(settings_here(), report)):
        complain(_("No mail of ours went to that address, or it is marked already. Nothing was marked."))
        return FAILED
    say(_("The address is marked as failing (%(status)s).", status=report.status))
    return OK


def _octets(file: Path | None) -> bytes:
    if file is None:
        return sys.stdin.buffer.read(LIMIT + 1)
    with file.open("rb") as stream:
        return stream.read(LIMIT + 1)


async def _take(settings: Settings, report: Report) -> bool:
    platform = build_platform(settings)
    try:
        async with platform.unit() as uow:
            return await take_report(uow, report)
    finally:
        await platform.close()
