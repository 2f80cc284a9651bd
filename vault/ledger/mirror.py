"""A mirror's judgement: what a log publishes is one tree, the signed one, and continues the one seen before; no I/O.

Nothing is believed: leaves are hashed from the entries, every hash of every tile is recomputed from them, and the root
must be the one that the trusted key signed.
"""

from collections.abc import Callable, Iterator
from typing import Final

from vault.errors import ProofError
from vault.ledger import merkle
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature
from vault.ledger.merkle import Node
from vault.ledger.tiles import ENTRIES, HEIGHT, WIDTH, Tile, split_entries, split_hashes, tiles_of

_KEPT_TILES: Final = 64


def check_mirror(
    checkpoint: Checkpoint, key: NoteKey, read: Callable[[Tile], bytes], *, before: Checkpoint | None = None
) -> None:
    """Rebuild the tree from its tiles alone, and compare it with the checkpoint, and with an earlier one.

    ``read`` gives a tile's bytes. Memory does not grow with the log. Raises ProofError with what is wrong.
    """
    check_signature(checkpoint, key)
    if before is not None and before.size > checkpoint.size:
        raise ProofError("the log is shorter than a checkpoint that it signed: it was rolled back")
    tiles = _Tiles(read, checkpoint.size)
    peaks: list[bytes] = []
    for size, entry in enumerate(_entries(checkpoint.size, read)):
        peaks, made = merkle.add_leaf(peaks, size, merkle.leaf_hash(entry))
        for node, value in made:
            if not node.level % HEIGHT and tiles.hash_of(node) != value:
                raise ProofError(f"tile {_tile_of(node, checkpoint.size).path} does not fit the entries")
        if before is not None and before.size == size + 1 and merkle.fold(peaks) != before.root:
            raise ProofError("the log is not the one whose checkpoint it signed: its history was rewritten")
    if merkle.fold(peaks) != checkpoint.root:
        raise ProofError("the entries do not lead to the root that was signed")


class _Tiles:
    """Hashes by their node, a few tiles read at a time."""

    def __init__(self, read: Callable[[Tile], bytes], size: int) -> None:
        self._read = read
        self._size = size
        self._kept: dict[Tile, dict[Node, bytes]] = {}

    def hash_of(self, node: Node) -> bytes:
        """Return what its tile says of a node."""
        tile = _tile_of(node, self._size)
        if tile not in self._kept:
            if len(self._kept) == _KEPT_TILES:
                self._kept.pop(next(iter(self._kept)))
            self._kept[tile] = split_hashes(self._read(tile), tile)
        return self._kept[tile][node]


def _tile_of(node: Node, size: int) -> Tile:
    level, index = node.level // HEIGHT, node.place // WIDTH
    return Tile(level, index, min(WIDTH, (size >> node.level) - index * WIDTH))


def _entries(size: int, read: Callable[[Tile], bytes]) -> Iterator[bytes]:
    for tile in tiles_of(size):
        if tile.level != ENTRIES:
            return
        yield from split_entries(read(tile), tile.width)
