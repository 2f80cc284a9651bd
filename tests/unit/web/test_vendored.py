import re
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

import pytest

from odr.archive.verifying import PAGE_STATIC
from web.rendering import STATIC

VENDORS = pytest.mark.parametrize("vendor", [STATIC / "vendor", PAGE_STATIC / "vendor"], ids=["site", "verifier"])
ROW = re.compile(r"\| (?P<file>[^ |]+) \| [^|]+ \| [^|]+ \| [^|]+ \| `(?P<digest>[A-Za-z0-9+/=]{64})` \|")


def _listed(vendor: Path) -> dict[str, str]:
    return {row["file"]: row["digest"] for row in ROW.finditer((vendor / "README.md").read_text(encoding="utf-8"))}


def _scripts(vendor: Path) -> list[Path]:
    return sorted(vendor.rglob("*.js"))


@VENDORS
def test_each_vendored_script_has_the_digest_that_its_readme_states(vendor: Path):
    found = {
        str(file.relative_to(vendor)): b64encode(sha384(file.read_bytes()).digest()).decode()
        for file in _scripts(vendor)
    }
    assert found
    assert found == _listed(vendor)


@VENDORS
def test_a_vendored_script_imports_only_what_is_vendored_beside_it(vendor: Path):
    for file in _scripts(vendor):
        for name in re.findall(r'^import .*from "([^"]+)"', file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            assert (file.parent / name).is_file(), f"{file.name} imports {name}"
