"""Refusals about files and exhibits: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "too_large": Words(
        phrase("This file is too large"),
        phrase("Nothing was kept of it. Split it, or ask the centre to raise the limit."),
    ),
    "empty_file": Words(
        phrase("This file is empty"), phrase("It holds no bytes. Check it on your device, then choose it again.")
    ),
    "cut_off": Words(
        phrase("The file did not arrive whole"),
        phrase("Nothing was kept of it. Check your connection and send it again."),
    ),
    "digest_mismatch": Words(
        phrase("What arrived is not what was sent"),
        phrase("The digests differ, so nothing was kept. Send the file again."),
    ),
    "infected": Words(
        phrase("The scanner found a virus in this file"),
        phrase("It was not handed out. The exhibit's page says what was found, and how to get it all the same."),
    ),
    "infected_apart": Words(
        phrase("The scanner found a virus in this file"),
        phrase("Nobody gets it by mistake: it was not given out. Tell the mediator."),
    ),
    "handed_out": Words(
        phrase("Other parties have this exhibit"),
        phrase(
            "Nothing was taken back. First withdraw it from those to whom it was handed, or stop it: both are on its "
            "page."
        ),
    ),
    "not_opened_yet": Words(
        phrase("You have not opened this document yet"),
        phrase("Its receipt goes with the file: download the file first, then ask for the receipt again."),
    ),
    "not_infected": Words(
        phrase("Nothing was found in this file"), phrase("Nothing was recorded: it can be downloaded as it is.")
    ),
    "held": Words(
        phrase("This exhibit is under a legal hold"),
        phrase("It cannot be destroyed until the hold ends. Nothing was taken back; ask the centre's secretariat."),
    ),
    "words_held": Words(
        phrase("This message is under a legal hold"),
        phrase("Its text cannot be destroyed until the hold ends. Nothing changed; ask the centre's secretariat."),
    ),
    "receipt_pending": Words(
        phrase("The seal is not proved yet"),
        phrase("It stands in a signed checkpoint within a minute or two. Try again then; nothing was recorded."),
    ),
    "destroyed": Words(
        phrase("This exhibit was destroyed"),
        phrase("Its bytes are gone for good. Its number stays, and so does every receipt that was given out."),
    ),
}
