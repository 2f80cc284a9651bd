"""List the tasks of the worker that failed: what each is, its last error, since when; never what it was about.

    entente jobs                 list them
    entente jobs --again ID      try a parked one again; more may be named
    entente jobs --again all     try every parked one again

The site does not list them: when a task failed would tell that somebody acted apart. Exit status 1 when one is parked.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from odr.bootstrap import build_platform
from odr.ids import JobId
from odr.operations import FailedJob, failed_jobs, try_again
from odr.settings import Settings
from odr.words import _, exact_moment, ngettext
from web.terminal import FAILED, OK, UNUSABLE, complain, parser_for, say, settings_here

ALL = "all"


def run(argv: Sequence[str]) -> int:
    """List, or try again; 1 when a task is parked, or was named and is not."""
    parser = parser_for("jobs", __doc__)
    parser.add_argument("--again", nargs="+", metavar="ID", help="“all”, or the identifiers that the list shows")
    given = parser.parse_args(argv)
    if given.again is None:
        return tell(asyncio.run(_failed(settings_here())))
    named = [] if given.again == [ALL] else [_id(each) for each in given.again]
    ids = [each for each in named if each is not None]
    if len(ids) < len(named):
        complain(_("That is no identifier of a task: take it from the list of “entente jobs”. Nothing was changed."))
        return UNUSABLE
    begun = asyncio.run(_again(settings_here(), ids))
    say(ngettext("%(n)s task will be tried again", "%(n)s tasks will be tried again", begun))
    return OK if begun >= len(ids) else FAILED


def tell(found: Sequence[FailedJob]) -> int:
    """Print the tasks that failed; 1 when one is parked."""
    for job in found:
        state = _("parked") if job.again_at is None else _("tried again on %(when)s", when=exact_moment(job.again_at))
        tries = ngettext("%(n)s try", "%(n)s tries", job.attempts)
        since = _("queued on %(when)s", when=exact_moment(job.queued_at))
        say(f"{job.id}  {job.kind}: {state}; {tries}; {since}; {job.last_error}")
    if not found:
        say(_("No task has failed."))
    return FAILED if any(job.again_at is None for job in found) else OK


def _id(text: str) -> JobId | None:
    try:
        return JobId(UUID(text))
    except ValueError:
        return None


async def _failed(settings: Settings) -> tuple[FailedJob, ...]:
    platform = build_platform(settings)
    try:
        return await failed_jobs(platform)
    finally:
        await platform.close()


async def _again(settings: Settings, ids: Sequence[JobId]) -> int:
    platform = build_platform(settings)
    try:
        return await try_again(platform, ids)
    finally:
        await platform.close()
