"""Names of exhibits in a record: any system can keep them, and the number makes each the only one."""

import pytest

from odr.evidence.names import exhibit_name


@pytest.mark.parametrize(
    ("number", "title", "file_name", "expected"),
    [
        ("C-1", "Contrat", "contrat.pdf", "C-1 Contrat.pdf"),
        ("C-1", "contrat.PDF", "Contrat.pdf", "C-1 contrat.pdf"),
        ("R-2", "Sans extension", "LISEZMOI", "R-2 Sans extension"),
        ("E-1", "../../etc/passwd", "x.txt", "E-1 .._.._etc_passwd.txt"),
        ("C-3", "a\u202egpj.exe", "a.exe", "C-3 agpj.exe"),
    ],
)
def test_a_name_says_number_and_title_and_climbs_nowhere(number: str, title: str, file_name: str, expected: str):
    assert exhibit_name(number, title, file_name) == expected


def test_a_very_long_title_keeps_its_number_and_its_ending():
    name = exhibit_name("C-12", "é" * 200, "x.eml")
    assert name.startswith("C-12 é")
    assert name.endswith("é.eml")
    assert len(name.encode()) <= 120


def test_titles_that_look_alike_stay_apart_by_their_numbers():
    assert exhibit_name("C-1", "Même", "a.txt") != exhibit_name("R-1", "Même", "a.txt")
