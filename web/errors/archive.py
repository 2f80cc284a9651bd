"""Refusals about sealed records and keys: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "infected_record": Words(
        phrase("The scanner found a virus in this record"),
        phrase("It was not handed out. The record's page says in which files, and how to get it all the same."),
    ),
    "not_sealed_yet": Words(
        phrase("The record is being sealed"), phrase("Try again in a minute or two; nothing was recorded.")
    ),
    "legal_hold": Words(
        phrase("A legal hold forbids this"),
        phrase("Nothing was destroyed. An archivist must lift the hold first."),
    ),
    "needed": Words(
        phrase("This room is still needed"),
        phrase("Nothing was asked. A room can go once its dispute is closed; the joint and procedure rooms stay."),
    ),
}
