"""A platform with two stores, and hands that damage either behind its back."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from odr.platform import Platform
from tests.builders import Hands, a_platform
from tests.integration.keeping.hands import Damager, s3_settings


@pytest.fixture
def clock() -> Hands:
    """Buckets tell their own time: what is compared with it starts now."""
    return Hands()


@pytest.fixture(params=["files+files", "seaweedfs+files", "files+seaweedfs"])
async def twofold(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_database: Path, clock: Hands
) -> AsyncIterator[Platform]:
    """SQLite, and a first and a second store of these kinds."""
    first, _, second = request.param.partition("+")
    directory = tmp_path / "entente"
    shutil.copytree(migrated_database, directory)
    changes: dict[str, str] = {"ENTENTE_REPLICA": f"files:{tmp_path / 'second'}"}
    if "seaweedfs" in {first, second}:
        endpoint: Any = request.getfixturevalue("seaweedfs")
        which = "" if first == "seaweedfs" else "REPLICA_"
        changes |= s3_settings(tmp_path, endpoint, endpoint.new_bucket(), which)
    async with a_platform(directory, changes, clock=clock, migrated=True) as platform:
        yield platform


@pytest.fixture
def damage(twofold: Platform) -> Damager:
    """Hands that reach behind the platform's back."""
    return Damager(twofold)


@pytest.fixture
async def platform_of_two(tmp_path: Path, migrated_database: Path, clock: Hands) -> AsyncIterator[Platform]:
    """SQLite, and two folders."""
    directory = tmp_path / "entente"
    shutil.copytree(migrated_database, directory)
    changes = {"ENTENTE_REPLICA": f"files:{tmp_path / 'second'}"}
    async with a_platform(directory, changes, clock=clock, migrated=True) as platform:
        yield platform
