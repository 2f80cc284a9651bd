"""The demo's command: lives in a directory of its own, plays the case, and opens a door for every role."""

import asyncio
import shutil
import signal
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from odr.words import _, available, home_zone, phrase, use_language
from web.demo.errors import PlaceError, UnexpectedError
from web.demo.place import Place, find_place
from web.demo.visiting import welcome
from web.terminal import FAILED, OK, UNUSABLE, complain, say

SENTENCES: Final = {
    "not_ours": phrase("%(about)s is not empty, and no demo lives there: name another directory."),
    "port_taken": phrase("Port %(about)s of this machine is taken: free it, or give another one with --port."),
    "no_port": phrase("No port above %(about)s of this machine is free: give one with --port."),
}


def add_demo(parser: ArgumentParser) -> Callable[[Namespace], int]:
    """Add the demo's arguments, and return what runs it."""
    parser.add_argument(
        "--directory", type=Path, help="where the demo lives (default: ./demo-data; with --script, a temporary one)"
    )
    parser.add_argument("--port", type=int, help="port on 127.0.0.1 (default: 8000, or the next free one)")
    parser.add_argument("--fresh", action="store_true", help="forget what was played in the directory before")
    parser.add_argument("--script", action="store_true", help="play the whole case here, verify the record, and end")
    parser.add_argument("--language", choices=available, default=available[0], help="default: %(default)s")
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="ENTENTE_NAME=VALUE",
        help="another setting than the demo's own, such as ENTENTE_DATABASE_URL (may be repeated)",
    )
    return run


def run(given: Namespace) -> int:
    """Play, or welcome visitors until a signal comes."""
    with use_language(given.language):
        try:
            changes = _changes(given.setting)
            if given.script:
                return _script(given, changes)
            place = find_place(given.directory or Path("demo-data"), port=given.port, fresh=given.fresh)
            return asyncio.run(_until_signal(welcome(place, changes, say)))
        except PlaceError as error:
            complain(_(SENTENCES[error.code]) % {"about": error.about})
            return UNUSABLE
        except ValueError as error:
            complain(str(error))
            return UNUSABLE


def _script(given: Namespace, changes: Mapping[str, str]) -> int:
    directory = given.directory or Path(tempfile.mkdtemp(prefix="entente-demo-"))
    try:
        place = find_place(directory, port=given.port, fresh=True)
        return asyncio.run(_until_signal(_play(place, changes)))
    finally:
        if given.directory is None:
            shutil.rmtree(directory, ignore_errors=True)


async def _play(place: Place, changes: Mapping[str, str]) -> int:
    from web.demo.script import play_script  # noqa: PLC0415 -- what plays is loaded only to play

    say(_("The demo makes its own secrets, in %(place)s", place=place.directory))
    try:
        await play_script(place, changes, say, datetime.now(home_zone).date())
    except UnexpectedError as error:
        complain(_("The demo failed: %(why)s", why=str(error)))
        return FAILED
    say(_("The whole case was played, and its record verified offline."))
    return OK


async def _until_signal(work: Coroutine[Any, Any, int]) -> int:
    """Run the work, and end it cleanly when a signal comes."""
    loop = asyncio.get_running_loop()
    task: asyncio.Task[int] = loop.create_task(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        say("")
        return OK


def _changes(settings: Sequence[str]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for setting in settings:
        name, mark, value = setting.partition("=")
        if not mark or not name.startswith("ENTENTE_"):
            raise ValueError(f"--setting {setting}: ENTENTE_NAME=VALUE")
        changes[name] = value
    return changes
