"""The check: lives drawn by chance, each compared with the same life in which nothing happened apart."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from web.separation.apart import ACTS
from web.separation.comparing import Difference, differences
from web.separation.ending import ENDINGS, end_life, parted
from web.separation.letters import Letters
from web.separation.living import STEPS, STRAIGHT, WAYS, Scene, Script, live, ways_of
from web.separation.looking import ONLOOKERS, Sight, glance, look, look_at_the_end
from web.separation.stage import Stage, mail_folder

MOST_APART: Final = 4
"""How much happens apart before an hour, at most, in a life drawn by chance; once at least."""

LIVES_A_SHAPE: Final = 8
"""How many lives share what happens in sight, so that the quiet one is lived once for all of them."""


@dataclass(frozen=True, slots=True)
class Options:
    """How much to try: lives, hours in each, seconds in all; ``seed`` makes the same lives again."""

    examples: int
    steps: int
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What can be noticed, and by whom; ``script`` is the shortest life found that shows it.

    ``moves``: two lives in which nothing at all happened apart differ, so that nothing can be said of the rest.
    """

    differences: list[Difference]
    script: Script
    moves: bool = False


@dataclass(slots=True)
class Outcome:
    """How a check ended: what was found, if anything, and how much was looked at."""

    finding: Finding | None = None
    lives: int = 0
    answers: int = 0
    acts: set[str] = field(default_factory=set[str])


