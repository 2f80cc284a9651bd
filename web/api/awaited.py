"""What a dispute awaits, and from whom, as far as the asker may know."""

from datetime import datetime

import msgspec

from odr.disputes.queries import DisputeFacts
from odr.tasks import awaited
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.shapes import shown


class AwaitedTask(msgspec.Struct):
    """One thing that is awaited; ``mine``: from the asker, else from ``who``. ``href``: the page where people do it."""

    label: str
    hint: str
    href: str
    who: str
    until: datetime | None
    mine: bool


async def awaited_tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> list[AwaitedTask]:
    """Return what a dispute awaits: the asker's own tasks first, then by deadline."""
    return [shown(task, AwaitedTask) for task in await awaited(uow, actor, dispute)]
