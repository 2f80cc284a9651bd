"""Formulas as people type them: what they are worth, and what is refused with its place."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.errors import InvalidInputError
from odr.losses.formula import (
    CENTS_LIMIT,
    DEPTH_LIMIT,
    FORMULA_LIMIT,
    NUMBERS_LIMIT,
    read_formula,
)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12 × 850", 1_020_000),
        ("12 * 850,50", 1_020_600),
        ("12x850", 1_020_000),
        ("3 · 2,5", 750),
        ("1 234,56", 123_456),
        ("1\u202f234,56 €", 123_456),
        ("1\u00a0234.56", 123_456),
        ("1,234.56", 123_456),
        ("1.234,56", 123_456),
        ("1\u2019234.50", 123_450),
        ("1,234,567", 123_456_700),
        ("12 000 000", 1_200_000_000),
        ("0,125 × 8", 100),
        (".5 + ,5", 100),
        ("1234,567", 123_457),
        ("1 234,567", 123_457),
        ("48 000 × 20 %", 960_000),
        ("48 000 × (100 % - 25 %)", 3_600_000),
        ("(20 % + 5 %) × 1000", 25_000),
        ("50 %% × 1000", 500),
        ("(12 + 3) × 80 ÷ 4", 30_000),
        ("100 : 3", 3_333),
        ("200 / 3", 6_667),
        ("-0,005", -1),
        ("0,005", 1),
        ("2 + 3 × 4", 1_400),
        ("10 − 2 − 3", 500),
        ("100 ÷ 5 ÷ 2", 1_000),
        ("3 × -2", -600),
        ("+5 - -5", 1_000),
        ("=12*3", 3_600),
        (" = 12*3", 3_600),
        ("007", 700),
        ("0", 0),
    ],
)
def test_a_formula_is_worth_what_a_person_would_say(typed: str, cents: int) -> None:
    assert read_formula(typed).cents == cents


@pytest.mark.parametrize(
    ("typed", "code", "place"),
    [
        ("12 heures × 80", "formula_sign", 4),
        ("12 ^ 2", "formula_sign", 4),
        ("=cmd|' /C calc'!A0", "formula_sign", 2),
        ("__import__('os')", "formula_sign", 1),
        ("٣ × 2", "formula_sign", 1),
        ("12 34", "formula_number", 1),
        ("1.2.3", "formula_number", 1),
        ("5 + 1,2,34", "formula_number", 5),
        ("1 234 5", "formula_number", 1),
        ("1.234,56.78", "formula_number", 1),
        ("1234 567", "formula_number", 1),
        ("1234567890123", "formula_number", 1),
        ("0,1234567", "formula_number", 1),
        ("1,234", "formula_ambiguous", 1),
        ("3 × 12.500", "formula_ambiguous", 5),
        ("2 (3 + 4)", "formula_operator", 3),
        ("(3) 4", "formula_operator", 5),
        ("(3 4,5)", "formula_number", 2),
        ("(3 (4))", "formula_operator", 4),
        ("20 % 5", "formula_operator", 6),
        ("3 ×", "formula_missing", 4),
        ("× 3", "formula_missing", 1),
        ("3 + % 5", "formula_missing", 5),
        ("()", "formula_missing", 2),
        ("€", "formula_missing", 2),
        ("=", "formula_missing", 2),
        ("(3 + 4", "formula_parenthesis", 1),
        ("3 + 4)", "formula_parenthesis", 6),
        ("1000 + 20 %", "formula_percent", 8),
        ("20 % + 1000", "formula_percent", 8),
        ("20 %", "formula_percent", 1),
        ("-(5 % + 5 %)", "formula_percent", 1),
        ("5 ÷ 0", "formula_zero", 5),
        ("5 ÷ (3 - 3)", "formula_zero", 5),
        ("999999999999 × 999999999999", "formula_large", 16),
        ("100000000001", "formula_large", 1),
    ],
)
def test_a_formula_that_cannot_be_computed_is_refused_with_its_place(typed: str, code: str, place: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_formula(typed)
    assert refused.value.fields == {"formula": code}
    assert refused.value.details == {"place": place}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("  \u202f", "required"),
        ("1+" * FORMULA_LIMIT + "1", "too_long"),
        ("1+" * NUMBERS_LIMIT + "1", "formula_many"),
        ("(" * (DEPTH_LIMIT + 1) + "1" + ")" * (DEPTH_LIMIT + 1), "formula_deep"),
        ("-" * FORMULA_LIMIT, "formula_deep"),
    ],
)
def test_a_formula_is_bounded_in_length_numbers_and_depth(typed: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_formula(typed)
    assert refused.value.fields == {"formula": code}


def test_the_longest_the_deepest_and_the_largest_are_still_read() -> None:
    assert read_formula("1" + "+1" * (NUMBERS_LIMIT - 1)).cents == NUMBERS_LIMIT * 100
    assert read_formula("(" * DEPTH_LIMIT + "1" + ")" * DEPTH_LIMIT).cents == 100
    assert read_formula("100 000 000 000").cents == CENTS_LIMIT


def test_a_formula_shows_its_parts_and_its_operations_in_the_order_in_which_they_are_done() -> None:
    formula = read_formula("2*(3+4,50) - 20 % x 10")
    assert formula.tokens == (
        *(Decimal(2), "×", "(", Decimal(3), "+", Decimal("4.50"), ")", "−"),
        *(Decimal(20), "%", "×", Decimal(10)),
    )
    assert [(one.left, one.sign, one.right, one.value) for one in formula.steps] == [
        (Decimal(3), "+", Decimal("4.5"), Decimal("7.5")),
        (Decimal(2), "×", Decimal("7.5"), Decimal(15)),
        (Decimal("0.2"), "×", Decimal(10), Decimal(2)),
        (Decimal(15), "−", Decimal(2), Decimal(13)),
    ]


@given(st.text(alphabet="0123456789.,' ()+-×÷*/%€=x\u202f", max_size=60))
def test_whatever_is_typed_is_computed_or_refused_and_nothing_else_happens(typed: str) -> None:
    with suppress(InvalidInputError):
        formula = read_formula(typed)
        assert abs(formula.cents) <= CENTS_LIMIT
        assert abs(Decimal(formula.cents) / 100 - formula.value) <= Decimal("0.005")


@given(st.integers(-(10**11), 10**11), st.sampled_from([" ", "\u202f", "\u00a0", ""]), st.sampled_from([",", "."]))
def test_an_amount_written_in_french_or_in_english_is_the_same(cents: int, group: str, mark: str) -> None:
    whole = f"{abs(cents) // 100:,}".replace(",", group)
    typed = f"{'-' if cents < 0 else ''}{whole}{mark}{abs(cents) % 100:02d}"
    assert read_formula(typed).cents == cents
