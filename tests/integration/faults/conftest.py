"""A whole site that a test may kill."""

import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from odr.first_start import make_environment
from tests.builders import Hands, a_case, a_platform, a_session
from tests.integration.faults.processes import LOOPBACK, a_server, free_port
from tests.integration.faults.sites import Site
from tests.integration.keeping.hands import s3_settings
from tests.services.seaweedfs import S3Endpoint


@pytest.fixture
def clock() -> Hands:
    """Servers and buckets tell their own time: what is compared with it starts now."""
    return Hands()


@pytest.fixture
async def site(tmp_path: Path, migrated_database: Path) -> AsyncIterator[Site]:
    async with a_site(tmp_path, migrated_database, {}) as made:
        yield made


@pytest.fixture
async def site_on_s3(tmp_path: Path, migrated_database: Path, seaweedfs: S3Endpoint) -> AsyncIterator[Site]:
    """The same, whose store is a bucket."""
    async with a_site(tmp_path, migrated_database, s3_settings(tmp_path, seaweedfs, seaweedfs.new_bucket())) as made:
        yield made


@asynccontextmanager
async def a_site(tmp_path: Path, migrated_database: Path, changes: dict[str, str]) -> AsyncGenerator[Site]:
    directory, port = tmp_path / "entente", free_port()
    shutil.copytree(migrated_database, directory)
    environment = {
        **make_environment(directory, public_url=f"http://{LOOPBACK}:{port}", centre_name="Centre"),
        **changes,
        "ENTENTE_WORKER": "apart",
    }
    async with a_platform(directory, environment, migrated=True) as platform:
        case = await a_case(platform)
        token = await a_session(platform, case.people["claimant"])
        with a_server(environment, port, tmp_path / "server.log") as program:
            yield Site(platform, program, port, case, token)
