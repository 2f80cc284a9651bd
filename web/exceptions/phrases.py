"""What the law's exceptions are called on pages."""

from typing import Final

from odr.exceptions.queries import Ground, Matter
from odr.exceptions.weighing import MOST_DAYS, MOST_RECIPIENTS, OF_GROUND, WORDS_LIMIT
from odr.visibility.terms import SpaceKind
from odr.words import _, phrase

GROUNDS: Final = {
    Ground.PUBLIC_ORDER: (
        phrase("Imperious reasons of public order"),
        phrase("A grave offence that is being prepared, for example. Article 21-3, a."),
    ),
    Ground.INTEGRITY: (
        phrase("The integrity of a person"),
        phrase("Somebody's life, body or mind, or a child's higher interest, is in danger. Article 21-3, a."),
    ),
    Ground.PERFORMANCE: (
        phrase("Performing the agreement"),
        phrase("A bank, a bailiff or a judge must know that it exists, or read a passage of it. Article 21-3, b."),
    ),
}
MATTERS: Final = {
    Matter.SENTENCE: (phrase("One sentence"), phrase("What was said, in as few words as serve the ground.")),
    Matter.EXHIBIT: (phrase("One exhibit"), phrase("The file as it stands in this room.")),
    Matter.EXISTENCE: (
        phrase("That there is an agreement"),
        phrase("Its title and between whom, nothing of what it says."),
    ),
    Matter.PASSAGE: (phrase("A passage of the agreement"), phrase("Word for word, one passage.")),
}
SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "choose_one": phrase("Choose one of these."),
    "not_this_ground": phrase("This ground does not let it out. Choose what the ground needs, and nothing more."),
    "not_here": phrase("Performing the agreement never needs what was said apart. Do it from the joint space."),
    "not_these_words": phrase("These are not the words of the agreement. Copy the passage exactly."),
    "tell_at_once": phrase("Only a person's integrity may keep a party from being told at once."),
    "no_notes": phrase("After the end of the mediation your own ledger is gone: the party is told at once."),
    "bad_days": phrase("Give a number of days from 1 to 90."),
}
TICK: Final = {"required": phrase("Tick the box once you have read it.")}
LIMITS: Final = {"words": WORDS_LIMIT, "days": MOST_DAYS, "recipients": MOST_RECIPIENTS}


def ground_choices(kind: SpaceKind) -> list[tuple[str, str, str]]:
    """Return the grounds on which something of such a room may be disclosed."""
    return [
        (ground.value, _(label), _(hint))
        for ground, (label, hint) in GROUNDS.items()
        if ground is not Ground.PERFORMANCE or kind is SpaceKind.JOINT
    ]


def matter_choices(kind: SpaceKind) -> list[tuple[str, str, str]]:
    """Return what may be disclosed of such a room."""
    agreement = OF_GROUND[Ground.PERFORMANCE]
    return [
        (matter.value, _(label), _(hint))
        for matter, (label, hint) in MATTERS.items()
        if matter not in agreement or kind is SpaceKind.JOINT
    ]
