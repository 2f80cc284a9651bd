"""Parts that are not whole yet, in files; and how files are written, and their errors named."""

import errno
import hashlib
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from vault.envelope import SEALED_SEGMENT_SIZE, Buffer
from vault.errors import DiskFullError, ObjectMissingError, StoreError, StoreUnavailableError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORGOTTEN: Final = 30 * 86_400
"""Seconds after which nobody comes back for a part that another machine took over."""


class TornFiles:
    """Torn parts at their place in the upload's file; and one in a file of its own, which nobody adds to."""

    shared = True

    def __init__(self, aside: Callable[[str, str], Path], folder: Path) -> None:
        self._aside = aside
        self._folder = folder

    def put(self, key: str, upload: str, offset: int, data: Buffer) -> None:
        """Write bytes at their place, and let the disk begin."""
        with named(), self._aside(key, upload).open("r+b", buffering=0) as file:
            write_at(file.fileno(), data, offset)

    def found(self, key: str, upload: str, offset: int, length: int) -> list[bytes]:
        """Bytes at the part's place, and those kept aside."""
        aside = self._aside(key, upload)
        with named():
            with aside.open("rb", buffering=0) as file:
                there = os.pread(file.fileno(), length, offset)
            kept = self._folder / aside.name
            return [each for each in (there, kept.read_bytes() if kept.exists() else b"") if each]

    def keep(self, key: str, upload: str, offset: int, data: Buffer) -> None:
        """Keep what is there aside, under its name once it is whole; then cut the upload's file."""
        aside = self._aside(key, upload)
        kept = self._folder / aside.name
        with named():
            if not data:
                kept.unlink(missing_ok=True)
            elif not kept.exists() or kept.read_bytes() != data:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                _write_whole(kept, data)
            if aside.stat().st_size > offset:
                os.truncate(aside, offset)

    def drop(self, key: str, upload: str) -> None:
        """Drop what was kept aside; the upload's own file is whoever's calls."""
        with named():
            (self._folder / self._aside(key, upload).name).unlink(missing_ok=True)


class LocalTorn:
    """Torn parts of uploads to a store that can't hold any, in a folder of this machine: of each upload the newest one.

    It is a help and no promise to whoever sends: where nothing can be written here, more is sent again.
    """

    shared = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "parts"
        self._files = TornFiles(self._place, folder / "torn")

    def put(self, key: str, upload: str, offset: int, data: Buffer) -> None:
        """Write bytes at their place in the newest part, over those of the one before, which counts by now."""
        start = offset % SEALED_SEGMENT_SIZE
        with suppress(StoreError):
            if not start:
                self._begin(key, upload)
            self._files.put(key, upload, start, data)

    def found(self, key: str, upload: str, offset: int, length: int) -> list[bytes]:  # noqa: ARG002 -- the newest part is the one asked for, or nothing of it is authentic
        """What is held of the newest part."""
        return self._files.found(key, upload, 0, length) if self._place(key, upload).exists() else []

    def keep(self, key: str, upload: str, offset: int, data: Buffer) -> None:  # noqa: ARG002 -- same
        """Keep this much aside, and drop all else."""
        if data or self._place(key, upload).exists():
            self._files.keep(key, upload, 0, data)

    def drop(self, key: str, upload: str) -> None:
        """Drop all of an upload's."""
        with suppress(StoreError), named():
            self._files.drop(key, upload)
            self._place(key, upload).unlink(missing_ok=True)

    def _begin(self, key: str, upload: str) -> None:
        """Make the upload's file; whoever makes one removes those that nobody will ask for any more."""
        place = self._place(key, upload)
        if place.exists():
            return
        with named():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for each in (*self._folder.iterdir(), *self._folder.parent.glob("torn/*")):
                if each.stat().st_mtime < time.time() - _FORGOTTEN:
                    each.unlink(missing_ok=True)
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT, 0o600))

    def _place(self, key: str, upload: str) -> Path:
        return self._folder / hashlib.sha256(f"{key}@{upload}".encode()).hexdigest()[:32]


def write_at(descriptor: int, data: Buffer, place: int) -> None:
    """Write all of it at its place."""
    left = memoryview(data)
    while left:
        written = os.pwrite(descriptor, left, place)
        left = left[written:]
        place += written


def _write_whole(path: Path, data: Buffer) -> None:
    """Write a file durably, under its name only once it is whole."""
    begun = path.with_suffix(".begun")
    descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write_at(descriptor, data, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    begun.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def named() -> Generator[None, None, None]:
    """Turn the system's errors into the store's."""
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissingError("the store has no such object") from error
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError("no room is left where the store writes") from error
        raise StoreUnavailableError(f"the store's folder cannot be used: {error.strerror}") from error
