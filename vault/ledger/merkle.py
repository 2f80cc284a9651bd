"""The RFC 6962 Merkle tree: hashes, stored nodes, proofs and their checks; no I/O.

Only perfect subtrees are ever stored, each under ``(level, place)``: it covers leaves ``place << level`` up to
``(place + 1) << level``. Every other subtree is folded from those when it is needed (RFC 6962 section 2.1).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from vault.errors import ProofError

HASH_SIZE: Final = 32
MAX_SIZE: Final = 1 << 62
"""Leaves a tree may count: far beyond use, and still a signed 64-bit integer in any database."""
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """The place of a perfect subtree: ``level`` 0 is a leaf."""

    level: int
    place: int


class Span(NamedTuple):
    """The leaves ``start`` up to, but not including, ``stop``."""

    start: int
    stop: int


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf's bytes: SHA-256(0x00 ‖ data), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over neighbouring perfect subtrees, given from left (largest) to right; of none: the empty tree's root."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def add_leaf(peaks: Sequence[bytes], size: int, leaf: bytes) -> tuple[list[bytes], list[tuple[Node, bytes]]]:
    """Append one leaf hash to a tree of ``size`` leaves whose perfect subtrees are ``peaks`` (left to right).

    Returns the new peaks and the nodes that became complete, the leaf first: exactly what must be stored.
    Raises ProofError when the peaks do not fit the size, or the leaf is not a hash.
    """
    if len(peaks) != size.bit_count() or len(leaf) != HASH_SIZE or size >= MAX_SIZE:
        raise ProofError("the tree's head does not fit its size, or the leaf is not a SHA-256 hash")
    grown = list(peaks)
    node, index, level = leaf, size, 0
    made = [(Node(0, size), leaf)]
    while index & 1:
        node = node_hash(grown.pop(), node)
        index >>= 1
        level += 1
        made.append((Node(level, index), node))
    grown.append(node)
    return grown, made


def perfect_nodes(span: Span) -> list[Node]:
    """Perfect subtrees that make up ``span``, left to right; its start must be aligned as in an RFC 6962 tree."""
    nodes: list[Node] = []
    start = span.start
    while start < span.stop:
        level = (span.stop - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Subtrees whose roots prove leaf ``index`` in a tree of ``size`` leaves, lowest first (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError("the leaf lies outside the tree")
    spans: list[Span] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            spans.append(Span(middle, stop))
            stop = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    spans.reverse()
    return spans


def consistency_spans(first: int, second: int) -> list[Span]:
    """Subtrees that prove the tree of ``first`` leaves a prefix of that of ``second`` (RFC 6962 section 2.1.2)."""
    if not 0 < first <= second <= MAX_SIZE:
        raise ProofError("only a tree that is not empty can be shown to be the beginning of another")
    spans: list[Span] = []
    start, stop, whole = 0, second, True
    while first != stop:
        middle = start + _split(stop - start)
        if first <= middle:
            spans.append(Span(middle, stop))
            stop = middle
        else:
            spans.append(Span(start, middle))
            start, whole = middle, False
    if not whole:
        spans.append(Span(start, stop))
    spans.reverse()
    return spans


def nodes_of(spans: Sequence[Span]) -> list[Node]:
    """Every stored node that is needed to write a proof over these spans."""
    return [node for span in spans for node in perfect_nodes(span)]


def hashes_of(spans: Sequence[Span], stored: Mapping[Node, bytes]) -> tuple[bytes, ...]:
    """Write the proof: one root per span, from the stored nodes. Raises ProofError when one is missing."""
    try:
        return tuple(fold([stored[node] for node in perfect_nodes(span)]) for span in spans)
    except KeyError:
        raise ProofError("a node of the tree is missing") from None


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Compute the root that ``proof`` leads to from ``leaf`` (a leaf hash); RFC 9162 section 2.1.3.2.

    Raises ProofError when the place is impossible, or the proof has a hash too many, too few or misshapen.
    """
    _require_hashes(leaf, *proof)
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError("the leaf lies outside the tree")
    place, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is longer than its tree is high")
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        place >>= 1
        last >>= 1
    if last:
        raise ProofError("the proof is shorter than its tree is high")
    return root


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ProofError unless ``proof`` shows ``leaf`` (a leaf hash) at ``index`` under ``root``."""
    _require_hashes(root)
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise ProofError("the proof leads to another root")


def check_consistency(first: int, second: int, proof: Sequence[bytes], old: bytes, new: bytes) -> None:
    """Raise ProofError unless the tree of ``first`` leaves (root ``old``) begins that of ``second`` (root ``new``).

    RFC 9162 section 2.1.4.2. An empty first tree proves nothing and is refused.
    """
    _require_hashes(old, new, *proof)
    if not 0 < first <= second <= MAX_SIZE:
        raise ProofError("only a tree that is not empty can be shown to be the beginning of another")
    if first == second:
        if proof or old != new:
            raise ProofError("two trees of one size have two roots, or a proof where none is due")
        return
    path = list(proof) if first & (first - 1) else [old, *proof]
    if not path:
        raise ProofError("the proof is empty")
    low = (first & -first).bit_length() - 1
    place, last = (first - 1) >> low, (second - 1) >> low
    before = after = path[0]
    for step in path[1:]:
        if last == 0:
            raise ProofError("the proof is longer than its tree is high")
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            after = node_hash(after, step)
        place >>= 1
        last >>= 1
    if last or before != old or after != new:
        raise ProofError("the proof does not lead from the old root to the new one")


def _split(count: int) -> int:
    """Largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def _require_hashes(*values: bytes) -> None:
    if any(len(value) != HASH_SIZE for value in values):
        raise ProofError("a value of the proof is not a SHA-256 hash")
