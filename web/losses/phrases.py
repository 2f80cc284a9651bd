"""What loss worksheets are called on pages: kinds, formulas in the reader's numbers, what must be mended."""

from decimal import Decimal
from typing import Final

from odr.losses.formula import CLOSE, OPEN, PERCENT, Formula, Step
from odr.losses.queries import LossKind
from odr.words import _, number, phrase

KINDS: Final = {
    LossKind.UNAVAILABILITY: phrase("Unavailability"),
    LossKind.EXTRA_WORK: phrase("Extra work"),
    LossKind.LOST_SALES: phrase("Lost sales"),
    LossKind.PENALTIES: phrase("Penalties"),
    LossKind.CREDIT_NOTES: phrase("Credit notes (subtracted)"),
    LossKind.OTHER: phrase("Other loss"),
}
SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "choose_one": phrase("Choose one of these."),
    "bad_date": phrase("Give a date such as 24/11/2025."),
    "ends_before": phrase("The period ends before it begins."),
    "too_many": phrase("Tie at most 20 exhibits to a line."),
    "unknown_exhibit": phrase("One of these exhibits is no longer there: look at the list and tick again."),
    "credit_note_negative": phrase("Write the credit note as a positive amount: it is subtracted for you."),
    "formula_sign": phrase(
        "Character %(place)s is no number and no sign: only figures, + - × ÷ %% and parentheses are computed. Put "
        "words into the description."
    ),
    "formula_number": phrase("The number at character %(place)s is not written right. Write 1 234,50 or 1,234.50."),
    "formula_ambiguous": phrase(
        "The number at character %(place)s can be read in two ways. For a thousand and more, write it without a mark "
        "(1234); for decimals, add a zero (1,2340)."
    ),
    "formula_operator": phrase("A sign is missing before character %(place)s: + - × or ÷."),
    "formula_missing": phrase("A number is missing at character %(place)s."),
    "formula_parenthesis": phrase("The parenthesis at character %(place)s has no other half."),
    "formula_deep": phrase("Too many parentheses within one another: split this into several lines."),
    "formula_many": phrase("Too many numbers: split this into several lines."),
    "formula_percent": phrase("A percent of what? Write for instance 1000 × 20 %%, or 1000 × 120 %%."),
    "formula_zero": phrase("Nothing can be divided by zero (character %(place)s)."),
    "formula_large": phrase("The result is too large: a line holds up to a hundred thousand million."),
}
_DECIMALS: Final = 6
_CENTS: Final = 2


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of loss, in the reader's language."""
    return [(kind.value, _(label)) for kind, label in KINDS.items()]


def units(cents: int) -> Decimal:
    """Return a sum in whole units of its currency."""
    return Decimal(cents) / 100


def written(formula: Formula) -> str:
    """Return a formula as the reader writes numbers: ``12 × 850,50 × 80 %``."""
    said = ""
    for at, token in enumerate(formula.tokens):
        before = formula.tokens[at - 1] if at else OPEN
        if isinstance(token, Decimal):
            said += _figure(token)
        elif token in {OPEN, CLOSE}:
            said += token
        elif token == PERCENT:
            said += f"\u00a0{token}"
        elif isinstance(before, str) and before not in {CLOSE, PERCENT}:
            said += token  # a sign of its own: -5
        else:
            said += f"\u00a0{token} "
    return said


def steps(formula: Formula) -> list[str]:
    """Return a formula's operations in the order in which they are done, where there is more than one."""
    return [_step(one) for one in formula.steps] if len(formula.steps) > 1 else []


def _step(one: Step) -> str:
    rounded = round(one.value, _DECIMALS)
    equal = "=" if rounded == one.value else "≈"
    right = f"({_figure(one.right)})" if one.right < 0 else _figure(one.right)
    return f"{_figure(one.left)} {one.sign} {right} {equal} {_figure(rounded)}"


def _figure(value: Decimal) -> str:
    """Return a number with as many decimals as it needs: none, or two and more."""
    exponent = round(value, _DECIMALS).normalize().as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) else 0
    return number(value, digits=max(_CENTS, needed) if needed > 0 else 0)
