"""The words of a questionnaire: how far its pages are, and what is still missing, each with its way there."""

from collections.abc import Mapping
from typing import Final

from odr.intake.answers import State, asked_of
from odr.intake.referrals import Door
from odr.intake.score import Level, Part
from odr.words import _, phrase
from web.disputes.phrases import SENTENCES as COMMON

STATES: Final[dict[State, str]] = {
    State.TODO: phrase("To do"),
    State.STARTED: phrase("Begun"),
    State.WRONG: phrase("To put right"),
    State.DONE: phrase("Done"),
}


DOORS: Final[dict[Door, str]] = {
    Door.PROGRAM: phrase("A program of your company sent this draft"),
    Door.MAIL: phrase("This draft was made of your mail"),
}

LEFT_OUT: Final[dict[str, str]] = {
    "too_large": phrase("it is larger than this site takes"),
    "empty_file": phrase("it is empty"),
    "infected": phrase("a virus was found in it"),
    "too_many_files": phrase("there were too many files"),
    "text_cut": phrase("its text was too long for the form; the whole mail is in your private draft"),
}
"""Why something that came with a mail was left out, by the code of the reason."""

PARTS: Final[dict[Part, str]] = {
    Part.FINANCIAL: phrase("Money"),
    Part.CONTRACTUAL: phrase("The contract"),
    Part.CONTINUITY: phrase("Continuity of the activity"),
    Part.URGENCY: phrase("Urgency"),
}

LEVELS: Final[dict[Level, str]] = {
    Level.LOW: phrase("Low impact"),
    Level.MIDDLE: phrase("Medium impact"),
    Level.HIGH: phrase("High impact"),
}

SENTENCES: Final[dict[str, str]] = {
    **COMMON,
    "bad_points": phrase("Write a whole number from 0 to 100."),
    "same_points": phrase("It has that many points already."),
    "bad_date": phrase("Write a day such as 31/12/2026."),
    "in_the_past": phrase("This day is not to come."),
    "too_late": phrase("This day is too far away."),
}


def labels_of(answers: Mapping[str, str], problems: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return what is missing or wrong as (way there under the draft, question, sentence), in the pages' order."""
    return [
        (f"{topic.key}#f-{question.key}", _(question.label), _(COMMON.get(problems[question.key], "")))
        for topic, question in asked_of(answers)
        if question.key in problems
    ]
