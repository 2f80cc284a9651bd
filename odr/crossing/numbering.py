"""Numbers of exhibits before a court: a party's own, and its bundles' alone; no I/O.

They have nothing to do with the numbers of the mediation: whatever else stands in any room shows in none of them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from odr.errors import InvalidInputError
from odr.ids import ExhibitId

HIGHEST: Final = 99_999


def number_pieces(
    chosen: Sequence[ExhibitId], typed: Mapping[ExhibitId, int], before: Mapping[ExhibitId, int]
) -> dict[ExhibitId, int]:
    """Number what was chosen: as it was typed, else as in an earlier bundle of the same party, else going on.

    ``before``: every number of the party's earlier bundles; what has none goes on after the highest of these. Raises
    :class:`InvalidInputError`, by exhibit: ``bad_number`` outside 1 to 99,999, ``number_twice``.
    """
    said = _said({each: typed[each] for each in chosen if each in typed})
    numbers = {each: number for number, each in said.items()}
    for each in chosen:
        known = before.get(each)
        if each not in numbers and known is not None and known not in said:
            numbers[each] = known
            said[known] = each
    following = max(before.values(), default=0) + 1
    for each in chosen:
        if each not in numbers:
            while following in said:
                following += 1
            numbers[each] = following
            said[following] = each
    if max(numbers.values()) > HIGHEST:
        raise InvalidInputError({str(max(numbers, key=lambda each: numbers[each])): "bad_number"})
    return numbers


def _said(typed: Mapping[ExhibitId, int]) -> dict[int, ExhibitId]:
    """Return which exhibit got each number that was typed. Raises :class:`InvalidInputError`."""
    wrong: dict[str, str] = {}
    said: dict[int, ExhibitId] = {}
    for each, number in typed.items():
        if not 1 <= number <= HIGHEST:
            wrong[str(each)] = "bad_number"
        elif number in said:
            wrong[str(each)] = wrong[str(said[number])] = "number_twice"
        else:
            said[number] = each
    if wrong:
        raise InvalidInputError(wrong)
    return said
