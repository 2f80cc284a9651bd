"""Every check, one after the other."""

from collections.abc import Awaitable, Callable
from typing import Final

from odr.doctor.finding import JOBS, KEYS, MIGRATIONS, Finding, State
from odr.doctor.outside import check_mail, check_register, check_scanner, check_times
from odr.doctor.sealing import check_seal
from odr.doctor.stores import check_disk, check_objects, check_second_store, check_store
from odr.doctor.within import check_clock, check_database, check_jobs, check_keys, check_migrations, check_rotation
from odr.platform import Platform
from odr.words import _

Check = Callable[[Platform], Awaitable[list[Finding]]]

_STANDING_ON_IT: Final[tuple[Check, ...]] = (check_migrations, check_keys, check_rotation, check_jobs)
_EVERYWHERE: Final[tuple[Check, ...]] = (
    check_store,
    check_second_store,
    check_objects,
    check_scanner,
    check_mail,
    check_times,
    check_seal,
    check_clock,
    check_disk,
    check_register,
)


async def examine(platform: Platform) -> list[Finding]:
    """Run every check, one after the other; none of them raises, and nothing stays behind."""
    found = await check_database(platform)
    if found[0].state is State.OK:
        for check in _STANDING_ON_IT:
            found += await check(platform)
    else:
        wait = _("Cannot be checked before the database answers.")
        found += [Finding(_(name), State.NONE, wait) for name in (MIGRATIONS, KEYS, JOBS)]
    for check in _EVERYWHERE:
        found += await check(platform)
    return found
