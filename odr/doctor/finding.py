"""What a check of the doctor finds."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from odr.words import _, phrase

MIGRATIONS: Final = phrase("Migrations")
KEYS: Final = phrase("Root key")
JOBS: Final = phrase("Jobs")
PROBE: Final = b"entente doctor"
CLOCK_TOLERANCE: Final = timedelta(seconds=30)


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"  # well today, and not for long
    FAIL = "fail"
    NONE = "none"  # nothing to check, or it cannot be checked before something else is mended


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at and what was found, in the reader's language; ``detail`` is for experts."""

    name: str
    state: State
    words: str
    detail: str = ""


def late(difference: timedelta) -> str:
    """Say how far our clock is off."""
    seconds = round(abs(difference.total_seconds()))
    return _("Our clock is %(n)s seconds off. Let the machine follow a time server (NTP).", n=seconds)
