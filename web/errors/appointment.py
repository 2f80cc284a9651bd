"""Refusals about who mediates or examines: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "window_closed": Words(
        phrase("The time to object is over"),
        phrase("Nothing was recorded. If something new makes you doubt, write to the centre: it can act at any time."),
    ),
    "said_already": Words(
        phrase("Your party has answered already"),
        phrase("An answer is given once, for the whole party. Nothing more was recorded."),
    ),
    "passed_on_already": Words(
        phrase("This is passed on already"),
        phrase("What was passed on has been read, and cannot be taken back. Nothing more was recorded."),
    ),
    "list_closed": Words(
        phrase("This list is closed"),
        phrase("Nothing was recorded. The page of the dispute says who was chosen, or what is awaited now."),
    ),
    "listed_already": Words(
        phrase("A list is being ranked already"), phrase("Nothing was recorded: wait for its end, or appoint somebody.")
    ),
    "not_all_here": Words(
        phrase("Not every party is at the table yet"),
        phrase("Nothing was recorded. A list can be ranked once everybody has come; you can appoint a mediator now."),
    ),
    "may_be_objected": Words(
        phrase("The parties may still object to this expert"),
        phrase("Nothing was done. It can be once that time is over, or once both sides have no objection."),
    ),
    "ended_already": Words(
        phrase("This appointment has ended already"), phrase("Nothing more was recorded: look at who sits there now.")
    ),
    "declared_already": Words(
        phrase("You have declared exactly this already"),
        phrase("Nothing was recorded. Declare again when something has changed."),
    ),
}
