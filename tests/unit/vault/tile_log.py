"""A log in memory, published as tiles."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault.ledger import merkle
from vault.ledger.checkpoint import Checkpoint, NoteKey, sign_checkpoint
from vault.ledger.merkle import Node
from vault.ledger.tiles import ENTRIES, WIDTH, Tile, join_entries, join_hashes, tiles_of

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey.of("example.org/log", SIGNER)


class Log:
    """A log in memory, published as tiles."""

    def __init__(self, entries: list[bytes]) -> None:
        self.entries = entries
        self.nodes: dict[Node, bytes] = {}
        self.peaks: list[bytes] = []
        for size, entry in enumerate(entries):
            self.peaks, made = merkle.add_leaf(self.peaks, size, merkle.leaf_hash(entry))
            self.nodes.update(made)

    def checkpoint(self) -> Checkpoint:
        return sign_checkpoint(KEY.name, len(self.entries), merkle.fold(self.peaks), SIGNER)

    def files(self) -> dict[str, bytes]:
        return {tile.path: self.read(tile) for tile in tiles_of(len(self.entries))}

    def read(self, tile: Tile) -> bytes:
        assert tile.within(len(self.entries))
        if tile.level == ENTRIES:
            first = tile.index * WIDTH
            return join_entries(self.entries[first : first + tile.width])
        return join_hashes(tile, self.nodes)


def log_of(size: int) -> Log:
    return Log([b"%d" % number for number in range(size)])
