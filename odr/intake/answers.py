"""Answers, checked one by one and kept as typed: between a questionnaire's pages and a draft; no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from odr.disputes.filing import Draft, OtherRespondent
from odr.disputes.queries import Category
from odr.errors import InvalidInputError
from odr.intake.questions import TOPICS
from odr.intake.repeated import OTHERS
from odr.intake.shapes import MANY, Question, Shape, Topic
from odr.typed import Typed

LONGEST: Final = 100_000
"""Characters of one answer beyond which it is not even kept as typed."""

COLUMNS: Final = frozenset(Draft.__struct_fields__) - {"others", "answers", "kept"}
"""Answers that the draft keeps in places of their own."""

_FALLEN_BACK: Final = {"category": Category.OTHER.value, "currency": "EUR"}


class State(StrEnum):
    """How far a page of the questionnaire is."""

    TODO = "todo"
    STARTED = "started"
    WRONG = "wrong"  # something on it must be put right
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers after a look at each: clean, or as typed where ``problems`` has a code for them."""

    answers: dict[str, str]
    problems: dict[str, str]


def check(
    questions: Iterable[Question],
    answers: Mapping[str, str],
    *,
    proofs: AbstractSet[str] = frozenset(),
    whole: bool = False,
) -> Checked:
    """Check the answers to these questions; ``proofs`` are what may be named as one; ``whole``: none is missing."""
    typed = Typed()
    found: dict[str, str] = {}
    for question in questions:
        given = answers.get(question.key, "")
        clean = _clean(typed, question, given, proofs, required=whole and question.required)
        found[question.key] = given if question.key in typed.problems else clean
    return Checked(found, typed.problems)


def _clean(typed: Typed, question: Question, given: str, proofs: AbstractSet[str], *, required: bool) -> str:
    key, text = question.key, given.strip()
    if not text:
        if required:
            typed.wrong(key, "required")
    elif question.shape is Shape.TEXT:
        text = typed.text(key, given, limit=question.limit)
    elif question.shape is Shape.LINE:
        text = typed.line(key, given, limit=question.limit)
    elif question.shape is Shape.EMAIL:
        text = typed.email(key, given)
    elif question.shape is Shape.MONEY:
        typed.cents(key, text)
    elif question.shape is Shape.DAY:
        typed.day(key, text)
    else:
        chosen = dict.fromkeys(given.split(MANY) if question.shape is Shape.MANY else [given])
        text = MANY.join(chosen)
        if not chosen.keys() <= {option.key for option in question.options} | proofs:
            typed.wrong(key, "choose_one")
    return text


def gathered(questions: Iterable[Question], form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what a form says to these questions: several options as one answer, what was left out as empty."""
    found: dict[str, str] = {}
    for question in questions:
        values = form.get(question.key, ())
        found[question.key] = MANY.join(values) if question.shape is Shape.MANY else (values[-1] if values else "")
    return found


def answers_of(draft: Draft) -> dict[str, str]:
    """Return a draft as answers by key; what did not pass stands as it was typed."""
    found: dict[str, str] = {name: getattr(draft, name) for name in sorted(COLUMNS)}
    for number, other in enumerate(draft.others, 1):
        found.update(zip(OTHERS.keys_of(number), msgspec.structs.astuple(other), strict=True))
    return {key: text for key, text in {**found, **draft.answers}.items() if text}


def draft_from(answers: Mapping[str, str], kept: Iterable[str]) -> Draft:
    """Return answers as a draft: clean ones in their columns, all others, and those that do not pass, beside them."""
    problems = problems_of(answers)
    rest = dict(answers)
    columns: dict[str, str] = {}
    for name in COLUMNS:
        if name in problems:
            columns[name] = _FALLEN_BACK.get(name, "")
        else:
            columns[name] = rest.pop(name, "") or _FALLEN_BACK.get(name, "")
    others: list[OtherRespondent] = []
    for number in range(1, OTHERS.filled(answers) + 1):
        keys = OTHERS.keys_of(number)
        others.append(OtherRespondent(*("" if key in problems else rest.pop(key, "") for key in keys)))
    return Draft(
        **columns,
        others=tuple(others),
        answers={key: text for key, text in rest.items() if text},
        kept=tuple(dict.fromkeys(kept)),
    )


def category_of(answers: Mapping[str, str]) -> Category:
    """Return the kind of dispute that was chosen, or ``OTHER`` while none is."""
    chosen = answers.get("category", "")
    return Category(chosen) if chosen in set(Category) else Category.OTHER


def asked_of(answers: Mapping[str, str]) -> list[tuple[Topic, Question]]:
    """Return every question that these answers lead to, with its page, rows as far as they are filled."""
    category = category_of(answers)
    return [(topic, question) for topic in TOPICS for question in topic.whole(category, answers)]


def problems_of(answers: Mapping[str, str], *, whole: bool = False) -> dict[str, str]:
    """Return what must be put right, by key; ``whole``: what must be there and is not, too.

    A proof is held against the exhibits when it is chosen, not again.
    """
    proofs = {text for key, text in answers.items() if key.endswith("_proof")}
    return check((question for _topic, question in asked_of(answers)), answers, proofs=proofs, whole=whole).problems


def state_of(topic: Topic, answers: Mapping[str, str], kept: Iterable[str]) -> State:
    """Return how far a page is."""
    questions = topic.whole(category_of(answers), answers)
    keys = {question.key for question in questions}
    if keys & problems_of(answers).keys():
        return State.WRONG
    given = {question.key for question in questions if answers.get(question.key)}
    needed = {question.key for question in questions if question.required}
    if needed <= given and (topic.key in kept or (given and given == keys)):
        return State.DONE
    return State.STARTED if topic.key in kept or given - _FALLEN_BACK.keys() else State.TODO


def missing_of(answers: Mapping[str, str]) -> list[tuple[Topic, Question]]:
    """Return what was asked and not answered: what whoever qualifies the request may still want to know."""
    return [(topic, question) for topic, question in asked_of(answers) if not answers.get(question.key)]


def require_whole(answers: Mapping[str, str]) -> None:
    """Raise InvalidInputError, with all that is missing or wrong, unless a request can be sent as it stands."""
    problems = problems_of(answers, whole=True)
    if problems:
        raise InvalidInputError(problems)
