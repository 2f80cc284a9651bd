"""How the check of separation looks for a difference: once with everything, then by chance; and what it says of one."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from web.separation.checking import Check, Options
from web.separation.living import Script
from web.separation.looking import Sight
from web.separation.plain import Shown

OPTIONS = Options(examples=3, steps=4, seconds=600, seed=1)
LEAK = "rank_mediators"


class Told(Check):
    """A check whose lives are told and not lived: what is shown of each is made up by the test."""

    def __init__(self, directory: Path) -> None:
        stage: Any = SimpleNamespace(platform=SimpleNamespace(settings=SimpleNamespace(data_dir=directory)))
        super().__init__(stage, lambda _life, _acts: None, ("respondent",))
        self.lived: list[Script] = []

    def shown_of(self, script: Script) -> str:  # noqa: ARG002 -- what each test tells
        return "the same"

    async def sights(self, script: Script, *, whole: bool = True) -> list[Sight]:  # noqa: ARG002 -- as it is called
        self.lived.append(script)
        body = self.shown_of(script).encode()
        return [Sight("respondent", (Shown("/", 200, (), body),))]


async def test_where_nothing_differs_each_life_is_lived_once_and_every_one_drawn_has_something_apart(
    tmp_path: Path,
) -> None:
    check = Told(tmp_path)
    outcome = await check.run(OPTIONS)
    assert outcome.finding is None
    quiet = [script for script in check.lived if not any(scene.apart for scene in script)]
    assert len(quiet) == 2, "one for the walk with everything, one for the lives drawn by chance"
    assert len(check.lived) == len(set(check.lived)) + 1


async def test_a_leak_is_told_by_the_shortest_life_that_shows_it(tmp_path: Path) -> None:
    class Leaking(Told):
        def shown_of(self, script: Script) -> str:
            return "told" if any(LEAK in scene.apart for scene in script) else "the same"

    outcome = await Leaking(tmp_path).run(OPTIONS)
    assert outcome.finding is not None
    assert not outcome.finding.moves
    assert [act for scene in outcome.finding.script for act in scene.apart] == [LEAK]


@pytest.mark.parametrize("steps", [1, 4])
async def test_where_quiet_lives_differ_nothing_else_is_said(tmp_path: Path, steps: int) -> None:
    class Moving(Told):
        def shown_of(self, script: Script) -> str:  # noqa: ARG002 -- it moves by itself
            return f"moment {len(self.lived)}"

    outcome = await Moving(tmp_path).run(Options(1, steps, 600, 1))
    assert outcome.finding is not None
    assert outcome.finding.moves
