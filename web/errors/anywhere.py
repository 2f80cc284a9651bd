"""Refusals about the request itself, the program's store, and what any room may answer: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "wrong_stage": Words(
        phrase("The dispute is not at this stage"),
        phrase("It moved on meanwhile, or this comes later. Look at the dispute's page: it says what is awaited now."),
    ),
    "own_request": Words(
        phrase("Another person decides"), phrase("Nobody decides on their own request. Nothing was recorded.")
    ),
    "decided_already": Words(
        phrase("This is decided already"), phrase("Somebody of the centre was faster: look at what stands there now.")
    ),
    "asked_already": Words(
        phrase("This was asked already"), phrase("Nothing more was recorded: look at what stands there already.")
    ),
    "wrong_host": Words(phrase("This address is not served here"), phrase("Use the address that the centre gave you.")),
    "other_site": Words(
        phrase("This form came from another site"), phrase("Nothing was done. Open the page here and send it again.")
    ),
    "stale_form": Words(
        phrase("This page is out of date"),
        phrase("Nothing was done. Go back, reload the page and send the form again: what you typed is still there."),
    ),
    "form_too_large": Words(
        phrase("This form is too large"), phrase("Nothing was done. Go back, shorten what you typed and send it again.")
    ),
    "store_full": Words(
        phrase("The store has no room left"),
        phrase("Nothing was recorded. The centre must make room; try again later."),
    ),
}
