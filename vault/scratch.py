"""A corner of a store for scratch data: its own prefix beside the real ones, proven to be usable, emptied at the end.

All corners are in one folder; nothing outside it is ever listed, read or deleted.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from vault.config import FileStore, MemoryStore, S3Store, build_store
from vault.errors import ConfigurationError
from vault.stores.base import checked_key

FOLDER: Final = "scratch"


def scratch_corner(store: FileStore | S3Store | MemoryStore, name: str) -> S3Store | None:
    """The corner ``name`` of a bucket; ``None`` where the store is no bucket and a folder of one's own serves.

    Objects there are never put under the store's lock: they could not be removed.
    """
    if not isinstance(store, S3Store):
        return None
    corner = "/".join(part for part in (store.prefix, FOLDER, checked_key(name)) if part)
    return replace(store, prefix=corner, object_lock=False)


def try_corner(corner: S3Store) -> None:
    """Write, read and delete a small object there (blocks). Raises ConfigurationError, saying what to change.

    A bucket that locks by itself whatever enters it is found out here: scratch data could not be removed from it.
    """
    build_store(corner).probe()


def empty_corner(store: FileStore | S3Store | MemoryStore, name: str) -> int:
    """Delete every version and abort every upload in the corner ``name`` of ``store`` (blocks); how many there were.

    ``store`` is the whole one, as configured. Raises StoreError, ConfigurationError.
    """
    if "/" in name or not name:
        raise ConfigurationError("a corner has one name")
    whole, name = build_store(store), f"{FOLDER}/{name}"
    uploads = list(whole.uploads(name))
    for upload in uploads:
        whole.abort(upload.key, upload.upload)
    objects = list(whole.objects(name))
    for each in objects:
        whole.delete(each.key, each.version)
    return len(objects) + len(uploads)


def corners_of(store: FileStore | S3Store | MemoryStore) -> dict[str, datetime]:
    """The corners in which there is anything, and when each was last written to (blocks); none but in a bucket.

    Raises StoreError, ConfigurationError.
    """
    if not isinstance(store, S3Store):
        return {}
    whole, found = build_store(store), dict[str, datetime]()
    written = [(each.key, each.stored_at) for each in whole.objects(FOLDER)]
    for key, at in (*written, *((each.key, each.begun_at) for each in whole.uploads(FOLDER))):
        name = key.removeprefix(f"{FOLDER}/").partition("/")[0]
        found[name] = max(at, found.get(name, at))
    return found
