"""The command against every tampering of the table; docs/tampering.md is that table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tampering import TABLE, Good, Handed, Tampering, good, markdown
from tests.tampering.documents import document
from tests.tampering.redactions import original, redacted
from tests.tampering.renewals import ENDED
from tests.tampering.table import exhibit, existing, existing_renewed, package, record, record_renewed, renewed
from vault.record.report import Report
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
    assert [each.status for each in report.verdicts.values()] == ["holds"] * 4, report.in_english()


def test_a_signed_pdf_is_said_to_bear_a_seal_that_is_not_examined(right: Good, tmp_path: Path):
    report = verified(document(right), tmp_path)
    assert report.signature.english.endswith("not examined here: open it in a PDF reader, or run pdfsig")
    assert "cachet" in report.signature.french
    assert "PDF" not in verified(exhibit(right), tmp_path).signature.english


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
