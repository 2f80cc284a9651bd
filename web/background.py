"""What runs beside requests inside the server: the worker (embedded default) and the newest checkpoint for footers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from litestar import Litestar

from odr.bootstrap import Platform
from odr.custody.marks import repeat_at_start
from odr.errors import UnavailableError
from odr.register import published
from odr.worker import Worker

log = structlog.get_logger("web")

REFRESH_SECONDS: Final = 5.0


@asynccontextmanager
async def keep_background(app: Litestar) -> AsyncGenerator[None, None]:
    """Run the background tasks for as long as the server serves."""
    platform: Platform = app.state.platform
    await platform.prepare()
    await repeat_at_start(platform)
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_follow_checkpoint(app, stop))]
    if platform.settings.worker_inside:
        tasks.append(asyncio.create_task(Worker(platform).run(stop)))
    try:
        yield
    finally:
        stop.set()
        done, late = await asyncio.wait(tasks, timeout=10)
        for task in late:
            task.cancel()
        for task in done:
            if task.exception() is not None:
                log.error("background_ended", exc_info=task.exception())
        await platform.close()


async def _follow_checkpoint(app: Litestar, stop: asyncio.Event) -> None:
    platform: Platform = app.state.platform
    while not stop.is_set():
        try:
            newest = await published(platform)
            app.state.newest_checkpoint = newest.root if newest else None
        except UnavailableError:
            log.warning("checkpoint_unread")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), REFRESH_SECONDS)
