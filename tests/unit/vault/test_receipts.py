"""Receipts: what is right verifies without a network, whatever is touched is refused."""

import base64
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs import KEY, ORIGIN, SALT, SIGNER, TREE, a_receipt
from vault.errors import ProofError
from vault.ledger import merkle
from vault.ledger.batch import Batch, Head, Member, batch_leaf, head_leaf, make_batch
from vault.ledger.checkpoint import NoteKey, sign_checkpoint
from vault.ledger.entry import MAX_BYTES, canonical, entry_hash, read_canonical
from vault.ledger.proofs import Receipt, Stamp


def edited(path: str, value) -> bytes:
    """The receipt's JSON with one value changed, in canonical form."""
    document = json.loads(a_receipt().to_json())
    place = document
    *parents, last = path.split(".")
    for name in parents:
        place = place[int(name) if name.isdigit() else name]
    if value is KeyError:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return rfc8785.dumps(document)


def refused(data: bytes) -> bool:
    try:
        receipt = Receipt.from_json(data)
        receipt.check_inclusion()
        receipt.check_signature(KEY)
    except ProofError:
        return True
    return False


def test_a_right_receipt_reads_back_and_verifies_offline():
    receipt = a_receipt()
    read = Receipt.from_json(receipt.to_json())
    assert read == receipt
    assert read.complete
    assert read.check_inclusion().size == 3
    read.check_signature(KEY)


def test_a_receipt_is_frozen_in_its_form():
    assert rfc8785.dumps(json.loads(a_receipt().to_json())) == a_receipt().to_json()
    assert set(json.loads(a_receipt().to_json())) == {"format", "event", "salt", "space", "batch", "log", "stamps"}


HASH = base64.b64encode(b"x" * 32).decode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "entente-receipt/v2"),
        ("event.type", "ExhibitWithdrawn"),
        ("event.more", 1),
        ("salt", HASH),
        ("space.pseudonym", str(UUID(int=8))),
        ("space.pseudonym", str(UUID(int=0xABC)).upper()),
        ("space.pseudonym", "no"),
        ("space.index", 0),
        ("space.index", 3),
        ("space.index", -1),
        ("space.index", True),
        ("space.index", "1"),
        ("space.size", 4),
        ("space.size", 2),
        ("space.path", [HASH] * 2),
        ("space.path", [HASH] * 65),
        ("space.path", []),
        ("space.path.0", HASH),
        ("space.path.0", HASH[:-4]),
        ("space.extra", 1),
        ("space", None),
        ("batch.slot", 29_000_001),
        ("batch.salt", HASH),
        ("batch.index", 516),
        ("batch.width", 2048),
        ("batch.width", 1000),
        ("batch.path.3", HASH),
        ("batch", None),
        ("log.index", 0),
        ("log.index", 3),
        ("log.path.1", HASH),
        ("log.path", [HASH] * 3),
        ("log.checkpoint", "no"),
        ("log.checkpoint", sign_checkpoint("entente.test/other", 3, b"r" * 32, SIGNER).text.decode()),
        ("log.checkpoint", sign_checkpoint(ORIGIN, 3, b"r" * 32, SIGNER).text.decode()),
        ("log.key", "entente.test/log+00000000+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"),
        ("log.key", 5),
        ("log", None),
        ("stamps", None),
        ("stamps", [{}]),
        ("stamps", [{"authority": "", "independent": True, "token": HASH, "root": HASH}]),
        ("stamps", [{"authority": "A", "independent": 1, "token": HASH, "root": HASH}]),
        ("stamps", [{"authority": "A", "independent": True, "token": "", "root": HASH}]),
        ("stamps", [{"authority": "A", "independent": True, "token": "A", "root": HASH}]),
        ("stamps", [{"authority": "A", "independent": True, "token": HASH, "root": HASH}] * 9),
        ("more", 1),
        ("event", []),
        ("event", KeyError),
    ],
)
def test_a_receipt_with_anything_wrong_is_refused(path, value):
    assert not refused(a_receipt().to_json())
    assert refused(edited(path, value))


def test_a_proof_with_an_extra_node_is_refused_in_each_of_the_three_trees():
    for part in ("space", "batch", "log"):
        path = json.loads(a_receipt().to_json())[part]["path"]
        assert refused(edited(f"{part}.path", [*path, HASH]))
        assert refused(edited(f"{part}.path", path[:-1]))
        assert refused(edited(f"{part}.path", path[::-1]))


