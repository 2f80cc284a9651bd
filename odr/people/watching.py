"""Watching, while bytes travel to somebody, that they still sit where they sat when they asked."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from odr.errors import NotFoundError
from odr.ids import DisputeId
from odr.people.queries import load_actor
from odr.platform import Platform
from odr.visibility.actor import Actor

GLANCE: Final = timedelta(seconds=1)


def while_seated(
    platform: Platform, actor: Actor, dispute_id: DisputeId, pieces: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """Pass pieces on as long as the actor keeps their seat, looking at most once a second.

    Raises NotFoundError in the middle once it has ended: what was sent stays cut off. Who had no seat in the dispute
    (the centre's people) is not watched.
    """
    if actor.seat_in(dispute_id) is None:
        return pieces
    return _watched(platform, actor, dispute_id, pieces, platform.clock())


async def _watched(
    platform: Platform, actor: Actor, dispute_id: DisputeId, pieces: AsyncIterator[bytes], looked: datetime
) -> AsyncIterator[bytes]:
    async for piece in pieces:
        now = platform.clock()
        if now - looked >= GLANCE:
            looked = now
            async with platform.unit(write=False) as uow:
                if (await load_actor(uow, actor.account_id)).seat_in(dispute_id) is None:
                    raise NotFoundError
        yield piece
