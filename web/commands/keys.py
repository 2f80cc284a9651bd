"""Rotate keys and tell how far a rotation is. People go on working meanwhile; no stored object is touched.

    entente keys status          where both rotations stand
    entente keys rotate-root     make a new root key, and wrap every space key under it
    entente keys rotate-spaces   give every space a new key, and wrap every file's key under it
    entente keys destroy-former  destroy the former root keys, once nothing lies under them: old backups of the
                                 database then open for nobody

An interrupted rotation goes on where it stopped when the same command is given again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from odr.bootstrap import build_platform
from odr.custody.rotation import (
    KeysState,
    begin_root_rotation,
    begin_space_rotation,
    destroy_former_roots,
    keys_state,
    rewrap_root_batch,
    rewrap_spaces_batch,
)
from odr.errors import ConflictError
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.words import _, ngettext
from web.terminal import FAILED, OK, complain, parser_for, say, settings_here

Step = Callable[[UnitOfWork], Awaitable[int]]


def run(argv: Sequence[str]) -> int:
    """Do one of them; 1 where it could not be done."""
    parser = parser_for("keys", __doc__)
    parser.add_argument("what", choices=("status", "rotate-root", "rotate-spaces", "destroy-former"))
    given = parser.parse_args(argv)
    return asyncio.run(_DOINGS[given.what]())


async def _status() -> int:
    async with _platform() as platform:
        return await _tell(platform)


async def _rotate_root() -> int:
    async with _platform() as platform:
        began = await begin_root_rotation(platform)
        say(_("A new root key is made.") if began else _("A rotation goes on where it stopped."))
        await _work(platform, rewrap_root_batch)
        return await _tell(platform)


async def _rotate_spaces() -> int:
    async with _platform() as platform:
        if not await begin_space_rotation(platform):
            say(_("A rotation goes on where it stopped."))
        await _work(platform, rewrap_spaces_batch)
        return await _tell(platform)


async def _destroy_former() -> int:
    async with _platform() as platform:
        try:
            await destroy_former_roots(platform)
        except ConflictError as error:
            complain(
                _("Space keys still lie under a former root key: run `entente keys rotate-root` first.")
                if error.code == "rotation_under_way"
                else _("The root key was changed less than ten minutes ago, or nobody knows when: try again later.")
            )
            return FAILED
    say(_("The former root keys are destroyed. Older backups of the database open for nobody any more."))
    return OK


_DOINGS = {
    "status": _status,
    "rotate-root": _rotate_root,
    "rotate-spaces": _rotate_spaces,
    "destroy-former": _destroy_former,
}


class _platform:  # noqa: N801 -- used as a word of the commands above
    """The platform of this process's settings, prepared, for one command."""

    async def __aenter__(self) -> Platform:
        self._made = build_platform(settings_here())
        await self._made.prepare()
        return self._made

    async def __aexit__(self, *_error: object) -> None:
        await self._made.close()


async def _work(platform: Platform, step: Step) -> None:
    """Batch after batch, each in its own transaction, and a line for each."""
    moved = 1
    while moved:
        async with platform.unit() as uow:
            moved = await step(uow)
        if moved:
            say(ngettext("%(n)s key rewrapped", "%(n)s keys rewrapped", moved))


async def _tell(platform: Platform) -> int:
    async with platform.unit(write=False) as uow:
        state = await keys_state(uow)
    for line in _lines(state):
        say(line)
    return FAILED if state.root is None else OK


def _lines(state: KeysState) -> list[str]:
    root, spaces = state.root, state.spaces
    return [
        _("The root key does not answer.")
        if root is None
        else _(
            "Root key: %(done)s of %(total)s space keys lie under the current one.", done=root.done, total=root.total
        ),
        _("Space keys: never rotated.")
        if spaces.begun_at is None
        else _("Space keys: rewrapped %(done)s of %(total)s.", done=spaces.done, total=spaces.total),
    ]
