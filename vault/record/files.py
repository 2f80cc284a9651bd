"""A record's files, in whatever they lie; and those of a folder, which is not trusted: names, links, counts."""

import os
import stat
from pathlib import Path
from typing import IO, Final, Protocol

from vault.errors import RecordError
from vault.record.names import PathSet

MAX_FILES: Final = 100_000


class Files(Protocol):
    """Files under their relative paths."""

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path and size in bytes."""
        ...

    def open(self, path: str) -> IO[bytes]:
        """Read one file. Raises RecordError."""
        ...


class FolderFiles:
    """Files of a folder; no link is followed, and nothing but files and folders may be there. Raises RecordError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[str, int] = {}
        paths = PathSet()
        for parent, folders, files in os.walk(folder, followlinks=False):
            if any((Path(parent) / name).is_symlink() for name in folders):
                raise RecordError("the record holds a symbolic link")
            for name in files:
                place = Path(parent) / name
                facts = place.lstat()
                if not stat.S_ISREG(facts.st_mode):
                    raise RecordError("the record holds a symbolic link or something that is no file")
                path = place.relative_to(folder).as_posix()
                paths.add(path)
                self._sizes[path] = facts.st_size
                if len(self._sizes) > MAX_FILES:
                    raise RecordError(f"the folder holds more than {MAX_FILES} files")

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path and size in bytes."""
        return dict(self._sizes)

    def open(self, path: str) -> IO[bytes]:
        """Read one file, refusing a link that took its place meanwhile."""
        try:
            return os.fdopen(os.open(self._folder / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb")
        except OSError:
            raise RecordError(f"{path} cannot be read") from None


class Below:
    """Files of one folder inside others."""

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self._prefix = f"{folder}/"

    @property
    def sizes(self) -> dict[str, int]:
        """Every file's path from that folder on, and its size in bytes."""
        prefix = self._prefix
        return {path.removeprefix(prefix): size for path, size in self._files.sizes.items() if path.startswith(prefix)}

    def open(self, path: str) -> IO[bytes]:
        """Read one file."""
        return self._files.open(self._prefix + path)
