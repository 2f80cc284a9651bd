"""Receipts of the past: what was once given out must verify for ever, byte for byte."""

from pathlib import Path

from vault.ledger.checkpoint import NoteKey, check_signature, read_checkpoint
from vault.ledger.proofs import Receipt
from vault.record.judge import Trust, judge_inclusion, judge_signature, judge_time

FROZEN = Path(__file__).parents[2] / "vectors" / "ledger"
KEY = NoteKey.from_text((FROZEN / "key.txt").read_text().strip())


def test_a_frozen_checkpoint_still_verifies():
    check_signature(read_checkpoint((FROZEN / "checkpoint.txt").read_bytes()), KEY)


def test_a_frozen_receipt_still_verifies_and_is_still_written_so():
    data = (FROZEN / "receipt.json").read_bytes()
    receipt = Receipt.from_json(data)
    assert receipt.to_json() == data
    assert receipt.check_inclusion().text == (FROZEN / "checkpoint.txt").read_bytes()
    receipt.check_signature(KEY)


def test_a_frozen_time_stamp_still_holds_at_its_own_time():
    receipt = Receipt.from_json((FROZEN / "stamped-receipt.json").read_bytes())
    trust = Trust(keys=[KEY])
    assert judge_inclusion([receipt]).status == "holds"
    assert judge_signature([receipt], trust).status == "holds"
    time = judge_time([receipt], trust)
    assert time.status == "holds"
    assert "2026-11-22" in time.english
    assert "No independent time stamp." in time.english
