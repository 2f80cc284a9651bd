"""Refusals about offers: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "own_offer": Words(
        phrase("Your own company made this offer"), phrase("Nothing was recorded: the other parties answer it.")
    ),
    "offer_ended": Words(
        phrase("This offer no longer stands"),
        phrase("Nothing was recorded. Its page says what became of it; you can make an offer of your own."),
    ),
    "offer_answered": Words(
        phrase("Your company has answered this offer already"),
        phrase("Nothing more was recorded: its answer stands on the offer's page. You can make an offer of your own."),
    ),
    "offer_unread": Words(
        phrase("You have not opened this offer yet"),
        phrase("Nothing was recorded. Read its terms first, then accept it."),
    ),
    "offer_opened": Words(
        phrase("Somebody of another party has opened this offer"),
        phrase("It was not withdrawn: it holds until its day. You can make another one beside it."),
    ),
    "offer_stands": Words(
        phrase("You have made this very offer already"),
        phrase("Nothing more was sent: it stands, and awaits the other parties' answers."),
    ),
    "too_many_offers": Words(
        phrase("A party makes 50 offers at most"),
        phrase("Nothing was sent. Go on by messages, or ask the mediator for a meeting."),
    ),
}
