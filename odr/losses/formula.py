"""A line's formula: numbers as people write them, the four operations, percents, parentheses. No I/O, nothing is run.

A number that a French and an English reader would read differently (``1,234``) is refused rather than guessed, and so
is a percent that stands alone beside an amount (``1000 + 20 %``). Everything is exact decimal arithmetic.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from odr.errors import InvalidInputError

FORMULA_LIMIT: Final = 200
"""Characters of a formula."""
NUMBERS_LIMIT: Final = 40
DEPTH_LIMIT: Final = 10
"""Parentheses and signs within one another."""
CENTS_LIMIT: Final = 10**13
"""A hundred thousand million euros: a hundred such lines still fit the integers of JSON (RFC 8785 § 3.2.2.3)."""

PLUS: Final = "+"
MINUS: Final = "\u2212"
TIMES: Final = "\u00d7"
OVER: Final = "\u00f7"
PERCENT: Final = "%"
OPEN: Final = "("
CLOSE: Final = ")"

_SIGNS: Final = {
    **dict.fromkeys(f"-{MINUS}\u2013", MINUS),
    **dict.fromkeys(f"*{TIMES}xX\u00b7\u22c5", TIMES),
    **dict.fromkeys(f"/{OVER}:", OVER),
    **{sign: sign for sign in (PLUS, PERCENT, OPEN, CLOSE)},
}
_SPACE: Final = " \t\u00a0\u202f\u2009"
_APART: Final = f"'\u2019{_SPACE}"  # what sets thousands apart and nothing else
_NUMBER: Final = re.compile(rf"[0-9]+(?:[.,{_APART}][0-9]+)*|[.,][0-9]+")
_SEPARATOR: Final = re.compile(rf"[.,{_APART}]")
_GROUP: Final = 3
_MOST_DIGITS: Final = 12
_MOST_DECIMALS: Final = 6
_LARGEST: Final = Decimal(10) ** 18
_EXACT: Final = Context(prec=60)
_CENT: Final = Decimal("0.01")

Token = Decimal | str


@dataclass(frozen=True, slots=True)
class Step:
    """One operation as it was done: ``left sign right = value``."""

    left: Decimal
    sign: str
    right: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its parts in order, its operations in the order in which they are done, its value.

    ``cents`` is the value rounded to whole cents, half away from zero.
    """

    tokens: tuple[Token, ...]
    steps: tuple[Step, ...]
    value: Decimal
    cents: int


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part of a formula is worth; ``rate``: a percent and nothing else, which is a share of nothing yet."""

    value: Decimal
    rate: bool = False


def read_formula(text: str) -> Formula:
    """Read and compute a formula.

    Raises InvalidInputError (``formula``): required, too_long, and the codes formula_sign, formula_number,
    formula_ambiguous, formula_operator, formula_missing, formula_parenthesis, formula_deep, formula_many,
    formula_percent, formula_zero, formula_large; ``details['place']`` is the character (from 1) where it was noticed.
    """
    if not text.strip():
        raise InvalidInputError({"formula": "required"})
    if len(text) > FORMULA_LIMIT:
        raise InvalidInputError({"formula": "too_long"})
    reading = _Reading(_tokens(text), len(text) + 1)
    part = reading.sum()
    if reading.sign() == CLOSE:
        raise _wrong("formula_parenthesis", reading.place())
    if not reading.over():
        raise _wrong("formula_operator", reading.place())
    if part.rate:
        raise _wrong("formula_percent", 1)
    cents = int(part.value.quantize(_CENT, rounding=ROUND_HALF_UP, context=_EXACT).scaleb(2, context=_EXACT))
    if abs(cents) > CENTS_LIMIT:
        raise _wrong("formula_large", 1)
    return Formula(tuple(token for token, _place in reading.tokens), tuple(reading.steps), part.value, cents)


def _wrong(code: str, place: int) -> InvalidInputError:
    return InvalidInputError({"formula": code}, place=place)


def _tokens(text: str) -> list[tuple[Token, int]]:
    """Cut a formula into numbers and signs, each with its place from 1. A spreadsheet's leading ``=`` is dropped."""
    found: list[tuple[Token, int]] = []
    at = text.index("=") + 1 if text.lstrip().startswith("=") else 0
    while at < len(text):
        number = _NUMBER.match(text, at)
        if number:
            found.append((_number(number[0], at + 1), at + 1))
            at = number.end()
            continue
        if text[at] in _SIGNS:
            found.append((_SIGNS[text[at]], at + 1))
        elif text[at] not in f"{_SPACE}€":
            raise _wrong("formula_sign", at + 1)
        at += 1
    if sum(isinstance(token, Decimal) for token, _place in found) > NUMBERS_LIMIT:
        raise _wrong("formula_many", 1)
    return found


