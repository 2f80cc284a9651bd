"""Refusals about the expert's mission: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "not_accepted": Words(
        phrase("The mission is not under way"),
        phrase("The expert has not accepted it, or it is over: look at the mission's page to see where it stands."),
    ),
    "answered_already": Words(
        phrase("The expert has answered already"), phrase("An answer is given once; it is on the mission's page.")
    ),
    "mission_over": Words(phrase("The mission is over already"), phrase("Look at its page to see how it ended.")),
    "not_on_the_table": Words(
        phrase("Only exhibits of the joint space can be supplied"),
        phrase("Nothing was supplied. Choose among the exhibits that everyone at the table has."),
    ),
    "number_taken": Words(
        phrase("The expert's desk has a paper of this number already"),
        phrase("Nothing was supplied. Ask the expert to post that paper or to work without it, then try again."),
    ),
}
