"""How the stored objects are: how far the scrub is, which damage stands, how far the second store is behind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from odr.platform import Platform
from odr.settings import Scrubbing
from odr.unit_of_work import UnitOfWork
from vault import Copy, Damage, fixity, replica_lag

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Broken:
    """One damage of the last reading: an item's id and its kind, nothing of what the item is."""

    item: str
    second: bool
    damage: Damage
    found_at: datetime
    mended: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Objects of both stores, how many were never read, the oldest last reading, how long a whole pass takes.

    ``late_since``: the oldest reading where it is older than it may be. A page tells no other: a moment that is in
    order would date what somebody lodged apart.
    ``waiting`` and ``waiting_since`` are of the second store, ``None`` where there is none.
    """

    objects: int
    unread: int
    oldest: datetime | None
    late_since: datetime | None
    a_pass: timedelta
    due_every: timedelta
    broken: tuple[Broken, ...]
    waiting: int | None
    waiting_since: datetime | None

    @property
    def standing(self) -> int:
        """How many damages are not mended."""
        return sum(not each.mended for each in self.broken)

    @property
    def is_slow(self) -> bool:
        """Whether a whole pass takes longer than it may."""
        return self.a_pass > self.due_every


async def standing(uow: UnitOfWork, scrub: Scrubbing) -> Standing:
    """Return how the stored objects are."""
    found = await fixity(uow.session)
    lag = await replica_lag(uow.session) if uow.vault.replica is not None else None
    return Standing(
        objects=found.objects,
        unread=found.unread,
        oldest=found.oldest,
        late_since=found.oldest if found.oldest is not None and found.oldest < uow.now() - scrub.whole_every else None,
        a_pass=timedelta(seconds=found.sealed_bytes / (scrub.mib_per_second * MIB)),
        due_every=scrub.whole_every,
        broken=tuple(
            Broken(str(each.item.item), each.copy is Copy.SECOND, each.damage, each.found_at, each.mended)
            for each in found.findings
        ),
        waiting=lag.waiting if lag else None,
        waiting_since=lag.oldest if lag else None,
    )


async def standing_now(platform: Platform) -> Standing:
    """Return how the stored objects are now."""
    async with platform.unit(write=False) as uow:
        return await standing(uow, platform.settings.scrub)
