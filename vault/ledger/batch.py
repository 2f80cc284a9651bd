"""Batches: the spaces that grew and the files that came since the last batch, shuffled and padded; no I/O.

A reader of one proof learns neither how many spaces grew or files came nor which: all sit at random positions among
padding that looks like them, and the tree is never smaller than 1024 leaves. Only spaces make it wider; files take the
room that is left and otherwise wait for the next batch, so that no deposit, however large, ever shows in a width.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from vault.errors import ProofError
from vault.ledger.merkle import HASH_SIZE, MAX_SIZE, leaf_hash, node_hash

FLOOR: Final = 1024
LEAST_ROOM: Final = 256
"""How many files a batch takes at least, however many spaces grew."""
MAX_WIDTH: Final = 1 << 32
SALT_SIZE: Final = 32
_HEAD: Final = b"entente-head/v1\0"
_BATCH: Final = b"entente-batch/v1\0"
_PAD: Final = b"entente-pad/v1\0"


@dataclass(frozen=True, slots=True)
class Head:
    """A space's tree at one moment: its pseudonym, its size and its root (32 B)."""

    tree: UUID
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A head at its random position in a batch, with its own salt (32 B)."""

    position: int
    head: Head
    salt: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A leaf hash that stands for bytes that were kept, at its random position; ``subject`` is their pseudonym."""

    position: int
    subject: UUID
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """All of a tick: ``width`` leaves; ``members`` and ``kept`` are real, the others derived from ``seed`` (32 B)."""

    width: int
    seed: bytes
    members: tuple[Member, ...]
    kept: tuple[Kept, ...] = ()

    def leaves(self) -> list[bytes]:
        """Return the ``width`` leaf hashes. Raises ProofError when two members share a position or one lies outside."""
        places = {member.position: head_leaf(member.head, member.salt) for member in self.members}
        places |= {each.position: each.leaf for each in self.kept}
        if len(places) != len(self.members) + len(self.kept) or any(not 0 <= each < self.width for each in places):
            raise ProofError("two members of a batch share a position, or one lies outside")
        return [places[each] if each in places else _padding(self.seed, each) for each in range(self.width)]

    def root(self) -> bytes:
        """Root over all leaves."""
        return _levels(self.leaves())[-1][0]

    def proof(self, position: int) -> tuple[bytes, ...]:
        """RFC 6962 inclusion proof of the leaf at ``position``."""
        return tuple(level[(position >> height) ^ 1] for height, level in enumerate(_levels(self.leaves())[:-1]))


def room_for_kept(heads: int) -> int:
    """Return how many files the batch of so many spaces may take."""
    return _width(heads) - heads


def make_batch(heads: Sequence[Head], kept: Sequence[tuple[UUID, bytes]] = ()) -> Batch:
    """Draw salts, positions and the padding's seed for these heads, and for kept bytes (pseudonym, leaf hash).

    Raises ProofError when more is kept than ``room_for_kept`` says.
    """
    width = _width(len(heads))
    if len(heads) + len(kept) > width:
        raise ProofError("a batch has no room for so many files")
    positions = secrets.SystemRandom().sample(range(width), len(heads) + len(kept))
    members = tuple(
        Member(position, head, secrets.token_bytes(SALT_SIZE))
        for position, head in zip(positions[: len(heads)], heads, strict=True)
    )
    others = tuple(
        Kept(position, subject, leaf) for position, (subject, leaf) in zip(positions[len(heads) :], kept, strict=True)
    )
    return Batch(width, secrets.token_bytes(HASH_SIZE), members, others)


def head_leaf(head: Head, salt: bytes) -> bytes:
    """Leaf hash of a salted head: "entente-head/v1" 0x00 ‖ salt 32 ‖ pseudonym 16 ‖ size u64 BE ‖ root 32."""
    if len(salt) != SALT_SIZE or len(head.root) != HASH_SIZE or not 0 <= head.size <= MAX_SIZE:
        raise ProofError("a head of a batch is malformed")
    return leaf_hash(_HEAD + salt + head.tree.bytes + head.size.to_bytes(8, "big") + head.root)


def batch_entry(slot: int, width: int, root: bytes) -> bytes:
    """A batch as the platform's log holds it: "entente-batch/v1" 0x00 ‖ slot u64 BE ‖ width u64 BE ‖ root 32."""
    if len(root) != HASH_SIZE or not 0 <= slot <= MAX_SIZE or not FLOOR <= width <= MAX_WIDTH or width & (width - 1):
        raise ProofError("a batch has a slot, a root and a width that is a power of two from 1024 on")
    return _BATCH + slot.to_bytes(8, "big") + width.to_bytes(8, "big") + root


def batch_leaf(slot: int, width: int, root: bytes) -> bytes:
    """Leaf hash of a batch in the platform's log."""
    return leaf_hash(batch_entry(slot, width, root))


def _width(heads: int) -> int:
    """Least power of two, from 1024 on, that holds the heads and some files."""
    return max(FLOOR, 1 << (heads + LEAST_ROOM - 1).bit_length())


def _padding(seed: bytes, position: int) -> bytes:
    return hmac.digest(seed, _PAD + position.to_bytes(8, "big"), hashlib.sha256)


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """All levels of a full tree, leaves first."""
    levels = [leaves]
    while len(level := levels[-1]) > 1:
        levels.append([node_hash(level[place], level[place + 1]) for place in range(0, len(level), 2)])
    return levels
