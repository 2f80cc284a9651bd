"""Rotation of the root and of the spaces' keys: by command or by timer, in small transactions, while all work."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from odr.custody.events import KEEPS_KEYS, FormerRootsDestroyed, RootRotated, SpaceRotationBegun
from odr.errors import ConflictError
from odr.event import Event
from odr.ids import DisputeId, SpaceId
from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from odr.unit_of_work import UnitOfWork
from vault import KeyRootError, Progress

JOB: Final = "rotate_keys"
WORK_SECONDS: Final = 45.0  # within a job's lease
SETTLED: Final = timedelta(minutes=10)
"""How long after a rotation the former root must stay: a transaction that wrapped under it may still be under way."""

Step = Callable[[UnitOfWork], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class KeysState:
    """How far both rotations are. ``root`` is ``None`` while the root key does not answer."""

    root: Progress | None
    root_since: datetime | None
    spaces: Progress


async def keys_state(uow: UnitOfWork) -> KeysState:
    """Return where the rotations stand."""
    spaces = await uow.vault.rotation.spaces_progress(uow.session)
    try:
        root = await uow.vault.rotation.root_progress(uow.session)
        since = await uow.vault.keys.root.rotated_at()
    except KeyRootError:
        return KeysState(None, None, spaces)
    return KeysState(root, since, spaces)


async def begin_root_rotation(platform: Platform) -> bool:
    """Make a new root key, unless space keys still wait to be moved from the former one; tell whether it was made.

    Raises UnavailableError where the root does not answer or does not let us.
    """
    async with platform.unit() as uow:
        if (await uow.vault.rotation.root_progress(uow.session)).under_way:
            return False
        await uow.vault.keys.root.rotate()
        await uow.record(_of_the_centre(platform, RootRotated))
    return True


async def begin_space_rotation(platform: Platform) -> bool:
    """Begin to give every space a new key, unless that is under way; tell whether it began."""
    async with platform.unit() as uow:
        if (await uow.vault.rotation.spaces_progress(uow.session)).under_way:
            return False
        await uow.vault.rotation.begin_spaces(uow.session)
        await uow.record(_of_the_centre(platform, SpaceRotationBegun))
    return True


async def rewrap_root_batch(uow: UnitOfWork) -> int:
    """Move a batch of space keys under the current root; how many were. 0 ends."""
    return await uow.vault.rotation.rewrap_root(uow.session)


async def rewrap_spaces_batch(uow: UnitOfWork) -> int:
    """Give a batch of spaces new keys, or move a batch of data keys under them; how many were. 0 ends."""
    return await uow.vault.rotation.rewrap_spaces(uow.session)


async def destroy_former_roots(platform: Platform) -> None:
    """Destroy every root key but the current one, for good.

    Raises ConflictError ``rotation_under_way`` while a space key lies under a former root, ``rotated_just_now`` for
    ten minutes after a rotation, UnavailableError.
    """
    async with platform.unit() as uow:
        if (await uow.vault.rotation.root_progress(uow.session)).under_way:
            raise ConflictError("rotation_under_way")
        since = await uow.vault.keys.root.rotated_at()
        if since is None or uow.now() - since < SETTLED:
            raise ConflictError("rotated_just_now")
        await uow.record(_of_the_centre(platform, FormerRootsDestroyed))
        await uow.vault.keys.root.destroy_former()


async def rotate_keys(platform: Platform, _job: Job) -> None:
    """The timer: begin what is due, then work for a while; what is left goes on with the next job."""
    with speaking_odr():
        async with platform.unit(write=False) as uow:
            state = await keys_state(uow)
        if _is_due(platform, platform.settings.root_rotation_days, state.root_since):
            await begin_root_rotation(platform)
        if _is_due(platform, platform.settings.space_rotation_days, state.spaces.begun_at, never_counts=True):
            await begin_space_rotation(platform)
        until = monotonic() + WORK_SECONDS
        for step in (rewrap_root_batch, rewrap_spaces_batch):
            if not await _work(platform, step, until):
                async with platform.unit() as uow:
                    await uow.enqueue(JOB, {})
                return


async def _work(platform: Platform, step: Step, until: float) -> bool:
    """Do batches until nothing is left (then ``True``) or the time is over."""
    while monotonic() < until:
        async with platform.unit() as uow:
            if not await step(uow):
                return True
    return False


def _is_due(platform: Platform, days: int, since: datetime | None, *, never_counts: bool = False) -> bool:
    if not days:
        return False
    return never_counts if since is None else platform.clock() - since >= timedelta(days=days)


def _of_the_centre(platform: Platform, kind: type[Event]) -> Event:
    centre = platform.settings.centre_id
    return kind(dispute_id=DisputeId(centre), space_id=SpaceId(centre), rule=KEEPS_KEYS, actor_id=None)
