from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.deadlines.calendar import is_working_day
from odr.deadlines.table import EXTENSIONS, LINES, TABLE, Deadline, Unit, due_at, reminders_at
from odr.tables_as_docs import deadlines_markdown
from odr.timekeeping import FOLLOWS

PARIS = ZoneInfo("Europe/Paris")
COUNTED = [line.deadline for line in LINES if line.unit is not Unit.A_GIVEN_DAY]


def test_every_deadline_has_one_line_with_its_reason():
    assert set(TABLE) == set(Deadline)
    assert len(LINES) == len(TABLE)
    assert all(text.endswith(".") for line in LINES for text in (line.what, line.at_end, line.because))
    assert EXTENSIONS == 1


def test_the_document_has_every_line_and_every_deadline_that_is_followed_is_in_it():
    document = deadlines_markdown()
    for line in LINES:
        assert f"| {line.deadline.value.replace('_', ' ')} | {line.what} |" in document
    assert set(FOLLOWS) == set(TABLE)


def test_an_invitation_holds_to_the_end_of_its_fifteenth_day():
    start = datetime(2026, 11, 22, 9, 30, tzinfo=PARIS)
    assert due_at(Deadline.REPLY, start) == datetime(2026, 12, 7, 23, 59, 59, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 12, 10), date(2026, 12, 28)),  # Christmas is a Friday
        (date(2026, 11, 27), date(2026, 12, 14)),  # a Saturday
        (date(2026, 11, 28), date(2026, 12, 14)),  # a Sunday
        (date(2026, 10, 27), date(2026, 11, 12)),  # Armistice day
    ],
)
def test_what_would_end_on_a_day_of_rest_ends_on_the_next_working_day(start, due):
    found = due_at(Deadline.REPLY, datetime(start.year, start.month, start.day, 9, tzinfo=PARIS))
    assert found == datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=PARIS), date(2027, 2, 23)),
        (datetime(2026, 11, 30, 9, tzinfo=PARIS), date(2027, 3, 1)),  # 28 February is a Sunday
        (datetime(2027, 11, 30, 9, tzinfo=PARIS), date(2028, 2, 29)),
        (datetime(2026, 10, 1, 9, tzinfo=PARIS), date(2027, 1, 4)),  # New Year's Day, then a week-end
        (datetime(2026, 9, 30, 23, 30, tzinfo=UTC), date(2027, 1, 4)),  # October in Paris already
    ],
)
def test_three_months_are_months_of_the_calendar_in_the_centres_zone(start, due):
    assert due_at(Deadline.TERM, start) == datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=PARIS)


def test_a_centre_may_set_a_length_of_its_own():
    start = datetime(2026, 11, 26, 9, tzinfo=PARIS)
    assert due_at(Deadline.QUALIFY, start) == datetime(2026, 12, 1, 23, 59, 59, tzinfo=PARIS)
    assert due_at(Deadline.QUALIFY, start, length=1) == datetime(2026, 11, 27, 23, 59, 59, tzinfo=PARIS)


def test_summer_time_moves_no_deadline():
    start = datetime(2027, 3, 22, 12, tzinfo=PARIS)
    due = due_at(Deadline.REPLY, start)
    assert (due.hour, due.day, due.utcoffset()) == (23, 6, timedelta(hours=2))
    late = due_at(Deadline.REPLY, datetime(2026, 10, 15, 0, 30, tzinfo=PARIS))
    assert (late.hour, late.day, late.utcoffset()) == (23, 30, timedelta(hours=1))


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- hypothesis wants naive bounds
    st.sampled_from(COUNTED),
)
def test_every_deadline_ends_later_on_a_working_day_and_every_reminder_comes_between(start, deadline):
    due = due_at(deadline, start)
    assert due > start
    assert is_working_day(due.date())
    assert (due.hour, due.minute, due.second) == (23, 59, 59)
    reminders = list(reminders_at(deadline, start, due))
    assert reminders
    assert all(start < moment < due and moment.hour == 9 for moment in reminders)


def test_a_reply_is_reminded_after_a_week_and_three_days_before_its_end_in_the_morning():
    start = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    due = due_at(Deadline.REPLY, start)
    assert list(reminders_at(Deadline.REPLY, start, due)) == [
        datetime(2026, 11, 29, 9, tzinfo=PARIS),
        datetime(2026, 12, 4, 9, tzinfo=PARIS),
    ]


def test_the_term_is_reminded_two_weeks_and_three_days_before():
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    due = due_at(Deadline.TERM, start)
    assert [due.date() - moment.date() for moment in reminders_at(Deadline.TERM, start, due)] == [
        timedelta(days=14),
        timedelta(days=3),
    ]


def test_a_reminder_that_would_be_over_already_is_left_out():
    start = datetime(2026, 11, 23, 10, tzinfo=PARIS)
    assert list(reminders_at(Deadline.DELEGATION, start, start + timedelta(days=1))) == []
