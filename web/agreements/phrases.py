"""What agreements are called on pages: kinds, states, what changed, and the sentences of what must be mended."""

from typing import Final

from odr.agreements.proposals import ProposalState
from odr.agreements.queries import AgreementKind, AgreementState
from odr.words import phrase

KINDS: Final = {
    AgreementKind.CONVENTION: phrase("Agreement to mediate"),
    AgreementKind.SETTLEMENT: phrase("Settlement agreement"),
}
STATES: Final = {
    AgreementState.DRAFTED: (phrase("Being drafted"), "wait"),
    AgreementState.FROZEN: (phrase("To be signed"), "accent"),
    AgreementState.SIGNED: (phrase("Signed by every party"), "good"),
    AgreementState.ABANDONED: (phrase("Given up unsigned"), "plain"),
}
CHANGED_PLACES: Final = {
    "language": phrase("Language"),
    "title": phrase("Title"),
    "preamble": phrase("Preamble"),
    "party": phrase("Parties"),
    "clause": phrase("Article"),
    "schedule": phrase("Payment"),
}
FATES: Final = {
    "added": (phrase("Added"), "good"),
    "removed": (phrase("Removed"), "bad"),
    "changed": (phrase("Changed"), "wait"),
    "moved": (phrase("Moved"), "plain"),
}
SENTENCES: Final = {
    "required": phrase("This is needed."),
    "missing": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "not_text": phrase("Write this as plain text."),
    "too_few": phrase("An agreement needs one article at least."),
    "too_many": phrase("There are too many of these."),
    "unprintable_character": phrase("The document cannot print some of these characters; write it without them."),
    "unknown_value": phrase("Choose one of these."),
    "not_a_date": phrase("Give a date such as 24/11/2025."),
    "bad_date": phrase("Give a date such as 24/11/2025."),
    "date_out_of_range": phrase("This date is too far away."),
    "before_the_previous": phrase("This date comes before the one of the payment above: put them in order."),
    "bad_amount": phrase("Give an amount such as 4 800,00."),
    "not_positive": phrase("Give an amount above zero."),
    "too_large": phrase("This amount is too large."),
    "unknown_currency": phrase("Agreements cannot be written in this dispute's currency."),
    "pays_itself": phrase("A party does not pay itself: choose another."),
    "not_a_party": phrase("Choose one of the parties."),
    "bad_count": phrase("Give a number of instalments from 1 to 120."),
    "password_wrong": phrase("This is not your password. Nothing was signed."),
    "unknown_version": phrase("This version does not exist."),
    "nothing_changed": phrase("This is what the clause says already. Change something, or go back."),
    "bad_number": phrase("Give a whole number within the bounds."),
    "bad_share": phrase("Give a percentage such as 50 or 33,34."),
    "shares_differ": phrase("The shares must add up to one hundred per cent."),
    "clause_changed": phrase(
        "The text has changed while you were writing. What you typed is below, not sent: look at the clause as it"
        " stands now, then send it again."
    ),
    "being_discussed": phrase(
        "Somebody proposed another wording for this clause while you were writing. What you typed is below, not sent:"
        " look at that proposal, then send yours as an answer to it."
    ),
    "proposal_closed": phrase(
        "The proposal that you answered is no longer open. What you typed is below, not sent: look at the clause as it"
        " stands now, then send it again."
    ),
    "version_saved_meanwhile": phrase(
        "Somebody saved version %(number)s while you were writing. What you typed is below, unsaved: look at that "
        "version, then save yours over it or take its changes up."
    ),
}
VALUES: Final = {
    "months": phrase("Length of the mediation, in months (1 to 12)"),
    "years": phrase("Years for which the record is kept (1 to 30)"),
    "fixed_cents": phrase("The centre's costs, without taxes"),
    "hourly_cents": phrase("The mediator's fees an hour, without taxes"),
    "bidding": phrase("The parties may make blind bids"),
    "score": phrase("The platform computes a score of the dispute's impact"),
}
OUTCOMES: Final = {
    ProposalState.OPEN: (phrase("Under discussion"), "wait"),
    ProposalState.ADOPTED: (phrase("Agreed by every side"), "good"),
    ProposalState.KEPT: (phrase("Not taken up"), "plain"),
    ProposalState.COUNTERED: (phrase("Answered by another proposal"), "plain"),
    ProposalState.WITHDRAWN: (phrase("Taken back"), "plain"),
}


WHY_KEPT: Final[dict[str, str]] = {
    "preamble": phrase("It says between whom, and in which file: a signature means nothing without it."),
    "purpose": phrase("It says what the mediator is asked to do, and that they impose nothing."),
    "free_will": phrase("Mediation is voluntary: each party may leave at any time, and the platform lets it."),
    "confidentiality": phrase(
        "The law makes a mediation confidential (law 95-125, article 21-3), and what is said apart crosses over on"
        " consent only: the platform follows this clause."
    ),
    "exhibits": phrase(
        "Exhibits are produced or elaborated (French Code of Civil Procedure, article 1528-3): what may go to a court"
        " follows from it."
    ),
    "independence": phrase("Whoever mediates declares their interests before, and a party may object to them."),
    "term": phrase("The platform reminds of the term, and ends the mediation with it."),
    "fees": phrase("Parties must know what it costs and who pays, before they sign."),
    "recording": phrase("Nobody speaks freely who may be recorded."),
    "retention": phrase("The platform keeps the sealed record for as long as this clause says."),
    "algorithms": phrase(
        "An algorithm must be announced and consented to (law 2016-1547, articles 4-1 and following): the platform uses"
        " what this clause allows."
    ),
    "signature": phrase("It says what a signature given here is worth: nobody may be misled about that."),
    "limitation": phrase(
        "The limitation period stands still from this text on (French Civil Code, article 2238): whoever signs must"
        " know."
    ),
    "end": phrase("It says how a mediation ends, and what the certificate may tell."),
}
"""Why a clause of the agreement to mediate can be reworded, and not left out."""
