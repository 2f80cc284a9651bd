"""What offers are called on pages."""

from collections.abc import Sequence
from typing import Final

from odr.offers.queries import OfferReply, OfferState
from odr.words import _, phrase

STATES: Final = {
    OfferState.OPEN: (phrase("Open"), "wait"),
    OfferState.ACCEPTED: (phrase("Accepted by everyone"), "good"),
    OfferState.REFUSED: (phrase("Refused"), "bad"),
    OfferState.WITHDRAWN: (phrase("Withdrawn by its party"), "plain"),
    OfferState.LAPSED: (phrase("Lapsed"), "plain"),
    OfferState.CLOSED: (phrase("Closed"), "plain"),
    OfferState.STOPPED: (phrase("Taken off the table"), "plain"),
}
ENDS: Final = {
    OfferState.ACCEPTED: phrase(
        "Every other party has accepted it: there is an agreement in principle. Nothing binds before the settlement is"
        " written and signed (French Civil Code, article 2044)."
    ),
    OfferState.REFUSED: phrase("It was made to all of the others together: the first refusal has ended it."),
    OfferState.WITHDRAWN: phrase("Its party withdrew it before anybody of another party had opened it."),
    OfferState.LAPSED: phrase("Its day is over, and not every party has answered."),
    OfferState.CLOSED: phrase("It ended with the mediation, or because everyone accepted another offer."),
    OfferState.STOPPED: phrase(
        "Something in it should not have been at the table: nobody reads its terms any more, nor the words of its"
        " answers. If it had been accepted, that acceptance has fallen, and a draft that was made from it went with it."
    ),
}
"""What a state means, for one who comes back after weeks."""
REPLIES: Final = {
    OfferReply.ACCEPTED: (phrase("Accepts"), "good"),
    OfferReply.REFUSED: (phrase("Refuses"), "bad"),
    OfferReply.COUNTERED: (phrase("Makes another offer"), "accent"),
}
SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "bad_amount": phrase("Give an amount such as 48 000 or 48 000.50, or leave the field empty."),
    "bad_date": phrase("Give a day that exists, such as 24/11/2026."),
    "in_the_past": phrase("This day is past: choose a later one."),
    "after_term": phrase("The mediation ends before that: choose a day within its term."),
    "too_far": phrase("Choose a day within a year."),
}


def together(names: Sequence[str]) -> str:
    """Return names as a sentence says them: `A, B et C`."""
    if len(names) < 2:  # noqa: PLR2004 -- a last one and others
        return "".join(names)
    return _("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])
