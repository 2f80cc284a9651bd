"""The verifier's parts: bags and ZIPs built wrong on purpose, receipts that contradict each other."""

import hashlib
import io
import time
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.tampering.records import zipped
from tests.tampering.table import flipped
from vault.errors import RecordError
from vault.ledger import merkle
from vault.ledger.batch import Head, batch_leaf, head_leaf
from vault.ledger.checkpoint import NoteKey, sign_checkpoint
from vault.ledger.entry import canonical, entry_hash
from vault.ledger.proofs import LogProof, Receipt, Stamp
from vault.record.bagread import read_bag, read_small
from vault.record.files import MAX_FILES
from vault.record.judge import Trust, judge_inclusion, judge_signature, judge_time
from vault.record.report import Report, fails, holds, not_claimed, on_own_clock, retold
from vault.record.zipread import ZipFiles

FROZEN = Path(__file__).parents[2] / "vectors" / "ledger"
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class Held:
    """Files in memory."""

    def __init__(self, files: Mapping[str, bytes], told: Mapping[str, int] | None = None) -> None:
        self._files = files
        self._told = told or {}

    @property
    def sizes(self) -> dict[str, int]:
        return {path: self._told.get(path, len(data)) for path, data in self._files.items()}

    def open(self, path: str) -> IO[bytes]:
        return io.BytesIO(self._files[path])


def line(path: str, data: bytes) -> bytes:
    return f"{hashlib.sha256(data).hexdigest()}  {path}\n".encode()


def bag(**changes: bytes | None) -> dict[str, bytes]:
    """A right bag, with files changed (``None``: left out) before the tag manifest is made."""
    files = {"bagit.txt": DECLARED, "data/a": b"a", "manifest-sha256.txt": line("data/a", b"a")}
    files.update({name: data for name, data in changes.items() if data is not None})
    files = {name: data for name, data in files.items() if changes.get(name, b"") is not None}
    tags = b"".join(line(name, data) for name, data in files.items() if not name.startswith("data/"))
    files.setdefault("tagmanifest-sha256.txt", tags)
    return files


def test_a_right_bag_is_read():
    facts = read_bag(Held(bag()), sealed=True)
    assert (facts.files, facts.size) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bagit.txt": None}, "bagit.txt is missing"),
        ({"bagit.txt": b"\xff"}, "RFC 8493"),
        ({"bagit.txt": b"\xef\xbb\xbf" + DECLARED}, "RFC 8493"),
        ({"bagit.txt": DECLARED.replace(b"1.0", b"2.0")}, "version"),
        ({"bagit.txt": DECLARED.replace(b"1.0", b"0.97")}, "version"),
        ({"bagit.txt": DECLARED.replace(b"UTF-8", b"UTF-16")}, "encoding"),
        ({"manifest-sha256.txt": None, "manifest-sha512.txt": b""}, "lacks a SHA-256"),
        ({"manifest-sha256.txt": b"rubbish\n"}, "malformed"),
        ({"manifest-sha256.txt": b"\xff\n"}, "encoding"),
        ({"manifest-sha256.txt": line("data/a", b"a") * 2}, "twice"),
        ({"manifest-sha256.txt": line("data/a", b"a") + line("data/A", b"a")}, "one name"),
        ({"manifest-sha256.txt": line("data/a", b"a") + line("bagit.txt", DECLARED)}, "must not list"),
        ({"manifest-sha256.txt": line("data/a", b"a") + line("data/b", b"b")}, "data/b is listed but missing"),
        ({"manifest-sha256.txt": line("data/a", b"b")}, "not the file that was sealed"),
        ({"manifest-sha3.txt": line("data/a", b"a")}, "unknown digest"),
        ({"data/b": b"b"}, "not listed"),
        ({"fetch.txt": b""}, "fetched"),
        ({"tagmanifest-sha256.txt": line("bagit.txt", DECLARED)}, "in no manifest"),
        ({"bag-info.txt": b"Payload-Oxum: 7.1\n"}, "Payload-Oxum"),
    ],
)
def test_a_bag_built_wrong_is_refused_with_its_reason(changes, reason):
    with pytest.raises(RecordError, match=reason):
        read_bag(Held(bag(**changes)), sealed=True)


