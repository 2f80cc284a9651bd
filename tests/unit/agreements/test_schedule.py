"""Payment schedules: cents are conserved, dates follow the calendar, what is wrong is named."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.agreements.schedule import (
    MAX_CENTS,
    MAX_INSTALMENTS,
    Instalment,
    Problem,
    Total,
    monthly_dates,
    monthly_schedule,
    schedule_problems,
    split_amount,
    totals,
)

PAYER, PAYEE = "Ateliers Mercier SAS", "Novalis Logiciels SA"


def three() -> tuple[Instalment, ...]:
    return monthly_schedule(
        1_440_000, 3, first=date(2026, 12, 31), currency="EUR", payer=PAYER, payee=PAYEE, what="Facture"
    )


@given(st.integers(1, MAX_CENTS), st.integers(1, MAX_INSTALMENTS))
def test_a_split_amount_keeps_every_cent(total, count):
    if total < count:
        with pytest.raises(ValueError, match="a cent at least"):
            split_amount(total, count)
        return
    parts = split_amount(total, count)
    assert sum(parts) == total
    assert len(parts) == count
    assert len(set(parts[:-1])) <= 1
    assert 0 <= parts[-1] - parts[0] < count


def test_the_last_instalment_takes_the_remaining_cents():
    assert split_amount(1_000, 3) == (333, 333, 334)


@pytest.mark.parametrize("count", [0, -1, MAX_INSTALMENTS + 1])
def test_an_impossible_number_of_parts_is_refused(count):
    with pytest.raises(ValueError, match="parts"):
        split_amount(1_440_000, count)


def test_monthly_dates_fall_on_the_last_day_of_short_months_and_come_back():
    assert monthly_dates(date(2027, 12, 31), 4) == (
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
    )


def test_a_monthly_schedule_is_numbered_dated_and_without_problems():
    schedule = three()
    assert [one.number for one in schedule] == [1, 2, 3]
    assert [one.amount_cents for one in schedule] == [480_000] * 3
    assert schedule[2].due == date(2027, 2, 28)
    assert schedule_problems(schedule, expected_cents=1_440_000) == ()


def test_totals_are_kept_apart_by_direction_and_currency():
    first, second, third = three()
    mixed = (first, replace(second, currency="CHF"), replace(third, payer=PAYEE, payee=PAYER), replace(first, number=4))
    assert totals(mixed) == (
        Total(PAYER, PAYEE, "EUR", 960_000),
        Total(PAYER, PAYEE, "CHF", 480_000),
        Total(PAYEE, PAYER, "EUR", 480_000),
    )


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"number": 1}, "number", "wrong_number"),
        ({"due": date(2026, 1, 1)}, "due", "before_the_previous"),
        ({"due": date(1999, 12, 31)}, "due", "date_out_of_range"),
        ({"amount_cents": 0}, "amount_cents", "not_positive"),
        ({"amount_cents": -1}, "amount_cents", "not_positive"),
        ({"amount_cents": MAX_CENTS + 1}, "amount_cents", "too_large"),
        ({"currency": "JPY"}, "currency", "unknown_currency"),
        ({"payer": PAYEE}, "payee", "pays_itself"),
    ],
)
def test_each_fault_of_an_instalment_is_named_where_it_is(wrong, field, code):
    first, second, third = three()
    assert Problem(1, field, code) in schedule_problems((first, replace(second, **wrong), third))


def test_a_sum_other_than_the_agreed_one_is_named():
    assert schedule_problems(three(), expected_cents=1_440_001) == (Problem(None, "schedule", "total_differs"),)


def test_an_agreed_sum_over_two_currencies_is_named():
    first, second, third = three()
    mixed = (first, second, replace(third, currency="USD"))
    assert schedule_problems(mixed, expected_cents=1_440_000) == (Problem(None, "schedule", "several_currencies"),)


def test_too_many_instalments_are_named():
    first = three()[0]
    long = tuple(replace(first, number=number) for number in range(1, MAX_INSTALMENTS + 2))
    assert schedule_problems(long) == (Problem(None, "schedule", "too_many"),)