class Check:
    """Lives on one stage. ``say`` is told the number of each and how much happens apart in it; ``roles``: who looks."""

    def __init__(self, stage: Stage, say: Callable[[int, int], None], roles: tuple[str, ...] = ONLOOKERS) -> None:
        """Nothing is lived yet."""
        self.stage = stage
        self.outcome = Outcome()
        self._say = say
        self._roles = roles
        self._quiet: dict[tuple[Script, bool], list[Sight]] = {}
        self._compared: dict[tuple[Script, bool], list[Difference]] = {}
        self._until = float("inf")

    async def run(self, options: Options) -> Outcome:
        """Try everything once, then what chance brings, until something is found or the time is over.

        Only where two lives differ is the quiet one lived again: as long as all are the same, nothing moves by itself.
        """
        self._until = time.monotonic() + options.seconds
        shapes = shapes_of(options)
        first = everything(shapes[0])
        whole = bool(await self.compare(first))
        failing = first if whole else await self._by_chance(options, shapes)
        if failing is not None:
            quiet = _quietly(failing)
            moved = differences(await self.sights(quiet, whole=whole), await self.quiet(quiet, whole=whole))
            if moved:
                self.outcome.finding = Finding(moved, quiet, moves=True)
                return self.outcome
            smallest = await self._smallest(failing, whole=whole)
            self.outcome.finding = Finding(await self.compare(smallest, whole=whole), smallest)
        return self.outcome

    async def compare(self, script: Script, *, whole: bool = True) -> list[Difference]:
        """Live a script, and the same one quietly; return what somebody could tell them apart by.

        ``whole``: who has no place at the table tries every route, too, and does not only follow links.
        """
        self.outcome.acts |= {act for scene in script for act in scene.apart}
        if (script, whole) not in self._compared:
            quiet = await self.quiet(_quietly(script), whole=whole)
            self._compared[script, whole] = differences(quiet, await self.sights(script, whole=whole))
        return self._compared[script, whole]

    async def quiet(self, script: Script, *, whole: bool = True) -> list[Sight]:
        """What is seen of a life in which nothing happens apart; lived once."""
        if (script, whole) not in self._quiet:
            self._quiet[script, whole] = await self.sights(script, whole=whole)
        return self._quiet[script, whole]

    async def sights(self, script: Script, *, whole: bool = True) -> list[Sight]:
        """Live a script, and return what everybody is shown of it."""
        # of its own: each answer sets a reader's language
        sights = await asyncio.create_task(self._lived(script, whole=whole))
        self.outcome.lives += 1
        self.outcome.answers += sum(len(sight.shown) for sight in sights)
        self._say(self.outcome.lives, sum(len(scene.apart) for scene in script))
        return sights

    async def _lived(self, script: Script, *, whole: bool) -> list[Sight]:
        hours, end = parted(script)
        life, passing = await live(self.stage, hours, glance)
        letters = Letters(mail_folder(self.stage.platform))
        sights = await look(life, passing, letters, self._roles, whole=whole)
        if end is not None:
            record_id = await end_life(life, end)
            sights += await look_at_the_end(life, record_id, letters, self._roles, whole=whole)
        return sights

    @property
    def _is_over(self) -> bool:
        return time.monotonic() > self._until

    async def _by_chance(self, options: Options, shapes: Sequence[tuple[str, ...]]) -> Script | None:
        """Have hypothesis draw lives; return the first that somebody can tell from a quiet one.

        It draws in a thread of its own, and has each life lived here.
        """
        loop = asyncio.get_running_loop()
        found: list[Script] = []
        living: list[asyncio.Future[list[Difference]]] = []

        def try_one(script: Script) -> None:
            if found or self._is_over:
                return
            asked = asyncio.run_coroutine_threadsafe(self.compare(script, whole=False), loop)
            living.append(asyncio.wrap_future(asked, loop=loop))
            if asked.result():
                found.append(script)

        def draw() -> None:
            set_hypothesis_home_dir(Path(self.stage.platform.settings.data_dir) / "hypothesis")
            tried = settings(
                max_examples=max(1, options.examples),
                phases=(Phase.generate,),
                database=None,
                deadline=None,
                suppress_health_check=[each for each in HealthCheck if isinstance(each, HealthCheck)],
            )(given(scripts(shapes))(try_one))
            seed(options.seed)(tried)()

        try:
            await asyncio.to_thread(draw)
        finally:
            for each in living:
                each.cancel()
        return found[0] if found else None

    async def _smallest(self, script: Script, *, whole: bool) -> Script:
        """Leave out what is not needed for the difference, as long as there is time: halves, then one by one."""
        places = [(hour, act) for hour, scene in enumerate(script) for act in scene.apart]
        kept, piece = places, max(1, len(places) // 2)
        while not self._is_over:
            at = 0
            while at < len(kept) and not self._is_over:
                fewer = kept[:at] + kept[at + piece :]
                if await self.compare(_with_acts(script, fewer), whole=whole):
                    kept = fewer
                else:
                    at += piece
            if piece == 1:
                break
            piece //= 2
        smaller = _with_acts(script, kept)
        for hour, scene in enumerate(smaller):
            straight = (*smaller[:hour], replace(scene, way=STRAIGHT), *smaller[hour + 1 :])
            if scene.way != STRAIGHT and not self._is_over and await self.compare(straight, whole=whole):
                smaller = straight
        return smaller


def shapes_of(options: Options) -> list[tuple[str, ...]]:
    """What happens in sight: some orders of steps, from the seed, each with another end in turn.

    Days pass once at most, so that nothing lapses.
    """
    chance = random.Random(options.seed)  # noqa: S311 -- a test's order, no secret
    names = list(STEPS)
    shapes: list[tuple[str, ...]] = []
    ends = list(ENDINGS)
    for each in range(max(1, options.examples // LIVES_A_SHAPE)):
        drawn = chance.sample(names, len(names))
        more = chance.choices([name for name in names if name != "days_pass"], k=max(0, options.steps - len(names)))
        shapes.append((*[*drawn, *more][: options.steps], ends[each % len(ends)]))
    return shapes


def everything(steps: tuple[str, ...]) -> Script:
    """A life in which every act happens apart once, and every way is taken."""
    acts = list(ACTS)
    hours = len(steps)
    return tuple(Scene(step, _way_at(hour, ways_of(step)), tuple(acts[hour::hours])) for hour, step in enumerate(steps))


def _way_at(hour: int, ways: tuple[str, ...]) -> str:
    """Of many ways another each hour; of two the one that is not plain."""
    return ways[-1 - hour % len(ways)] if ways == WAYS else ways[-1]


def scripts(shapes: Sequence[tuple[str, ...]]) -> st.SearchStrategy[Script]:
    """Lives drawn by chance on some of these shapes."""
    apart = st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=MOST_APART).map(tuple)

    def of_shape(steps: tuple[str, ...]) -> st.SearchStrategy[Script]:
        return st.tuples(*(st.builds(Scene, st.just(step), st.sampled_from(ways_of(step)), apart) for step in steps))

    return st.sampled_from(list(shapes)).flatmap(of_shape)


def _quietly(script: Script) -> Script:
    return tuple(scene.quiet() for scene in script)


def _with_acts(script: Script, places: Sequence[tuple[int, str]]) -> Script:
    return tuple(
        replace(scene, apart=tuple(act for at, act in places if at == hour)) for hour, scene in enumerate(script)
    )
