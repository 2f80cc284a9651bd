"""Payment schedules: splitting an amount, due dates, sums and checks, in whole cents and without I/O."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

MAX_INSTALMENTS: Final = 120
MAX_CENTS: Final = 10**13  # a hundred thousand million euros; well within the integers of JSON (RFC 8785 § 3.2.2.3)
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
CURRENCIES: Final = frozenset(
    {
        "AUD",
        "BGN",
        "CAD",
        "CHF",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "MAD",
        "NOK",
        "NZD",
        "PLN",
        "RON",
        "SEK",
        "SGD",
        "USD",
    }
)  # ISO 4217 currencies of two decimals only, so that a hundredth is always the smallest unit


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: its number from 1, its due date, whole cents, ISO 4217 currency, who pays whom, and for what."""

    number: int
    due: date
    amount_cents: int
    currency: str
    payer: str
    payee: str
    what: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What to mend in a schedule: the instalment's position from 0 (None for the whole), the field, a stable code."""

    position: int | None
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Total:
    """What one party pays another in one currency, over all instalments."""

    payer: str
    payee: str
    currency: str
    amount_cents: int


def split_amount(total_cents: int, count: int) -> tuple[int, ...]:
    """Split an amount into equal parts; the last takes the cents that remain, so that the sum is conserved.

    Raises ValueError for less than one part, more than MAX_INSTALMENTS, or parts of less than a cent.
    """
    if not 1 <= count <= MAX_INSTALMENTS:
        raise ValueError(f"Between 1 and {MAX_INSTALMENTS} parts, not {count}")
    if total_cents < count:
        raise ValueError("Each part needs a cent at least")
    share = total_cents // count
    return (*(share for _ in range(count - 1)), total_cents - share * (count - 1))


def monthly_dates(first: date, count: int) -> tuple[date, ...]:
    """The same day of each month, from the first date on; a month too short gives its last day (31, 28, 31…)."""
    months = range(first.year * 12 + first.month - 1, first.year * 12 + first.month - 1 + count)
    return tuple(
        date(month // 12, month % 12 + 1, min(first.day, monthrange(month // 12, month % 12 + 1)[1]))
        for month in months
    )


def monthly_schedule(
    total_cents: int, count: int, *, first: date, currency: str, payer: str, payee: str, what: str
) -> tuple[Instalment, ...]:
    """An amount in equal monthly instalments; raises ValueError as `split_amount` does."""
    parts = split_amount(total_cents, count)
    return tuple(
        Instalment(number, due, cents, currency, payer, payee, what)
        for number, (due, cents) in enumerate(zip(monthly_dates(first, count), parts, strict=True), start=1)
    )


def totals(schedule: Sequence[Instalment]) -> tuple[Total, ...]:
    """The sum of each (payer, payee, currency), in the order in which they first appear."""
    sums: dict[tuple[str, str, str], int] = {}
    for instalment in schedule:
        key = (instalment.payer, instalment.payee, instalment.currency)
        sums[key] = sums.get(key, 0) + instalment.amount_cents
    return tuple(Total(*key, cents) for key, cents in sums.items())


def schedule_problems(schedule: Sequence[Instalment], *, expected_cents: int | None = None) -> tuple[Problem, ...]:
    """Everything to mend in a schedule: numbers, dates in order, positive amounts, known currency, and the sum.

    `expected_cents` is the sum that was agreed, if any; with it, one currency only makes sense.
    """
    found = [problem for position, one in enumerate(schedule) for problem in _instalment_problems(position, one)]
    for position, (earlier, later) in enumerate(pairwise(schedule), start=1):
        if later.due < earlier.due:
            found.append(Problem(position, "due", "before_the_previous"))
    if len(schedule) > MAX_INSTALMENTS:
        found.append(Problem(None, "schedule", "too_many"))
    if expected_cents is not None:
        if len({one.currency for one in schedule}) > 1:
            found.append(Problem(None, "schedule", "several_currencies"))
        elif sum(one.amount_cents for one in schedule) != expected_cents:
            found.append(Problem(None, "schedule", "total_differs"))
    return tuple(found)


def _instalment_problems(position: int, one: Instalment) -> list[Problem]:
    checks = (
        ("number", "wrong_number", one.number == position + 1),
        ("due", "date_out_of_range", FIRST_YEAR <= one.due.year <= LAST_YEAR),
        ("amount_cents", "not_positive", one.amount_cents > 0),
        ("amount_cents", "too_large", one.amount_cents <= MAX_CENTS),
        ("currency", "unknown_currency", one.currency in CURRENCIES),
        ("payee", "pays_itself", one.payer != one.payee),
    )
    return [Problem(position, field, code) for field, code, fine in checks if not fine]
