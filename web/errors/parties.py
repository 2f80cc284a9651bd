"""Refusals about a party's people and their powers: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "other_address": Words(
        phrase("This link was sent to another address"),
        phrase("Nothing was recorded. Sign out, then open the link again with the account of that address."),
    ),
    "own_proposal": Words(
        phrase("Your own company proposed this"),
        phrase("Nothing was recorded: only the other party can accept it."),
    ),
    "nothing_asked": Words(
        phrase("The centre awaits no answer here"),
        phrase("Nothing was sent: it was answered already, or the centre went on without it."),
    ),
    "too_many_drafts": Words(
        phrase("Too many drafts await you"),
        phrase("No draft was made. Send or discard some of those on your list of disputes first."),
    ),
    "seated": Words(
        phrase("This person still sits at a table"),
        phrase("Nothing was erased. It can be once their disputes are closed, or they have left them."),
    ),
    "not_representative": Words(
        phrase("Only a party's representative can bind it"),
        phrase("Nothing was recorded. Ask your representative to do it, or to make you one on your team's page."),
    ),
    "mandate_exceeded": Words(
        phrase("Your mandate does not cover this sum"),
        phrase(
            "Nothing was recorded, and the other party learns nothing of it. Have your mandate enlarged on your team's "
            "page, or let another representative do it."
        ),
    ),
    "no_mandate": Words(
        phrase("You have no mandate to bind your company yet"),
        phrase(
            "Nothing was recorded, and the other party learns nothing of it. Have your mandate written down on your "
            "team's page, or let another representative do it."
        ),
    ),
    "mandate_ended": Words(
        phrase("Your mandate to bind your company has ended"),
        phrase(
            "Nothing was recorded, and the other party learns nothing of it. Have a new mandate written down on your "
            "team's page, or let another representative do it."
        ),
    ),
    "for_your_voice": Words(
        phrase("Your company's representative or its counsel decides this"),
        phrase("Nothing was recorded. Ask one of them: they find it among what awaits them on the dispute's page."),
    ),
    "for_your_agent": Words(
        phrase("Your company's representative, its counsel or its coordinator does this"),
        phrase(
            "Nothing was recorded. Ask one of them. What you lodge in your own rooms they find there, to lay it before "
            "everyone."
        ),
    ),
    "no_successor": Words(
        phrase("Your company would be left without a representative who can sign"),
        phrase("Nothing was changed. Name another representative first, and write their mandate down."),
    ),
    "delegated_already": Words(
        phrase("Somebody stands in already"),
        phrase("Nothing was changed. End that delegation first, or choose somebody else."),
    ),
    "not_delegated": Words(
        phrase("Nobody stands in here now"), phrase("Nothing was changed: the delegation has ended already.")
    ),
}
