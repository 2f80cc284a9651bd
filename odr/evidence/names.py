"""File names as people gave them, made harmless: shown and offered at download, never a path of ours; no I/O."""

import re
import unicodedata
from typing import Final

from vault import safe_name

LIMIT: Final = 255
SHOWN: Final = 200
NAMELESS: Final = "document"

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_UNSAFE: Final = re.compile(r'[<>:"|?*/\\;%]')
_EXTENSION: Final = re.compile(r"\.[A-Za-z0-9]{1,12}")


def clean_file_name(given: str) -> str:
    """Return the name alone, of at most 255 code points: NFC, no path, no control, direction or invisible character.

    A name of which nothing is left is ``document``.
    """
    normal = unicodedata.normalize("NFC", given)
    plain = "".join(" " if c in "\t\r\n" else c for c in normal if c in "\t\r\n" or not _hidden(c))
    last = plain.replace("\\", "/").rsplit("/", 1)[-1]
    folded = " ".join(last.split()).rstrip(". ")
    return _cut(folded, LIMIT) if folded.strip(". ") else NAMELESS


def shown_name(name: str) -> str:
    """Return a name of at most 200 code points for a page: its middle gives way, its ending stays."""
    if len(name) <= SHOWN:
        return name
    return f"{name[: SHOWN - 61]}…{name[-60:]}"


def extension_of(name: str) -> str:
    """Return a name's extension in lower case without its dot, or ``""``."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem and _EXTENSION.fullmatch(dot + extension) else ""


def download_name(name: str) -> str:
    """Return a name that every system can save under: no reserved device, none of the characters that some refuse."""
    safe = _UNSAFE.sub("_", clean_file_name(name)).lstrip(". ") or NAMELESS
    return f"_{safe}" if _RESERVED.fullmatch(safe) else safe


def exhibit_name(number: str, title: str, file_name: str) -> str:
    """Return a name such as ``C-1 Contrat signé.pdf``: the number makes it the only one, any system can keep it."""
    extension = extension_of(file_name)
    ending = f".{extension}" if extension else ""
    stem = title[: -len(ending)] if ending and title.casefold().endswith(ending) else title
    return safe_name(f"{number} {stem}{ending}")


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE


def _cut(name: str, limit: int) -> str:
    if len(name) <= limit:
        return name
    extension = extension_of(name)
    ending = f".{extension}" if extension else ""
    return name[: limit - len(ending)].rstrip(". ") + ending
