"""Refusals about meetings: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "too_many_meetings": Words(
        phrase("A room has 200 meetings at most"), phrase("Nothing was recorded. Move one that is planned instead.")
    ),
    "meeting_over": Words(
        phrase("This meeting is over, or called off"),
        phrase("Nothing was recorded. Look at its page, or call another."),
    ),
    "meeting_to_come": Words(
        phrase("This meeting is yet to come"),
        phrase("Nothing was recorded. Once its time has come, say whether it took place."),
    ),
}