def _number(text: str, place: int) -> Decimal:
    """Read ``1 234,56``, ``1,234.56``, ``1.234,56``, ``12,5``…; refuse what two readers would read differently."""
    marks = [" " if mark in _APART else mark for mark in _SEPARATOR.findall(text)]
    groups = _SEPARATOR.split(text)
    decimals = ""
    if marks and marks[-1] != " " and marks.count(marks[-1]) == 1:
        decimals = groups.pop()
        marks.pop()
        may_group = not marks and len(decimals) == _GROUP and 1 <= len(groups[0]) <= _GROUP
        if may_group and not groups[0].startswith("0"):
            raise _wrong("formula_ambiguous", place)
    if len(set(marks)) > 1 or (marks and (len(groups[0]) > _GROUP or any(len(one) != _GROUP for one in groups[1:]))):
        raise _wrong("formula_number", place)
    whole = "".join(groups).lstrip("0") or "0"
    if len(whole) > _MOST_DIGITS or len(decimals) > _MOST_DECIMALS:
        raise _wrong("formula_number", place)
    return Decimal(f"{whole}.{decimals}" if decimals else whole)


class _Reading:
    """Reads tokens from left to right, computing as it goes. Every loop and every descent uses a token up."""

    def __init__(self, tokens: list[tuple[Token, int]], end: int) -> None:
        self.tokens = tokens
        self.steps: list[Step] = []
        self._end = end
        self._at = 0
        self._depth = 0

    def over(self) -> bool:
        return self._at == len(self.tokens)

    def place(self) -> int:
        return self._end if self.over() else self.tokens[self._at][1]

    def sign(self) -> str:
        """Return the sign that comes next, ``""`` where a number or the end does."""
        token = "" if self.over() else self.tokens[self._at][0]
        return token if isinstance(token, str) else ""

    def sum(self) -> _Part:
        part = self._product()
        while self.sign() in {PLUS, MINUS}:
            sign, place = self._take(), self.place()
            right = self._product()
            if part.rate != right.rate:
                raise _wrong("formula_percent", place)
            part = _Part(self._done(part.value, sign, right.value, place), rate=part.rate)
        return part

    def _product(self) -> _Part:
        part = self._factor()
        while self.sign() in {TIMES, OVER}:
            sign, place = self._take(), self.place()
            part = _Part(self._done(part.value, sign, self._factor().value, place))
        return part

    def _factor(self) -> _Part:
        place = self.place()
        if self.over():
            raise _wrong("formula_missing", place)
        token = self.tokens[self._at][0]
        if isinstance(token, Decimal):
            self._at += 1
            return self._percents(_Part(token))
        if token not in {OPEN, PLUS, MINUS}:
            raise _wrong("formula_missing", place)
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise _wrong("formula_deep", place)
        self._at += 1
        part = self._inside(place) if token == OPEN else self._signed(token)
        self._depth -= 1
        return part

    def _signed(self, sign: str) -> _Part:
        part = self._factor()
        return _Part(-part.value if sign == MINUS else part.value, rate=part.rate)

    def _inside(self, opened_at: int) -> _Part:
        part = self.sum()
        if self.sign() != CLOSE:
            raise _wrong("formula_parenthesis" if self.over() else "formula_operator", self._missing_at(opened_at))
        self._at += 1
        return self._percents(part)

    def _missing_at(self, opened_at: int) -> int:
        return opened_at if self.over() else self.place()

    def _percents(self, part: _Part) -> _Part:
        while self.sign() == PERCENT:
            self._at += 1
            part = _Part(_EXACT.divide(part.value, Decimal(100)), rate=True)
        return part

    def _take(self) -> str:
        sign = self.sign()
        self._at += 1
        return sign

    def _done(self, left: Decimal, sign: str, right: Decimal, place: int) -> Decimal:
        if sign == OVER and not right:
            raise _wrong("formula_zero", place)
        value = {
            PLUS: _EXACT.add,
            MINUS: _EXACT.subtract,
            TIMES: _EXACT.multiply,
            OVER: _EXACT.divide,
        }[sign](left, right)
        if abs(value) > _LARGEST:
            raise _wrong("formula_large", place)
        self.steps.append(Step(left, sign, right, value))
        return value
