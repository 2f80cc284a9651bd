"""The ways by which bytes of the vault leave: each is known, and asks whether an infected file may go that way."""

import re
from pathlib import Path
from typing import Final

import odr

ROOT: Final = Path(odr.__file__).parent
OPENS: Final = re.compile(r"\bvault\.open\(|\buploads\.opened\(|\bunsealed\(")
WAYS: Final = {
    "agreements/reading.py": "documents that the platform made itself",
    "archive/contents.py": "into a sealed record, from where archive/releasing.py lets them out on a recorded reason",
    "archive/releasing.py": "a sealed record, whole, on a recorded reason where it holds an infected file",
    "documents/stamping.py": "documents that the platform made itself, to be stamped",
    "evidence/finishing.py": "one's own upload before it is lodged, for the names and sizes of a ZIP's entries",
    "evidence/handed.py": "what was handed to a party alone: refused where it is infected",
    "evidence/openings.py": "one exhibit, on a recorded reason where it is infected; a bundle asks here too",
    "evidence/rescanning.py": "to the scanner",
    "exceptions/extract.py": "the exhibit of an extract, left out where it is infected unless its reader said why",
}


def test_every_way_out_of_the_vault_is_known_and_says_what_it_does_with_an_infected_file():
    found = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if OPENS.search(path.read_text("utf-8"))}
    assert found == set(WAYS)
