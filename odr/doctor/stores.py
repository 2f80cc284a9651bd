"""Where bytes lie: the store and its locks, the second store, what the scrub found, the disk."""

import asyncio
import shutil
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from odr.doctor.finding import Finding, State
from odr.errors import UnavailableError
from odr.keeping.standing import standing_now
from odr.platform import Platform
from odr.words import _, exact_moment, size
from vault import S3Store, VaultError, probe_locks

ENOUGH_ROOM: Final = 1024**3  # bytes
BEHIND: Final = timedelta(hours=1)


async def check_store(platform: Platform) -> list[Finding]:
    """Write, read and delete a probe, and have a locked one refused to be deleted where locks are claimed."""
    name = _("Store")
    try:
        await asyncio.to_thread(platform.vault.store.probe)
    except (VaultError, OSError) as error:
        words = _("Nothing can be written, read and deleted there. Check ENTENTE_STORE, its rights and its room.")
        return [Finding(name, State.FAIL, words, str(error))]
    found = [Finding(name, State.OK, _("An object was written, read and deleted."))]
    config = platform.settings.vault.store
    lock = _("Object lock")
    if not (isinstance(config, S3Store) and config.object_lock):
        return [
            *found,
            Finding(lock, State.NONE, _("Not claimed: whoever has the rights can delete what is stored.")),
        ]
    try:
        await asyncio.to_thread(probe_locks, platform.vault.store)
    except VaultError as error:
        words = _(
            "The store does not enforce locks. Use a bucket made with Object Lock, on a store that refuses to delete"
            " a locked version, or set ENTENTE_S3_OBJECT_LOCK to no."
        )
        return [*found, Finding(lock, State.FAIL, words, str(error))]
    return [*found, Finding(lock, State.OK, _("The store refused to delete a locked object."))]


async def check_second_store(platform: Platform) -> list[Finding]:
    """Write, read and delete a probe in the second store, and say how far it is behind."""
    name = _("Second store")
    if platform.vault.replica is None:
        words = _("None: what this store loses, only a backup brings back. See ENTENTE_REPLICA.")
        return [Finding(name, State.NONE, words)]
    try:
        await asyncio.to_thread(platform.vault.replica.probe)
        behind = await standing_now(platform)
    except (VaultError, OSError) as error:
        words = _("Nothing can be written, read and deleted there. Check ENTENTE_REPLICA, its rights and its room.")
        return [Finding(name, State.FAIL, words, str(error))]
    except (UnavailableError, SQLAlchemyError):
        return [Finding(name, State.NONE, _("Cannot be checked before the database answers."))]
    if behind.waiting_since is not None and behind.waiting_since < platform.clock() - BEHIND:
        words = _("It is behind since %(when)s. Start `entente worker`.", when=exact_moment(behind.waiting_since))
        return [Finding(name, State.FAIL, words)]
    return [Finding(name, State.OK, _("It can be written to, and is not far behind."))]


async def check_objects(platform: Platform) -> list[Finding]:
    """Say whether the scrub found damage, and whether its pace is enough."""
    name = _("Stored objects")
    try:
        found = await standing_now(platform)
    except (UnavailableError, SQLAlchemyError):
        return [Finding(name, State.NONE, _("Cannot be checked before the database answers."))]
    if found.standing:
        words = _("%(n)s damaged ones are not mended: see `entente scrub --status`.", n=found.standing)
        return [Finding(name, State.FAIL, words)]
    if found.is_slow:
        words = _("A whole pass takes longer than ENTENTE_SCRUB_DAYS. Raise ENTENTE_SCRUB_MIB_PER_SECOND.")
        return [Finding(name, State.FAIL, words)]
    return [Finding(name, State.OK, _("No damage is known."))]


async def check_disk(platform: Platform) -> list[Finding]:
    """Tell whether the data directory has room."""
    name = _("Disk")
    try:
        free = shutil.disk_usage(platform.settings.data_dir).free
    except OSError as error:
        words = _("The data directory cannot be looked at. Check ENTENTE_DATA_DIR.")
        return [Finding(name, State.FAIL, words, type(error).__name__)]
    if free < ENOUGH_ROOM:
        words = _("Only %(size)s are free. Make room, or give the data directory a larger disk.", size=size(free))
        return [Finding(name, State.FAIL, words)]
    return [Finding(name, State.OK, _("%(size)s are free.", size=size(free)))]
