"""Just enough DER (X.690) to sort a token's certificates and to write a time-stamp answer; no I/O."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from vault.errors import TimeStampError

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = b"\x05\x00"
OID: Final = 0x06
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
BOOLEAN: Final = 0x01
_LONG: Final = 0x80
_MULTI_BYTE_TAG: Final = 0x1F
_MAX_LENGTH_BYTES: Final = 4


class Element(NamedTuple):
    """One encoded value inside its document: where it starts, where its content starts and ends, and its tag."""

    tag: int
    start: int
    content: int
    stop: int


def read(data: bytes, start: int, stop: int) -> Element:
    """Read one element's header. Raises TimeStampError when it is malformed or reaches beyond ``stop``."""
    try:
        tag, length, content = data[start], data[start + 1], start + 2
        if tag & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
            raise TimeStampError("the time stamp uses a tag that has no place in it")
        if length & _LONG:
            count = length & ~_LONG
            if not 1 <= count <= _MAX_LENGTH_BYTES:
                raise TimeStampError("the time stamp is not DER")
            length = int.from_bytes(data[content : content + count], "big")
            content += count
    except IndexError:
        raise TimeStampError("the time stamp is cut short") from None
    if content + length > stop:
        raise TimeStampError("the time stamp is cut short")
    return Element(tag, start, content, content + length)


def children(data: bytes, parent: Element) -> Iterator[Element]:
    """Elements inside a constructed element, in their order."""
    start = parent.content
    while start < parent.stop:
        child = read(data, start, parent.stop)
        yield child
        start = child.stop


def encode(tag: int, *parts: bytes) -> bytes:
    """One element: tag, shortest length, contents."""
    content = b"".join(parts)
    if len(content) < _LONG:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + content


def integer(value: int) -> bytes:
    """Encode an INTEGER."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    """Encode an OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = b""
    for arc in (first * 40 + second, *rest):
        groups = bytes([arc & 0x7F])
        while arc := arc >> 7:
            groups = bytes([arc & 0x7F | _LONG]) + groups
        content += groups
    return encode(OID, content)


def set_of(*elements: bytes) -> bytes:
    """Encode a SET OF, its elements in DER order."""
    return encode(SET, *sorted(elements))


def whole(data: bytes, element: Element) -> bytes:
    """Bytes of an element, its header included."""
    return data[element.start : element.stop]


def content(data: bytes, element: Element) -> bytes:
    """Bytes of an element's content."""
    return data[element.content : element.stop]
