from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from odr.deadlines.table import EXTENSIONS, TABLE, Deadline, due_at, remind_at

PARIS = ZoneInfo("Europe/Paris")


def test_every_deadline_has_one_line_with_its_reason():
    assert set(TABLE) == set(Deadline)
    assert all(line.because.endswith(".") for line in TABLE.values())
    assert EXTENSIONS == 1


def test_an_invitation_holds_to_the_end_of_its_fifteenth_day():
    start = datetime(2026, 11, 22, 9, 30, tzinfo=PARIS)
    assert due_at(Deadline.REPLY, start) == datetime(2026, 12, 7, 23, 59, 59, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2026, 11, 22, 9, tzinfo=PARIS), datetime(2027, 2, 22, 23, 59, 59, tzinfo=PARIS)),
        (datetime(2026, 11, 30, 9, tzinfo=PARIS), datetime(2027, 2, 28, 23, 59, 59, tzinfo=PARIS)),
        (datetime(2027, 11, 30, 9, tzinfo=PARIS), datetime(2028, 2, 29, 23, 59, 59, tzinfo=PARIS)),
        (datetime(2026, 10, 1, 9, tzinfo=PARIS), datetime(2027, 1, 1, 23, 59, 59, tzinfo=PARIS)),
        (datetime(2026, 9, 30, 23, 30, tzinfo=UTC), datetime(2027, 1, 1, 23, 59, 59, tzinfo=PARIS)),
    ],
)
def test_three_months_are_months_of_the_calendar_in_the_centres_zone(start, due):
    assert due_at(Deadline.TERM, start) == due


def test_summer_time_moves_no_deadline():
    start = datetime(2027, 3, 20, 12, tzinfo=PARIS)
    due = due_at(Deadline.REPLY, start)
    assert (due.hour, due.day) == (23, 4)
    assert due.utcoffset() == timedelta(hours=2)


def test_the_term_is_reminded_fourteen_days_before_and_a_reply_at_half_time():
    start = datetime(2026, 11, 22, 9, tzinfo=UTC)
    term, reply = due_at(Deadline.TERM, start), due_at(Deadline.REPLY, start)
    assert remind_at(Deadline.TERM, start, term) == term - timedelta(days=14)
    assert remind_at(Deadline.REPLY, start, reply) == start + (reply - start) / 2
