"""What a file is by its first bytes, and whether its name says the same; no I/O."""

from typing import Any, Final

import puremagic

from odr.evidence.names import extension_of

HEAD: Final = 8192
UNKNOWN: Final = ""
BINARY: Final = "application/octet-stream"

_ZIP: Final = frozenset({"zip", "docx", "xlsx", "pptx", "xlsm", "docm", "odt", "ods", "odp", "epub", "jar", "kmz"})
_OLE: Final = frozenset({"doc", "xls", "ppt", "msg", "mpp", "vsd", "msi"})
_EXPECTED: Final[dict[str, frozenset[str]]] = {
    "pdf": frozenset({"application/pdf"}),
    "png": frozenset({"image/png"}),
    "jpg": frozenset({"image/jpeg"}),
    "jpeg": frozenset({"image/jpeg"}),
    "gif": frozenset({"image/gif"}),
    "webp": frozenset({"image/webp"}),
    "tif": frozenset({"image/tiff"}),
    "tiff": frozenset({"image/tiff"}),
    "rtf": frozenset({"application/rtf", "text/rtf"}),
    "gz": frozenset({"application/gzip", "application/x-gzip"}),
    "7z": frozenset({"application/x-7z-compressed"}),
    **{extension: frozenset({"application/zip"}) for extension in _ZIP},
    **{extension: frozenset({"application/x-ole-storage"}) for extension in _OLE},
}
"""Extensions whose content always starts in its own way."""

_TEXTS: Final = frozenset(
    {"txt", "csv", "tsv", "log", "md", "eml", "ics", "vcf", "xml", "json", "jsonl", "html", "htm", "yaml", "yml", "ini",
     "sql", "svg"}
)  # fmt: skip
_PROGRAM: Final = "application/vnd.microsoft.portable-executable"
_PROGRAMS: Final = {
    _PROGRAM: frozenset({"exe", "dll", "sys", "scr", "com"}),
    "application/x-elf": frozenset({"so", "bin"}),
}
_SIGNATURES: Final = (
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", "application/x-elf"),
    (b"%PDF-", "application/pdf"),
)
_LEGIBLE: Final = frozenset(b"\t\n\r\f\x1b") | frozenset(range(0x20, 0x100))


def media_type_of(head: bytes) -> str:
    """Return the media type that the first bytes (8 KiB are enough) show; ``""`` when they show none.

    Containers are named as such (``application/zip`` for .docx too): their first bytes tell no more.
    """
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature) and (signature != b"MZ" or not is_text(head)):
            return media_type
    if is_text(head):
        return _textual(head)
    best = _guesses(head)
    return best[0][:120] if best else UNKNOWN


def name_agrees(name: str, media_type: str) -> bool:
    """Tell whether a file's name promises what its content is, as far as both can be told."""
    extension = extension_of(name)
    if media_type in _PROGRAMS:
        return extension in _PROGRAMS[media_type]
    if extension in _EXPECTED:
        return media_type in _EXPECTED[extension]
    if extension in _TEXTS:
        return is_textual(media_type)
    return True


def is_textual(media_type: str) -> bool:
    """Tell whether a media type is text of some kind."""
    return (
        media_type.startswith("text/")
        or media_type.endswith(("+xml", "+json"))
        or media_type in {"application/json", "application/xml", "message/rfc822"}
    )


def is_text(head: bytes) -> bool:
    """Tell whether bytes read as text: UTF-8, UTF-16 with its mark, or a one-byte alphabet; no control characters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if not head or not _LEGIBLE.issuperset(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_at_the_end = error.reason == "unexpected end of data" and error.start >= len(head) - 3
        high = sum(byte >= 0x80 for byte in head)  # noqa: PLR2004 -- beyond ASCII
        return cut_at_the_end or high * 4 <= len(head)
    return True


def _textual(head: bytes) -> str:
    for media_type in _guesses(head):
        if is_textual(media_type):
            return media_type
    return "text/plain"


def _guesses(head: bytes) -> list[str]:
    try:
        found: list[Any] = puremagic.magic_string(head)  # pyright: ignore[reportUnknownMemberType] -- typed in part only
    except (puremagic.PureError, ValueError):
        return []
    return [str(each.mime_type) for each in found if each.mime_type]
