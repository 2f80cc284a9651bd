"""Decide one act on one thing: the rule that allows it, or none."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from odr.visibility.policy import RULES, Rule
from odr.visibility.terms import Act, Condition, SpaceKind, Standing, Thing


def _by_cell() -> Mapping[tuple[str, str], tuple[Rule, ...]]:
    found: defaultdict[tuple[str, str], tuple[Rule, ...]] = defaultdict(tuple)
    for rule in RULES:
        for act in rule.acts:
            found[act.value, rule.thing.value] += (rule,)
    return dict(found)


_RULES_OF: Final = _by_cell()
"""The rules about an act and a thing, in the table's order; by their words, since a member is hashed at each look."""


def permit(
    standing: Standing, act: Act, thing: Thing, space: SpaceKind, holds: frozenset[Condition] = frozenset()
) -> Rule | None:
    """Return the first rule under which ``standing`` may do ``act`` with ``thing`` in ``space``, else ``None``.

    ``holds`` names the conditions that hold for this reader and thing; ``ALWAYS`` holds without being named.
    """
    for rule in _RULES_OF.get((act.value, thing.value), ()):
        if standing in rule.who and space in rule.where and (rule.when is Condition.ALWAYS or rule.when in holds):
            return rule
    return None
