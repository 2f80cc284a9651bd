"""Whether a store holds what it promises: objects locked in each way, and that it must refuse to delete.

Several look-alikes of S3 take locks and do not enforce them.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_bytes, token_hex
from typing import Final

from vault.errors import ConfigurationError, ObjectLockedError, StoreError
from vault.stores.base import LockMode, ObjectStore

PROBE_LOCK: Final = timedelta(minutes=1)
PROBES: Final = "probe"
"""Where probes lie: the sweep takes them away once their locks have ended."""


def probe_locks(store: ObjectStore) -> None:
    """Put an object under each lock and try to delete that version: it must be refused. Raises ConfigurationError.

    Tried are COMPLIANCE, GOVERNANCE (we never ask to bypass it) and a legal hold, which must also let go once it is
    lifted. The first two objects stay until their locks end, after a minute, and until the next sweep.
    """
    if not store.locks:
        raise ConfigurationError("objects there cannot be locked: choose S3 with Object Lock, and say so")
    until = datetime.now(UTC) + PROBE_LOCK
    for mode in LockMode:
        _must_refuse(store, mode.value, partial(store.lock, mode=mode, until=until))
    key, version = _must_refuse(store, "legal hold", partial(store.hold, on=True))
    try:
        store.hold(key, version, on=False)
        store.delete(key, version)
    except StoreError as error:
        raise ConfigurationError(f"a legal hold cannot be lifted: {error}") from error


def _must_refuse(store: ObjectStore, name: str, protect: Callable[[str, str], None]) -> tuple[str, str]:
    """Protect a small object, and try to delete it. Raises ConfigurationError unless that is refused."""
    key, content = f"{PROBES}/{token_hex(16)}", token_bytes(64)
    try:
        upload = store.begin(key)
        piece = store.put_part(key, upload, 1, 0, content, hashlib.sha256(content).digest())
        version = store.complete(key, upload, [piece])
    except StoreError as error:
        raise ConfigurationError(f"the bucket takes no object: {error}") from error
    try:
        protect(key, version)
    except StoreError as error:
        with suppress(StoreError):
            store.delete(key, version)
        raise ConfigurationError(f"the bucket takes no lock ({name}): {error}") from error
    try:
        store.delete(key, version)
    except ObjectLockedError:
        return key, version
    except StoreError as error:
        raise ConfigurationError(f"the bucket's lock ({name}) cannot be tried: {error}") from error
    raise ConfigurationError(
        f"the bucket accepts locks and does not enforce them ({name}): a locked version was deleted"
    )
