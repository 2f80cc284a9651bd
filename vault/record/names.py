"""Names of files in a record: which are allowed, which are one and the same, and how to make one safe; no I/O."""

import re
import unicodedata
from typing import Final

from vault.errors import RecordError

MAX_PATH_BYTES: Final = 1024
MAX_PART_BYTES: Final = 255
_SAFE_BYTES: Final = 120
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|%]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_CONTROL_KINDS: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def check_path(path: str) -> None:
    """Raise RecordError unless ``path`` is relative, stays inside, and means the same on every system."""
    if not path or len(path.encode(errors="replace")) > MAX_PATH_BYTES or "\\" in path:
        raise RecordError("a path in the record is empty, too long or uses backslashes")
    for part in path.split("/"):
        if part in {"", ".", ".."} or len(part.encode(errors="replace")) > MAX_PART_BYTES:
            raise RecordError("a path in the record is absolute, climbs out of it or is too long")
        if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in part):
            raise RecordError("a path in the record holds control characters")
    if path.startswith("~") or re.match(r"[A-Za-z]:", path):
        raise RecordError("a path in the record is absolute on some systems")


def same_name(path: str) -> str:
    """Key under which two paths collide on some system: compatibility normal form, case folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


class PathSet:
    """Paths of one record, refusing what would overwrite or hide another."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def add(self, path: str) -> None:
        """Take one more path. Raises RecordError when it is not allowed, or collides with an earlier one."""
        check_path(path)
        key = same_name(path)
        parents = {"/".join(key.split("/")[:depth]) for depth in range(1, key.count("/") + 1)}
        if key in self._files or key in self._folders or parents & self._files:
            raise RecordError("two files of the record would have one name on some system")
        self._files.add(key)
        self._folders |= parents


def safe_name(name: str) -> str:
    """Make a file name that any system takes, close to ``name``: its end (the extension) is kept.

    Path separators, percent signs, control and direction marks go; what is left empty is called ``file``.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(character for character in text if unicodedata.category(character) not in _CONTROL_KINDS)
    text = _FORBIDDEN.sub("_", text).strip(" .~")
    while len(text.encode()) > _SAFE_BYTES:
        middle = len(text) // 2
        text = text[: middle - 1] + text[middle:]
    if not text or _RESERVED.fullmatch(text):
        text = f"file{'-' + text if text else ''}"
    return text
