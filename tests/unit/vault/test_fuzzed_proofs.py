"""Proofs, checkpoints, keys and tokens from outside: whatever comes, only the documented errors leave."""

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import EDITS, VALUES, Edit, damaged, exchanged, mutated
from tests.proofs import KEY, a_receipt, an_existence
from tests.tampering import Good, good
from tests.tampering.receipts import on_paper
from tests.tampering.table import EXHIBIT, sha256
from vault import JSON, ProofError, Receipt, TimeStampError, check_token
from vault.ledger.checkpoint import NoteKey, check_signature, read_checkpoint
from vault.ledger.entry import canonical, read_canonical
from vault.ledger.existence import Existence
from vault.record.paper import proof_on_paper
from vault.timestamps import sort_certificates

RECEIPT = a_receipt().to_json()
EXISTENCE = an_existence(b"d" * 32, 5).to_json()
LOG = a_receipt().log
assert LOG
CHECKPOINT = LOG.checkpoint.text
ENTERED: dict[str, JSON] = {
    "at": "2026-11-22T14:03:51.120+00:00",
    "title": "t",
    "file_name": "f",
    "size": 1,
    "sha256": sha256(EXHIBIT),
}
PAPER = on_paper(a_receipt(ENTERED).to_json())
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Good]:
    yield good(tmp_path_factory.mktemp("good"))
    good.cache_clear()


@given(st.one_of(mutated(RECEIPT), exchanged(RECEIPT), st.binary(max_size=200)))
def test_a_receipt_reads_or_is_refused_and_never_proves_what_was_damaged(data: bytes):
    try:
        receipt = Receipt.from_json(data)
        assert receipt.to_json() == data
        receipt.check_inclusion()
        receipt.check_signature(KEY)
    except ProofError:
        return
    assert data == RECEIPT or receipt.event == a_receipt().event


@given(st.one_of(mutated(EXISTENCE), exchanged(EXISTENCE), st.binary(max_size=200)))
def test_a_proof_of_existence_reads_or_is_refused(data: bytes):
    try:
        proof = Existence.from_json(data)
        assert proof.to_json() == data
        proof.check_inclusion()
        proof.check_signature(KEY)
    except ProofError:
        return
    assert (proof.sha256, proof.size) == (b"d" * 32, 5)


@given(VALUES)
def test_any_value_is_written_canonically_and_reads_back_or_is_refused(value):
    try:
        data = canonical({"v": value})
    except ProofError:
        return
    assert read_canonical(data) == {"v": value}


@given(st.one_of(mutated(CHECKPOINT), st.binary(max_size=300)))
def test_a_checkpoint_reads_or_is_refused(data: bytes):
    try:
        checkpoint = read_checkpoint(data)
        check_signature(checkpoint, KEY)
    except ProofError:
        return
    assert LOG
    assert (checkpoint.size, checkpoint.root) == (LOG.checkpoint.size, LOG.checkpoint.root)


@given(st.one_of(mutated(KEY.text.encode()), st.binary(max_size=80)))
def test_a_key_reads_or_is_refused(data: bytes):
    text = data.decode("utf-8", "surrogateescape")
    try:
        assert NoteKey.from_text(text).text == text
    except ProofError:
        return


@given(EDITS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_receipt_on_paper_gives_what_is_attached_or_is_refused(edits: list[Edit]):
    try:
        proof = proof_on_paper(damaged(PAPER, edits))
        receipt = Receipt.from_json(proof)
        receipt.check_inclusion()
        receipt.check_signature(KEY)
    except ProofError:
        return
    assert receipt.event["sha256"] == sha256(EXHIBIT)


@given(EDITS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_holds_for_its_message_only_and_is_refused_otherwise(right: Good, edits: list[Edit]):
    (stamp,) = right.receipt.stamps
    assert right.receipt.log
    message = right.receipt.log.checkpoint.text
    token = damaged(stamp.token, edits)
    for read in (lambda: sort_certificates(token), lambda: check_token(token, message, [right.authority.root])):
        try:
            read()
        except TimeStampError:
            continue
    with pytest.raises(TimeStampError):
        check_token(token, message + b"x", [right.authority.root])


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b'{"a":' + b"9" * 1_000_000 + b"}",
        b'"' + b"\\ud800" * 100_000 + b'"',
        b"0" * 2_000_000,
    ],
    ids=["deep lists", "deep objects", "a long number", "lone surrogates", "too long"],
)
def test_what_is_made_to_exhaust_a_reader_is_refused_in_little_memory(data: bytes):
    tracemalloc.start()
    try:
        for read in (Receipt.from_json, Existence.from_json, read_checkpoint):
            with pytest.raises(ProofError):
                read(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * MEBIBYTE
