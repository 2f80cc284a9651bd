"""Answers without what is drawn by lot. The clock needs no removing: it stands where the story says in every life.

THE table of what is drawn is below, each line with its reason; nothing else is taken out of what people are shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

import msgspec

from odr.words import phrase
from web.separation.unfolding import PDF, ZIP, Lots, first_revision, unfolded
from web.separation.walking import Seen

UUIDS: Final = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
PAPER: Final = "a document"
PROOF: Final = re.compile(rb"entente-(receipt|existence)/v1")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something that chance decides: what it is, how it looks, and why it tells nothing."""

    name: str
    pattern: re.Pattern[bytes]
    because: str


DRAWN: Final = (
    Drawn(
        "reference",
        re.compile(rb"\b[0-9a-f]{8}\b(?!-)"),
        phrase("The reference that an error quotes is drawn for each answer; it is found in the log and nowhere else."),
    ),
    Drawn(
        "anti-forgery token",
        re.compile(rb'name="csrf_token" value="[0-9a-f]*"|"X-CSRF-Token": "[0-9a-f]*"'),
        phrase("It is derived from the secret of a session, which is drawn anew at each sign-in."),
    ),
    Drawn(
        "root hash",
        re.compile(rb"(?m)^[A-Za-z0-9+/]{43}="),
        phrase("A checkpoint's root hash covers salts that are drawn for each entry; its size and its moment stay."),
    ),
    Drawn(
        "signature",
        re.compile(rb"(?m)^\xe2\x80\x94 \S+ [A-Za-z0-9+/]+={0,2}"),
        phrase("A checkpoint's signature is over its root hash."),
    ),
)
"""THE table: what is taken out everywhere. Not ids: each is numbered by its first appearance to its reader."""

_LOT_OF_PROOFS: Final[frozenset[str]] = frozenset({"checkpoint"})
_LOT_OF_PLACES: Final[frozenset[str]] = frozenset({"index", "key"})
"""In a receipt: its place in the log's batch is drawn by lot, and so tells nothing of what else was recorded.

The batch's slot stays: an earlier one would tell that a file was there before it came into the room."""

_LENGTHS: Final = frozenset({b"content-length", b"etag"})


SHORT: Final = 2000
"""What is shorter is mostly a header, and the same in most answers."""


def _without_drawn(raw: bytes) -> bytes:
    for drawn in DRAWN:
        raw = drawn.pattern.sub(f"[{drawn.name}]".encode(), raw)
    return raw


_short: Final = lru_cache(maxsize=4096)(_without_drawn)


class Plain:
    """One reader's answers, one after the other: what was made in this life is named by the order of its appearance."""

    def __init__(self, known: frozenset[str], lots: Lots | None = None) -> None:
        """``known``: the ids that are the same in every life; ``lots``: what a sealed record holds of lots."""
        self._known = known
        self._lots = lots or Lots()
        self._met: dict[str, str] = {}
        self._unnamed: dict[str, str] = {}

    def probe(self, value: str) -> None:
        """An id that is asked for without being known: what bears it in this life differs, and must not show."""
        self._unnamed[value.lower()] = "what was asked for"

    def text(self, raw: bytes) -> bytes:
        """A text without what is drawn by lot."""
        raw = self._lots.replace(raw)
        return UUIDS.sub(self._name, _short(raw) if len(raw) < SHORT else _without_drawn(raw))

    def answer(self, seen: Seen) -> "Shown":
        """An answer as its reader may compare it."""
        body, lot = seen.body, False
        if body.startswith(b"{") and PROOF.search(body):
            body, lot = msgspec.json.encode(_without_lot(msgspec.json.decode(body))), True
        elif body.startswith(b"%PDF") and b"receipt.pdf" in seen.asked.encode():
            body, lot = b"a receipt on paper: what it says is in the machine's receipt, which is compared", True
        elif seen.asked.startswith("/log/"):
            lot = True
            body = f"{len(body)} bytes of hashes".encode() if "/tile/" in seen.asked else body
        elif body.startswith(ZIP) and seen.asked.endswith(("/package", "/bundle")):
            body = unfolded(body, self._lots, self._leaf)
        elif body.startswith(PDF) and self._lots.digests:
            body = first_revision(body)
            self._lots.digest(PAPER, seen.body)
            self._lots.length(PAPER, len(seen.body), len(body))
        asked = self.text(seen.asked.encode()).decode()
        headers = tuple(
            (name, self.text(value)) for name, value in seen.headers if not (lot and name.lower() in _LENGTHS)
        )
        return Shown(asked, seen.status, headers, self.text(body))

    def _leaf(self, held: bytes) -> bytes:
        """A file of a record as it may be compared with that of another life."""
        if held.startswith(PDF):
            held = first_revision(held)
        elif held.startswith(b"{") and PROOF.search(held):
            held = msgspec.json.encode(_without_lot(msgspec.json.decode(held)))
        return self.text(held)

    def _name(self, found: re.Match[bytes]) -> bytes:
        value = found[0].decode().lower()
        if value in self._unnamed:  # first: what is asked for may be of the stage in one life and not in another
            return self._unnamed[value].encode()
        if value in self._known:
            return found[0]
        return self._met.setdefault(value, f"id-{len(self._met) + 1}").encode()


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as its reader may compare it with that of another life."""

    asked: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def lines(self) -> list[str]:
        """All of it, line by line, what it says before its headers; a page's tags begin lines of their own."""
        text = self.body.decode("utf-8", "replace")
        return [
            f"{self.status}",
            *re.sub(r"(?<=[>,])(?=[<\"])", "\n", text).splitlines(),
            "",
            *(f"{name.decode()}: {value.decode('latin-1')}" for name, value in self.headers),
        ]


def _without_lot(value: Any, key: str = "") -> Any:  # noqa: ANN401 -- JSON
    """A proof without what is drawn by lot; its steps are counted, its place in the lot is not."""
    if isinstance(value, dict):
        proof = cast("dict[str, Any]", value)
        gone = _LOT_OF_PROOFS | (_LOT_OF_PLACES if "width" in proof or "key" in proof else frozenset[str]())
        return {name: _without_lot(inner, name) for name, inner in sorted(proof.items()) if name not in gone}
    if isinstance(value, list):
        return [_without_lot(inner, key) for inner in cast("Sequence[Any]", value)]
    if isinstance(value, str) and key in {"salt", "path"}:
        return len(value)
    return value
