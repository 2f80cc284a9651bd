"""Work off the outbox: mails, checkpoints, time stamps, sealing. Several may run at once on PostgreSQL."""

import asyncio
import signal
from collections.abc import Sequence

from odr.bootstrap import build_platform, give_large_pieces_back, leave_no_dumps
from odr.custody.marks import repeat_at_start
from odr.platform import speaking_odr
from odr.settings import Settings
from odr.worker import Worker
from web.commands.starting import why_not_start
from web.logging import configure_logging
from web.terminal import FAILED, OK, complain, parser_for, settings_here


def run(argv: Sequence[str]) -> int:
    """Work until a signal comes; the job in hand is finished first."""
    parser_for("worker", __doc__).parse_args(argv)
    settings = settings_here()
    configure_logging()
    leave_no_dumps()
    give_large_pieces_back()
    return asyncio.run(_work(settings))


async def _work(settings: Settings) -> int:
    platform = build_platform(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        with speaking_odr():
            refusal = await why_not_start(platform)
        if refusal:
            complain(refusal)
            return FAILED
        await platform.prepare()
        await repeat_at_start(platform)
        await Worker(platform).run(stop)
    finally:
        await platform.close()
    return OK
