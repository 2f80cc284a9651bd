"""Watching, while bytes travel to somebody, that they still sit where they sat when they asked."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from odr.errors import NotFoundError
from odr.ids import DisputeId
from odr.people.queries import load_actor
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

GLANCE: Final = timedelta(seconds=1)

Stands: TypeAlias = Callable[[UnitOfWork], Awaitable[bool]]
"""Whether what is being read still stands where it was opened."""


def while_seated(
    platform: Platform, actor: Actor, dispute_id: DisputeId, pieces: AsyncIterator[bytes], *, stands: Stands
) -> AsyncIterator[bytes]:
    """Pass pieces on as long as the actor keeps their seat and ``stands`` holds, looking at most once a second.

    Raises NotFoundError in the middle once it does not: what was sent stays cut off. Who had no seat in the dispute
    (the centre's people) is watched for what they read only.
    """
    return _watched(platform, actor, dispute_id, pieces, stands, platform.clock())


async def _watched(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    pieces: AsyncIterator[bytes],
    stands: Stands,
    looked: datetime,
) -> AsyncIterator[bytes]:
    seated = actor.seat_in(dispute_id) is not None
    async for piece in pieces:
        now = platform.clock()
        if now - looked >= GLANCE:
            looked = now
            async with platform.unit(write=False) as uow:
                if seated and (await load_actor(uow, actor.account_id)).seat_in(dispute_id) is None:
                    raise NotFoundError
                if not await stands(uow):
                    raise NotFoundError
        yield piece
