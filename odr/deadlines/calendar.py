"""Days as the law counts them: working days, French public holidays, and the last instant of a day; no I/O.

The day of the act does not count; months go from day to day, and a month too short gives its last day (French Code of
Civil Procedure, art. 641). What would end on a Saturday, a Sunday or a public holiday ends at the last instant of the
next working day (art. 642). Everything is counted in the centre's zone, so that summer time moves nothing.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Final

import holidays

from odr.words import home_zone

COUNTRY: Final = "FR"
"""Whose public holidays count; those of one department alone (Alsace-Moselle, overseas) do not."""

_LAST_INSTANT: Final = time(23, 59, 59)
_calendar: Final = holidays.country_holidays(COUNTRY)


def is_working_day(day: date) -> bool:
    """Tell whether a day is none of Saturday, Sunday and public holiday."""
    return _calendar.is_working_day(day)


def next_working_day(day: date) -> date:
    """Return ``day`` itself if it is a working day, else the first one after it (art. 642)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def after_working_days(day: date, count: int) -> date:
    """Return the day that is ``count`` working days after ``day``, which does not count itself."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day


def after_months(day: date, count: int) -> date:
    """Return the day of the same number ``count`` months later, or that month's last day (art. 641)."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def end_of(day: date) -> datetime:
    """Return the last instant of a day in the centre's zone."""
    return datetime.combine(day, _LAST_INSTANT, home_zone)


def day_of(moment: datetime) -> date:
    """Return the day of an instant in the centre's zone."""
    return moment.astimezone(home_zone).date()
