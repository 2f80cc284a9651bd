"""Proofs of existence: read strictly, and every altered value is refused."""

import json
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ProofError
from vault.ledger.batch import batch_leaf, make_batch, room_for_kept
from vault.ledger.checkpoint import NoteKey, sign_checkpoint
from vault.ledger.entry import canonical
from vault.ledger.existence import (
    Existence,
    existence_leaf,
    existence_salt,
    is_existence,
    item_subject,
)
from vault.ledger.parts import BatchPlace, LogProof, Stamp
from vault.refs import ItemRef

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey.of("example.org/log", SIGNER)
SALT, DIGEST, SIZE = b"s" * 32, b"d" * 32, 48_000


def proof() -> Existence:
    batch = make_batch([], [(UUID(int=7), existence_leaf(SALT, SIZE, DIGEST))])
    (kept,) = batch.kept
    place = BatchPlace(29_000_000, kept.position, batch.width, batch.proof(kept.position))
    checkpoint = sign_checkpoint(KEY.name, 1, batch_leaf(place.slot, place.width, batch.root()), SIGNER)
    stamps = (Stamp("Authority", True, b"token", b"root"),)
    return Existence(DIGEST, SIZE, SALT, place, LogProof(0, (), checkpoint, KEY), stamps)


def rewritten(**changes) -> bytes:
    return canonical({**json.loads(proof().to_json()), **changes})


def test_a_proof_is_read_as_it_was_written_and_holds():
    made = proof()
    read = Existence.from_json(made.to_json())
    assert read == made
    assert read.complete
    assert read.check_inclusion().size == 1
    read.check_signature(KEY)
    assert is_existence(made.to_json())
    assert not is_existence(canonical({"format": "entente-receipt/v1"}))


@pytest.mark.parametrize(
    "altered",
    [
        replace(proof(), sha256=b"e" * 32),
        replace(proof(), size=SIZE + 1),
        replace(proof(), salt=b"t" * 32),
        replace(proof(), batch=replace(proof().batch, slot=29_000_001)),
        replace(proof(), batch=replace(proof().batch, index=(proof().batch.index + 1) % 1024)),
        replace(proof(), batch=replace(proof().batch, path=(bytes(32), *proof().batch.path[1:]))),
    ],
    ids=["digest", "size", "salt", "slot", "index", "path"],
)
def test_an_altered_proof_leads_elsewhere(altered):
    with pytest.raises(ProofError):
        altered.check_inclusion()


def test_another_key_did_not_sign_it():
    with pytest.raises(ProofError):
        proof().check_signature(NoteKey.of(KEY.name, Ed25519PrivateKey.generate()))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "entente-existence/v2"},
        {"sha256": "D" * 64},
        {"sha256": "zz" * 32},
        {"sha256": "64" * 31},
        {"size": -1},
        {"size": "48000"},
        {"salt": ""},
        {"batch": None},
        {"log": None},
        {"stamps": None},
        {"dispute": "D-2026-1"},
    ],
)
def test_what_is_written_otherwise_is_refused(changes):
    with pytest.raises(ProofError):
        Existence.from_json(rewritten(**changes))


@pytest.mark.parametrize(("salt", "size", "digest"), [(b"", 1, DIGEST), (SALT, -1, DIGEST), (SALT, 1, b"")])
def test_a_misshapen_leaf_is_refused(salt, size, digest):
    with pytest.raises(ProofError):
        existence_leaf(salt, size, digest)


def test_salt_and_pseudonym_belong_to_one_version_of_one_item_of_one_tenant():
    one, two = ItemRef(UUID(int=1), UUID(int=2)), ItemRef(UUID(int=1), UUID(int=2), 2)
    salts = {existence_salt(b"k" * 32, UUID(int=tenant), item) for tenant in (5, 6) for item in (one, two)}
    assert len(salts | {existence_salt(b"l" * 32, UUID(int=5), one)}) == 5
    assert item_subject(one) != item_subject(two)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    with pytest.raises(ProofError):
        Existence.from_json(data)


def test_a_batch_refuses_more_files_than_it_has_room_for():
    room = room_for_kept(0)
    crowd = [(UUID(int=number), bytes(32)) for number in range(room + 1)]
    assert make_batch([], crowd[:room]).width == room == 1024
    with pytest.raises(ProofError):
        make_batch([], crowd)


@given(st.integers(0, 1 << 20))
def test_files_always_find_some_room_and_only_spaces_widen_a_batch(heads):
    room = room_for_kept(heads)
    width = room + heads
    assert room >= 256
    assert width >= 1024
    assert width.bit_count() == 1
