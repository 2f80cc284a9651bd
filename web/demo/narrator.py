"""Tells what happens while it happens: the moment, who acts, what they do."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from odr.clock import Clock
from odr.words import _, clock_time, day, home_zone

WIDTH: Final = 24


@dataclass(slots=True)
class Narrator:
    """Writes one line a step through ``say``, and each new day by the story's ``clock``, in the reader's language."""

    say: Callable[[str], None]
    clock: Clock
    begun: float = field(default_factory=time.monotonic)
    steps: int = 0
    today: date | None = None

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self.say("")
        self.say(f"── {title} " + "─" * max(2, 76 - len(title)))

    def step(self, who: str, what: str) -> None:
        """Tell one step."""
        self.steps += 1
        now = self.clock().astimezone(home_zone)
        if now.date() != self.today:
            self.today = now.date()
            self.say(f"{'':<10}{day(self.today)}")
        self.say(f"{clock_time(now)}:{now:%S}  {who:<{WIDTH}.{WIDTH}}  {what}")

    def refused(self, who: str, what: str, why: str) -> None:
        """Tell a refusal that had to happen."""
        self.step(who, _("%(what)s → refused, as it must be (%(why)s)", what=what, why=why))

    def note(self, what: str) -> None:
        """Tell something that is nobody's step."""
        for line in what.splitlines():
            self.say(f"{'':<10}{line}")

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.begun
