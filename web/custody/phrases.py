"""What the pages of custody say."""

from typing import Final

from odr.custody.queries import Because, DestructionState, Scope
from odr.words import phrase

SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "choose_one": phrase("Choose one."),
    "not_found": phrase("Nothing here has this name. Check it, character by character."),
}

NOT_YOURS: Final = phrase("Type your own e-mail address, exactly.")

SCOPES: Final = {
    Scope.ITEM: phrase("An exhibit, with every version of it"),
    Scope.SPACE: phrase("A room of a closed dispute, with its messages and what is in no other room"),
}

REASONS: Final = {
    Because.RETENTION: phrase("The time of keeping is over"),
    Because.OWNER: phrase("Whoever it belongs to asked for it"),
    Because.COURT: phrase("A court or an authority ordered it"),
    Because.ERASURE: phrase("A person asked for it (GDPR, art. 17)"),
}

STATES: Final = {
    DestructionState.ASKED: (phrase("Awaits another archivist"), "wait"),
    DestructionState.DONE: (phrase("Destroyed"), "bad"),
    DestructionState.REFUSED: (phrase("Refused"), "plain"),
}
