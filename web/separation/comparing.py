"""Two lives side by side: the first difference that each onlooker could have noticed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from web.separation.looking import Sight
from web.separation.plain import Shown

SHOWN: Final = 200
NOTHING: Final = "(nothing)"


@dataclass(frozen=True, slots=True)
class Difference:
    """What one role was shown otherwise: where, and the first line that differs."""

    role: str
    asked: str
    quiet: str
    busy: str


def differences(quiet: list[Sight], busy: list[Sight]) -> list[Difference]:
    """The first difference of each role, in the order of the roles; none where all were shown the same."""
    return [
        found for one, other in zip(quiet, busy, strict=True) if (found := next(between(one, other), None)) is not None
    ]


def between(quiet: Sight, busy: Sight) -> Iterator[Difference]:
    """Give the first difference in each answer that one role was shown."""
    for one, other in zip_longest(quiet.shown, busy.shown):
        if one == other:
            continue
        if one is None or other is None or one.asked != other.asked:
            asked = one or other
            where = asked.asked if asked is not None else ""
            yield Difference(quiet.role, where, _met(one), _met(other))
            continue
        for left, right in zip_longest(one.lines(), other.lines(), fillvalue=NOTHING):
            if left != right:
                yield Difference(quiet.role, one.asked, left.strip()[:SHOWN], right.strip()[:SHOWN])
                break


def _met(shown: Shown | None) -> str:
    return f"{shown.asked} → {shown.status}" if shown is not None else NOTHING
