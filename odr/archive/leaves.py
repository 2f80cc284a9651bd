"""Leaves of a record that are made of rows: a JSON sheet, lines of JSON, a text as it was sealed."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from vault import Source, source_from_bytes


def sheet(path: str, content: Any) -> Source:  # noqa: ANN401 -- whatever JSON can say
    """Return a JSON file, indented for people."""
    return source_from_bytes(path, msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")


def lines(path: str, rows: Sequence[Mapping[str, Any]]) -> Source:
    """Return a file of one JSON object a line."""
    return source_from_bytes(path, b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def text(path: str, content: str) -> Source:
    """Return a text byte by byte as it was sealed, so that its digest is the one that the ledger cites."""
    return source_from_bytes(path, content.encode())
