"""What people typed: trimmed, normalised, limited, with every problem collected."""

from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.errors import InvalidInputError
from odr.typed import Typed


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_a_line_loses_controls_marks_and_folds_space() -> None:
    typed = Typed()
    assert typed.line("title", "  Un\u202e titre\x00 \n long\u200f ", limit=40) == "Un titre long"
    typed.check()


def test_a_text_keeps_its_lines_and_tabs_only() -> None:
    typed = Typed()
    assert typed.text("facts", "un\r\ndeux\ttrois\x07\n", limit=40) == "un\ndeux\ttrois"
    typed.check()


def test_every_problem_is_told_at_once() -> None:
    typed = Typed()
    typed.line("title", " ", limit=10)
    typed.text("facts", "x" * 11, limit=10)
    typed.email("email", "not an address")
    typed.choice("colour", "green", Colour)
    typed.day("day", "32/01/2026")
    typed.cents("amount", "beaucoup")
    typed.wrong("title", "never_shown")
    with pytest.raises(InvalidInputError) as refused:
        typed.check()
    assert refused.value.fields == {
        "title": "required",
        "facts": "too_long",
        "email": "bad_email",
        "colour": "choose_one",
        "day": "bad_date",
        "amount": "bad_amount",
    }


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("48000", 4_800_000),
        ("48 000 €", 4_800_000),
        ("48\u202f000,50", 4_800_050),
        ("48,000.50", 4_800_050),
        ("48.000,50", 4_800_050),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, cents: int) -> None:
    typed = Typed()
    assert typed.cents("amount", text) == cents
    typed.check()


@pytest.mark.parametrize("text", ["-1", "1e5", "1,2345", "9" * 14, "12 34 abc", "1000000000000,01"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    typed = Typed()
    assert typed.cents("amount", text) is None
    assert typed.problems == {"amount": "bad_amount"}


def test_empty_fields_are_missing_only_where_required() -> None:
    typed = Typed()
    assert typed.cents("a", "", required=False) is None
    assert typed.day("d", "", required=False) is None
    assert typed.line("l", "", limit=3, required=False) == ""
    typed.check()
    typed.cents("a", "")
    typed.day("d", "")
    typed.email("e", "")
    assert set(typed.problems.values()) == {"required"}


def test_days_outside_living_memory_are_refused() -> None:
    typed = Typed()
    assert typed.day("d", "2026-11-22") == date(2026, 11, 22)
    typed.day("old", "0001-01-01")
    assert typed.problems == {"old": "bad_date"}


@given(st.text(max_size=300))
def test_nothing_typed_leaves_a_control_or_a_direction_mark(text: str) -> None:
    line = Typed().line("x", text, limit=1000, required=False)
    assert all(ord(c) >= 32 and not "\u202a" <= c <= "\u202e" for c in line)


@given(st.emails())
def test_addresses_come_out_in_lower_case_or_are_refused(address: str) -> None:
    typed = Typed()
    clean = typed.email("email", address)
    assert clean == clean.lower()
