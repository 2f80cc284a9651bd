"""Tiles: the platform's log cut into files that never change, as C2SP tlog-tiles names them; no I/O.

A tile of level L holds up to 256 hashes of the tree's level 8·L; an entry bundle holds the preimages of up to 256
leaves. Here these are batches: a slot, a width and a salted root, which tell nothing of what a batch holds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vault.errors import ProofError
from vault.ledger.merkle import HASH_SIZE, MAX_SIZE, Node

WIDTH: Final = 256
"""Hashes, or entries, of a full tile."""
HEIGHT: Final = 8
ENTRIES: Final = -1
"""The level of entry bundles."""
MAX_LEVEL: Final = 63
MAX_PATH: Final = 64
_PATH: Final = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_GROUP: Final = 1000


@dataclass(frozen=True, slots=True)
class Tile:
    """``width`` hashes of level 8·``level`` from place 256·``index`` on; or so many entries."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its name: ``LEVEL/x001/x234/067``, with ``.p/WIDTH`` unless it is full."""
        groups = [f"{self.index % _GROUP:03}"]
        rest = self.index // _GROUP
        while rest:
            groups.append(f"x{rest % _GROUP:03}")
            rest //= _GROUP
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"{level}/{'/'.join(reversed(groups))}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @property
    def nodes(self) -> list[Node]:
        """The stored nodes that a tile of hashes is made of."""
        first = self.index * WIDTH
        return [Node(HEIGHT * self.level, place) for place in range(first, first + self.width)]

    def within(self, size: int) -> bool:
        """Whether a log of ``size`` leaves holds all of it."""
        level = max(self.level, 0)
        return self.index * WIDTH + self.width <= size >> (HEIGHT * level)


def read_path(path: str) -> Tile:
    """Read a tile's name, in its one spelling. Raises ProofError."""
    found = _PATH.fullmatch(path) if len(path) <= MAX_PATH else None
    if found is None:
        raise ProofError("this names no tile (C2SP tlog-tiles)")
    level = ENTRIES if found[1] == "entries" else int(found[1])
    tile = Tile(level, int(found[2].replace("x", "").replace("/", "")), int(found[3] or WIDTH))
    if tile.path != path or tile.index > MAX_SIZE:
        raise ProofError("a tile's name is written in another way")
    return tile


def tiles_of(size: int, start: int = 0) -> Iterator[Tile]:
    """Every tile and bundle of a log of ``size`` leaves that one of ``start`` leaves did not have, bundles first."""
    yield from _row(ENTRIES, start, size)
    level = 0
    while size:
        yield from _row(level, start, size)
        start, size, level = start >> HEIGHT, size >> HEIGHT, level + 1


def join_entries(entries: Sequence[bytes]) -> bytes:
    """Write an entry bundle: each entry after its length, u16 BE."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def split_entries(bundle: bytes, width: int) -> list[bytes]:
    """Read the ``width`` entries of a bundle. Raises ProofError when there are more or fewer, or it is cut."""
    entries: list[bytes] = []
    place = 0
    while place < len(bundle):
        stop = place + 2 + int.from_bytes(bundle[place : place + 2], "big")
        entries.append(bundle[place + 2 : stop])
        place = stop
    if place != len(bundle) or len(entries) != width:
        raise ProofError("an entry bundle is cut, or holds more or fewer entries than it must")
    return entries


def join_hashes(tile: Tile, stored: Mapping[Node, bytes]) -> bytes:
    """Write a tile of hashes. Raises ProofError when a node is missing."""
    try:
        return b"".join(stored[node] for node in tile.nodes)
    except KeyError:
        raise ProofError("a node of the tree is missing") from None


def split_hashes(data: bytes, tile: Tile) -> dict[Node, bytes]:
    """Read a tile of hashes by their nodes. Raises ProofError when it has another size."""
    if len(data) != tile.width * HASH_SIZE:
        raise ProofError("a tile has another size than it must")
    return {node: data[each * HASH_SIZE : (each + 1) * HASH_SIZE] for each, node in enumerate(tile.nodes)}


def _row(level: int, start: int, size: int) -> Iterator[Tile]:
    """Tiles of one level that hold the places from ``start`` up to ``size``; only the last may be partial."""
    for index in range(start // WIDTH, -(-size // WIDTH)):
        yield Tile(level, index, min(WIDTH, size - index * WIDTH))
