"""Whether a process still lives: by a mark that the system takes away when it ends, however it ends.

A mark is one byte, drawn by chance, of a file in a folder that the processes of a machine share; whoever bears it keeps
that byte locked, and nobody writes to the file. A lock of this kind belongs to the open file: it is gone when the last
thread of its process is, so that whatever that process had begun to write has been written. It says nothing beyond the
kernel that keeps it, so a mark names its kernel and its file, and of a foreign one nothing is known.
"""

import fcntl
import os
import secrets
import struct
import sys
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import finalize

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_FILE: Final = "processes"
_FLOCK: Final = "hhqqi0q"  # struct flock of a 64-bit Linux
_LAST: Final = 1 << 62


class Presence:
    """One process as the others of its machine know it. Its calls block, for a moment."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._mutex = Lock()
        self._file: int | None = None
        self._mark: str | None = None

    @property
    def mark(self) -> str:
        """What is written where it must be known whether this process lives; "" where the system can't tell."""
        with self._mutex:
            if self._mark is None:
                self._mark = self._made()
            return self._mark

    def dead(self, mark: str) -> bool:
        """Whether it is known that whoever bore this mark is gone. Never so of one's own, nor of a foreign machine."""
        if not mark or not self.mark or mark == self.mark or self._file is None:
            return False
        where, _, place = mark.rpartition("/")
        if where != self.mark.rpartition("/")[0] or not place.isascii() or not place.isdecimal():
            return False
        try:
            return not _is_locked(self._file, int(place))
        except (OSError, struct.error):
            return False

    def _made(self) -> str:
        if self._folder is None or sys.platform != "linux":
            return ""
        try:
            boot = _BOOT.read_text("ascii").strip()
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return ""
        finalize(self, os.close, file)
        try:
            place = secrets.randbelow(_LAST)
            _lock(file, place)
            facts = os.fstat(file)
        except OSError:  # a file system without such locks
            return ""
        self._file = file
        return f"{boot}/{facts.st_dev}/{facts.st_ino}/{place}"


def _lock(file: int, place: int) -> None:
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0))


def _is_locked(file: int, place: int) -> bool:
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)
    kind: int = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_OFD_GETLK, asked))[0]
    return kind != fcntl.F_UNLCK