def test_a_bag_without_any_manifest_or_in_an_unknown_encoding_is_refused():
    with pytest.raises(RecordError, match="no manifest"):
        read_bag(Held({"bagit.txt": DECLARED, "data/a": b""}), sealed=False)
    odd = DECLARED.replace(b"UTF-8", b"klingon")
    with pytest.raises(RecordError, match="unknown encoding"):
        read_bag(Held({"bagit.txt": odd, "data/a": b""}), sealed=False)


def test_a_file_that_grew_or_is_told_too_large_is_refused():
    with pytest.raises(RecordError, match="not as long"):
        read_bag(Held(bag(), {"data/a": 2}), sealed=True)
    with pytest.raises(RecordError, match="too large"):
        read_bag(Held(bag(), {"manifest-sha256.txt": 1 << 40}), sealed=True)
    with pytest.raises(RecordError, match="missing"):
        read_small(Held({}), "x")


def held_in(entries: Mapping[str, bytes]) -> io.BytesIO:
    return io.BytesIO(zipped(entries))


def test_a_zip_with_too_many_files_is_refused(monkeypatch):
    monkeypatch.setattr("vault.record.zipread.MAX_FILES", 2)
    assert MAX_FILES == 100_000
    with pytest.raises(RecordError, match="more than"):
        ZipFiles(held_in({"a": b"", "b": b"", "c": b""}))


def test_a_zip_that_says_it_holds_too_much_is_refused(monkeypatch):
    for limit, match in ((10, "more than can be read"), (8, "more than can be read")):
        monkeypatch.setattr("vault.record.zipread.MAX_TOTAL", limit)
        with pytest.raises(RecordError, match=match):
            ZipFiles(held_in({"a": b"x" * 9, "b": b"xx"}))
    monkeypatch.setattr("vault.record.zipread.MAX_CENTRAL", 40)
    with pytest.raises(RecordError, match="can be read"):
        ZipFiles(held_in({"a": b""}))