def test_a_receipt_signed_by_another_key_is_refused():
    other = Ed25519PrivateKey.generate()
    receipt = a_receipt()
    assert receipt.log
    checkpoint = sign_checkpoint(ORIGIN, 3, receipt.log.checkpoint.root, other)
    forged = replace(receipt, log=replace(receipt.log, checkpoint=checkpoint, key=NoteKey.of(ORIGIN, other)))
    read = Receipt.from_json(forged.to_json())
    read.check_inclusion()
    with pytest.raises(ProofError):
        read.check_signature(KEY)


def test_an_incomplete_receipt_says_so():
    waiting = Receipt.from_json(replace(a_receipt(), batch=None, log=None).to_json())
    assert not waiting.complete
    with pytest.raises(ProofError, match="next checkpoint"):
        waiting.check_inclusion()
    with pytest.raises(ProofError, match="nothing is signed"):
        waiting.check_signature(KEY)
    stamp = Stamp("A", independent=True, token=b"t", root=b"r")
    assert refused(replace(a_receipt(), batch=None, log=None, stamps=(stamp,)).to_json())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b"\xff",
        b'{"a":1,"a":1}',
        b'{"a":1.5}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{ "a":1}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\ud800"}',
        b'{"b":1,"a":1}',
        b"[" * 100_000,
    ],
)
def test_json_in_any_other_spelling_is_refused(data):
    if data != b"{}":
        with pytest.raises(ProofError):
            read_canonical(data)
    with pytest.raises(ProofError):
        Receipt.from_json(data)


def test_a_receipt_beyond_its_size_is_refused_before_it_is_read():
    with pytest.raises(ProofError, match="larger"):
        Receipt.from_json(b" " * (1024 * 1024 + 1))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON_VALUES, max_size=6))
def test_the_canonical_form_is_rfc_8785_as_others_write_it(value):
    mine = canonical(value)
    assert mine == rfc8785.dumps(value)
    assert read_canonical(mine) == value


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), "\ud800", {1: 2}, {"a": {1}}, b"x", object()])
def test_what_has_no_one_form_is_no_event(value):
    with pytest.raises(ProofError):
        canonical({"a": value})


def test_an_event_too_deep_or_too_large_is_refused():
    deep: dict[str, Any] = {}
    for _ in range(20):
        deep = {"a": deep}
    with pytest.raises(ProofError, match="deep"):
        canonical(deep)
    with pytest.raises(ProofError, match="larger"):
        canonical({"a": "x" * MAX_BYTES})
    with pytest.raises(ProofError, match="32 bytes"):
        entry_hash(b"short", b"{}")


def test_the_salt_hides_what_an_entry_says():
    assert entry_hash(b"a" * 32, b"{}") != entry_hash(b"b" * 32, b"{}")


def test_a_batch_never_shows_how_many_were_active():
    heads = [Head(UUID(int=number), 1, b"r" * 32) for number in range(40)]
    few, many = make_batch(heads[:1]), make_batch(heads)
    assert len(few.proof(few.members[0].position)) == len(many.proof(many.members[0].position)) == 10
    assert make_batch([]).width == 1024
    assert make_batch([Head(UUID(int=number), 1, b"r" * 32) for number in range(1025)]).width == 2048


def test_members_of_a_batch_are_placed_at_random_and_proven():
    heads = [Head(UUID(int=number), number + 1, bytes([number]) * 32) for number in range(40)]
    batch = make_batch(heads)
    assert [member.position for member in batch.members] != sorted(member.position for member in batch.members)
    for member in batch.members:
        leaf = head_leaf(member.head, member.salt)
        merkle.check_inclusion(member.position, batch.width, leaf, batch.proof(member.position), batch.root())
    assert len(set(batch.leaves())) == 1024


def test_a_batch_with_members_out_of_place_is_refused():
    head = Head(TREE, 1, b"r" * 32)
    with pytest.raises(ProofError):
        Batch(1024, b"s" * 32, (Member(1, head, SALT), Member(1, head, SALT))).leaves()
    with pytest.raises(ProofError):
        Batch(1024, b"s" * 32, (Member(1024, head, SALT),)).leaves()
    with pytest.raises(ProofError):
        head_leaf(Head(TREE, 1, b"short"), SALT)
    with pytest.raises(ProofError):
        batch_leaf(1, 1000, b"r" * 32)
