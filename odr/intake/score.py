"""THE impact score: four parts of a request, each rated by a published rule and weighted; no I/O.

It sorts the centre's work. Nothing follows from it by itself: a person of the centre reads it, may change it and says
why, and the parties read the same (law 2016-1547, art. 4-1 ff.: an algorithm is announced, its rule published).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from odr.intake.repeated import STEP
from odr.intake.shapes import MANY
from odr.typed import Typed
from odr.words import phrase

FULL: Final = 100


class Part(StrEnum):
    """What is rated."""

    FINANCIAL = "financial"
    CONTRACTUAL = "contractual"
    CONTINUITY = "continuity"
    URGENCY = "urgency"


WEIGHTS: Final[dict[Part, int]] = {
    Part.FINANCIAL: 35,
    Part.CONTRACTUAL: 20,
    Part.CONTINUITY: 25,
    Part.URGENCY: 20,
}
"""How much each part counts, out of 100."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of a part's rule: how many points out of 100, and when."""

    points: int
    when: str


MONEY: Final[tuple[tuple[int, Rung], ...]] = (
    (50_000_000, Rung(100, phrase("500,000 or more at stake"))),
    (10_000_000, Rung(75, phrase("100,000 or more at stake"))),
    (3_000_000, Rung(50, phrase("30,000 or more at stake"))),
    (500_000, Rung(25, phrase("5,000 or more at stake"))),
    (0, Rung(10, phrase("Less than 5,000 at stake"))),
)
"""By the amount in cents, whatever the currency; the first line that is reached counts."""
NO_MONEY: Final = Rung(0, phrase("No amount given"))

CONTRACT: Final[tuple[tuple[str, Rung], ...]] = (
    ("notice", Rung(40, phrase("A formal notice was given"))),
    ("penalties", Rung(20, phrase("Penalties, service credits or limits of liability play a part"))),
    ("end", Rung(20, phrase("The end of the contract is in question"))),
    ("mediation", Rung(20, phrase("The contract asks for mediation before a court"))),
)
"""These add up."""
NO_CONTRACT: Final = Rung(0, phrase("None of what counts here was said"))

CONTINUITY: Final[dict[str, Rung]] = {
    "stopped": Rung(100, phrase("The claimant's activity stands still")),
    "part": Rung(70, phrase("A part of the claimant's activity stands still")),
    "slowed": Rung(35, phrase("The claimant's activity is slowed down")),
    "none": Rung(0, phrase("The claimant's activity goes on as usual")),
    "": Rung(0, phrase("Nothing was said of the claimant's activity")),
}

DAYS: Final[tuple[tuple[int, Rung], ...]] = (
    (15, Rung(100, phrase("It gets worse within 15 days"))),
    (60, Rung(70, phrase("It gets worse within 60 days"))),
    (10_000, Rung(40, phrase("It gets worse at a later date"))),
)
"""By the days from the request to the date that was given; the first line that it is within counts."""
GROWS: Final = Rung(50, phrase("It gets a little worse every week"))
NO_HURRY: Final = Rung(0, phrase("Time does not make it worse"))


@dataclass(frozen=True, slots=True)
class Rated:
    """One part: its points out of 100 and why. ``changed``: set by a person instead of the rule."""

    part: Part
    points: int
    because: tuple[str, ...]
    changed: bool = False

    @property
    def weight(self) -> int:
        """How much it counts, out of 100."""
        return WEIGHTS[self.part]


class Level(StrEnum):
    """What a total means."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Score:
    """The four parts and their weighted total out of 100, rounded down."""

    parts: tuple[Rated, ...]

    @property
    def total(self) -> int:
        """Return the weighted total."""
        return sum(part.points * part.weight for part in self.parts) // FULL

    @property
    def level(self) -> Level:
        """Return what the total means: high from 60 on, low below 30."""
        return Level.HIGH if self.total >= _HIGH else Level.MIDDLE if self.total >= _MIDDLE else Level.LOW

    def with_changes(self, points: Mapping[Part, int]) -> "Score":
        """Return the score with some parts set by a person."""
        return Score(
            tuple(
                Rated(part.part, points[part.part], part.because, changed=True) if part.part in points else part
                for part in self.parts
            )
        )


_HIGH: Final = 60
_MIDDLE: Final = 30


def score(answers: Mapping[str, str], on: date) -> Score:
    """Rate a request that was sent on a day."""
    return Score(
        (
            _rated(Part.FINANCIAL, [_money(answers)]),
            _rated(Part.CONTRACTUAL, [rung for key, rung in CONTRACT if key in _contract(answers)] or [NO_CONTRACT]),
            _rated(Part.CONTINUITY, [CONTINUITY.get(answers.get("continuity", ""), CONTINUITY[""])]),
            _rated(Part.URGENCY, [_urgency(answers, on)]),
        )
    )


def _rated(part: Part, rungs: Iterable[Rung]) -> Rated:
    found = list(rungs)
    return Rated(part, min(FULL, sum(rung.points for rung in found)), tuple(rung.when for rung in found))


def _money(answers: Mapping[str, str]) -> Rung:
    cents = Typed().cents("amount", answers.get("amount", ""), required=False)
    if cents is None:
        return NO_MONEY
    return next(rung for least, rung in MONEY if cents >= least)


def _contract(answers: Mapping[str, str]) -> set[str]:
    clauses = set(answers.get("clauses", "").split(MANY))
    steps = {answers.get(f"{STEP.key}_{number}_what", "") for number in range(1, STEP.most + 1)}
    return {
        name
        for name, holds in (
            ("notice", "notice" in steps),
            ("penalties", bool(clauses & {"penalties", "liability"})),
            ("end", "termination" in clauses),
            ("mediation", answers.get("mediation") == "yes"),
        )
        if holds
    }


def _urgency(answers: Mapping[str, str], on: date) -> Rung:
    urgent = answers.get("urgent", "")
    day = Typed().day("urgent_on", answers.get("urgent_on", ""), required=False)
    if urgent == "date" and day is not None:
        return next((rung for most, rung in DAYS if (day - on).days <= most), DAYS[-1][1])
    return GROWS if urgent in {"grows", "date"} else NO_HURRY
