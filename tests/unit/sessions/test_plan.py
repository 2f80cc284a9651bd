"""What is typed for a meeting: moments that there are, in the future, of a length that people sit."""

from datetime import UTC, datetime, timedelta

import pytest

from odr.errors import InvalidInputError
from odr.sessions.plan import Plan, checked, moment_in

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SOON = NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        ("2026-03-04", "14:30", datetime(2026, 3, 4, 13, 30, tzinfo=UTC)),
        ("2026-07-04", "14:30", datetime(2026, 7, 4, 12, 30, tzinfo=UTC)),
        ("2026-10-25", "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice that night: the first is meant
        ("2026-03-29", "02:30", None),  # summer time skips it
        ("2026-02-30", "14:30", None),
        ("2026-03-04", "25:00", None),
        ("2026-03-04", "14:30+02:00", None),
        ("", "", None),
    ],
)
def test_a_day_and_an_hour_are_read_on_the_clocks_of_whoever_types(day, hour, moment):
    assert moment_in(day, hour, "Europe/Paris") == moment


def test_what_is_typed_well_is_kept_and_cleaned():
    assert checked(Plan(SOON, 90, "  Salle   3 ", " Le calendrier.\r\n"), NOW)[1:] == (
        90,
        checked(Plan(SOON, 90, "Salle 3", "Le calendrier."), NOW)[2],
    )


@pytest.mark.parametrize(
    ("plan", "problems"),
    [
        (Plan(None, 90, "Salle 3"), {"day": "bad_moment"}),
        (Plan(SOON.replace(tzinfo=None), 90, "Salle 3"), {"day": "bad_moment"}),
        (Plan(NOW, 90, "Salle 3"), {"day": "in_the_past"}),
        (Plan(NOW + timedelta(days=400), 90, "Salle 3"), {"day": "too_far"}),
        (Plan(SOON, 5, "Salle 3"), {"minutes": "bad_length"}),
        (Plan(SOON, 90, " ", "x" * 5000), {"place": "required", "agenda": "too_long"}),
    ],
)
def test_every_problem_is_named_by_its_field(plan, problems):
    with pytest.raises(InvalidInputError) as refused:
        checked(plan, NOW)
    assert refused.value.fields == problems
