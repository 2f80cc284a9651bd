import re
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

from web.rendering import STATIC

VENDOR = STATIC / "vendor"
ROW = re.compile(r"\| (?P<file>[^ |]+) \| [^|]+ \| [^|]+ \| [^|]+ \| `(?P<digest>[A-Za-z0-9+/=]{64})` \|")


def _listed() -> dict[str, str]:
    return {row["file"]: row["digest"] for row in ROW.finditer((VENDOR / "README.md").read_text(encoding="utf-8"))}


def _scripts() -> list[Path]:
    return sorted(VENDOR.rglob("*.js"))


def test_each_vendored_script_has_the_digest_that_its_readme_states():
    found = {
        str(file.relative_to(VENDOR)): b64encode(sha384(file.read_bytes()).digest()).decode() for file in _scripts()
    }
    assert found
    assert found == _listed()


def test_a_vendored_script_imports_only_what_is_vendored_beside_it():
    for file in _scripts():
        for name in re.findall(r'^import .*from "([^"]+)"', file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            assert (file.parent / name).is_file(), f"{file.name} imports {name}"
