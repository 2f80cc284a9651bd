"""What a line says, in its party's worksheet and frozen in a version that was shared; sums by kind. No I/O."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from odr.errors import InvalidInputError
from odr.ids import ExhibitId
from odr.losses.formula import Formula, read_formula
from odr.losses.models import LossKind
from odr.typed import Typed

WHAT_LIMIT: Final = 300
EXHIBITS_LIMIT: Final = 20
LINES_LIMIT: Final = 100


class Line(msgspec.Struct, frozen=True):
    """A line as it is kept: the formula as it was typed, ``cents`` as it counts (a credit note's are negative)."""

    kind: LossKind
    what: str
    formula: str
    begins: date | None
    ends: date | None
    exhibits: tuple[ExhibitId, ...]
    cents: int


class TiedExhibit(msgspec.Struct, frozen=True):
    """An exhibit that a frozen line names, by the number that it had in that room."""

    id: ExhibitId
    number: str


class FrozenLine(msgspec.Struct, frozen=True):
    """A line as it was shared. Exhibits that are not in that room are left out, and nothing says so."""

    kind: LossKind
    what: str
    formula: str
    begins: date | None
    ends: date | None
    exhibits: tuple[TiedExhibit, ...]
    cents: int


class FrozenSheet(msgspec.Struct, frozen=True):
    """A worksheet as it was shared, in one currency (ISO 4217)."""

    currency: str
    lines: tuple[FrozenLine, ...]


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as somebody typed it; dates in ISO 8601, exhibits by their ids."""

    kind: str
    what: str
    formula: str
    begins: str = ""
    ends: str = ""
    exhibits: tuple[str, ...] = ()


def checked_line(typed: TypedLine) -> Line:
    """Return a typed line, checked and computed; whether its exhibits may be seen is for the caller to check.

    Raises InvalidInputError with every problem: ``kind`` (choose_one), ``what`` (required, too_long), ``formula`` (as
    :func:`read_formula` does; credit_note_negative), ``begins`` and ``ends`` (bad_date; ends_before), ``exhibits``
    (too_many, unknown_exhibit).
    """
    clean = Typed()
    kind = clean.choice("kind", typed.kind, LossKind)
    what = clean.line("what", typed.what, limit=WHAT_LIMIT)
    begins = clean.day("begins", typed.begins, required=False)
    ends = clean.day("ends", typed.ends, required=False)
    if begins and ends and ends < begins:
        clean.wrong("ends", "ends_before")
    exhibits = _exhibits(clean, typed.exhibits)
    cents, place = 0, 0
    try:
        cents = read_formula(typed.formula).cents
    except InvalidInputError as refused:
        clean.wrong("formula", refused.fields["formula"])
        place = int(refused.details.get("place", 0))
    if kind is LossKind.CREDIT_NOTES:
        if cents < 0:
            clean.wrong("formula", "credit_note_negative")
        cents = -cents
    if clean.problems:
        raise InvalidInputError(clean.problems, place=place)
    return Line(kind, what, typed.formula.strip(), begins, ends, exhibits, cents)


def _exhibits(clean: Typed, typed: Sequence[str]) -> tuple[ExhibitId, ...]:
    if len(typed) > EXHIBITS_LIMIT:
        clean.wrong("exhibits", "too_many")
        return ()
    try:
        return tuple(dict.fromkeys(ExhibitId(UUID(one)) for one in typed))
    except ValueError:
        clean.wrong("exhibits", "unknown_exhibit")
        return ()


def formula_of(line: Line | FrozenLine) -> Formula:
    """Return a kept line's formula, read again: its parts and its steps, to be shown."""
    return read_formula(line.formula)


def sums_by_kind(lines: Iterable[Line | FrozenLine]) -> dict[LossKind, int]:
    """Return the sum in cents of each kind that occurs, in the order of the kinds."""
    sums: dict[LossKind, int] = {}
    for line in lines:
        sums[line.kind] = sums.get(line.kind, 0) + line.cents
    return {kind: sums[kind] for kind in LossKind if kind in sums}


def frozen_text(sheet: FrozenSheet) -> tuple[str, bytes]:
    """Return a frozen worksheet as the JSON that is sealed, and the SHA-256 (32 bytes) of it."""
    text = msgspec.json.encode(sheet)
    return text.decode(), hashlib.sha256(text).digest()
