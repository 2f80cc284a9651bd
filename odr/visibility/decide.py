"""Decide one act on one thing: the rule that allows it, or none."""

from odr.visibility.policy import RULES, Rule
from odr.visibility.terms import Act, Condition, SpaceKind, Standing, Thing


def permit(
    standing: Standing, act: Act, thing: Thing, space: SpaceKind, holds: frozenset[Condition] = frozenset()
) -> Rule | None:
    """Return the first rule under which ``standing`` may do ``act`` with ``thing`` in ``space``, else ``None``.

    ``holds`` names the conditions that hold for this reader and thing; ``ALWAYS`` holds without being named.
    """
    for rule in RULES:
        if (
            standing in rule.who
            and act in rule.acts
            and thing is rule.thing
            and space in rule.where
            and (rule.when is Condition.ALWAYS or rule.when in holds)
        ):
            return rule
    return None
