"""The bag reader against the Library of Congress's conformance suite, where it is at hand."""

import os
from pathlib import Path
from typing import Any

import pytest

from vault.errors import RecordError
from vault.record.bagread import read_bag
from vault.record.files import FolderFiles

ROOT = Path(__file__).parents[3]
VECTORS = Path(os.environ.get("ENTENTE_VECTORS", ROOT.parent / "shared" / "vectors")) / "bagit"
STRICTER = {
    "holey-bag": "we fetch nothing",
    "duplicate-metadata-entries": None,
    "bag-with-leading-dot-slash-in-manifest": None,
}


def cases(*kinds: str) -> list[Any]:
    found = sorted(path for kind in kinds for path in VECTORS.glob(f"*/{kind}/*") if path.is_dir())
    if not found:
        return [pytest.param(None, marks=pytest.mark.skip(reason="no bagit conformance suite (ENTENTE_VECTORS)"))]
    return [pytest.param(path, id=path.relative_to(VECTORS).as_posix()) for path in found]


@pytest.mark.parametrize("path", cases("valid"))
def test_a_valid_bag_is_read(path: Path):
    if STRICTER.get(path.name):
        with pytest.raises(RecordError, match="fetched"):
            read_bag(FolderFiles(path), sealed=False)
    else:
        read_bag(FolderFiles(path), sealed=False)


@pytest.mark.parametrize("path", cases("invalid", "linux-only", "windows-only"))
def test_an_invalid_bag_is_refused(path: Path):
    with pytest.raises(RecordError):
        read_bag(FolderFiles(path), sealed=False)


@pytest.mark.parametrize("path", cases("valid", "warning"))
def test_no_bag_that_is_not_ours_passes_for_a_sealed_record(path: Path):
    with pytest.raises(RecordError):
        read_bag(FolderFiles(path), sealed=True)
