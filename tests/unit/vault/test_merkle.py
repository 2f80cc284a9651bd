"""The RFC 6962 tree: against a direct reading of the RFC, and against what must be refused."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ProofError
from vault.ledger import merkle
from vault.ledger.merkle import Node, Span


def leaf(number: int) -> bytes:
    return merkle.leaf_hash(b"%d" % number)


def direct_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 section 2.1 writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(direct_root(leaves[:split]), direct_root(leaves[split:]))


def grown(size: int) -> tuple[dict[Node, bytes], list[bytes], list[bytes]]:
    """Stored nodes, peaks and leaves of a tree."""
    stored: dict[Node, bytes] = {}
    peaks: list[bytes] = []
    leaves = [leaf(number) for number in range(size)]
    for number in range(size):
        peaks, made = merkle.add_leaf(peaks, number, leaves[number])
        stored.update(made)
    return stored, peaks, leaves


@given(st.integers(0, 140))
def test_the_root_over_peaks_is_the_rfc_s_root(size):
    stored, peaks, leaves = grown(size)
    assert merkle.fold(peaks) == direct_root(leaves)
    assert len(stored) == 2 * size - size.bit_count()  # only perfect subtrees are stored


@given(st.data())
def test_every_leaf_is_proven_at_every_size_it_was_part_of(data):
    size = data.draw(st.integers(1, 140))
    index = data.draw(st.integers(0, size - 1))
    stored, _, leaves = grown(140)
    spans = merkle.inclusion_spans(index, size)
    proof = merkle.hashes_of(spans, stored)
    assert set(merkle.nodes_of(spans)) <= stored.keys()
    merkle.check_inclusion(index, size, leaves[index], proof, direct_root(leaves[:size]))
    for wrong in ({"index": (index + 1) % size}, {"size": size + 1}, {"leaf": leaf(999)}):
        if wrong == {"index": index}:
            continue
        place = {"index": index, "size": size, "leaf": leaves[index], **wrong}
        try:
            root = merkle.root_from_inclusion(place["index"], place["size"], place["leaf"], proof)
        except ProofError:
            continue
        if "size" not in wrong:  # another size may share the path: the size is signed with the root
            assert root != direct_root(leaves[:size])


@given(st.data())
def test_every_earlier_tree_is_shown_to_begin_the_later_one(data):
    second = data.draw(st.integers(1, 140))
    first = data.draw(st.integers(1, second))
    stored, _, leaves = grown(140)
    proof = merkle.hashes_of(merkle.consistency_spans(first, second), stored)
    old, new = direct_root(leaves[:first]), direct_root(leaves[:second])
    merkle.check_consistency(first, second, proof, old, new)
    rewritten = direct_root([leaf(1000), *leaves[1:second]])
    with pytest.raises(ProofError):
        merkle.check_consistency(first, second, proof, old, rewritten)
    with pytest.raises(ProofError):
        merkle.check_consistency(first, second, [*proof, leaf(1)], old, new)
    if proof:
        with pytest.raises(ProofError):
            merkle.check_consistency(first, second, proof[:-1], old, new)


def test_known_roots_of_the_rfc_s_own_example_data():
    """Frozen: the eight inputs that the Certificate Transparency implementations share."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [merkle.leaf_hash(bytes.fromhex(value)) for value in inputs]
    assert direct_root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert direct_root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 4), (4, 4), (5, 4), (0, merkle.MAX_SIZE + 1)])
def test_a_place_outside_the_tree_is_refused(index, size):
    with pytest.raises(ProofError):
        merkle.inclusion_spans(index, size)
    with pytest.raises(ProofError):
        merkle.root_from_inclusion(index, size, leaf(0), [])


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 4), (5, 4), (-1, 4)])
def test_an_empty_or_larger_first_tree_is_refused(first, second):
    with pytest.raises(ProofError):
        merkle.consistency_spans(first, second)
    with pytest.raises(ProofError):
        merkle.check_consistency(first, second, [], leaf(0), leaf(0))


def test_empty_leaf_and_empty_root_are_refused():
    with pytest.raises(ProofError):
        merkle.check_inclusion(0, 1, b"", [], leaf(0))
    with pytest.raises(ProofError):
        merkle.check_inclusion(0, 1, leaf(0), [], b"")
    with pytest.raises(ProofError):
        merkle.check_consistency(1, 2, [leaf(1)], b"", leaf(0))
    with pytest.raises(ProofError):
        merkle.root_from_inclusion(0, 2, leaf(0), [b"short"])


def test_a_proof_too_long_or_too_short_is_refused():
    stored, _, leaves = grown(5)
    proof = merkle.hashes_of(merkle.inclusion_spans(1, 5), stored)
    with pytest.raises(ProofError, match="longer"):
        merkle.root_from_inclusion(1, 5, leaves[1], [*proof, leaf(9)])
    with pytest.raises(ProofError, match="shorter"):
        merkle.root_from_inclusion(1, 5, leaves[1], proof[:-1])
    with pytest.raises(ProofError, match="another root"):
        merkle.check_inclusion(1, 5, leaves[1], proof, leaf(9))


def test_an_empty_consistency_proof_is_refused():
    with pytest.raises(ProofError, match="empty"):
        merkle.check_consistency(3, 5, [], leaf(0), leaf(1))


def test_equal_sizes_need_equal_roots_and_no_proof():
    merkle.check_consistency(2, 2, [], leaf(0), leaf(0))
    with pytest.raises(ProofError):
        merkle.check_consistency(2, 2, [], leaf(0), leaf(1))
    with pytest.raises(ProofError):
        merkle.check_consistency(2, 2, [leaf(3)], leaf(0), leaf(0))


def test_a_missing_node_is_named_not_guessed():
    stored, _, _ = grown(8)
    del stored[Node(1, 1)]
    with pytest.raises(ProofError, match="missing"):
        merkle.hashes_of(merkle.inclusion_spans(0, 8), stored)


@pytest.mark.parametrize(("peaks", "size", "value"), [([], 1, b"\0" * 32), ([b"\0" * 32], 0, b"\0" * 32), ([], 0, b"")])
def test_a_head_that_does_not_fit_its_size_is_refused(peaks, size, value):
    with pytest.raises(ProofError):
        merkle.add_leaf(peaks, size, value)


def test_a_span_falls_into_its_perfect_subtrees():
    assert merkle.perfect_nodes(Span(0, 7)) == [Node(2, 0), Node(1, 2), Node(0, 6)]
    assert merkle.perfect_nodes(Span(4, 7)) == [Node(1, 2), Node(0, 6)]
    assert merkle.perfect_nodes(Span(3, 3)) == []
