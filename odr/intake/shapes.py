"""What a questionnaire is made of: topics, one a page, each with its questions; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from odr.disputes.queries import Category

LINE: Final = 300
TEXT: Final = 20_000
MANY: Final = ","
"""What stands between the keys of several options that were chosen for one question."""


class Shape(StrEnum):
    """How a question is answered."""

    LINE = "line"
    TEXT = "text"
    EMAIL = "email"
    MONEY = "money"
    DAY = "day"
    ONE = "one"  # one option
    MANY = "many"  # any number of options
    LIST = "list"  # one option, of a list that folds
    PROOF = "proof"  # one of the party's own exhibits, or one of the options


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be chosen: its key in the answers, its words."""

    key: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``key`` names its answer for good; label and hint are English sentences of the catalogues.

    ``told`` is its label for whoever reads the answer and was not asked, where another one serves them better.
    ``only``: the kinds of dispute in which it is asked (none: all). ``after``: the answer that leads to it, as
    (key of the earlier question, the options after which it is asked).
    """

    key: str
    shape: Shape
    label: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    limit: int = LINE
    required: bool = False
    only: frozenset[Category] = frozenset()
    after: tuple[str, frozenset[str]] | None = None
    told: str = ""

    def is_asked(self, category: Category, answers: Mapping[str, str]) -> bool:
        """Tell whether it is asked in this kind of dispute after these answers."""
        if self.only and category not in self.only:
            return False
        if self.after is None:
            return True
        earlier, leads = self.after
        return bool(leads & set(answers.get(earlier, "").split(MANY)))


@dataclass(frozen=True, slots=True)
class Rows:
    """The same few questions, asked as often as there is something to say; ``most`` times at most."""

    key: str
    legend: str
    more: str
    questions: tuple[Question, ...]
    most: int

    def keys_of(self, number: int) -> tuple[str, ...]:
        """Return the keys of one row's answers."""
        return tuple(f"{self.key}_{number}_{question.key}" for question in self.questions)

    def questions_of(self, number: int) -> tuple[Question, ...]:
        """Return one row's questions, each with a key of its own."""
        return tuple(replace(question, key=f"{self.key}_{number}_{question.key}") for question in self.questions)

    def filled(self, answers: Mapping[str, str]) -> int:
        """Return how many rows, counted from the first, reach to the last one with an answer."""
        numbers = range(1, self.most + 1)
        return max((number for number in numbers if any(answers.get(key) for key in self.keys_of(number))), default=0)

    def closed_up(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return the answers with this group's empty rows taken out, and the others counted anew."""
        own = {key for number in range(1, self.most + 1) for key in self.keys_of(number)}
        found = {key: text for key, text in answers.items() if key not in own}
        number = 0
        for former in range(1, self.most + 1):
            given = [answers.get(key, "") for key in self.keys_of(former)]
            if any(given):
                number += 1
                found.update(zip(self.keys_of(number), given, strict=True))
        return found


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of the questionnaire."""

    key: str
    title: str
    lead: str
    questions: tuple[Question, ...]
    rows: Rows | None = None
    told: str = ""
    """Its title for whoever reads the answers and was not asked."""

    def asked(self, category: Category, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """Return what this page asks, rows apart: which question follows which is decided here and nowhere else."""
        return tuple(question for question in self.questions if question.is_asked(category, answers))

    def whole(self, category: Category, answers: Mapping[str, str], *, rows: int | None = None) -> list[Question]:
        """Return all of this page's questions, with those of its rows (``rows`` of them, else as many as filled)."""
        found = list(self.asked(category, answers))
        if self.rows is not None:
            count = self.rows.filled(answers) if rows is None else rows
            for number in range(1, count + 1):
                found += self.rows.questions_of(number)
        return found
