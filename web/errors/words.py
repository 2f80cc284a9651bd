"""The shape of what a reader is told of a refusal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader is told: what happened, and what to do. What was kept follows from the status."""

    title: str
    what_to_do: str
