"""A multipart form read as it arrives: part after part, in constant memory, nothing spooled to a disk (RFC 7578).

python-multipart's push parser is fed chunk by chunk; the next chunk is asked for only when what the last one held has
been used up, so whoever stores a file slows its sender down.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from litestar.types import Receive
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from odr.errors import UploadRefusedError

PARTS: Final = 64
FILES: Final = 1000
FIELD_SIZE: Final = 64 * 1024
HEADER_SIZE: Final = 4096
HEADERS: Final = 8
STALL_SECONDS: Final = 120.0


class _Mark(Enum):
    BEGIN = auto()
    HEADERS = auto()
    DATA = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form. ``file_name`` is ``None`` for a plain field, ``""`` where no file was chosen."""

    name: str
    file_name: str | None


async def body_of(receive: Receive) -> AsyncIterator[bytes]:
    """Give a request's body as it arrives. Raises UploadRefusedError (cut_off) when its sender leaves or stalls."""
    more = True
    while more:
        try:
            async with asyncio.timeout(STALL_SECONDS):
                message = await receive()
        except TimeoutError:
            raise UploadRefusedError("cut_off") from None
        if message["type"] != "http.request":
            raise UploadRefusedError("cut_off")
        more = message.get("more_body", False)
        if message.get("body"):
            yield message["body"]


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that a Content-Type names. Raises UploadRefusedError (unreadable_upload)."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:  # noqa: PLR2004 -- RFC 2046 section 5.1.1
        raise UploadRefusedError("unreadable_upload")
    return boundary


class FormStream:
    """A form under way: ``async for part in form.parts()``, and for each part its ``data()`` or its ``text()``.

    Raises UploadRefusedError: unreadable_upload, too_many_fields, field_too_large, cut_off.
    """

    def __init__(self, chunks: AsyncIterator[bytes], boundary: bytes) -> None:
        self._chunks = chunks
        self._events: deque[tuple[_Mark, bytes]] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._name = b""
        self._value = b""
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": lambda: self._note(_Mark.BEGIN),
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": lambda data, start, end: self._note(_Mark.DATA, data[start:end]),
                "on_part_end": lambda: self._note(_Mark.END),
                "on_end": self._on_end,
            },
            max_header_count=HEADERS,
            max_header_size=HEADER_SIZE,
        )

    async def parts(self) -> AsyncIterator[Part]:
        """Give one part after the other; what was left unread of the last one is passed over."""
        fields = files = 0
        while (event := await self._next()) is not None:
            mark, value = event
            if mark is _Mark.BEGIN:
                fields += 1
            elif mark is _Mark.HEADERS:
                part = _part(value)
                if part.file_name is not None:
                    fields, files = fields - 1, files + 1
                if fields > PARTS or files > FILES:
                    raise UploadRefusedError("too_many_fields")
                yield part

    async def data(self) -> AsyncIterator[bytes]:
        """Give the present part's bytes."""
        while (event := await self._next()) is not None:
            mark, value = event
            if mark is _Mark.END:
                return
            if value:
                yield value
        raise UploadRefusedError("cut_off")

    async def text(self) -> str:
        """Return the present part as a field's text, of at most 64 KiB; every new line as one LF."""
        held = bytearray()
        async for piece in self.data():
            held += piece
            if len(held) > FIELD_SIZE:
                raise UploadRefusedError("field_too_large")
        return held.decode("utf-8", "replace").replace("\r\n", "\n").strip()

    async def _next(self) -> tuple[_Mark, bytes] | None:
        while not self._events:
            try:
                chunk = await anext(self._chunks)
            except StopAsyncIteration:
                if not self._ended:
                    raise UploadRefusedError("cut_off") from None
                return None
            try:
                self._parser.write(chunk)
            except FormParserError:
                raise UploadRefusedError("unreadable_upload") from None
        return self._events.popleft()

    def _note(self, mark: _Mark, value: bytes = b"") -> None:
        self._events.append((mark, value))

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_headers_finished(self) -> None:
        self._note(_Mark.HEADERS, self._headers.get(b"content-disposition", b""))
        self._headers = {}

    def _on_end(self) -> None:
        self._ended = True


def _part(disposition: bytes) -> Part:
    """Read a part's Content-Disposition; browsers write a quote in it as %22, new lines as %0D%0A (HTML)."""
    kind, options = parse_options_header(disposition.decode("latin-1"))
    name = options.get(b"name")
    if kind != b"form-data" or name is None:
        raise UploadRefusedError("unreadable_upload")
    file_name = options.get(b"filename")
    return Part(_text(name), None if file_name is None else _text(file_name))


def _text(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
