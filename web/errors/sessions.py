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
    "meeting_not_held": Words(
        phrase("This meeting is not noted as held"),
        phrase(
            "Nothing was published, and what you typed is in its field. Say first, on the meeting's page, that it took"
            " place."
        ),
    ),
    "minutes_agreed": Words(
        phrase("Every party has approved these minutes"), phrase("Nothing was published: they stand as they are.")
    ),
    "minutes_newer": Words(
        phrase("There is another version of these minutes now"),
        phrase("Nothing was recorded, and what you typed is in its field. Read the newest version first."),
    ),
    "minutes_answered": Words(
        phrase("Your company has answered about this version already"),
        phrase("Nothing more was recorded: its answer stands below. A newer version can be answered anew."),
    ),
    "too_many_minutes": Words(
        phrase("A meeting has 50 versions of its minutes at most"), phrase("Nothing was published.")
    ),
    "meeting_to_come": Words(
        phrase("This meeting is yet to come"),
        phrase("Nothing was recorded. Once its time has come, say whether it took place."),
    ),
}
