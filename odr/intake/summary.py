"""A request in short: for people as lines, for programs as canonical JSON; no I/O.

What proves a step stays its party's own: everybody else reads that there is a document, not which one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

import rfc8785

from odr.intake.answers import asked_of, category_of, missing_of
from odr.intake.repeated import OTHERS, STEP
from odr.intake.shapes import MANY, Question, Rows, Shape, Topic
from odr.typed import Typed
from odr.words import _, amount, day, phrase

JSON: TypeAlias = "int | str | Sequence[JSON] | Mapping[str, JSON] | None"

FORMAT: Final = "entente-request/1"
PARTIES: Final = frozenset({"company", "others"})
"""Pages about the companies: whom to invite there is read by the centre alone."""

_WITH_ANOTHER: Final = frozenset({"currency"})
"""Answers that are read with another one."""

HELD: Final = "held"
"""What stands for a proof that is one of the party's own exhibits."""

_HELD: Final = phrase("A document, in the party's private draft")


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: its question and itself in the reader's words (``""``: none given), where to change it."""

    key: str
    label: str
    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one page."""

    topic: str
    title: str
    lines: tuple[Line, ...]


def sections(answers: Mapping[str, str], *, to_others: bool = False) -> tuple[Section, ...]:
    """Return everything that was asked and answered, page by page, in the reader's language.

    ``to_others``: in the words for whoever reads the answers and was not asked.
    """
    found: dict[str, tuple[Topic, list[Line]]] = {}
    for topic, question in asked_of(answers):
        lines = found.setdefault(topic.key, (topic, []))[1]
        row = _row_label(topic.rows, question)
        if row and not answers.get(question.key):
            continue
        label = row + _((to_others and question.told) or question.label)
        lines.append(Line(question.key, label, words_of(question, answers), topic.key))
    return tuple(
        Section(topic.key, _((to_others and topic.told) or topic.title), tuple(lines))
        for topic, lines in found.values()
        if lines
    )


def told(answers: Mapping[str, str]) -> tuple[Section, ...]:
    """Return what everyone at the table reads of a request: what was answered, without the parties' own cards."""
    found: list[Section] = []
    for section in sections(answers, to_others=True):
        lines = tuple(line for line in section.lines if line.text and line.key not in _WITH_ANOTHER)
        if lines and section.topic not in PARTIES:
            found.append(Section(section.topic, section.title, lines))
    return tuple(found)


def _row_label(rows: Rows | None, question: Question) -> str:
    if rows is None or not question.key.startswith(f"{rows.key}_"):
        return ""
    number = question.key.split("_")[1]
    return f"{_(rows.legend, n=number)} · "


def words_of(question: Question, answers: Mapping[str, str]) -> str:
    """Return an answer in words: options by their labels, amounts and days as people write them."""
    given = answers.get(question.key, "")
    labels = {option.key: _(option.label) for option in question.options}
    if question.shape is Shape.MANY:
        given = " · ".join(labels.get(key, key) for key in given.split(MANY))
    elif question.shape in {Shape.ONE, Shape.LIST}:
        given = labels.get(given, given)
    elif question.shape is Shape.PROOF and given:
        given = labels.get(given, _(_HELD))
    elif question.shape is Shape.DAY:
        given = _day(given)
    elif question.shape is Shape.MONEY:
        cents = _cents(given)
        given = given if cents is None else amount(Decimal(cents) / 100, answers.get("currency") or "EUR")
    return given


def _day(given: str) -> str:
    try:
        return day(date.fromisoformat(given))
    except ValueError:
        return given


def _cents(given: str) -> int | None:
    return Typed().cents("amount", given, required=False)


def program(answers: Mapping[str, str], *, parties: bool) -> dict[str, JSON]:
    """Return the request for programs: the kind, the money, every answer by its key, the steps, and what is missing.

    ``parties``: with the companies' cards, and whom to invite there.
    """
    found: dict[str, JSON] = {}
    for topic, question in asked_of(answers):
        given = answers.get(question.key, "")
        if topic.key in PARTIES and not parties:
            continue
        if given and not _in_rows(question.key):
            found[question.key] = given.split(MANY) if question.shape is Shape.MANY else given
    return {
        "format": FORMAT,
        "kind": category_of(answers).value,
        "title": answers.get("title", ""),
        "amount_cents": _cents(answers.get("amount", "")),
        "currency": answers.get("currency", "EUR"),
        "answers": found,
        "steps": _rows(STEP, answers),
        "further_respondents": _rows(OTHERS, answers) if parties else [],
        "missing": [question.key for topic, question in missing_of(answers) if parties or topic.key not in PARTIES],
    }


def canonical(answers: Mapping[str, str], *, parties: bool) -> bytes:
    """Return the request for programs as canonical JSON (RFC 8785), UTF-8."""
    return rfc8785.dumps(program(answers, parties=parties))


def _in_rows(key: str) -> bool:
    return any(key in rows.keys_of(number) for rows in (STEP, OTHERS) for number in range(1, rows.most + 1))


def _rows(rows: Rows, answers: Mapping[str, str]) -> list[JSON]:
    found: list[JSON] = []
    for number in range(1, rows.filled(answers) + 1):
        row: dict[str, JSON] = {}
        for question, own in zip(rows.questions, rows.questions_of(number), strict=True):
            given = answers.get(own.key, "")
            if question.shape is Shape.PROOF and given not in {"", *(option.key for option in question.options)}:
                given = HELD
            row[question.key] = given
        found.append(row)
    return found
