"""What a file is by its first bytes, and whether its name says the same; no I/O."""

import re
import struct
from typing import Any, Final

import puremagic

from odr.evidence.names import extension_of

HEAD: Final = 8192
UNKNOWN: Final = ""
BINARY: Final = "application/octet-stream"

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
DOCX: Final = f"{_OFFICE}wordprocessingml.document"
XLSX: Final = f"{_OFFICE}spreadsheetml.sheet"
PPTX: Final = f"{_OFFICE}presentationml.presentation"
ODT: Final = f"{_OPEN}text"
ODS: Final = f"{_OPEN}spreadsheet"
ODP: Final = f"{_OPEN}presentation"
EPUB: Final = "application/epub+zip"
JAR: Final = "application/java-archive"
ZIP: Final = "application/zip"
OLE: Final = "application/x-ole-storage"
DOC: Final = "application/msword"
XLS: Final = "application/vnd.ms-excel"
PPT: Final = "application/vnd.ms-powerpoint"
MSG: Final = "application/vnd.ms-outlook"

_ZIPPED: Final = {"docx": DOCX, "docm": DOCX, "xlsx": XLSX, "xlsm": XLSX, "pptx": PPTX, "odt": ODT, "ods": ODS,
                  "odp": ODP, "epub": EPUB, "jar": JAR, "zip": ZIP, "kmz": ZIP}  # fmt: skip
_STORED: Final = {"doc": DOC, "xls": XLS, "ppt": PPT, "msg": MSG, "mpp": OLE, "vsd": OLE, "msi": OLE}
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
    **{extension: frozenset({media_type, ZIP}) for extension, media_type in _ZIPPED.items()},
    **{extension: frozenset({media_type, OLE}) for extension, media_type in _STORED.items()},
    "zip": frozenset({ZIP, *_ZIPPED.values()}),
}
"""Extensions whose content always starts in its own way. Of a container whose kind its first bytes do not show, no more
is known than that it is one."""

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
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", "application/x-elf"),
    (b"%PDF-", "application/pdf"),
)
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")  # APPNOTE.TXT section 4.3.7
_LENGTH_FOLLOWS: Final = 8
_DECLARED: Final = frozenset({ODT, ODS, ODP, EPUB})
_PACKAGES: Final = (
    (b"word/", DOCX),
    (b"xl/", XLSX),
    (b"ppt/", PPTX),
    (b"META-INF/MANIFEST.MF", JAR),
)
_STREAMS: Final = (
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
    ("__properties_version1.0", MSG),
    ("__nameid_version1.0", MSG),
)
_MAIL_HEAD: Final = 2048
_HEADER: Final = re.compile(
    rb"(?im)^(?:from|to|cc|date|subject|received|return-path|delivered-to|message-id|mime-version|reply-to|sender):"
)
"""Fields of a mail's header (RFC 5322 section 3.6): two of them, the first at the very beginning, make a mail."""

_LEGIBLE: Final = frozenset(b"\t\n\r\f\x1b") | frozenset(range(0x20, 0x100))


def media_type_of(head: bytes) -> str:
    """Return the media type that the first bytes (8 KiB are enough) show; ``""`` when they show none.

    A ZIP container is told by its first entries (ECMA-376 part 2, ODF 1.3 part 2 section 3.3), an OLE one by the
    streams that its directory names (MS-CFB); where these lie further in, it is named as a container only.
    """
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature) and (signature != b"MZ" or not is_text(head)):
            if media_type == ZIP:
                return _zipped(head)
            return _stored(head) if media_type == OLE else media_type
    if is_text(head):
        return _textual(head)
    best = _guesses(head)
    return best[0][:120] if best else UNKNOWN


def promised_by(name: str) -> str:
    """Return the media type that a file's name promises, ``""`` when it promises none that content could show."""
    extension = extension_of(name)
    for known in (_ZIPPED, _STORED):
        if extension in known:
            return known[extension]
    if extension in _EXPECTED:
        return min(_EXPECTED[extension])
    return "text/plain" if extension in _TEXTS else UNKNOWN


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


def _zipped(head: bytes) -> str:
    """Tell what a ZIP container holds by the local entries at its beginning; every length in it is a claim only."""
    offset = 0
    while head[offset : offset + 4] == b"PK\x03\x04" and offset + _LOCAL.size <= len(head):
        _, _, flags, method, _, _, _, packed, _, named, extra = _LOCAL.unpack_from(head, offset)
        start = offset + _LOCAL.size
        name, body = head[start : start + named], start + named + extra
        if name == b"mimetype" and method == 0:
            declared = head[body : body + min(packed, 100)].decode("ascii", "replace")
            return declared if declared in _DECLARED else ZIP
        for beginning, media_type in _PACKAGES:
            if name.startswith(beginning):
                return media_type
        offset = body + packed
        if flags & _LENGTH_FOLLOWS and not packed:  # its length follows it: look for what comes next
            following = head.find(b"PK\x03\x04", body)
            offset = following if following > 0 else len(head)
    return ZIP


def _stored(head: bytes) -> str:
    """Tell what an OLE container holds by the names of its streams, as far as its directory is in sight."""
    for stream, media_type in _STREAMS:
        if stream.encode("utf-16-le") + b"\0\0" in head:
            return media_type
    return OLE


def is_textual(media_type: str) -> bool:
    """Tell whether a media type is text of some kind."""
    return (
        media_type.startswith("text/")
        or media_type.endswith(("+xml", "+json"))
        or media_type in {"application/json", "application/xml", "message/rfc822", "application/mbox"}
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
    if head.startswith(b"From ") and _HEADER.search(head):
        return "application/mbox"
    if len(_HEADER.findall(head[:_MAIL_HEAD])) > 1 and _HEADER.match(head):
        return "message/rfc822"
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
