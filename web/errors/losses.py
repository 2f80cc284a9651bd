"""Refusals about worksheets of losses: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "nothing_to_share": Words(
        phrase("The worksheet has no line yet"),
        phrase("Nothing was shared. Add a line first, then share it."),
    ),
    "sheet_changed": Words(
        phrase("The worksheet has changed since it was shown to you"),
        phrase("Nothing was shared. Go back, look at what would be shared now, and decide."),
    ),
    "shared_already": Words(
        phrase("This very version is shared already"),
        phrase("Nothing more was recorded. Change a line first if you meant to share something else."),
    ),
    "line_changed": Words(
        phrase("Somebody of your team changed this line meanwhile"),
        phrase("Nothing was recorded. Look at the line as it is now, then do it once more if you still want to."),
    ),
    "too_many_lines": Words(
        phrase("A worksheet holds 100 lines at most"),
        phrase("Nothing was added. Gather several lines into one, then try again."),
    ),
}
