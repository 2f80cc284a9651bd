"""A settled dispute, and one that ended without agreement, with their sealed records: made once, copied for each test.

A test that asks for `settled` or `ended` has a platform on which that dispute is all there is.
"""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest

from odr.archive.models import Record
from odr.bootstrap import Platform
from tests.builders import Case, Hands, a_platform
from tests.integration.archive.hands import Told, a_settled_case, an_ended_case, the_record

LIVED: Final[dict[str, Callable[[Platform, Hands], Awaitable[tuple[Any, ...]]]]] = {
    "settled": a_settled_case,
    "ended": an_ended_case,
}


@dataclass(frozen=True)
class Kept:
    """Where a dispute was lived, until when, and what was told of it."""

    directory: Path
    until: datetime
    told: tuple[Any, ...]


@pytest.fixture(scope="session")
def kept() -> dict[str, Kept]:
    """What was lived so far."""
    return {}


@pytest.fixture
async def migrated_database(
    request: pytest.FixtureRequest,
    migrated_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    kept: dict[str, Kept],
    clock: Hands,
) -> Path:
    """What the test's platform is a copy of."""
    asked = [name for name in LIVED if name in request.fixturenames]
    if not asked:
        return migrated_database
    [name] = asked
    if name not in kept:
        directory = tmp_path_factory.mktemp(name) / "lived"
        copytree(migrated_database, directory)
        hands = Hands()
        async with a_platform(directory, clock=hands, migrated=True) as made:
            told = await LIVED[name](made, hands)
        kept[name] = Kept(directory, hands(), told)
    clock.advance(seconds=max(0.0, (kept[name].until - clock()).total_seconds()))
    return kept[name].directory


@pytest.fixture
async def settled(platform: Platform, kept: dict[str, Kept]) -> tuple[Case, Told, Record]:
    """What :func:`a_settled_case` returns."""
    case, told = deepcopy(kept["settled"].told[:2])
    return case, told, await the_record(platform, case)


@pytest.fixture
async def ended(platform: Platform, kept: dict[str, Kept]) -> tuple[Case, Record]:
    """What :func:`an_ended_case` returns."""
    case = deepcopy(kept["ended"].told[0])
    return case, await the_record(platform, case)