def test_an_encrypted_zip_is_refused():
    data = bytearray(zipped({"a": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(RecordError, match="encrypted"):
        ZipFiles(io.BytesIO(data))


def test_a_zip_that_another_program_made_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"x")
    with pytest.raises(RecordError, match="another program"):
        ZipFiles(made)


def test_a_folder_entry_is_no_file():
    with pytest.raises(RecordError):
        ZipFiles(held_in({"folder/": b"", "folder/a": b"x"}))


def test_a_zip_within_a_zip_is_read_and_what_is_missing_or_damaged_is_refused():
    inner = ZipFiles(held_in({"r.zip": zipped({"a": b"x" * 100})})).inside("r.zip")
    with inner.open("a") as source:
        assert source.read() == b"x" * 100
    inner.check("a")
    for read in (inner.open, inner.inside, inner.check):
        with pytest.raises(RecordError):
            read("missing")
    data = zipped({"a": b"x" * 100})
    damaged = ZipFiles(io.BytesIO(flipped(data, data.index(b"xxx") + 5)))
    with pytest.raises(RecordError, match="damaged"):
        damaged.check("a")


RECEIPT = Receipt.from_json((FROZEN / "receipt.json").read_bytes())
STAMPED = Receipt.from_json((FROZEN / "stamped-receipt.json").read_bytes())
KEY = NoteKey.from_text((FROZEN / "key.txt").read_text().strip())
assert RECEIPT.log
assert RECEIPT.batch
assert STAMPED.log
LOG, BATCH, STAMPED_LOG = RECEIPT.log, RECEIPT.batch, STAMPED.log


def signed_over(path: tuple[bytes, ...], origin: str = "entente.test/log") -> Receipt:
    """The frozen receipt, in a log whose other leaves are ``path``, signed by another key."""
    signer = Ed25519PrivateKey.generate()
    space, batch = RECEIPT.space, BATCH
    leaf = entry_hash(RECEIPT.salt, canonical(RECEIPT.event))
    head = Head(space.tree, space.size, merkle.root_from_inclusion(space.index, space.size, leaf, space.path))
    top = merkle.root_from_inclusion(batch.index, batch.width, head_leaf(head, batch.salt), batch.path)
    root = merkle.root_from_inclusion(1, 3, batch_leaf(batch.slot, batch.width, top), path)
    checkpoint = sign_checkpoint(origin, 3, root, signer)
    return replace(RECEIPT, log=LogProof(1, path, checkpoint, NoteKey.of(origin, signer)))


def test_two_receipts_of_a_forked_log_contradict_each_other():
    fork = signed_over((b"z" * 32, LOG.path[1]))
    assert judge_inclusion([fork]).status == "holds"
    assert "forked" in judge_inclusion([RECEIPT, fork]).english
    assert "forked" in judge_inclusion([RECEIPT, signed_over(LOG.path, "entente.test/else")]).english


def test_with_a_trusted_key_every_receipt_must_be_signed_by_it():
    same = signed_over(LOG.path)
    assert judge_inclusion([RECEIPT, same]).status == "holds"  # one root, two signers: not a fork
    assert judge_signature([RECEIPT, same], Trust(keys=[KEY])).status == "fails"
    assert judge_signature([RECEIPT, same], Trust(keys=[KEY, same.log.key if same.log else KEY])).status == "holds"


def test_a_signature_that_does_not_hold_is_said():
    text = LOG.checkpoint.text.replace(b"\n3\n", b"\n4\n")
    broken = replace(RECEIPT, log=replace(LOG, checkpoint=replace(LOG.checkpoint, text=text)))
    assert judge_signature([broken], Trust()).status == "fails"


def test_a_token_over_another_checkpoint_or_with_a_false_root_fails():
    (stamp,) = STAMPED.stamps
    checkpoint = replace(STAMPED_LOG.checkpoint, text=STAMPED_LOG.checkpoint.text + b"x")
    assert judge_time([replace(STAMPED, log=replace(STAMPED_LOG, checkpoint=checkpoint))], Trust()).status == "fails"
    for root in (b"no certificate", stamp.token):
        assert judge_time([replace(STAMPED, stamps=(replace(stamp, root=root),))], Trust()).status == "fails"
    rubbish = Stamp("A", independent=True, token=b"no token", root=stamp.root)
    assert judge_time([replace(STAMPED, stamps=(stamp, rubbish))], Trust()).status == "fails"


def test_earlier_stamps_say_nothing_of_what_came_later():
    time = judge_time([STAMPED, STAMPED, RECEIPT], Trust())
    assert time.status == "not claimed"
    assert "the sealing itself does not" in time.english
    assert judge_time([STAMPED, STAMPED], Trust()).status == "holds"
    assert judge_time([RECEIPT], Trust()).english == "No independent time stamp."


def test_what_holds_needs_bytes_inclusion_and_signature():
    yes, no, silent = holds("e", "f"), fails("e", "f"), not_claimed("e", "f")
    assert Report(yes, yes, silent, yes).holds
    for verdicts in ((no, yes, yes, yes), (yes, silent, yes, yes), (yes, yes, no, yes), (yes, yes, yes, silent)):
        report = Report(*verdicts)
        assert not report.holds
        assert "FAILED" in report.in_english()
        assert "ÉCHOUÉ" in report.in_french()


def test_a_moment_is_told_on_the_reader_s_clock_and_in_utc_where_that_is_another(monkeypatch: pytest.MonkeyPatch):
    english, french = "existed by 2026-07-01 22:30:00 UTC, says A", "existait au plus tard le 01/07/2026 22:30:00 UTC"
    try:
        monkeypatch.setenv("TZ", "Europe/Paris")
        time.tzset()
        assert retold(english, on_own_clock) == (
            "existed by 2026-07-02 00:30:00 UTC+02:00 (2026-07-01 22:30:00 UTC), says A"
        )
        assert retold(french, on_own_clock) == (
            "existait au plus tard le 02/07/2026 00:30:00 UTC+02:00 (01/07/2026 22:30:00 UTC)"
        )
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()
        assert retold(english, on_own_clock) == english
    finally:
        monkeypatch.undo()
        time.tzset()
