from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.deadlines.calendar import (
    after_months,
    after_working_days,
    day_of,
    end_of,
    is_working_day,
    next_working_day,
)

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),  # Ascension
        date(2026, 5, 25),  # Whit Monday
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
        date(2026, 11, 28),  # a Saturday
        date(2026, 11, 29),  # a Sunday
    ],
)
def test_days_of_rest_are_those_of_france(day):
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 12, 26) + timedelta(days=2), date(2026, 11, 27)])
def test_good_friday_and_the_day_after_christmas_are_days_like_others(day):
    assert is_working_day(day)


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        (date(2026, 11, 26), 1, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 12, 23), 3, date(2026, 12, 29)),  # over Christmas and a week-end
        (date(2026, 4, 30), 5, date(2026, 5, 11)),  # over two public holidays of May
        (date(2026, 11, 26), 0, date(2026, 11, 26)),
    ],
)
def test_working_days_skip_week_ends_and_public_holidays(start, count, last):
    assert after_working_days(start, count) == last


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 11, 26), 12, date(2027, 11, 26)),
    ],
)
def test_months_go_from_day_to_day_and_end_with_a_month_too_short(start, count, last):
    assert after_months(start, count) == last


@given(DAYS)
def test_the_next_working_day_is_the_first_one_that_is_not_before(day):
    found = next_working_day(day)
    assert found >= day
    assert is_working_day(found)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))


@given(DAYS, st.integers(0, 60))
def test_as_many_working_days_lie_between_as_were_asked_for(day, count):
    last = after_working_days(day, count)
    assert sum(is_working_day(day + timedelta(days=n)) for n in range(1, (last - day).days + 1)) == count


@given(DAYS)
def test_every_day_has_one_last_instant_in_winter_and_summer_and_the_next_begins_a_second_later(day):
    assert day_of(end_of(day)) == day
    assert (end_of(day) + timedelta(seconds=1)).timestamp() == end_of(day).timestamp() + 1
    assert day_of(end_of(day) + timedelta(seconds=1)) == day + timedelta(days=1)
