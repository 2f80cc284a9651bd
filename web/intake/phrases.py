"""The words of a questionnaire: how far its pages are, and what is still missing, each with its way there."""

from collections.abc import Mapping
from typing import Final

from odr.intake.answers import State, asked_of
from odr.words import _, phrase
from web.disputes.phrases import SENTENCES

STATES: Final[dict[State, str]] = {
    State.TODO: phrase("To do"),
    State.STARTED: phrase("Begun"),
    State.WRONG: phrase("To put right"),
    State.DONE: phrase("Done"),
}


def labels_of(answers: Mapping[str, str], problems: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return what is missing or wrong as (way there under the draft, question, sentence), in the pages' order."""
    return [
        (f"{topic.key}#f-{question.key}", _(question.label), _(SENTENCES.get(problems[question.key], "")))
        for topic, question in asked_of(answers)
        if question.key in problems
    ]
