"""Refusals about what crosses between rooms, and bundles for a court: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "consent_missing": Words(
        phrase("No consent covers this"),
        phrase("Nothing was disclosed. Ask the party whom it comes from for its consent."),
    ),
    "quarantined": Words(
        phrase("This exhibit was withdrawn from the table"),
        phrase("Nothing was shared. First decide what becomes of it: the dispute's page leads there."),
    ),
    "not_elaborated": Words(
        phrase("This exhibit existed before the mediation"),
        phrase("Its confidentiality needs no waiver: nothing was recorded."),
    ),
    "already_exported": Words(
        phrase("This exhibit has left in a bundle for a court"),
        phrase("Its waiver holds and can no longer be withdrawn. Nothing was recorded."),
    ),
    "no_agreement": Words(
        phrase("No agreement is signed yet"),
        phrase("There is nothing to perform, so nothing was recorded."),
    ),
    "nothing_chosen": Words(
        phrase("No exhibit was chosen"), phrase("Nothing was exported. Tick at least one of them.")
    ),
    "left_out": Words(
        phrase("One of these exhibits may not be used"),
        phrase("Nothing was exported. A waiver was withdrawn meanwhile, perhaps: look at the list again."),
    ),
}
