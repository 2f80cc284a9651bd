"""What sentences on their way to the table, and what was withdrawn from it, are called on pages."""

from typing import Final

from odr.crossing.queries import StatementState, StatementView, Wording
from odr.crossing.waivers import WaiverState
from odr.crossing.withdrawn import Copies, Outcome
from odr.words import _, phrase

WORDINGS: Final = {
    Wording.PARAPHRASE: (
        phrase("In other words"),
        phrase("A paraphrase. The only way for what was said orally."),
    ),
    Wording.ORIGINAL: (phrase("The message as it is"), phrase("Word for word, whole.")),
    Wording.EXCERPT: (phrase("A passage of it"), phrase("Word for word, one passage.")),
    Wording.REDACTED: (phrase("With passages left out"), phrase("Put […] where something is left out.")),
}
STATES: Final = {
    StatementState.ASKED: (phrase("Asked: the party has yet to answer"), "wait"),
    StatementState.ALLOWED: (phrase("Allowed: not said yet"), "accent"),
    StatementState.REFUSED: (phrase("Refused: it stays in the caucus"), "plain"),
    StatementState.WITHDRAWN: (phrase("Withdrawn: it is not said"), "plain"),
    StatementState.SAID: (phrase("Said to everyone at the table"), "good"),
    StatementState.LAPSED: (phrase("Time run out: it is not said"), "plain"),
}
SAID_APART: Final = (phrase("Said to those whom its party chose"), "good")
STOPPED: Final = (phrase("Stopped: nobody reads it any more"), "wait")
OUTDATED: Final = (phrase("The exhibit was replaced or taken back since: it is not said"), "plain")
OUTCOMES: Final = {
    Outcome.OPEN: (phrase("Withdrawn: not decided yet"), "wait"),
    Outcome.RESTORED: (phrase("Put back in its place"), "good"),
    Outcome.REMOVED: (phrase("Taken out for good"), "plain"),
}
COPIES: Final = {
    Copies.NONE_KEPT: phrase("No copy was kept."),
    Copies.DELETED: phrase("Every copy was deleted."),
    Copies.KEPT: phrase("A copy is kept. The mediator will get in touch."),
}
WAIVERS: Final = {
    WaiverState.GIVEN: (phrase("Waived"), "good"),
    WaiverState.REFUSED: (phrase("Refused"), "plain"),
    WaiverState.WITHDRAWN: (phrase("Withdrawn by its party"), "plain"),
}
LEFT_OUT: Final = {
    "elaborated": phrase("Made for the mediation: not every party has waived."),
    "elaborated_apart": phrase(
        "Made for the mediation, and lodged apart: nobody can waive for what the others don't know."
    ),
    "destroyed": phrase("It was destroyed."),
}
NUMBERS: Final = {
    "bad_number": phrase("Give a whole number from 1 to 99,999."),
    "number_twice": phrase("Two exhibits have this number. Give each its own."),
}
SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "choose_one": phrase("Choose one of these."),
    "bad_days": phrase("Give a number of days from 1 to 90."),
    "needs_message": phrase("Only a written message can be given word for word. Choose “In other words”."),
    "choose_some": phrase("Tick at least one of them."),
    "another_partys": phrase("These words came from another party: ask that party to let them be said."),
    "other_words": phrase("What an exhibit shows is said in other words: choose the exhibit or a message, not both."),
    "not_these_words": phrase("These are not the words of the message. Copy them exactly, or choose “In other words”."),
}


def state_words(statement: StatementView) -> tuple[str, str]:
    """Return where a sentence stands, in words not yet translated, and the look of its badge."""
    if statement.outdated:
        return OUTDATED
    if statement.stopped:
        return STOPPED
    return SAID_APART if statement.apart and statement.state is StatementState.SAID else STATES[statement.state]


def wording_choices() -> list[tuple[str, str, str]]:
    """Return how a sentence may stand to a message."""
    return [(wording.value, _(label), _(hint)) for wording, (label, hint) in WORDINGS.items()]


def copies_choices() -> list[tuple[str, str]]:
    """Return what a reader may say of their copies."""
    return [(copies.value, _(label)) for copies, label in COPIES.items()]
