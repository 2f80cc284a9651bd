"""The command against every tampering of the table; docs/tampering.md is that table."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proofs import a_receipt, stamped_by
from tests.tampering import TABLE, Good, Handed, Tampering, good, markdown
from tests.tampering.documents import (
    Signed,
    document,
    document_appended,
    document_covered,
    document_flipped,
    document_signed_twice,
    document_stripped,
    sealed_document,
)
from tests.tampering.redactions import original, redacted
from tests.tampering.renewals import ENDED
from tests.tampering.table import exhibit, existing, existing_renewed, package, record, record_renewed, renewed, sha256
from vault import JSON
from vault.record.report import Report, Verdict
from vault.record.verify import verify


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Good]:
    yield good(tmp_path_factory.mktemp("good"))
    good.cache_clear()


def verified(handed: Handed, folder: Path) -> Report:
    path, proof = folder / "handed.bin", folder / "proof.json"
    path.write_bytes(handed.content)
    if handed.proof is not None:
        proof.write_bytes(handed.proof)
    return verify(
        path,
        receipt=None if handed.proof is None else proof,
        trusted_key=handed.keys,
        trusted_roots=handed.roots,
        now=handed.now,
    )


GOOD = [exhibit, redacted, original, document, record, package, renewed, existing_renewed, record_renewed]


@pytest.mark.parametrize("make", GOOD)
def test_what_is_good_holds(right: Good, tmp_path: Path, make):
    report = verified(make(right), tmp_path)
    assert {each.status for each in report.verdicts.values()} == {"holds"}, report.in_english()
    assert list(report.verdicts)[:4] == ["bytes", "inclusion", "time", "signature"]


def seal_of(handed: Handed, folder: Path) -> Verdict:
    found = verified(handed, folder).seal
    assert found is not None
    return found


def test_the_seal_of_a_pdf_is_a_fifth_answer(right: Good, tmp_path: Path):
    found = seal_of(document(right), tmp_path)
    assert "not qualified" in found.english
    assert "by the certificate enclosed" in found.english
    assert "only proofs of it follow" in found.english
    assert "says an authority whose certificate is enclosed" in found.english
    assert "selon une autorité dont le certificat est joint" in found.french
    assert "Cachet PDF" in verified(document(right), tmp_path).in_french()
    assert verified(exhibit(right), tmp_path).seal is None


def test_a_sealed_pdf_without_a_receipt_is_judged_by_its_seal_and_confirmed_by_nothing(right: Good, tmp_path: Path):
    report = verified(replace(document(right), proof=None), tmp_path)
    assert [each.status for each in report.verdicts.values()] == ["not claimed"] * 4 + ["holds"]
    assert "no receipt was given" in report.bytes.english
    assert not report.holds
    seal = Signed(sealed_document(right))
    trusting = replace(document(right), proof=None, roots=(seal.certificate, *seal.roots))
    words = seal_of(trusting, tmp_path).english
    assert "whose certificate you trust" in words
    assert "enclosed" not in words


@pytest.mark.parametrize(
    ("make", "status", "words"),
    [
        (document_flipped, "fails", "other bytes"),
        (document_appended, "fails", "more than proofs of it was added"),
        (document_signed_twice, "fails", "or another signature"),
        (document_covered, "fails", "more than proofs of it was added"),
        (document_stripped, "holds", "with no time stamp of the whole"),
    ],
)
def test_the_seal_of_a_pdf_tells_what_was_done_to_it(
    right: Good, tmp_path: Path, make: Callable[[Good], Handed], status: str, words: str
):
    for proof in (make(right).proof, None):
        found = seal_of(replace(make(right), proof=proof), tmp_path)
        assert found.status == status
        assert words in found.english
    report = verified(make(right), tmp_path)
    assert report.bytes.status == "fails"
    told = dict.fromkeys(("appended", "covered", "signed_twice"), "were added at its end") | {"stripped": "is shorter"}
    assert told.get(make.__name__.removeprefix("document_"), "another file") in report.bytes.english


def test_a_pdf_whose_seal_is_broken_is_still_the_file_that_was_recorded(right: Good, tmp_path: Path):
    broken = document_flipped(right).content
    event: dict[str, JSON] = {"event": "ExhibitLodged", "sha256": sha256(broken), "size": len(broken)}
    report = verified(Handed(broken, stamped_by(a_receipt(event), right.authority).to_json()), tmp_path)
    assert report.holds
    assert report.in_english().endswith("but the seal inside it does not hold.")


def test_without_pyhanko_the_seal_is_said_not_to_be_examined(right: Good, tmp_path: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyhanko.pdf_utils.reader", None)
    report = verified(document(right), tmp_path)
    assert report.holds
    assert seal_of(document(right), tmp_path).status == "not claimed"
    assert "pyHanko is not installed" in seal_of(document(right), tmp_path).english
    assert seal_of(document_flipped(right), tmp_path).status == "fails"  # its time stamps are read all the same


@pytest.mark.parametrize("pdf", [b"%PDF-1.7\n/ByteRange [0 1 2 3]", b"%PDF-1.7\n/ByteRange"])
def test_a_pdf_that_only_names_a_signature_bears_none(tmp_path: Path, pdf: bytes):
    assert seal_of(Handed(pdf, None), tmp_path).status == "fails"


def test_a_good_proof_of_existence_holds(right: Good, tmp_path: Path):
    report = verified(existing(right), tmp_path)
    assert report.holds
    assert report.time.status == "not claimed"


@pytest.mark.parametrize("tampering", TABLE, ids=lambda each: each.name)
def test_a_tampering_fails_in_exactly_its_verdicts(right: Good, tmp_path: Path, tampering: Tampering):
    report = verified(tampering.make(right), tmp_path)
    failed = {name for name, verdict in report.verdicts.items() if verdict.status == "fails"}
    assert failed == tampering.fails, report.in_english()
    if tampering.fails or "not confirmed" in tampering.note:
        assert not report.holds
    if tampering.note == ENDED:
        assert report.time.status == "not claimed"
        assert "has ended since" in report.time.english


def test_the_document_is_the_table():
    document = Path(__file__).parents[3] / "docs" / "tampering.md"
    assert document.read_text("utf-8") == markdown(TABLE), "stale: run `python -m tests.tampering`"


def test_a_tampering_has_a_name_of_its_own():
    assert len({each.name for each in TABLE}) == len(TABLE)
