"""The demo's clock: it begins in the past, is turned forward with the story, and ends at the present."""

from datetime import date, datetime, time, timedelta
from typing import Final

from odr.clock import system_clock
from odr.words import home_zone

MORNING: Final = time(9, 30)


class StoryClock:
    """The time as the demo's site knows it: never turned back, never ahead of the present."""

    def __init__(self) -> None:
        """Show the present, until the story begins."""
        self._behind = timedelta()

    def __call__(self) -> datetime:
        """Return the instant at which the story is, in UTC."""
        return system_clock() - self._behind

    def begin(self, day: date) -> None:
        """Go back to the morning on which the story begins: before the site is served, and once."""
        self._behind = max(system_clock() - datetime.combine(day, MORNING, home_zone), timedelta())

    def turn_to(self, moment: datetime) -> None:
        """Go forward to a moment; one that is past already leaves the clock as it is."""
        self._behind = min(self._behind, max(system_clock() - moment, timedelta()))
