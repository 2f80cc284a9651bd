"""Records from outside: a damaged ZIP, bag, or receipt beside; the verifier reports, and never raises."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import EDITS, Edit, damaged
from tests.tampering import Good, Handed, good
from tests.tampering.records import contents, rezipped
from tests.tampering.table import flipped, package
from tests.unit.vault.test_tampering import verified
from vault.errors import RecordError
from vault.record.zipread import ZipFiles

FUZZED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Good]:
    yield good(tmp_path_factory.mktemp("good"))
    good.cache_clear()


@given(EDITS)
@FUZZED
def test_a_damaged_record_never_holds(right: Good, tmp_path: Path, edits: list[Edit]):
    whole = damaged(right.record, edits)
    report = verified(Handed(whole, right.seal.to_json()), tmp_path)
    assert not report.holds or whole == right.record


@given(EDITS)
@FUZZED
def test_a_damaged_package_never_holds(right: Good, tmp_path: Path, edits: list[Edit]):
    good_one = package(right).content
    whole = damaged(good_one, edits)
    report = verified(Handed(whole, None), tmp_path)
    assert not report.holds or whole == good_one


def test_any_byte_of_a_header_that_is_turned_fails(right: Good):
    """Every byte before, between and behind the files: there is none that nothing is read from."""
    whole = right.record
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        inside = [
            range(start, start + entry.file_size)
            for entry in archive.infolist()
            for start in [entry.header_offset + 30 + len(entry.filename.encode())]
        ]
    headers = set(range(len(whole))) - set().union(*inside)
    for place in headers:
        with pytest.raises(RecordError):
            ZipFiles(io.BytesIO(flipped(whole, place)))


@given(st.integers(0, 100), EDITS)
@FUZZED
def test_a_damaged_file_of_a_record_never_holds(right: Good, tmp_path: Path, which: int, edits: list[Edit]):
    files = contents(right.record)
    path = sorted(files)[which % len(files)]
    changed = damaged(files[path], edits)
    report = verified(Handed(rezipped({**files, path: changed}), right.seal.to_json()), tmp_path)
    assert not report.holds or changed == files[path]


@given(EDITS)
@FUZZED
def test_a_record_with_a_damaged_receipt_beside_is_judged_and_never_raises(
    right: Good, tmp_path: Path, edits: list[Edit]
):
    report = verified(Handed(right.record, damaged(right.seal.to_json(), edits)), tmp_path)
    assert len(report.verdicts) == 4


@given(st.binary(max_size=400))
@FUZZED
def test_rubbish_never_holds(tmp_path: Path, data: bytes):
    for whole in (data, b"PK\x03\x04" + data, b"PK\x05\x06" + data):
        assert not verified(Handed(whole, None), tmp_path).holds
