"""File names: whatever is given, what is kept is harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.evidence.names import LIMIT, SHOWN, clean_file_name, download_name, extension_of, shown_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("contrat.pdf", "contrat.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("../../x", "x"),
        ("/etc/", "document"),
        ("a\\b\\c.txt", "c.txt"),
        ("fac\u202efdp.exe", "facfdp.exe"),
        ("\u2066a\u2069.txt", "a.txt"),
        ("a\x00\x1f\x7fb", "ab"),
        ("  deux   mots .txt ", "deux mots .txt"),
        ("...", "document"),
        ("", "document"),
        ("nom.", "nom"),
        ("x" * 300 + ".tar", "x" * 251 + ".tar"),
        ("x" * 300, "x" * 255),
        ("a\nb", "a b"),
    ],
)
def test_a_name_is_kept_without_its_dangers(given_name, kept):
    assert clean_file_name(given_name) == kept


@given(st.text(max_size=600))
def test_any_name_becomes_one_short_line_that_is_no_path(name):
    kept = clean_file_name(name)
    assert 0 < len(kept) <= LIMIT
    assert not set(kept) & set("/\\\0\n\r\t")
    assert kept.isprintable()
    assert kept.strip(". ")
    assert clean_file_name(kept) == kept


@pytest.mark.parametrize("name", ["CON", "con.txt", "NUL", "com1.pdf", "LPT9"])
def test_a_device_of_windows_is_no_download_name(name):
    assert download_name(name) == f"_{name}"


def test_a_download_name_has_none_of_the_characters_that_some_systems_refuse():
    assert download_name('a<b>c:d"e|f?g*h;i%j.txt') == "a_b_c_d_e_f_g_h_i_j.txt"
    assert download_name(".bashrc") == "bashrc"


def test_a_long_name_is_shown_short_with_its_ending():
    name = "n" * 240 + "la-fin.pdf"
    assert len(shown_name(name)) == SHOWN
    assert shown_name(name).endswith("la-fin.pdf")
    assert shown_name("court.pdf") == "court.pdf"


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".profile", ""), ("a.b c", ""), ("a.", "")],
)
def test_extensions(name, extension):
    assert extension_of(name) == extension
