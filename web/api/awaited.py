"""What awaits somebody in a dispute, gathered from every room."""

from datetime import datetime

import msgspec

from odr.disputes.queries import DisputeFacts
from odr.evidence.queries import tasks as exhibit_tasks
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


class AwaitedTask(msgspec.Struct):
    """Something that awaits one; ``href`` is the page on which people do it."""

    label: str
    hint: str
    href: str
    since: datetime | None


async def awaited_tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> list[AwaitedTask]:
    """Return what awaits the actor in a dispute, the oldest first."""
    return [
        msgspec.convert(each, AwaitedTask, from_attributes=True) for each in await exhibit_tasks(uow, actor, dispute.id)
    ]
